"""Whether a broad question is answered, and by what."""

from __future__ import annotations

from assistant.records import Citation, Passage, Place
from assistant.retrieval.answers.broad import gathers
from assistant.retrieval.overviews.choosing import MOST_EXCERPTS, MOST_WORDS, fitting_points


def point(words: int) -> Citation:
    text = " ".join(["mot"] * words)
    passage = Passage("e/s/a.txt", 0, text, "", Place("line", 1, 1), words)
    return Citation(1, passage, "Titre", 0, len(text))


def test_points_of_a_sheet_are_numbered_and_as_many_as_an_overview_has() -> None:
    found = list(fitting_points([point(5)] * 20))
    assert [cited.number for cited in found] == list(range(1, MOST_EXCERPTS + 1))
    assert found[-1].numbered.endswith(f"[{MOST_EXCERPTS}]")
    assert list(fitting_points([])) == []


def test_points_are_no_longer_together_than_an_overview_but_one_is_shown() -> None:
    assert len(list(fitting_points([point(MOST_WORDS)] * 2))) == 1
    assert len(list(fitting_points([point(MOST_WORDS + 50)]))) == 1


def test_a_list_is_gathered_where_an_excerpt_names_what_is_listed() -> None:
    text = "Les dangers du bain : le froid, la vase."
    passage = Passage("e/s/a.txt", 0, text, "", Place("line", 1, 1), 9)
    cited = [Citation(1, passage, "Titre", 0, len(text))]
    assert gathers("quels sont les principaux dangers du bain", cited)
    assert not gathers("quels sont les coûts du bain", cited)
