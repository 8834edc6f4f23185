"""Headers and footers of the pages of a document: what they say, without the numbers of the pages.

In: their lines. Out: each line once, as text: a reference, a date of validity, an address. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: "page 3", "Page 3 sur 12", "p. 3/12", or what is left of it where a field had no value yet.
_NUMBERING = re.compile(
    r"\W{0,3}\b(?:pages?|p\.)\s{0,3}"
    r"(?:n° ?)?(?:\d{1,4}(?:\s{0,3}(?:/|sur|of|de)\s{0,3}\d{1,4})?\b\W{0,3}"
    r"|(?:/|sur|of|de)?\W{0,3}$)",
    re.IGNORECASE,
)


def margin_lines(lines: Iterable[str]) -> list[str]:
    """Return what headers and footers say, each line once, those without any word left out."""
    kept = (" ".join(_NUMBERING.sub(" ", " ".join(line.split())).split()) for line in lines)
    return list(dict.fromkeys(line for line in kept if any(map(str.isalpha, line))))
