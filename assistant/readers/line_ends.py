"""Lines without an end of their own: they go on with the next, whatever it begins with. Pure."""

from __future__ import annotations

import re

#: What ends no line: a preposition, an article, a number word before its figure.
_UNENDED = re.compile(
    r"(?:^|[\s(’'-])(?:à|aux?|d[eu]|des|l[ae]|les|une?|en|par|pour|sur|sous|dans|avec|sans|chez|vers"
    r"|entre|jusqu['’](?:à|aux?|en)|dès|depuis|et|ou|que|qui|dont|n°|soit|environ|contre|selon"
    r"|ce|cet|cette|ces|son|sa|ses|leurs?|notre|nos|votre|vos)$"
)
#: Votes end so: "11 voix pour", "2 contre".
_VOTED = re.compile(r"(?:\d|voix|votes?) (?:pour|contre)$")
_MOST_BRACKETED = 200


def is_unended(line: str) -> bool:
    """Tell whether a line ends with a word that no sentence ends with: "aide jusqu'à"."""
    lower = line.lower()
    return _UNENDED.search(lower) is not None and _VOTED.search(lower) is None


def is_open(text: str) -> bool:
    """Tell whether a bracket was opened not long ago and is not closed yet."""
    opened = text.rfind("(")
    return opened > text.rfind(")") and len(text) - opened <= _MOST_BRACKETED
