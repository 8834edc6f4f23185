"""The demonstration event: complete, labelled as such, reproducible, and its questions true.

These tests read the files with general libraries only, not with the package's own readers;
`assistant.text` only tells which words of a question count.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from docx.table import Table
from lxml import etree, html
from pypdf import PdfReader

from assistant.text.analysis import terms
from tests.conftest import ROOT

SOURCES = ROOT / "docs" / "demonstration"
CORPUS = ROOT / "corpus"
EVENT = CORPUS / "forum-ia-demonstration"
FILES = sorted(path for path in EVENT.rglob("*") if path.is_file())
DOCUMENTS = [path for path in FILES if path.suffix != ".mp3"]  # see test_recordings.py
TRANSCRIPTS = [path for path in FILES if path.suffix in (".vtt", ".srt")]
DECKS = [path for path in FILES if path.suffix in (".pptx", ".odp", ".pdf")]
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
TIMES = re.compile(r"(\d+):(\d+):(\d+)[.,](\d+) --> (\d+):(\d+):(\d+)[.,](\d+)")

Unit = tuple[str, float, float]


def relative(path: Path) -> str:
    return path.relative_to(CORPUS).as_posix()


def squeeze(text: str) -> str:
    return " ".join(text.split())


def cues(path: Path) -> list[Unit]:
    """Read captions without their voice tags and role prefixes."""
    found: list[Unit] = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        if match := TIMES.search(block):
            numbers = [int(group) for group in match.groups()]
            start, end = (
                3600 * hours + 60 * minutes + seconds + milliseconds / 1000
                for hours, minutes, seconds, milliseconds in (numbers[:4], numbers[4:])
            )
            text = re.sub(r"<[^>]*>", "", block[match.end() :])
            if path.suffix == ".srt":
                text = re.sub(r"^\s*\w[\w, ]{3,50} : ", "", text)
            found.append((squeeze(text), start, end))
    return found


def opendocument(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("content.xml"))


def opendocument_paragraphs(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in (TEXT + "h", TEXT + "p"):
            yield "".join(child.itertext())
        elif child.tag == TABLE + "table":
            yield " ".join("".join(p.itertext()) for p in child.iter(TEXT + "p"))
        else:
            yield from opendocument_paragraphs(child)


def slide_texts(path: Path) -> Iterator[str]:
    for slide in pptx.Presentation(str(path)).slides:
        shapes: list[Any] = list(slide.shapes)
        parts = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
        tables = [shape.table for shape in shapes if shape.has_table]
        parts += [cell.text for table in tables for row in table.rows for cell in row.cells]
        notes: Any = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        yield " ".join([*parts, notes.text if notes is not None else ""])


def word_paragraphs(path: Path) -> Iterator[str]:
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            yield " ".join(cell.text for row in block.rows for cell in row.cells)
        else:
            yield block.text


def page_paragraphs(path: Path) -> Iterator[str]:
    tree: Any = html.fromstring(path.read_text(encoding="utf-8"))
    blocks = "self::h1 or self::h2 or self::p or self::li or self::table"
    for element in tree.xpath(f"//main//*[{blocks}]"):
        yield " ".join(element.itertext())


@cache
def units(path: Path) -> list[Unit]:
    """Read any file of the event as texts with their places."""
    if path.suffix in (".vtt", ".srt"):
        return cues(path)
    if path.suffix == ".pptx":
        texts = list(slide_texts(path))
    elif path.suffix == ".odp":
        pages = opendocument(path).iter(DRAW + "page")
        texts = [" ".join("".join(p.itertext()) for p in page.iter(TEXT + "p")) for page in pages]
    elif path.suffix == ".pdf":
        texts = [page.extract_text() for page in PdfReader(path).pages]
    elif path.suffix == ".odt":
        (body,) = opendocument(path).iter("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text")
        texts = list(opendocument_paragraphs(body))
    elif path.suffix == ".docx":
        texts = list(word_paragraphs(path))
    elif path.suffix == ".html":
        texts = list(page_paragraphs(path))
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [(squeeze(line), number, number) for number, line in enumerate(lines, start=1)]
    kept = texts if path.suffix in (".pptx", ".odp", ".pdf") else [t for t in texts if t.strip()]
    return [(squeeze(text), number, number) for number, text in enumerate(kept, start=1)]


def programme() -> list[dict[str, str]]:
    with (EVENT / "programme.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def questions() -> list[dict[str, Any]]:
    lines = (SOURCES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


ANSWERABLE = [question for question in questions() if question["document"]]


def test_the_programme_lists_four_talks_and_seven_workshops() -> None:
    types = [row["type"] for row in programme()]
    assert (types.count("conférence"), types.count("atelier"), len(types)) == (4, 7, 11)


def test_the_programme_and_the_folders_agree_and_no_session_is_empty() -> None:
    folders = {path.parent.name for path in FILES if path.parent != EVENT}
    assert folders == {row["seance"] for row in programme()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_each_file_says_that_it_is_a_demonstration(path: Path) -> None:
    text = " ".join(unit[0] for unit in units(path)).lower()
    assert "démonstration" in text
    assert "fictif" in text


def test_there_are_enough_files_of_each_kind() -> None:
    suffixes = [path.suffix for path in FILES]
    assert len(TRANSCRIPTS) >= 5
    assert (suffixes.count(".pptx"), suffixes.count(".odp"), suffixes.count(".pdf")) == (2, 2, 3)
    assert {".odt", ".docx", ".html", ".md", ".txt"} <= set(suffixes)
    assert sum(path.stat().st_size for path in DOCUMENTS) < 3_000_000


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=relative)
def test_a_transcript_lasts_ten_minutes_and_its_cues_never_overlap(path: Path) -> None:
    spoken = cues(path)
    assert spoken[-1][2] >= 600
    assert all(first[2] <= second[1] for first, second in pairwise(spoken))
    shortest = 1.5 if path.with_suffix(".mp3").exists() else 2
    assert all(shortest <= round(end - start, 3) <= 7 for _, start, end in spoken)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=relative)
def test_a_transcript_has_sixteen_hundred_words(path: Path) -> None:
    text = " ".join(unit[0] for unit in cues(path))
    assert len(re.findall(r"\w[\w'’-]*", text)) >= 1600


def test_at_least_three_transcripts_name_the_speakers_by_their_roles() -> None:
    roles = {role for row in programme() for role in row["intervenants"].split(" / ")}
    named = 0
    for path in TRANSCRIPTS:
        pattern = r"<v ([^>]+)>" if path.suffix == ".vtt" else r"^(\w[\w, ]{3,50}) : "
        voices = set(re.findall(pattern, path.read_text(encoding="utf-8"), re.MULTILINE))
        assert voices <= roles
        named += len(voices) >= 2
    assert named >= 3


@pytest.mark.parametrize("path", DECKS, ids=relative)
def test_a_deck_has_eight_to_fourteen_slides(path: Path) -> None:
    assert 8 <= len(units(path)) <= 14


@pytest.mark.parametrize("path", [p for p in DECKS if p.suffix == ".pptx"], ids=relative)
def test_every_pptx_slide_has_a_title_and_notes(path: Path) -> None:
    for slide in pptx.Presentation(str(path)).slides:
        title: Any = slide.shapes.title
        notes: Any = slide.notes_slide.notes_text_frame
        assert title.text
        assert notes.text


@pytest.mark.parametrize("path", [p for p in DECKS if p.suffix == ".odp"], ids=relative)
def test_every_odp_slide_has_a_title_and_notes(path: Path) -> None:
    for page in opendocument(path).iter(DRAW + "page"):
        frames = {frame.get(PRESENTATION + "class"): frame for frame in page.iter(DRAW + "frame")}
        assert squeeze("".join(frames["title"].itertext()))
        assert squeeze("".join(frames["notes"].itertext()))


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix in (".odt", ".odp")], ids=relative)
def test_an_opendocument_file_begins_with_its_stored_type(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_the_alignment_covers_each_talk_with_slides_that_exist() -> None:
    alignment = json.loads((SOURCES / "alignement.json").read_text(encoding="utf-8"))
    assert len(alignment) >= 3
    for session, spans in alignment.items():
        (deck,) = (path for path in DECKS if path.parent.name == session)
        (transcript,) = (path for path in TRANSCRIPTS if path.parent.name == session)
        assert {span["slide"] for span in spans} == set(range(1, len(units(deck)) + 1))
        assert spans[0]["first_second"] == 0
        assert spans[-1]["last_second"] == cues(transcript)[-1][2]
        assert all(one["last_second"] == two["first_second"] for one, two in pairwise(spans))


def content(path: Path) -> object:
    """Return what a file holds, as it is before compression: zlib's versions differ in bytes."""
    if path.suffix == ".pdf":
        return [page.extract_text() for page in PdfReader(path).pages]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return [(info, archive.read(info)) for info in archive.namelist()]
    return path.read_bytes()


