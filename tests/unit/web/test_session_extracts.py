"""Excerpts laid out: a slide's own title stands over its lines, and nothing is said twice."""

from __future__ import annotations

import pytest

from assistant.records import Citation, Passage, Place
from assistant.web.sessions.extracts import title_and_body

TEXT = "Pour quoi faire ?\nRésumer : 38 %\nTraduire : 14 %"


def _cited(heading: str, start: int = 0) -> Citation:
    context = f"Le forum › L'atelier › {heading}"
    passage = Passage("f/a/d.pptx", 1, TEXT, context, Place("slide", 3, 3), 9)
    return Citation(1, passage, "L'atelier", start, len(TEXT))


FACTS = {"event_title": "Le forum", "session_title": "L'atelier"}


@pytest.mark.parametrize(
    ("cited", "title"),
    [
        (_cited("Pour quoi faire ?"), "Pour quoi faire ?"),
        (_cited("Les usages"), ""),
        (_cited("Pour quoi faire ?", start=18), ""),
    ],
    ids=["its heading", "another heading", "its lines alone"],
)
def test_a_heading_that_is_quoted_is_a_title(cited: Citation, title: str) -> None:
    found, body = title_and_body(cited, FACTS)
    assert found == title
    assert body == cited.quote.removeprefix(f"{title}\n")
