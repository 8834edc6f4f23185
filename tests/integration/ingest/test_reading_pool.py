"""Intake: what is listed, what is refused and why, and reading under limits in a process apart."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import textwrap
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.corpus import walk as walking
from assistant.corpus.walk import FileOnDisk, recording_of, walk
from assistant.errors import CorpusError, ReadError
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.ingest import reading_pool
from assistant.ingest.reading_pool import FileToRead, ReadingPool
from assistant.readers import read, sha256_of
from assistant.readers.sandbox import parent
from assistant.records import Document, Problem
from assistant.settings import Settings
from tests.conftest import ROOT

MEGABYTE = 1_000_000


@pytest.fixture
def session(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus" / "forum" / "atelier-1"
    folder.mkdir(parents=True)
    return folder


def put(path: Path, text: str = "Du texte.\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def listed(session: Path) -> tuple[list[str], dict[str, Problem]]:
    files, problems, _ = walk(session.parents[1], MEGABYTE)
    return [file.id for file in files], {problem.subject: problem for problem in problems}


def test_files_are_listed_by_their_path_under_the_corpus(session: Path) -> None:
    put(session / "b.md")
    put(session / "annexes" / "a.txt")
    put(session.parent / "infos.html")
    assert listed(session) == (
        ["forum/atelier-1/annexes/a.txt", "forum/atelier-1/b.md", "forum/infos.html"],
        {},
    )


def test_an_id_is_in_nfc_whatever_wrote_the_name(session: Path) -> None:
    put(session / unicodedata.normalize("NFD", "été.md"))
    assert listed(session)[0] == ["forum/atelier-1/été.md"]


@pytest.mark.parametrize(
    "name",
    [".cache.md", "~$rapport.docx", ".~lock.a.odt#", "Thumbs.db", "desktop.ini", ".git/a.md"],
)
def test_what_systems_leave_is_passed_over_silently(session: Path, name: str) -> None:
    put(session / name)
    assert listed(session) == ([], {})


def test_the_programme_and_a_read_me_are_no_documents(session: Path) -> None:
    put(session.parent / "programme.csv")
    put(session.parents[1] / "LISEZMOI.md")
    put(session.parents[1] / "README.txt")
    assert listed(session) == ([], {})


@pytest.mark.parametrize(
    "place", ["programme.csv", "forum/atelier-1/programme.csv", "forum/atelier-1/b/Programme.CSV"]
)
def test_a_programme_elsewhere_than_in_an_event_is_one_warning_that_says_where_to_put_it(
    session: Path, place: str
) -> None:
    put(session.parents[1] / place)
    put(session.parent / "programme.csv")
    files, problems = listed(session)
    assert (files, list(problems)) == ([], [place])
    assert (problems[place].severity, problems[place].state) == ("warning", "ok")
    assert "dossier de l'événement" in remedy_in_words(problems[place])


def test_a_file_directly_under_the_corpus_is_a_document(session: Path) -> None:
    put(session.parents[1] / "notes.md")
    assert listed(session) == (["notes.md"], {})


def test_an_unknown_format_is_a_problem_that_names_the_formats_read(session: Path) -> None:
    put(session / "budget.xyz")
    (problem,) = listed(session)[1].values()
    assert ".xyz" in problem_in_words(problem)
    assert "PDF" in remedy_in_words(problem) and "VTT" in remedy_in_words(problem)


def test_a_recording_is_a_problem_unless_its_transcript_is_beside_it(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "can_transcribe", lambda: False)
    put(session / "conference.mp4")
    put(session / "conference.fr.vtt")
    put(session / "debat.mp3")
    put(session / "debat.pdf")
    assert list(listed(session)[1]) == ["forum/atelier-1/debat.mp3"]
    assert recording_of(session / "conference.fr.vtt") == session / "conference.mp4"
    assert recording_of(session / "debat.pdf") == session / "debat.mp3"
    assert recording_of(session / "autre.vtt") is None


def test_empty_and_oversized_files_are_problems(session: Path) -> None:
    put(session / "vide.md", "")
    put(session / "gros.md", "a" * (3 * MEGABYTE))
    _, problems = listed(session)
    assert "vide" in problem_in_words(problems["forum/atelier-1/vide.md"])
    assert "3\u00a0Mo" in problem_in_words(problems["forum/atelier-1/gros.md"])


def test_a_link_is_followed_only_inside_the_corpus(session: Path) -> None:
    outside = put(session.parents[2] / "secret.md")
    put(session / "vrai.md")
    (session / "dedans.md").symlink_to(session / "vrai.md")
    (session / "dehors.md").symlink_to(outside)
    (session / "perdu.md").symlink_to(session / "rien.md")
    (session / "boucle.md").symlink_to(session / "boucle.md")
    (session / "dossier").symlink_to(session.parents[2], target_is_directory=True)
    files, problems = listed(session)
    assert files == ["forum/atelier-1/dedans.md", "forum/atelier-1/vrai.md"]
    assert set(problems) == {
        f"forum/atelier-1/{name}" for name in ("dehors.md", "perdu.md", "boucle.md", "dossier")
    }


def test_what_is_no_ordinary_file_is_a_problem(session: Path) -> None:
    os.mkfifo(session / "tuyau.md")
    files, problems = listed(session)
    assert files == [] and list(problems) == ["forum/atelier-1/tuyau.md"]


def test_a_name_that_is_no_text_is_a_problem(session: Path) -> None:
    put(Path(os.fsdecode(os.fsencode(session) + b"/caf\xe9.md")))
    files, problems = listed(session)
    assert files == []
    assert "Renommez" in remedy_in_words(problems["forum/atelier-1/caf\ufffd.md"])


def test_a_missing_corpus_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as e:
        walk(tmp_path / "rien", MEGABYTE)
    assert e.value.remedy


# --- Reading -----------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="module")
def _own_processes() -> Iterator[None]:
    """Start and end processes as the program does: here that is what is looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_pool, "ReadingProcess", parent.ReadingProcess)
        yield