def test_the_script_writes_the_files_kept(tmp_path: Path) -> None:
    command = [sys.executable, str(SOURCES / "build.py"), "--into", str(tmp_path)]
    subprocess.run(command, check=True, cwd=tmp_path)
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    kept = [*FILES, SOURCES / "alignement.json", SOURCES / "questions.jsonl"]
    assert set(made) == {path.relative_to(ROOT) for path in kept}
    different = [str(name) for name, path in made.items() if content(path) != content(ROOT / name)]
    assert different == []


def answers(question: dict[str, Any]) -> list[dict[str, Any]]:
    return [question, *question.get("also", [])]


def of_kind(kind: str) -> list[dict[str, Any]]:
    found = [question for question in questions() if question["kind"] == kind]
    assert found
    return found


def text_at(answer: dict[str, Any], around: float = 0) -> str:
    place = answer["place"]
    return " ".join(
        text
        for text, first, last in units(CORPUS / answer["document"])
        if first >= place["first"] - around and last <= place["last"] + around
    )


def test_there_are_two_hundred_answerable_questions_and_fifty_near_misses() -> None:
    kinds = [question["kind"] for question in questions() if not question["document"]]
    assert len(ANSWERABLE) >= 200
    assert sum(kind.startswith("near-") for kind in kinds) >= 50
    assert kinds.count("off-topic") >= 20
    assert len({question["id"] for question in questions()}) == len(questions())
    assert len({question["question"] for question in questions()}) == len(questions())


