"""Second readings: whatever becomes of recognition or conversion, the first reading stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ReadError
from assistant.readers import second_pass
from assistant.readers.parts import Defect, Fact, Part
from assistant.readers.sandbox.parent import Ending, FileReading, ReadingProcess
from assistant.readers.second_pass import read_file
from assistant.readers.speech import transcription_cache
from assistant.records import Block, Place
from assistant.settings import Settings

ENDINGS: tuple[Ending, ...] = ("time", "memory", "crash")
#: A PDF whose pages 2 and 3 are pictures.
FIRST: list[Part] = [
    Fact("engine", "pypdf"),
    Fact("kind", "report"),
    Block("Ordre du jour.", "paragraph", Place("page", 1, 1)),
    Defect("pages_without_text", {"pages": "2, 3", "numbers": "2 3"}),
]
ENGINE = [Fact("kind", "report"), Fact("engine", "tesseract"), Fact("automatic_pages", "2 3")]
PAGE_2 = Block("Compte rendu.", "paragraph", Place("page", 2, 2))
PAGE_3 = Block("Fin.", "paragraph", Place("page", 3, 3))


class Readings(ReadingProcess):
    """Gives, or raises, what was prepared for each reading in turn."""

    def __init__(self, *prepared: FileReading | ReadError) -> None:
        super().__init__(Settings().reading_options())
        self.left = list(prepared)

    def read(self, path: Path, **asked: object) -> FileReading:  # type: ignore[override]
        given = self.left.pop(0)
        if isinstance(given, ReadError):
            raise given
        return given


@pytest.fixture(autouse=True)
def recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_pass, "ocr_engine", lambda: "tesseract")


def read(*prepared: FileReading | ReadError, name: str = "a.pdf") -> FileReading:
    return read_file(Readings(*prepared), Path(name), "0" * 64, Settings().reading_options())


def blocks(reading: FileReading) -> list[Block]:
    return [part for part in reading.parts if isinstance(part, Block)]


def defects(reading: FileReading) -> list[tuple[str, str]]:
    return [(p.key, p.values["pages"]) for p in reading.parts if isinstance(p, Defect)]


def fact(reading: FileReading, name: str) -> str | None:
    return next((p.value for p in reading.parts if isinstance(p, Fact) and p.name == name), None)


def test_recognised_pages_take_their_place_and_say_by_what_they_were_read() -> None:
    reading = read(FileReading(FIRST, "done"), FileReading([*ENGINE, PAGE_3, PAGE_2], "done"))
    assert [block.place.first for block in blocks(reading)] == [1, 2, 3]
    assert fact(reading, "engine") == "pypdf ; tesseract"
    assert defects(reading) == []


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("before", "missing", "engine"),
    [
        ([], "2, 3", "pypdf"),
        (ENGINE[:1], "2, 3", "pypdf"),
        (ENGINE, "2, 3", "pypdf ; tesseract"),
        ([*ENGINE, PAGE_2], "3", "pypdf ; tesseract"),
    ],
    ids=["nothing", "its kind", "its engine", "a page"],
)
def test_where_recognition_stops_what_was_read_stays_and_the_rest_is_named(
    before: list[Part], missing: str, engine: str, ending: Ending
) -> None:
    reading = read(FileReading(FIRST, "done"), FileReading(before, ending))
    assert reading.ending == "done"
    assert blocks(reading)[0].text == "Ordre du jour."
    assert defects(reading) == [("pages_not_reached", missing)]
    assert fact(reading, "engine") == engine


def test_a_second_reading_that_is_refused_leaves_the_first() -> None:
    reading = read(FileReading(FIRST, "done"), ReadError("file_damaged", cause="PdfiumError"))
    assert len(blocks(reading)) == 1
    assert defects(reading) == [("pages_not_reached", "2, 3")]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("before", [[], ENGINE], ids=["nothing", "its engine"])
def test_a_scan_of_which_no_page_could_be_recognised_says_so(
    before: list[Part], ending: Ending
) -> None:
    scan = ReadError("file_scanned", pages="1, 2", numbers="1 2")
    with pytest.raises(ReadError) as refused:
        read(scan, FileReading(before, ending))
    assert refused.value.key == "file_unrecognised"
    assert "1, 2" in str(refused.value)


def test_a_scan_recognised_in_part_is_kept_in_part() -> None:
    scan = ReadError("file_scanned", pages="2, 3", numbers="2 3")
    reading = read(scan, FileReading([*ENGINE, PAGE_2], "time"))
    assert blocks(reading) == [PAGE_2]
    assert defects(reading) == [("pages_not_reached", "3")]


def test_a_transcription_that_the_disk_refuses_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transcription_cache, "keep", refuse)
    monkeypatch.setattr(second_pass, "transcriber_folder", lambda *args: tmp_path)
    heard = Block("Bonjour à tous.", "speech", Place("second", 0, 2))
    reading = read(
        FileReading([Fact("seconds", "2")], "done"), FileReading([heard], "done"), name="a.mp3"
    )
    assert blocks(reading) == [heard]
    (said,) = [part for part in reading.parts if isinstance(part, Defect)]
    assert (said.key, said.values) == ("transcription_unkept", {"cause": "No space left on device"})
