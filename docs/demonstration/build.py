"""Write the demonstration event: sources of this folder → `corpus/forum-ia-demonstration/`.

Run `python docs/demonstration/build.py`: the same sources give the same bytes at each run.
It also writes `alignement.json` (which slide is on screen when) and `questions.jsonl`
(the questions of `questions.csv`, with the places where each answer stands).
`--into DIRECTORY` writes everything elsewhere, for comparison.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent.parent / "corpus"
sys.path.insert(0, str(HERE))

from makers.durations import is_recorded, read_spans  # noqa: E402
from makers.office import write_docx, write_pptx  # noqa: E402
from makers.opendocument import write_odp, write_odt  # noqa: E402
from makers.portable import write_pdf  # noqa: E402
from makers.sources import (  # noqa: E402
    Block,
    Deck,
    Report,
    Slide,
    read_deck,
    read_report,
    read_talk,
)
from makers.subtitles import (  # noqa: E402
    NOTICE,
    RECORDED_NOTICE,
    align,
    recording_of,
    retime,
    time_cues,
    words_of,
    write_srt,
    write_vtt,
)
from makers.webpage import write_html  # noqa: E402

EVENT = "forum-ia-demonstration"
DECK_WRITERS: dict[str, Callable[[Deck], bytes]] = {
    ".pptx": write_pptx,
    ".odp": write_odp,
    ".pdf": write_pdf,
}
PLAIN_FILES = {
    "programme.csv": "programme.csv",
    "informations-pratiques.txt": "informations-pratiques.txt",
    "ouverture.md": "conference-1-ouverture/compte-rendu.md",
    "cloture.md": "conference-4-cloture/synthese.md",
}
#: How a question is written, or what it is about.
ANSWERABLE = frozenset(
    """sentence keywords typos accents paraphrase acronym who figure date opinion across
    verbatim""".split()
)
#: A near miss is on a theme of the corpus: the fact is not said, the question supposes something
#: wrong, or it bears on another town or year.
UNANSWERABLE = frozenset(["near-unsaid", "near-premise", "near-elsewhere", "off-topic"])


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a made file and where it stands (slide, page, paragraph, line or seconds)."""

    text: str
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Made:
    """A made file: its path under the event, its bytes, and its text with places."""

    path: str
    content: bytes
    kind: str
    units: tuple[Unit, ...]


