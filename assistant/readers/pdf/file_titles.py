"""Which titles that a PDF states, or seems to, are the title of all of it. Pure.

In: a title of its metadata and the texts of its pages, or the heading of a page. Out: whether it
names the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from assistant.text.folding import fold

#: What programs for posters call a template, which stays the title of what is made with it, and
#: the pages that may say it.
_TEMPLATE = re.compile(
    r"(?:[A-Z][a-z]{1,20} (?:and )?){2,8}"
    r"(?:Infographic|Presentation|Poster|Flyer|Brochure|Newsletter|Proposal|Report|Template)"
)
_TITLE_PAGES = 10
_CONTENTS = frozenset({"sommaire", "table des matieres", "contents", "table of contents"})


def is_its_own(title: str, texts: Mapping[int, str]) -> bool:
    """Tell whether a stated title is the file's: a template's name shares no word with the pages.

    `texts` are those of its pages, from 0.
    """
    if not _TEMPLATE.fullmatch(title):
        return True
    said = fold(" ".join(texts[at] for at in islice(texts, _TITLE_PAGES)))
    return any(word in said for word in fold(title).split() if len(word) > 3)


def heads_contents(heading: str) -> bool:
    """Tell whether a heading heads a list of the others: none from there on names all."""
    return fold(heading) in _CONTENTS
