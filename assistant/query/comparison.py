"""What is compared: "Compare le bruit et le tri" → "le bruit", "le tri". Pure, by form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.query.intent import Inquiry

#: Of two sessions each is summed up: "quelle différence entre l'atelier 4 et l'atelier 6".
_SESSION = (
    r"(?:l['’]|la |le |the )?(?:atelier|conférence|séance|session|table ronde|workshop|talk)\b"
)
_PARTED = re.compile(
    r"\b(?:différences?|rapport|points? communs?|differences?)\s+(?:entre|between)"
    rf"\s+(?P<one>{_SESSION}[^?.]{{2,80}}?)\s+(?:et|and)\s+(?P<other>{_SESSION}[^?.]{{2,80}}?)"
    r"[\s?.!]*$",
    re.IGNORECASE,
)
#: "Quelle différence entre le gaz et le bois ?" is no such form: one sentence may tell both apart.
_COMPARED = re.compile(
    r"(?:\bcompare[rz]?|\bcomparaison (?:entre|de)|\bcomparison (?:of|between)"
    r"|\b(?:points?\s+communs?|ressemblances?|similitudes?)\s+(?:entre|de)"
    r"|\b(?:ont|avaient)\s+(?:de\s+|en\s+)?commun)"
    r"\s+(?P<one>.{2,100}?)\s+(?:et|avec|à|au|aux|and|with|to|versus|vs)\s+(?P<other>.{2,100}?)"
    r"[\s?.!]*$",
    re.IGNORECASE,
)
#: "Celui des déchets" is nothing by itself; before and after are no sides that are spoken of.
_LEANS = re.compile(
    r"(?:celui|celle|ceux|celles|that|those|avant|après|apres|before|after)\b", re.I
)


def sides_of(question: str) -> tuple[str, str] | None:
    """Return the two sides of a comparison, as typed; None where it states none."""
    found = _COMPARED.search(question) or _PARTED.search(question)
    if found is None or any(map(_LEANS.match, found.groups())):
        return None
    return found["one"], found["other"]


def side_inquiries(sides: tuple[str, str]) -> Iterator[Inquiry]:
    """Yield what is asked of each side: a session's summary where it has a number, an overview."""
    for side in sides:
        if any(map(str.isdigit, side)):
            yield Inquiry("summary", side, subject=side)
        else:
            yield Inquiry("overview", side)
