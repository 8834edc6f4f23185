"""Reading speed: pages, slides and hours of transcript per second, and what isolation costs.

python -m bench.reading [--rounds 3]

The same files are read in this process, in one process apart, and in two. They are made for the
purpose: a report in PDF, a deck, a transcript. Medians of `rounds`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from pptx import Presentation
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from assistant.corpus.walk import FileOnDisk
from assistant.ingest.reading_pool import FileToRead, ReadingPool
from assistant.readers import read
from assistant.records import Document
from assistant.settings import Settings

PAGES, SLIDES, HOURS = 40, 40, 2
COPIES = 12
SENTENCE = "La commune forme ses agents aux outils d'intelligence artificielle, au point {}. "


def make_report(path: Path) -> None:
    """Write a report of PAGES pages of 40 lines."""
    made = canvas.Canvas(str(path), pagesize=A4)
    for page in range(PAGES):
        made.setFont("Helvetica-Bold", 18)
        made.drawString(60, 780, f"Chapitre {page + 1}")
        made.setFont("Helvetica", 11)
        for line in range(40):
            made.drawString(60, 740 - 16 * line, SENTENCE.format(line))
        made.showPage()
    made.save()


def make_deck(path: Path) -> None:
    """Write a deck of SLIDES slides of six items."""
    deck = Presentation()
    for number in range(SLIDES):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"Diapositive {number + 1}"
        slide.placeholders[1].text_frame.text = "\n".join(SENTENCE.format(n) for n in range(6))
    deck.save(str(path))


def make_transcript(path: Path) -> None:
    """Write captions of HOURS hours, one every four seconds."""
    cues = []
    for number in range(HOURS * 900):
        start = 4 * number
        first, last = (
            f"{t // 3600:02}:{t // 60 % 60:02}:{t % 60:02}.000" for t in (start, start + 4)
        )
        cues.append(f"{first} --> {last}\n{SENTENCE.format(number)}\n")
    path.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")


def here(files: list[FileOnDisk]) -> list[Document]:
    """Read files in this process."""
    return [read(file.path, file.id) for file in files]


def apart(workers: int) -> Callable[[list[FileOnDisk]], list[Document]]:
    """Return what reads files in processes apart, already started."""
    pool = ReadingPool(Settings(reading_workers=workers, reading_seconds=300).reading_options())

    def read_apart(files: list[FileOnDisk]) -> list[Document]:
        results = (result for _, result in pool.read_all(FileToRead(file) for file in files))
        return [one for one in results if isinstance(one, Document)]

    return read_apart


def _copies(folder: Path, name: str, make: Callable[[Path], None]) -> Iterator[FileOnDisk]:
    first = folder / name
    make(first)
    for number in range(COPIES):
        path = folder / f"{number}-{name}"
        path.write_bytes(first.read_bytes())
        yield FileOnDisk(path.name, path, path.stat().st_size, 0)


def main() -> None:
    """Make the files, read them each way in turn, and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    ways = {"here": here, "one apart": apart(1), "two apart": apart(2)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        groups = {
            ("pages", PAGES): list(_copies(folder, "a.pdf", make_report)),
            ("slides", SLIDES): list(_copies(folder, "a.pptx", make_deck)),
            ("hours of transcript", HOURS): list(_copies(folder, "a.vtt", make_transcript)),
        }
        for read_files in ways.values():  # processes started, modules imported
            for files in groups.values():
                assert len(read_files(files[:2])) == 2
        for (unit, number), files in groups.items():
            times: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(options.rounds):
                for way, read_files in ways.items():
                    started = perf_counter()
                    assert len(read_files(files)) == COPIES
                    times[way].append(perf_counter() - started)
            medians = {way: statistics.median(found) for way, found in times.items()}
            speeds = ", ".join(
                f"{way} {COPIES * number / median:.1f}" for way, median in medians.items()
            )
            overhead = 1000 * (medians["one apart"] - medians["here"]) / COPIES
            scale = medians["one apart"] / medians["two apart"]
            print(f"{unit} per second: {speeds}")
            print(f"    isolation: {overhead:+.0f} ms a file; two processes: × {scale:.2f}")


if __name__ == "__main__":
    main()
