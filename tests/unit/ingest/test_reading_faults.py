"""Faults: an error that nobody foresaw, at any step of a reading, is that file's and no other's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.corpus import walk
from assistant.errors import ReadError
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.ingest import reading_pool, workers
from assistant.ingest.sync import sync
from assistant.readers import second_pass
from assistant.readers.formats import legacy_office
from assistant.readers.parts import Defect, Part
from assistant.readers.sandbox.parent import FileReading
from assistant.readers.speech import transcription_cache
from assistant.records import Block, Place
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder
from tests.support.reading_here import ReadingHere, reading_here

#: What the first reading gives, by suffix; what is not here is read for true.
SCANNED: list[Part] = [
    Block("Ordre du jour.", "paragraph", Place("page", 1, 1)),
    Defect("pages_without_text", {"pages": "2", "numbers": "2"}),
]


class Prepared(ReadingHere):
    def read(self, path: Path, **asked: Any) -> FileReading:
        if path.suffix == ".pdf":
            return FileReading(SCANNED, "done")
        if path.suffix == ".ppt":
            raise ReadError("file_format_old")
        return super().read(path)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Return the settings of a site with one good text and room for a bad file beside it."""
    session = tmp_path / "corpus" / "forum" / "atelier-1"
    session.mkdir(parents=True)
    (session / "bon.txt").write_text("La collecte passe le mardi.\n", encoding="utf-8")
    monkeypatch.setattr(second_pass, "ocr_engine", lambda: "tesseract")
    monkeypatch.setattr(legacy_office, "can_convert", lambda: True)
    monkeypatch.setattr(walk, "can_transcribe", lambda: True)
    with reading_here(Prepared):
        yield Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")


def failing_for(bad: str, real: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that fails for one file, named in any of its arguments."""

    def step(*args: Any, **kwargs: Any) -> Any:
        if bad in repr((args, kwargs)):
            raise RuntimeError("nobody foresaw this")
        return real(*args, **kwargs)

    return step


def always(*args: Any, **kwargs: Any) -> Any:
    raise KeyError("engine")


#: Each step of a reading, and a file whose reading goes through it.
STEPS: dict[str, tuple[object, str, str]] = {
    "its second reading": (reading_pool, "read_file", "mauvais.txt"),
    "the process": (Prepared, "read", "mauvais.txt"),
    "its pages to recognise": (second_pass, "_with_scanned", "mauvais.pdf"),
    "both readings in one": (second_pass, "_merged", "mauvais.pdf"),
    "its conversion": (legacy_office, "converted", "mauvais.ppt"),
    "a folder to convert in": (second_pass, "TemporaryDirectory", "mauvais.ppt"),
    "what is kept of its sound": (transcription_cache, "load", "mauvais.mp3"),
    "the model that hears": (second_pass, "transcriber_folder", "mauvais.mp3"),
    "its document": (reading_pool, "assemble", "mauvais.txt"),
    "its corrections": (workers, "corrected", "mauvais.txt"),
    "its passages": (workers, "chunk", "mauvais.txt"),
}


@pytest.mark.parametrize(("where", "step", "name"), STEPS.values(), ids=STEPS)
def test_an_error_at_any_step_is_that_file_s_problem_and_the_others_are_indexed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, where: Any, step: str, name: str
) -> None:
    shared = name.endswith(".txt")
    failing = failing_for("mauvais", getattr(where, step)) if shared else always
    monkeypatch.setattr(where, step, failing)
    folder = settings.corpus / "forum" / "atelier-1"
    (folder / name).write_text("Le texte de ce fichier.\n", encoding="utf-8")
    report = sync(settings, FakeEncoder())
    assert (report.added, report.failed) == (1, 1)
    (problem,) = report.problems
    assert problem.subject == f"forum/atelier-1/{name}"
    assert (problem.severity, problem.state) == ("error", "crashed")
    assert "erreur de l'assistant" in problem_in_words(problem) and remedy_in_words(problem)


def test_a_file_that_failed_so_is_read_once_the_fault_is_mended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(workers, "chunk", always)
        sync(settings, FakeEncoder())
    report = sync(settings, FakeEncoder(), rebuild=True)
    assert (report.added, report.failed, report.problems) == (1, 0, ())
