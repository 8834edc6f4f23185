"""A question file → `Question`s, for measuring and calibrating.

One JSON object a line: `id`, `question`, `document` (its path under the corpus, null where nothing
answers), and, where they are known, `place`, `answer` (the gold words), `evidence` (the clause that
answers, word for word), `also` (what answers as well: a list of `{"document", "place", "answer",
"evidence"}`), `kind` (to report by), `title` (what the question is about: those that share it are
not independent) and `wording` (the fact asked for: those that share it ask it in other words).
Other keys are left alone.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from assistant.errors import QuestionError
from assistant.i18n import say
from assistant.records.documents import Place, PlaceKind
from assistant.records.hits import Hit
from assistant.text.analysis import words

#: How far from a gold second a passage may stand and still be right (DESIGN §5).
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Gold:
    """Where an answer stands: a document's id, and its place and words where they are known.

    `answer` are the words asked for, `evidence` the clause that they stand in.
    """

    document: str
    place: Place | None = None
    answer: str = ""
    evidence: str = ""

    def in_document(self, hit: Hit) -> bool:
        """Tell whether a hit is of this document."""
        return hit.passage.document_id == self.document

    def at_place(self, hit: Hit) -> bool:
        """Tell whether a hit is of this document, and of this place where that is known."""
        if not self.in_document(hit) or self.place is None:
            return self.in_document(hit)
        tolerance = SECONDS if self.place.kind == "second" else 0.0
        return hit.passage.place.overlaps(self.place, tolerance)

    def in_text(self, hit: Hit) -> bool:
        """Tell whether a hit is of this document, and its text holds the evidence."""
        wanted = _spaced(self.evidence)
        return (
            bool(wanted.strip()) and self.in_document(hit) and wanted in _spaced(hit.passage.text)
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose right answer is known. `golds` is empty where the corpus has none."""

    id: str
    text: str
    golds: tuple[Gold, ...]
    kind: str = ""
    title: str = ""
    wording: str = ""
    line: int = 0

    @property
    def answerable(self) -> bool:
        """Tell whether the corpus answers."""
        return bool(self.golds)

    def document_rank(self, hits: Iterable[Hit]) -> int:
        """Return the rank of the first hit of a right document, 0 if there is none."""
        return next((hit.rank for hit in hits if any(g.in_document(hit) for g in self.golds)), 0)

    def place_rank(self, hits: Iterable[Hit]) -> int | None:
        """Return the rank of the first hit at a right place; None where no place is known."""
        if not any(gold.place for gold in self.golds):
            return None
        return next((hit.rank for hit in hits if any(g.at_place(hit) for g in self.golds)), 0)

    def evidence_rank(self, hits: Iterable[Hit]) -> int | None:
        """Return the rank of the first hit that holds the evidence; None where none is known."""
        if not any(gold.evidence for gold in self.golds):
            return None
        return next((hit.rank for hit in hits if any(g.in_text(hit) for g in self.golds)), 0)

    def is_quoted(self, quotes: Iterable[str]) -> bool | None:
        """Tell whether the words of a gold answer stand in the quotes; None if it has none."""
        wanted = [gold for gold in (_spaced(one.answer) for one in self.golds) if gold.strip()]
        if not wanted:
            return None
        quoted = _spaced(" ".join(quotes))
        return any(gold in quoted for gold in wanted)


def _spaced(text: str) -> str:
    """Return the words of a text between spaces: "100" doesn't hold "10"."""
    return f" {' '.join(words(text))} "


class _BadLineError(ValueError):
    """What is wrong with a line, as a message's name in the section "evaluation"."""

    def __init__(self, name: str, /, **values: object) -> None:
        self.cause = say(f"evaluation.{name}", **values)
        super().__init__(self.cause)


def read_questions(path: Path, *, prefix: str = "") -> tuple[Question, ...]:
    """Return the questions of a file; `prefix` goes before the documents' paths.

    Raises QuestionError, which names the file, the line and what is wrong with it.
    """
    questions: list[Question] = []
    lines_by_id: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            question = _question(_object(line), number, prefix)
            if question.id in lines_by_id:
                raise _BadLineError("twice", id=question.id, line=lines_by_id[question.id])
        except _BadLineError as e:
            raise bad_line(path, number, e.cause) from e
        lines_by_id[question.id] = number
        questions.append(question)
    if not questions:
        raise QuestionError("questions_none", path=path)
    return tuple(questions)


def bad_line(path: Path, line: int, cause: object) -> QuestionError:
    """Return the error that says what is wrong with a line of a question file."""
    return QuestionError("questions_bad_line", path=path, line=line, cause=cause)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, by their number from 1."""
    try:
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as e:
        raise QuestionError("questions_unreadable", path=path, cause=e.strerror or e) from e
    # Not `splitlines`, which also cuts at characters that JSON allows inside a text.
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError as e:
            raise bad_line(path, number, say("evaluation.not_utf8")) from e
        if text:
            yield number, text


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as e:
        raise _BadLineError("not_json", column=e.colno) from e
    except (ValueError, RecursionError) as e:  # a number of thousands of digits, endless brackets
        raise _BadLineError("not_json", column=1) from e
    if not isinstance(found, dict):
        raise _BadLineError("not_an_object")
    return found


def _question(found: dict[str, Any], line: int, prefix: str) -> Question:
    for name in ("id", "question"):
        if not isinstance(found.get(name), str) or not found[name].strip():
            raise _BadLineError("text_missing", name=name)
    golds: tuple[Gold, ...] = ()
    if "document" not in found:
        raise _BadLineError("document_missing")
    if found["document"] is not None:
        also = found.get("also") or []
        if not isinstance(also, list) or not all(isinstance(one, dict) for one in also):
            raise _BadLineError("also_wrong")
        golds = tuple(_gold(one, prefix) for one in (found, *also))
    elif found.get("place") is not None:
        raise _BadLineError("place_without_document")
    return Question(
        id=found["id"],
        text=found["question"],
        golds=golds,
        kind=_optional_text(found, "kind"),
        title=_optional_text(found, "title"),
        wording=_optional_text(found, "wording"),
        line=line,
    )


def _optional_text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise _BadLineError("not_text", name=name)
    return (value or "").strip()


def _gold(found: dict[str, Any], prefix: str) -> Gold:
    document = found.get("document")
    if not isinstance(document, str) or not document.strip():
        raise _BadLineError("document_wrong")
    place = found.get("place")
    id_ = unicodedata.normalize("NFC", prefix + document)
    known = None if place is None else _place(place)
    return Gold(id_, known, _optional_text(found, "answer"), _optional_text(found, "evidence"))


def _place(found: Any) -> Place:
    kinds = get_args(PlaceKind)
    if not isinstance(found, dict) or found.get("kind") not in kinds:
        raise _BadLineError("place_kind", known=", ".join(kinds))
    ends: list[Any] = [found.get("first"), found.get("last")]
    if not all(_is_number(end) for end in ends):
        raise _BadLineError("place_numbers")
    if ends[0] > ends[1]:
        raise _BadLineError("place_reversed", first=ends[0], last=ends[1])
    return Place(found["kind"], *ends)


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)  # JSON's 1e400 reads as infinite
    return isinstance(value, int) and not isinstance(value, bool)
