"""Which excerpts of a theme are shown."""

from __future__ import annotations

import numpy as np

from assistant.records import Hit, Passage, Place
from assistant.retrieval.overviews.candidates import CandidateExcerpt
from assistant.retrieval.overviews.choosing import choose


def candidate(text: str, score: float, *lies: float) -> CandidateExcerpt:
    """Return a passage as an excerpt, of words that no other has; its vector is given."""
    passage = Passage(f"e/s/{text}.txt", 0, text, "", Place("line", 1, 1), len(text.split()))
    hit = Hit(passage, "Titre", 1, 0.9, 0.85, 0.85, 0.5)
    vector = np.array(lies, np.float32)
    return CandidateExcerpt(hit, 0, len(text), text, score, frozenset(text.split()), vector)


def test_what_is_near_in_meaning_to_what_is_chosen_comes_after_what_is_not() -> None:
    first = candidate("bruit des bars", 1.0, 1.0, 0.0)
    near = candidate("vacarme nocturne", 0.6, 0.95, 0.3122)
    other = candidate("plan municipal", 0.3, 0.6, 0.8)
    assert choose([first, near, other], most=2) == [first, other]
    # What tells more comes first all the same, and nothing is lost where there is room.
    assert choose([near, other], most=1) == [near]
    assert choose([first, near, other]) == [first, other, near]
