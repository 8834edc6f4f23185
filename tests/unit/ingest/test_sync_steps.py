"""What a run of `sync` looks at in the corpus, and how often."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.ingest.sync import sync
from assistant.records.runs import Progress
from assistant.records.vectors import EncodedText
from assistant.rights.files import FILE
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder
from tests.support.reading_here import reading_here


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Settings]:
    """Return a site of a document that agents alone may read, and a rule of nothing."""
    session = tmp_path / "corpus" / "forum" / "atelier-1"
    session.mkdir(parents=True)
    (session / "bon.txt").write_text("La collecte passe le mardi.\n", encoding="utf-8")
    rights = '[lecteurs]\n"forum/atelier-1" = "agents"\n"forum/rien" = "agents"\n'
    (tmp_path / "corpus" / FILE).write_text(rights, encoding="utf-8")
    with reading_here():
        yield Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")


def test_the_corpus_is_walked_once_and_the_rights_are_read_once(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Counter[str] = Counter()
    walk, read_bytes = os.walk, Path.read_bytes

    def counted_walk(top: Any, *args: Any, **kwargs: Any) -> Any:
        seen[os.fspath(top)] += 1
        return walk(top, *args, **kwargs)

    def counted_read(path: Path) -> bytes:
        seen[path.name] += 1
        return read_bytes(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "walk", counted_walk)
        patched.setattr(Path, "read_bytes", counted_read)
        report = sync(site, FakeEncoder())
    assert seen[os.fspath(site.corpus)] == 1
    assert seen[FILE] == 1
    assert [problem.subject for problem in report.problems] == [FILE]


class _Converting(FakeEncoder):
    """An encoder whose model is made fit for its engine at the first text."""

    def __init__(self) -> None:
        super().__init__()
        self.is_prepared = False

    def encode_with_words(self, texts: Sequence[str]) -> list[EncodedText]:
        self.is_prepared = True
        return super().encode_with_words(texts)


def test_a_run_says_that_the_model_is_prepared_while_it_waits_for_it(site: Settings) -> None:
    steps: list[Progress] = []
    sync(site, _Converting(), progress=steps.append)
    stages = [step.stage for step in steps if step.stage in ("preparing", "encoding")]
    assert stages == ["preparing", "encoding"]
    assert next(step for step in steps if step.stage == "preparing").document_id.endswith("bon.txt")