@pytest.fixture(scope="module")
def pool(_own_processes: None) -> Iterator[ReadingPool]:
    with ReadingPool(Settings().reading_options()) as pool:
        yield pool


def on_disk(path: Path) -> FileOnDisk:
    status = path.stat()
    return FileOnDisk(f"forum/s/{path.name}", path, status.st_size, status.st_mtime_ns)


def test_reading_apart_gives_what_reading_here_gives(session: Path, pool: ReadingPool) -> None:
    path = put(session / "a.md", "---\ntitre: Été\n---\n# Un\n\nDeux.\n")
    parent = pool.read(on_disk(path), facts={"event": "forum"})
    assert parent == read(path, "forum/s/a.md", {"event": "forum"})
    assert parent.facts["event"] == "forum"


def test_the_content_wins_over_the_suffix_and_staff_are_told(
    session: Path, pool: ReadingPool
) -> None:
    path = put(session / "page.docx", "<!doctype html><html><body><p>Du web.</p></body></html>")
    document = pool.read(on_disk(path))
    assert document.facts["kind"] == "page"
    assert ".html" in problem_in_words(document.problems[0])
    assert document.problems[0].severity == "warning"


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.doc.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_format_old"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "file_protected",
        ),
        ("a.pdf", b"\x01\x02 rien de connu", "file_damaged"),
        ("a.pptx", b"PK\x03\x04 coup\xe9", "file_damaged"),
        ("a.md", b" \n\t\n", "file_empty"),
        ("a.html", b"<html><body></body></html>", "file_without_text"),
        ("a.docx", b"GIF89a", "file_format_unknown"),
    ],
    ids=["old", "password", "not a pdf", "cut zip", "blank", "no text", "image"],
)
def test_a_file_that_must_not_be_read_says_why(
    session: Path, pool: ReadingPool, name: str, data: bytes, key: str
) -> None:
    path = session / name
    path.write_bytes(data)
    with pytest.raises(ReadError) as e:
        pool.read(on_disk(path))
    assert e.value.key == key
    assert str(e.value) and e.value.remedy


def test_an_archive_bomb_is_refused_before_it_is_opened(session: Path, pool: ReadingPool) -> None:
    path = archive(session / "a.docx", {"word/document.xml": b"<a/>", "b.bin": b"\0" * 30_000_000})
    with pytest.raises(ReadError) as e:
        pool.read(on_disk(path))
    assert e.value.key == "archive_too_large"


def write_reader(folder: Path, body: str) -> Path:
    """Write a reader that misbehaves, to be read in place of Markdown's."""
    source = f"""
        import os, time
        import assistant.readers as readers
        from assistant.readers.parts import Fact
        from assistant.records import Block, Place

        def bad(path, options):
            yield Fact("kind", "report")
            if "long" in path.name:
                yield Block("Le début.", "paragraph", Place("line", 1, 1))
            {body}

        readers.READERS[".md"] = bad
        from assistant.readers.sandbox.child import serve
        serve()
    """
    return put(folder / "bad.py", textwrap.dedent(source))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("time.sleep(600)", "time"),
        ("held = bytearray(2_000_000_000)", "memory"),
        ("os.abort()", "crash"),
        ("os.kill(os.getpid(), 9)", "crash"),
        ("raise ZeroDivisionError", "damaged"),
    ],
)
def test_a_reader_that_fails_costs_only_its_file(
    session: Path, monkeypatch: pytest.MonkeyPatch, body: str, fault: str
) -> None:
    bad = write_reader(session, body)
    monkeypatch.setattr(parent, "READING_PROCESS", (str(bad),))
    good = put(session / "bon.txt", "Lisible.")
    with ReadingPool(Settings(reading_seconds=1).reading_options()) as pool:
        with pytest.raises(ReadError) as e:
            pool.read(on_disk(put(session / "court.md")))
        assert e.value.key == f"file_{fault}"
        if fault != "damaged":
            document = pool.read(on_disk(put(session / "long.md")))
            assert document.blocks[0].text == "Le début."
            assert remedy_in_words(document.problems[0])
        assert pool.read(on_disk(good)).blocks[0].text == "Lisible."


