"""Speakers' names at the start of a line, told apart from the start of a sentence.

In: a line. Out: a name and where the speech after it begins. Shared by captions and plain
transcripts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_CIVILITY = (
    r"(?:MM?\.|M(?:me|ME)[sS]?\.?|M(?:lle|LLE)[sS]?\.?|Mgr|Dre?\.?|Pr\.?"
    r"|Monsieur|MONSIEUR|Madame|MADAME|Mademoiselle)"
)
#: Who speaks in an assembly: no sentence ends right after such a title.
_OFFICE = (
    r"(?:premi(?:er|ère)\s)?(?:vice-)?(?:maire|présidente?(?: de séance)?|rapporteu(?:re?|se)"
    r"|adjointe?(?: au maire)?|secrétaire(?: de séance)?|ministre|préfète?"
    r"|direct(?:eur|rice)(?: générale?(?: des services)?)?)"
)
#: In what capacity: "M. Petit, rapporteur. Le texte…".
_AS = r",\s[^:<>.!?;«»\"\n]{2,60}"
_PROPER = r"[A-ZÀ-Ý][\w'’-]{1,30}"
#: A voice that nobody named yet.
_NUMBERED = (
    r"(?:speaker|spk|locut(?:eur|rice)|intervenante?|interlocut(?:eur|rice)|voix|voice)"
    r"[ _-]?\d{1,3}"
)
#: "Mme Durand (groupe Ensemble) :", "Le Président :", alone on its line, what is said below.
_ALONE = re.compile(
    rf"((?:{_CIVILITY}\s[^\W\d_]|(?:le|la|l['’])\s?{_OFFICE}\b)[^:<>.!?;«»\"\n]{{0,59}}?)\s?:\s{{0,9}}$",
    re.IGNORECASE,
)
#: How a line begins with who speaks: "Nom : texte", "M. le Maire : texte", as people type it;
#: "M. LE MAIRE. – texte", "M. le président. Texte", "Mme Anne Durand. Texte", as minutes are
#: printed; "[SPEAKER_00]: texte", "(speaker 0) texte", "[Nom] texte", as transcribers write it.
_FORMS = (
    re.compile(
        rf"(?:[-–—]\s{{1,3}})?((?:{_CIVILITY}\s)?[^\W\d_][^:<>.!?;«»\"\n]{{0,59}}+):\s{{1,9}}(?=\S)"
    ),
    re.compile(
        rf"({_CIVILITY}\s[^\W\d_][^:<>.!?;«»\"\n]{{0,59}}?)\s?\.?\s?[–—-]{{1,2}}\s{{1,9}}(?=\S)"
    ),
    re.compile(
        rf"({_CIVILITY}\s(?:le|la|l['’])\s?{_OFFICE}(?:{_AS})?)\.\s{{1,9}}(?=[A-ZÀ-Ý])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"({_CIVILITY}(?:(?:\s{_PROPER}){{2,4}}(?:{_AS})?|\s{_PROPER}{_AS}|\s[A-ZÀ-Ý'’-]{{2,30}}))"
        r"\.\s{1,9}(?=[A-ZÀ-Ý])",
    ),
    _ALONE,
    re.compile(rf"({_NUMBERED})\s[–—-]\s{{1,9}}(?=\S)", re.IGNORECASE),
    re.compile(
        rf"[\[(]((?:{_CIVILITY}\s)?[^\W\d_][^\[\]():<>.!?;«»\"\n]{{0,59}})[\])]\s?:?\s{{0,9}}(?=\S)"
    ),
)
#: Of each form, the small letters or signs that it may begin with ("" for any), and whether it has
#: a colon: it is asked of every line of every transcript.
_HINTS = tuple(
    zip(
        _FORMS,
        ("", "mdp", "mdp", "mdp", "mdpl", "sliv", "[("),
        (True, False, False, False, True, False, False),
        strict=True,
    )
)
#: What stands in brackets and is heard, not a name.
_HEARD = re.compile(
    r"applaud|music|musi|rire|laugh|silence|inaudible|bruit|brouhaha|coupure|pause|noise|fin\b"
    r"|début|suite|note|blank|cross|indistinct|micro|vidéo|video",
    re.IGNORECASE,
)
#: Starts of lines that read like a name and are not one.
_NOT_NAMES = frozenset(
    """note notes exemple exemples remarque remarques attention conclusion titre date lieu
    participants participantes intervenants intervenantes orateurs oratrices animateurs animatrices
    journalistes présents absents excusés
    durée licence source sources résumé important rappel bref objet sujet thème question réponse par
    je tu il elle on nous vous ils elles ce ça cela c'est et mais donc or car alors parce si que
    qui comme quand puis après d'abord ensuite enfin voilà voici deuxièmement
    premièrement""".split()
)
#: What minutes state between speeches, and nobody says: "Pour : 21 voix", "Délibération n° 12 : …".
_FIELDS = frozenset(
    """pour contre abstention abstentions votants inscrits suffrages exprimés blancs nuls unanimité
    quorum vote votes scrutin procuration procurations pouvoirs délibération délibérations décision
    décisions motion amendement rapport annexe annexes article résultat résultats""".split()
)
#: Roles that are a speaker's name even where they are met once.
_ROLES = re.compile(
    r"^(?:intervenant|animat(?:eur|rice)|participant|modérat(?:eur|rice)|orat(?:eur|rice)"
    r"|présentat(?:eur|rice)|interprète|journaliste|public\b|voix off|voix dans la salle"
    r"|(?:speaker|spk|locuteur|locutrice|interlocut(?:eur|rice)|voix|voice|guest)[ _-]?\d"
    r"|unknown speaker|intervenant inconnu|inconnu\b)",
    re.IGNORECASE,
)
_TITLED = re.compile(rf"{_CIVILITY}\s[^\W\d_]|(?:Le|La|L['’])\s?(?i:{_OFFICE})\b")
MAX_NAME_WORDS = 7
_BRACKETED_WORDS = 4
_ENDINGS = (".", "!", "?", "…", "»")
#: Beyond this share of what is said, a name is the rule: one met once counts as well.
INTRODUCED_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Introduced:
    """Who a line says is speaking, and the character at which what is said begins."""

    name: str
    end: int


def introduced(line: str) -> Introduced | None:
    """Return who is said to speak at the start of a line, None where it begins with no name."""
    first = line[:1].lower()
    colon = ":" in line
    for form, begins, has_colon in _HINTS:
        if (has_colon and not colon) or (begins and first not in begins):
            continue
        if found := form.match(line):
            name = " ".join(found[1].split())
            if form is _FORMS[-1] and (_HEARD.match(name) or len(name.split()) > _BRACKETED_WORDS):
                continue
            return Introduced(name, found.end())
    return None


def may_be_name(text: str) -> bool:
    """Tell whether `text` is written like a name: a capital, few words, no known other use."""
    words = text.replace("’", "'").split()
    return (
        0 < len(words) <= MAX_NAME_WORDS
        and (text[0].isupper() or is_role(text))
        and words[0].lower() not in _NOT_NAMES | _FIELDS
    )


def is_field(text: str) -> bool:
    """Tell whether `text` names what minutes state themselves: the count of a vote, a decision."""
    return text.split()[:1] != [] and text.split()[0].lower() in _FIELDS


def is_role(text: str) -> bool:
    """Tell whether `text` names a role, or somebody by a title: a speaker even where met once."""
    return _ROLES.match(text) is not None or _TITLED.match(text) is not None


def names_that_introduce(lines: Sequence[str], turns: int, share: float) -> frozenset[str]:
    """Return the names that begin at least so many lines, and such a share of them; else none.

    There are two of them at least, and each comes back or is a role. Where none is a role, what
    follows them is in sentences: a list of prices names its wares as often.
    """
    named = [(found.name, line) for line in lines if (found := introduced(line))]
    seen = Counter(name for name, _ in named)
    names = {one for one in seen if may_be_name(one) and (seen[one] > 1 or is_role(one))}
    # Below a name alone on its line stands what it says: both are one.
    filled = sum(bool(line.strip()) and _ALONE.match(line) is None for line in lines)
    begun = [line for name, line in named if name in names]
    sentences = sum(line.rstrip().endswith(_ENDINGS) for line in begun)
    are_said = any(map(is_role, names)) or 2 * sentences > len(begun)
    enough = len(names) > 1 and len(begun) >= max(turns, share * filled)
    return frozenset(names) if enough and are_said else frozenset()