def test_every_session_is_asked_about_twelve_times() -> None:
    sessions = [question["document"].split("/")[1] for question in ANSWERABLE]
    assert all(sessions.count(row["seance"]) >= 12 for row in programme())


def test_a_paraphrase_shares_no_term_with_what_stands_around_its_answers() -> None:
    shared = {
        question["question"]: common
        for question in of_kind("paraphrase")
        for answer in answers(question)
        for seconds in [10 if answer["place"]["kind"] == "second" else 0]
        if (common := set(terms(question["question"])) & set(terms(text_at(answer, seconds))))
    }
    assert shared == {}


def test_a_question_without_accents_has_none() -> None:
    assert all(question["question"].isascii() for question in of_kind("accents"))


def test_a_question_across_sessions_is_answered_in_several() -> None:
    for question in of_kind("across"):
        documents = {answer["document"] for answer in answers(question)}
        assert len({document.rpartition("/")[0] for document in documents}) >= 2


def test_a_verbatim_question_is_asked_in_its_document() -> None:
    for question in of_kind("verbatim"):
        whole = " ".join(text for text, _, _ in units(CORPUS / question["document"]))
        assert question["question"] in whole


def test_no_place_is_given_twice_for_a_question() -> None:
    for question in ANSWERABLE:
        places = [(answer["document"], answer["place"]["first"]) for answer in answers(question)]
        assert len(set(places)) == len(places)


def test_questions_bear_on_every_kind_of_document() -> None:
    asked = {Path(question["document"]).suffix for question in ANSWERABLE}
    assert asked == {path.suffix for path in DOCUMENTS} - {".csv"}


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: str(question["id"]))
def test_each_gold_answer_stands_in_its_document_at_its_place(question: dict[str, Any]) -> None:
    for answer in answers(question):
        assert answer["answer"] in text_at(answer)
