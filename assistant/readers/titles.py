"""What a file or a folder is called on screen, from its metadata or its name."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from assistant.text.calendar_names import FOLDED_MONTHS
from assistant.text.folding import fold

#: What programs write as a title when the author gave none.
_JUNK = re.compile(
    r"^(?:présentation powerpoint|powerpoint presentation|diapositive \d+|slide \d+|page \d+"
    r"|sans titre\s*\d*|sans nom\s*\d*|untitled\s*\d*|document\s*\d*"
    r"|microsoft (?:word|powerpoint)\b.*"
    r"|anonymous|unknown|inconnu|python-(?:docx|pptx)|openpyxl"
    r"|title|titre|none|.*\.(?:docx?|pptx?|od[tp]|pdf|indd|tex|dvi|html?))$",
    re.IGNORECASE,
)
#: Single letters and gaps, five of them at least: fewer are initials, or the choices of a form.
_SPACED = re.compile(r"(?:[^\W\d_][’'.,!?:]?\s{1,6}){4,60}[^\W\d_][.!?:]?")
#: A short bold line stands for a heading where nobody used heading styles.
_HEADING_CHARACTERS = 120
_NUMBERED = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3} ?[./)–-]?|(?:[A-Z]|[IVX]{1,5}) ?[./)–-]) ?[^\W\d_]{2}"
)
#: A whole day: "24 juin 2017", "24/06/2017", "2017-06-24".
_DAY = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:er)? (?P<month>{'|'.join(FOLDED_MONTHS)}) (?P<year>\d{{4}})\b"
    r"|(?<![\d/.-])(?P<day2>\d{1,2})[/.-](?P<month2>\d{1,2})[/.-](?P<year2>\d{4})(?![\d/.-])"
    r"|(?<![\d/.-])(?P<year3>\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2})(?![\d/.-])"
)
#: Words that folder names write without accents or capitals.
_SPELLED = {
    "conference": "conférence", "conferences": "conférences", "seance": "séance",
    "pleniere": "plénière", "cloture": "clôture", "synthese": "synthèse", "numerique": "numérique",
    "metier": "métier", "metiers": "métiers", "debat": "débat", "evenement": "événement",
    "demonstration": "démonstration", "donnees": "données", "dechets": "déchets",
    "accessibilite": "accessibilité", "presentation": "présentation", "securite": "sécurité",
    "reunion": "réunion", "chatgpt": "ChatGPT",
    "ia": "IA", "rh": "RH", "rgpd": "RGPD", "dsi": "DSI",
}  # fmt: skip

#: A language at the end of a stem: "debat.fr", "debat.en-GB", "debat.fr-orig", "debat.eng".
LANGUAGE_IN_NAME = re.compile(
    r"\.(?P<two>[a-z]{2})(?:[-_][a-z]{2,4}|-orig)?$|\.(?P<three>fra|fre|eng|deu|ger|spa|ita|por|nld)$",
    re.IGNORECASE,
)
_THREE = {"fra": "fr", "fre": "fr", "eng": "en", "deu": "de", "ger": "de", "spa": "es",
          "ita": "it", "por": "pt", "nld": "nl"}  # fmt: skip


def language_in(stem: str) -> str:
    """Return the language that a name ends with, as two letters; "" where it ends with none."""
    found = LANGUAGE_IN_NAME.search(stem)
    if not found:
        return ""
    return (found["two"] or _THREE[found["three"].lower()]).lower()


def usable_title(text: object) -> str:
    """Return a title from a file's metadata, or "" when it says nothing."""
    title = " ".join(str(text or "").split())
    if not title.isprintable():
        title = "".join(c for c in title if unicodedata.category(c)[0] != "C")
    unsaid = title.endswith(":") or _JUNK.match(title)  # a label, of what a form left empty
    return "" if len(title) < 3 or len(title) > 300 or unsaid else title


def may_head(line: str) -> bool:
    """Tell whether a bold line may be a heading: short, with no sentence's end or beginning.

    A numbered one may end with a colon: "1/ Motion :".
    """
    if len(line) > _HEADING_CHARACTERS or line.endswith((".", ",", ";")):
        return False
    return not line.endswith(":") or _NUMBERED.match(line) is not None


def day_in(title: str) -> str:
    """Return the one whole day that a title names, in ISO 8601; "" where it names none or more."""
    days = {_iso(found) for found in _DAY.finditer(fold(title))}
    return days.pop() if len(days) == 1 else ""


def _iso(found: re.Match[str]) -> str:
    day, month, year = (
        found[name] or found[f"{name}2"] or found[f"{name}3"] for name in ("day", "month", "year")
    )
    number = int(month) if month.isdigit() else FOLDED_MONTHS.index(month) + 1
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return ""


def humanise(name: str) -> str:
    """Return the name of a file or folder as a person would write it."""
    words = [_SPELLED.get(word.lower(), word) for word in re.split(r"[\s_\-]+", name) if word]
    title = " ".join(words)
    return title[:1].upper() + title[1:]


def unspaced(line: str) -> str:
    """Return a line whose letters are set apart, "P R O G R A M M E", as one writes it.

    Words are parted by wider gaps, where there are some.
    """
    if not _SPACED.fullmatch(line):
        return line
    words = (word.replace(" ", "") for word in re.split(r"\s{2,}", line))
    return " ".join(words)
