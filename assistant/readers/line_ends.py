"""Lines without an end of their own: they go on with the next, whatever it begins with. Pure."""

from __future__ import annotations

import re

#: What ends no line: a preposition, an article, a number word before its figure; the votes for
#: something ("11 voix pour") end one.
_UNENDED = re.compile(
    r"(?:^|[\s(’'-])(?:à|aux?|d[eu]|des|l[ae]|les|une?|en|par|(?<!\d\s)(?<!voix\s)pour|sur|sous|dans|avec|sans|chez|vers"
    r"|entre|jusqu['’](?:à|aux?|en)|dès|depuis|et|ou|que|qui|dont|n°|soit|environ|contre|selon"
    r"|ce|cet|cette|ces|son|sa|ses|leurs?|notre|nos|votre|vos)$"
)
_MOST_BRACKETED = 200


def is_unended(line: str) -> bool:
    """Tell whether a line ends with a word that no sentence ends with: "aide jusqu'à"."""
    return _UNENDED.search(line.lower()) is not None


def is_open(text: str) -> bool:
    """Tell whether a bracket was opened not long ago and is not closed yet."""
    opened = text.rfind("(")
    return opened > text.rfind(")") and len(text) - opened <= _MOST_BRACKETED