def test_a_pool_starts_again_when_its_process_is_gone(session: Path) -> None:
    path = put(session / "a.txt")
    with ReadingPool(Settings(reading_workers=1).reading_options()) as pool:
        pool.read(on_disk(path))
        process = pool._processes[0]._process
        assert process is not None
        process.kill()
        process.wait()
        assert pool.read(on_disk(path)).blocks


def test_files_come_in_the_order_asked_for_whichever_is_read_first(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = write_reader(session, 'time.sleep(2 if "lent" in path.name else 0)')
    monkeypatch.setattr(parent, "READING_PROCESS", (str(bad),))
    names = ["1-lent-long.md", "2-long.md", "3-long.md", "4-lent-long.md", "5-long.md"]
    wanted = [FileToRead(on_disk(put(session / name))) for name in names]
    with ReadingPool(Settings(reading_workers=2).reading_options()) as pool:
        results = list(pool.read_all(wanted))
    assert [one for one, _ in results] == wanted
    assert [one.id for _, one in results if isinstance(one, Document)] == [
        f"forum/s/{name}" for name in names
    ]


def test_an_error_among_good_files_stands_in_its_place_and_costs_no_other(session: Path) -> None:
    put(session / "b.md", " \n")
    wanted = [FileToRead(on_disk(put(session / f"{name}.txt", "Lisible."))) for name in "ac"]
    wanted[1:1] = [FileToRead(on_disk(session / "b.md"))]
    with ReadingPool(Settings(reading_workers=2).reading_options()) as pool:
        first, second, third = pool.read_all(wanted)
    assert isinstance(first[1], Document) and isinstance(third[1], Document)
    assert isinstance(second[1], ReadError) and second[1].key == "file_empty"
    assert second[0] is wanted[1]


@pytest.mark.parametrize("workers", [1, 2])
def test_no_more_files_are_taken_than_there_are_processes_and_one_being_used(
    session: Path, workers: int
) -> None:
    file = on_disk(put(session / "a.txt", "Lisible."))
    taken = 0

    def wanted() -> Iterator[FileToRead]:
        nonlocal taken
        for _ in range(10):
            taken += 1
            yield FileToRead(file)

    ahead = []
    with ReadingPool(Settings(reading_workers=workers).reading_options()) as pool:
        for used, _ in enumerate(pool.read_all(wanted()), start=1):
            ahead.append(taken - used)
    assert len(ahead) == 10
    assert max(ahead) == workers


def test_each_file_gets_its_own_hash_and_facts(session: Path) -> None:
    given = FileToRead(on_disk(put(session / "a.txt", "Un.")), "f" * 64, {"event": "forum"})
    computed = FileToRead(on_disk(put(session / "b.txt", "Deux.")))
    with ReadingPool(Settings().reading_options()) as pool:
        first, second = (one for _, one in pool.read_all([given, computed]))
    assert isinstance(first, Document) and isinstance(second, Document)
    assert (first.sha256, first.facts["event"]) == ("f" * 64, "forum")
    assert second.sha256 == sha256_of(computed.file.path) and "event" not in second.facts


def test_no_process_outlives_the_pool_nor_a_killed_caller(session: Path) -> None:
    bad = write_reader(session, "time.sleep(600)")
    path = put(session / "a.md")
    script = f"""
        import sys
        from pathlib import Path
        from assistant.corpus.walk import FileOnDisk
        from assistant.ingest.reading_pool import ReadingPool
        from assistant.readers.sandbox import parent
        from assistant.settings import Settings
        parent.READING_PROCESS = ({str(bad)!r},)
        pool = ReadingPool(Settings(reading_workers=1).reading_options())
        print(pool._processes[0]._started().pid, flush=True)
        pool.read(FileOnDisk("e/a.md", Path({str(path)!r}), 1, 1))
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as caller:
        assert caller.stdout is not None
        reader = int(caller.stdout.readline())
        watched = os.pidfd_open(reader)
        try:
            caller.kill()
            # Readable once the process has ended; a test that waits for nothing fails here.
            assert select.select([watched], [], [], 30)[0]
        finally:
            os.close(watched)


def test_a_script_without_a_main_guard_may_read(session: Path, tmp_path: Path) -> None:
    path = put(session / "a.txt", "Lu une fois.")
    script = put(
        tmp_path / "script.py",
        textwrap.dedent(f"""
            from pathlib import Path
            from assistant.corpus.walk import FileOnDisk
            from assistant.ingest.reading_pool import ReadingPool
            from assistant.settings import Settings
            print("ici")
            with ReadingPool(Settings().reading_options()) as pool:
                print(pool.read(FileOnDisk("e/a.txt", Path({str(path)!r}), 1, 1)).blocks[0].text)
        """),
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.split("\n") == ["ici", "Lu une fois.", ""]
    assert done.stderr == ""
