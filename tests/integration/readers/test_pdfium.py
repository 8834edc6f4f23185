"""PDFium: the second reader, in a process of its own, which may die without taking anything along.

The deaths are real: the fork that reads a page aborts, is killed, or never answers.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import select
import signal
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from assistant.corpus.walk import FileOnDisk
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.ingest.reading_pool import ReadingPool
from assistant.readers import read
from assistant.readers.parts import Attachment, Options
from assistant.readers.pdf import pdfium
from assistant.readers.pdf.pdfium import UNOPENED, open_pdfium
from assistant.readers.sandbox import parent
from assistant.records import Document
from assistant.settings import Settings

#: Long enough for a page not to be taken for a picture.
SENTENCES = [
    "Le conseil approuve le budget de la commune.",
    "La seconde page parle de la voirie et des trottoirs.",
    "La troisième page remercie les agents du service.",
]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "rapport.pdf"
    made = canvas.Canvas(str(path), pagesize=A4)
    for sentence in SENTENCES:
        made.drawString(60, 700, sentence)
        made.showPage()
    made.save()
    return path


def dying(at: int, how: Callable[[], object], what: str = "text") -> Callable[..., object]:
    """Return a method of `_Here` that does `how` to its process when asked for a page."""
    real = getattr(pdfium._Here, what)

    def method(self: object, page: int) -> object:
        if page == at:
            how()
        return real(self, page)

    return method


def abort() -> None:
    faulthandler.disable()  # pytest's, which would tell of a death that is wanted
    os.abort()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# --- What it sees ------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0, 60], ids=["here", "apart"])
def test_it_gives_each_page_s_text_size_and_pictures(report: Path, seconds: float) -> None:
    opened = open_pdfium(report, seconds)
    try:
        assert opened.pages == 3
        assert [(opened.text(at) or "").strip() for at in range(3)] == SENTENCES
        assert opened.size(0) == pytest.approx(A4, abs=0.1)
        assert opened.picture(0) == (0.0, True)
        assert opened.text(3) is None and opened.size(3) is None and opened.picture(3) is None
        assert opened.stopped == set()
    finally:
        opened.close()


@pytest.mark.parametrize("seconds", [0, 60], ids=["here", "apart"])
def test_what_is_no_pdf_has_no_pages_and_it_is_not_dead_of_it(
    tmp_path: Path, seconds: float
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\nrien")
    opened = open_pdfium(tmp_path / "a.pdf", seconds)
    assert (opened.pages, opened.text(0), opened.stopped) == (0, None, set())
    opened.close()


def test_an_attachment_is_read_as_a_file_is(report: Path) -> None:
    opened = open_pdfium(Attachment("a.pdf", report.read_bytes()), 60)
    assert (opened.text(1) or "").strip() == SENTENCES[1]
    opened.close()


# --- When it dies ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [abort, kill], ids=["SIGABRT", "SIGKILL"])
def test_its_death_costs_the_page_that_killed_it_and_it_starts_again_after(
    report: Path, monkeypatch: pytest.MonkeyPatch, how: Callable[[], None]
) -> None:
    monkeypatch.setattr(pdfium._Here, "text", dying(1, how))
    opened = open_pdfium(report, 60)
    found = [opened.text(at) for at in range(3)]
    opened.close()
    assert [(text or "").strip() for text in found] == [SENTENCES[0], "", SENTENCES[2]]
    assert opened.stopped == {1}


def test_a_file_that_kills_it_again_and_again_is_read_without_it(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfium._Here, "text", lambda self, at: abort())
    opened = open_pdfium(report, 60)
    assert [opened.text(at) for at in (0, 1, 2, 0, 1, 2)] == [None] * 6
    assert opened._starts == pdfium._MAX_STARTS  # type: ignore[attr-defined]
    assert opened.stopped == {0, 1, 2}


def test_its_death_while_it_opens_the_file_leaves_no_pages(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfium, "_Here", lambda path: abort())
    opened = open_pdfium(report, 60)
    assert (opened.pages, opened.stopped) == (0, {UNOPENED})


def test_a_page_that_never_ends_is_left_and_is_no_death(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfium._Here, "text", dying(0, lambda: time.sleep(600)))
    opened = open_pdfium(report, 2)
    assert opened.text(0) is None
    assert (opened.text(1) or "").strip() == SENTENCES[1]
    assert opened.stopped == set()
    opened.close()


def test_nothing_of_it_is_left_once_closed(report: Path) -> None:
    opened = open_pdfium(report, 60)
    watched = os.pidfd_open(opened._fork)  # type: ignore[attr-defined]
    files = len(os.listdir("/proc/self/fd"))
    try:
        opened.close()
        assert select.select([watched], [], [], 30)[0]
        assert len(os.listdir("/proc/self/fd")) == files - 2
    finally:
        os.close(watched)


def test_it_ends_with_the_process_that_asked_even_in_the_middle_of_a_page(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfium._Here, "text", dying(0, lambda: time.sleep(600)))
    told, tell = os.pipe()
    # What it leaves behind must be somebody's: ours, for as long as this lasts.
    ctypes.CDLL(None).prctl(36, 1)
    asking = os.fork()
    if asking == 0:
        try:
            opened = open_pdfium(report, 60)
            os.write(opened._questions, b'["text", 0]\n')  # type: ignore[attr-defined]
            os.write(tell, str(opened._fork).encode())  # type: ignore[attr-defined]
            kill()
        finally:
            os._exit(1)
    try:
        os.waitpid(asking, 0)
        fork = int(os.read(told, 20))
        watched = os.pidfd_open(fork)
        ended = select.select([watched], [], [], 30)[0]
        os.close(watched)
        if not ended:
            os.kill(fork, signal.SIGTERM)
        assert os.waitpid(fork, 0)[1] == signal.SIGKILL
    finally:
        ctypes.CDLL(None).prctl(36, 0)
        os.close(told)
        os.close(tell)


# --- Through the process that reads files ------------------------------------------------------


def read_apart(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, death: str) -> Document:
    """Read a file in the reading process, whose fork for PDFium dies as the script says."""
    script = folder / "reading.py"
    source = f"""
        import os, signal
        from assistant.readers.pdf import pdfium
        real, opened = pdfium._Here.text, pdfium._Here.__init__

        def text(self, at):
            {death}
            return real(self, at)

        pdfium._Here.text = text
        from assistant.readers.sandbox.child import serve
        serve()
    """
    script.write_text(textwrap.dedent(source), encoding="utf-8")
    monkeypatch.setattr(parent, "READING_PROCESS", (str(script),))
    status = path.stat()
    with ReadingPool(Settings().reading_options()) as pool:
        return pool.read(FileOnDisk("e/s/a.pdf", path, status.st_size, status.st_mtime_ns))


@pytest.mark.parametrize(
    ("death", "where"),
    [
        ("if at == 1: os.abort()", "2"),
        ("if at == 1: os.kill(os.getpid(), signal.SIGKILL)", "2"),
        ("os.abort()", "1 à 3"),
    ],
    ids=["SIGABRT", "SIGKILL", "every page"],
)
def test_a_document_keeps_the_first_reader_s_text_and_says_where_the_second_died(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, death: str, where: str
) -> None:
    document = read_apart(report, tmp_path, monkeypatch, death)
    alone = read(report, "e/s/a.pdf", options=Options(second_reader=False))
    assert document.blocks == alone.blocks
    assert [block.text for block in document.blocks] == SENTENCES
    assert document.facts["engine"] == "pypdf"
    (problem,) = document.problems
    assert f"(p. {where})" in problem_in_words(problem) and remedy_in_words(problem)
    # Nothing of the text is missing.
    assert (problem.severity, problem.state, problem.pages) == ("warning", "ok", "")


def test_a_document_whose_second_reader_lives_says_nothing(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_apart(report, tmp_path, monkeypatch, "pass").problems == ()
