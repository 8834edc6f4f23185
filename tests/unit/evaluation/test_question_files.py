"""Question files: what is read, and what is said of a bad line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import QuestionError
from assistant.evaluation.question_files import Gold, Question, read_questions
from assistant.records import Hit, Passage, Place
from tests.conftest import ROOT

GOOD: dict[str, Any] = {"id": "q1", "question": "Combien ?", "document": "forum/a.txt"}
PLACE = {"kind": "page", "first": 2, "last": 3}


def write(folder: Path, *lines: str | bytes | dict[str, Any]) -> Path:
    path = folder / "questions.jsonl"
    raw = [json.dumps(one).encode() if isinstance(one, dict) else one for one in lines]
    path.write_bytes(b"\n".join(one.encode() if isinstance(one, str) else one for one in raw))
    return path


def hit(rank: int, document: str, place: Place) -> Hit:
    return Hit(Passage(document, 0, "texte", "", place, 1), "titre", rank, 0, 0, 0, 0)


def test_a_question_has_what_its_line_says(tmp_path: Path) -> None:
    other = {"document": "forum/b.txt", "place": PLACE, "answer": "deux"}
    line = GOOD | {"place": PLACE, "answer": "trois", "kind": "figure", "also": [other], "x": 1}
    (question,) = read_questions(write(tmp_path, line))
    place = Place("page", 2, 3)
    golds = (Gold("forum/a.txt", place, "trois"), Gold("forum/b.txt", place, "deux"))
    assert question == Question("q1", "Combien ?", golds, kind="figure", line=1)


def test_evidence_is_found_word_for_word_in_its_document_alone(tmp_path: Path) -> None:
    line = GOOD | {"evidence": "On jette 12 kg de pain.", "wording": "pain"}
    (question,) = read_questions(write(tmp_path, line))
    passages = [
        ("forum/b.txt", "Ici, on jette 12 kg de pain."),
        ("forum/a.txt", "On jette du pain."),
        ("forum/a.txt", "À la cantine,\non jette 12 kg de pain chaque jour."),
    ]
    hits = [
        replace(hit(rank, document, Place("page", 1, 1)), passage=Passage(
            document, 0, text, "", Place("page", 1, 1), 1))
        for rank, (document, text) in enumerate(passages, start=1)
    ]  # fmt: skip
    assert question.evidence_rank(hits) == 3
    assert question.evidence_rank(hits[:2]) == 0
    assert question.wording == "pain"


def test_where_no_evidence_is_known_it_has_no_rank(tmp_path: Path) -> None:
    (question,) = read_questions(write(tmp_path, GOOD))
    assert question.evidence_rank([]) is None


def test_a_question_without_a_document_is_unanswerable(tmp_path: Path) -> None:
    (question,) = read_questions(write(tmp_path, GOOD | {"document": None, "answer": None}))
    assert not question.answerable


def test_blank_lines_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    text = json.dumps(GOOD, ensure_ascii=False).encode()
    separator = json.dumps(GOOD | {"id": "q2", "question": "a\u2028b"}, ensure_ascii=False)
    found = read_questions(write(tmp_path, b"\xef\xbb\xbf" + text + b"\r", "", separator))
    assert [(one.id, one.line) for one in found] == [("q1", 1), ("q2", 3)]


def test_a_prefix_goes_before_every_document(tmp_path: Path) -> None:
    line = GOOD | {"also": [{"document": "b.txt"}]}
    (question,) = read_questions(write(tmp_path, line), prefix="piaf/")
    assert [one.document for one in question.golds] == ["piaf/forum/a.txt", "piaf/b.txt"]


def test_documents_are_named_as_the_index_names_them(tmp_path: Path) -> None:
    (question,) = read_questions(write(tmp_path, GOOD | {"document": "e\u0301te\u0301.txt"}))
    assert question.golds[0].document == "été.txt"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "q2", ', "JSON"),
        ("[" * 100_000, "JSON"),
        ("1" * 10_000, "JSON"),
        ("[]", "objet JSON"),
        (b'{"id": "\xe9"}', "UTF-8"),
        ({"id": "q2", "document": None}, "« question »"),
        (GOOD | {"id": 2}, "« id »"),
        (GOOD | {"question": "  "}, "« question »"),
        (GOOD, "déjà celui de la ligne 1"),
        ({"id": "q2", "question": "Quoi ?"}, "« document » manque"),
        (GOOD | {"id": "q2", "document": 7}, "pas un chemin"),
        (GOOD | {"id": "q2", "document": ""}, "pas un chemin"),
        (GOOD | {"id": "q2", "answer": 7}, "« answer »"),
        (GOOD | {"id": "q2", "also": "b.txt"}, "« also »"),
        (GOOD | {"id": "q2", "also": [{}]}, "pas un chemin"),
        (GOOD | {"id": "q2", "document": None, "place": PLACE}, "null"),
        (GOOD | {"id": "q2", "place": [2, 3]}, "page, slide"),
        (GOOD | {"id": "q2", "place": PLACE | {"kind": "folio"}}, "page, slide"),
        (GOOD | {"id": "q2", "place": PLACE | {"kind": ["page"]}}, "page, slide"),
        (GOOD | {"id": "q2", "place": {"kind": "page", "first": 2}}, "nombres"),
        (GOOD | {"id": "q2", "place": PLACE | {"first": True}}, "nombres"),
        (GOOD | {"id": "q2", "place": PLACE | {"last": float("inf")}}, "nombres"),
        (GOOD | {"id": "q2", "place": PLACE | {"last": 1}}, "après sa fin"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(
    tmp_path: Path, line: str | bytes | dict[str, Any], said: str
) -> None:
    path = write(tmp_path, GOOD, "", line)
    with pytest.raises(QuestionError) as caught:
        read_questions(path)
    assert f"{path}, ligne 3" in str(caught.value)
    assert said in str(caught.value)
    assert "ligne 3" in caught.value.remedy


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_questions_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(QuestionError, match="vide"):
        read_questions(write(tmp_path, content))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QuestionError) as caught:
        read_questions(tmp_path / "absent.jsonl")
    assert caught.value.remedy


def test_the_questions_of_the_demonstration_can_be_read() -> None:
    found = read_questions(ROOT / "docs/demonstration/questions.jsonl")
    assert all(question.golds[0].place for question in found if question.answerable)


# --- What is right -----------------------------------------------------------------------------

SECOND = Question("q", "?", (Gold("a", Place("second", 100, 110)),))


@pytest.mark.parametrize(
    ("place", "rank"),
    [
        pytest.param(Place("second", 60, 80), 1, id="twenty seconds before"),
        pytest.param(Place("second", 130, 140), 1, id="twenty seconds after"),
        pytest.param(Place("second", 60, 79), 0, id="more before"),
        pytest.param(Place("page", 100, 110), 0, id="another kind"),
    ],
)
def test_a_second_may_be_twenty_seconds_off(place: Place, rank: int) -> None:
    assert SECOND.place_rank([hit(1, "a", place)]) == rank


def test_ranks_are_those_of_the_first_right_hit() -> None:
    question = Question("q", "?", (Gold("a", Place("page", 2, 2)), Gold("b", Place("page", 9, 9))))
    hits = [
        hit(1, "c", Place("page", 2, 2)),
        hit(2, "a", Place("page", 1, 1)),
        hit(3, "b", Place("page", 8, 9)),
        hit(4, "a", Place("page", 2, 2)),
    ]
    assert question.document_rank(hits) == 2
    assert question.place_rank(hits) == 3
    assert question.place_rank(hits[:2]) == 0


def test_a_place_that_is_not_known_is_not_measured() -> None:
    assert Question("q", "?", (Gold("a"),)).place_rank([hit(1, "a", Place("page", 1, 1))]) is None


@pytest.mark.parametrize(
    ("quotes", "found"),
    [
        (["Il a coûté 18 600 €, en tout."], True),
        (["Il a coûté 118 600 €."], False),
        (["Rien."], False),
        ([], False),
        (["C'est", "non."], False),
        (["C'est bien", "l'autre réponse !"], True),
    ],
)
def test_gold_words_are_found_whole_in_the_quotes(quotes: list[str], found: bool) -> None:
    golds = (Gold("a", answer="18600 €"), Gold("b", answer="L’autre réponse"))
    assert Question("q", "?", golds).is_quoted(quotes) is found


def test_quotes_are_not_judged_without_gold_words() -> None:
    assert Question("q", "?", (Gold("a", answer="%"),)).is_quoted(["10 %"]) is None
