"""What a file or a folder is called on screen, from its metadata or its name."""

from __future__ import annotations

import re
import unicodedata

#: What programs write as a title when the author gave none.
_JUNK = re.compile(
    r"^(?:présentation powerpoint|powerpoint presentation|diapositive \d+|slide \d+|page \d+"
    r"|sans titre\s*\d*|sans nom\s*\d*|untitled\s*\d*|document\s*\d*"
    r"|microsoft (?:word|powerpoint)\b.*"
    r"|anonymous|unknown|inconnu|python-(?:docx|pptx)|openpyxl"
    r"|title|titre|none|.*\.(?:docx?|pptx?|od[tp]|pdf|indd|tex|dvi|html?))$",
    re.IGNORECASE,
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


def usable_title(text: object) -> str:
    """Return a title from a file's metadata, or "" when it says nothing."""
    title = " ".join(str(text or "").split())
    title = "".join(c for c in title if unicodedata.category(c)[0] != "C")
    return "" if len(title) < 3 or len(title) > 300 or _JUNK.match(title) else title


def humanise(name: str) -> str:
    """Return the name of a file or folder as a person would write it."""
    words = [_SPELLED.get(word.lower(), word) for word in re.split(r"[\s_\-]+", name) if word]
    title = " ".join(words)
    return title[:1].upper() + title[1:]