def main() -> None:
    """Write the event, the alignment and the questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=HERE.parent.parent)
    root: Path = parser.parse_args().into
    talks, alignment = make_talks()
    made = [*make_decks(), *talks, *make_reports(), *make_plain_files()]
    event = root / "corpus" / EVENT
    shutil.rmtree(event, ignore_errors=True)
    for file in made:
        target = event / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
    beside = root / "docs" / "demonstration"
    beside.mkdir(parents=True, exist_ok=True)
    text = json.dumps(alignment, ensure_ascii=False, indent=1)
    (beside / "alignement.json").write_text(text + "\n", encoding="utf-8")
    lines = (json.dumps(question, ensure_ascii=False) for question in make_questions(made))
    (beside / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_decks() -> list[Made]:
    """Make the slide decks; places are slides, or pages in a PDF."""
    made = []
    for path in _sources("diaporamas"):
        deck = read_deck(path)
        suffix = Path(deck.source.destination).suffix
        kind = "page" if suffix == ".pdf" else "slide"
        units = tuple(
            Unit(_slide_text(slide, with_notes=kind == "slide"), number, number)
            for number, slide in enumerate(deck.slides, start=1)
        )
        made.append(Made(deck.source.destination, DECK_WRITERS[suffix](deck), kind, units))
    return made


def make_talks() -> tuple[list[Made], dict[str, list[dict[str, float]]]]:
    """Make the transcripts, and the alignment of those that follow a deck.

    A recording is kept as `speak.py` wrote it, and gives its transcript its times.
    """
    made = []
    alignment = {}
    for path in _sources("transcriptions"):
        talk = read_talk(path)
        recorded = is_recorded(path.stem)
        cues = time_cues(talk, RECORDED_NOTICE if recorded else NOTICE)
        if recorded:
            cues = retime(cues, read_spans(path.stem, words_of(cues)))
            sound = (CORPUS / EVENT / recording_of(talk)).read_bytes()
            made.append(Made(recording_of(talk), sound, "second", ()))
        destination = talk.source.destination
        text = write_vtt(talk, cues) if destination.endswith(".vtt") else write_srt(cues)
        units = tuple(Unit(cue.text, cue.start / 1000, cue.end / 1000) for cue in cues)
        made.append(Made(destination, text.encode(), "second", units))
        if talk.speeches[0].slide:
            alignment[destination.split("/")[0]] = align(cues)
    return made, alignment


def make_reports() -> list[Made]:
    """Make the reports and the page; paragraphs count every block, a table being one."""
    made = []
    for path in _sources("rapports"):
        report = read_report(path)
        units = tuple(
            Unit(_block_text(block), number, number)
            for number, block in enumerate(report.blocks, start=1)
        )
        made.append(Made(report.source.destination, _write_report(report), "paragraph", units))
    return made


def make_plain_files() -> list[Made]:
    """Copy the files that are their own source; places are lines."""
    made = []
    for name, destination in PLAIN_FILES.items():
        content = (HERE / "pages" / name).read_bytes()
        lines = content.decode().splitlines()
        units = tuple(Unit(line, number, number) for number, line in enumerate(lines, start=1))
        made.append(Made(destination, content, "line", units))
    return made


def make_questions(made: Iterable[Made]) -> list[dict[str, object]]:
    """Find the places of each question's answers; fail where one is missing or ambiguous.

    A row without a question gives one more place to the question above, which has its id.
    """
    files = {file.path: file for file in made}
    questions: dict[str, dict[str, object]] = {}
    others: dict[str, list[dict[str, object]]] = defaultdict(list)
    with (HERE / "questions.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source, delimiter=";"):
            identifier = row["id"]
            if not row["question"]:
                if identifier != next(reversed(questions), None):
                    raise ValueError(f"{identifier}: a place without its question above")
                others[identifier].append(_answer(files, row))
                continue
            if identifier in questions:
                raise ValueError(f"{identifier}: asked twice")
            if row["kind"] not in (ANSWERABLE if row["document"] else UNANSWERABLE):
                raise ValueError(f"{identifier}: unexpected kind {row['kind']!r}")
            answer = _answer(files, row) if row["document"] else {"document": None}
            heading = {"id": identifier, "kind": row["kind"], "question": row["question"]}
            questions[identifier] = heading | answer
    for identifier, places in others.items():
        questions[identifier]["also"] = places
    return list(questions.values())


def _answer(files: Mapping[str, Made], row: Mapping[str, str]) -> dict[str, object]:
    """Return the document, the place and the words of an answer."""
    passage = row["passage"] or row["reponse"]
    if not row["reponse"] or row["reponse"] not in passage:
        raise ValueError(f"{row['id']}: the answer is not in its passage")
    file = files[row["document"]]
    first, last = _locate(file, passage, row["id"])
    return {
        "document": f"{EVENT}/{file.path}",
        "place": {"kind": file.kind, "first": first, "last": last},
        "answer": row["reponse"],
    }


def _locate(file: Made, passage: str, identifier: str) -> tuple[float, float]:
    """Return the first and last place of the only occurrence of `passage`."""
    whole = " ".join(unit.text for unit in file.units)
    count = whole.count(passage)
    if count != 1:
        raise ValueError(f"{identifier}: {passage!r} occurs {count} times in {file.path}")
    start = whole.index(passage)
    end = start + len(passage)
    touched = []
    offset = 0
    for unit in file.units:
        if offset < end and offset + len(unit.text) > start:
            touched.append(unit)
        offset += len(unit.text) + 1
    return touched[0].first, touched[-1].last


def _write_report(report: Report) -> bytes:
    suffix = Path(report.source.destination).suffix
    if suffix == ".html":
        return write_html(report).encode()
    return write_docx(report) if suffix == ".docx" else write_odt(report)


def _slide_text(slide: Slide, *, with_notes: bool) -> str:
    items = [item.text for item in slide.items]
    cells = [cell for row in slide.rows for cell in row]
    notes = [slide.notes] if with_notes else []
    return " ".join([slide.title, slide.subtitle, *items, *cells, *notes])


def _block_text(block: Block) -> str:
    return " ".join(cell for row in block.rows for cell in row) or block.text


def _sources(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.md"))


if __name__ == "__main__":
    main()
