"""Words cut at the end of a line or of a page are put together again. Pure.

In: the text of a page. Out: the same, "aménage-/ment" as one word, "rez-de-/chaussée" with its
hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_HYPHENATED = re.compile(r"(-?)\b(\w{1,40})-\n[ \t]{0,8}(\w{1,40})")
_COMPOUND = re.compile(r"\b\w{1,40}-\w{1,40}\b")
#: A word that a page cuts, at its end, and the rest of one, at its beginning.
_CUT = re.compile(r"(?:^|[\s('’«-])(\w{1,40})-$")
_REST = re.compile(r"([^\W\d_]{2,40})([.,;:!?…)»]{0,3})(?=\s|$)")
#: What follows a hyphen that belongs to the word: dit-il, celui-ci, peut-être, eux-mêmes.
_AFTER_HYPHEN = frozenset(
    """il elle ils elles on je tu nous vous ce ci là la le les lui leur leurs y en moi toi être
    même mêmes t""".split()
)
#: What begins compounds, and is hardly ever where a word is cut: sous-préfet, but entre-prise.
_BEFORE_HYPHEN = frozenset(
    """après arrière avant beau belle chef cinquante compte demi deux dix essuie ex garde grand hors
    lave nord non peut porte presque prêt quarante quasi quatre saint sainte sans semi social socio
    soi soixante sous sud tiers tire tout trente trois vice vingt""".split()
)
#: Other compounds that people write, by their two parts; a file may have its own.
_KNOWN = frozenset(
    f"{before}-{after}"
    for before, afters in {
        "centre": "ville villes bourg",
        "rond": "point",
        "mot": "clé clés",
        "mots": "clés clefs",
        "rendez": "vous",
        "procès": "verbal verbaux",
        "savoir": "faire être",
        "plus": "value values",
        "moins": "value values",
        "mi": "temps parcours chemin saison journée juin juillet mai mars août septembre",
        "main": "forte courante levée",
        "plein": "air temps emploi",
        "temps": "plein",
        "libre": "service échange",
        "trop": "perçu perçus plein",
        "petit": "déjeuner déjeuners",
        "petits": "déjeuners enfants",
        "état": "major civil",
        "haut": "débit parleur parleurs",
        "bas": "côté côtés",
        "bien": "être fondé fondés",
        "mieux": "être disant",
        "mal": "être logement",
        "chauffe": "eau eaux",
        "coupe": "feu",
        "pare": "feu feux brise",
        "quelques": "uns unes",
        "aide": "mémoire soignant soignante soignants soignantes",
        "auto": "école entrepreneur entrepreneurs évaluation",
        "entre": "deux temps",
        "prud": "hommes",
        "sapeur": "pompier",
        "sapeurs": "pompiers",
        "éco": "quartier quartiers responsable responsables conception gestes citoyen",
        "inter": "services",
        "ayant": "droit droits cause",
        "ayants": "droit cause",
        "aller": "retour",
        "grands": "parents pères mères",
        "café": "débat théâtre concert restaurant",
        "ciné": "débat club",
        "espace": "temps",
    }.items()
    for after in afters.split()
)


#: What goes on within the names of places, before another hyphen: "Villeneuve-" / "sur-Lot".
_LINKS = frozenset("sur sous en lès lez de du des et à au aux près devant d l".split())


def compounds_in(text: str) -> set[str]:
    """Return the compound words of a text, in small letters."""
    return {word.lower() for word in _COMPOUND.findall(text)}


def dehyphenated(text: str, compounds: Collection[str]) -> str:
    """Return a text whose words are no longer cut at line ends; `compounds` keep their hyphen."""

    def joined(found: re.Match[str]) -> str:
        begun, before, after = found.groups()
        if not after[0].islower() or before[-1].isdigit():
            return f"{begun}{before}-{after}" if after[0].isalnum() else found[0]
        linked = after in _LINKS and text[found.end() : found.end() + 1] in ("-", "'", "’")
        return begun + (f"{before}-{after}" if linked else _word(begun, before, after, compounds))

    return _HYPHENATED.sub(joined, text)


def _word(begun: str, before: str, after: str, compounds: Collection[str]) -> str:
    """Return both parts as one word: "rez-de-" goes on with a hyphen, so does "sous-"."""
    whole = f"{before}-{after}"
    keep = (
        bool(begun)
        or after.lower() in _AFTER_HYPHEN
        or before.lower() in _BEFORE_HYPHEN
        or whole.lower() in _KNOWN
        or whole.lower() in compounds
    )
    return whole if keep else before + after


def over_pages(last: str, following: str, compounds: Collection[str]) -> tuple[str, str] | None:
    """Return a page's last line with the end of the word that it cuts, and that end.

    None where it cuts none, or where the next page doesn't begin with the rest of one.
    """
    cut, rest = _CUT.search(last), _REST.match(following)
    if cut is None or rest is None or not rest[1][0].islower() or cut[1][-1].isdigit():
        return None
    begun = last[: cut.start(1)]
    word = _word("-" if begun.endswith("-") else "", cut[1], rest[1], compounds)
    return begun + word + rest[2], rest[0]
