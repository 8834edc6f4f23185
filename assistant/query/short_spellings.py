"""A question as one types it on a phone → the same in plain French: "cest koi" is "c'est quoi".

Pure. Read before anything else looks at a question, so that no such word is taken for a mistyped
one of the documents ("cest" for "cent"). Only spellings that are no other word, in lower case:
"PK" is a kilometre post.
"""

from __future__ import annotations

import re

#: Each is a word by itself; what follows is looked at where it has a meaning of its own.
_WRITTEN = {
    "cest": "c'est",
    "cetait": "c'était",
    "cétait": "c'était",
    "ctait": "c'était",
    "cetaient": "c'étaient",
    "cà": "ça",
    "sest": "s'est",
    "setait": "s'était",
    "nest": "n'est",
    "netait": "n'était",
    "jai": "j'ai",
    "jsuis": "je suis",
    "jsais": "je sais",
    "jveux": "je veux",
    "jvoudrais": "je voudrais",
    "jaimerais": "j'aimerais",
    "chui": "je suis",
    "ya": "y a",
    "yavait": "y avait",
    "yaura": "y aura",
    "yaurait": "y aurait",
    "quil": "qu'il",
    "quils": "qu'ils",
    "quon": "qu'on",
    "questce": "qu'est-ce",
    "daccord": "d'accord",
    "dapres": "d'après",
    "daprès": "d'après",
    "sagit": "s'agit",
    "sappelle": "s'appelle",
    "aujourdhui": "aujourd'hui",
    "koi": "quoi",
    "koa": "quoi",
    "kel": "quel",
    "kelle": "quelle",
    "kels": "quels",
    "kelles": "quelles",
    "kand": "quand",
    "qd": "quand",
    "keske": "qu'est-ce que",
    "keskon": "qu'est-ce qu'on",
    "keskil": "qu'est-ce qu'il",
    "keski": "qu'est-ce qui",
    "kesk": "qu'est-ce que",
    "pkoi": "pourquoi",
    "pkoa": "pourquoi",
    "pourkoi": "pourquoi",
    "pourkoa": "pourquoi",
    "prk": "pourquoi",
    "pcq": "parce que",
    "pcke": "parce que",
    "nb": "nombre",
    "nbr": "nombre",
    "nbre": "nombre",
    "bcp": "beaucoup",
    "mtn": "maintenant",
    "qqn": "quelqu'un",
    "qqun": "quelqu'un",
    "qqch": "quelque chose",
    "tjrs": "toujours",
    "tjs": "toujours",
    "ajd": "aujourd'hui",
    "auj": "aujourd'hui",
    "aprem": "après-midi",
    "aprèm": "après-midi",
    "aprems": "après-midi",
}
#: What says nothing by itself.
_EMPTY = ("tkt", "mdr", "lol", "ptdr", "jcp", "svpp")
_WORD = re.compile(rf"(?<![\w'’-])(?:{'|'.join((*_WRITTEN, *_EMPTY))})(?![\w'’-])")
#: Spellings that are words too, by what stands around them.
_AROUND: tuple[tuple[re.Pattern[str], str], ...] = (
    # "Pk ?", "pk la rue est fermée", not "au pk 12".
    (re.compile(r"(?:^|(?<=\bet )|(?<=\bmais ))[Pp]k(?= [^\W\d]| ?\?|$)"), "pourquoi"),
    (re.compile(r"^[Cc]b (?=de\b|d'|ça\b|ca\b|[cç]a |sont\b|ont\b|il\b|y a\b)"), "combien "),
    (re.compile(r"\bcb (?=de\b|d['’])"), "combien "),
    (re.compile(r"^[Cc]mt (?=\w)"), "comment "),
    (re.compile(r"\b[Qq]ua(?=[ -]t[ '-]on\b)"), "qu'a"),
    (re.compile(r"\b[Qq]uest(?=[ -]ce\b)"), "qu'est"),
    (re.compile(r"^(?:[Kk]['e]?|[Qq]')es[kt]?(?: ?ce)? ?(?:k|qu)(?:e\b|(?=['’]))"), "qu'est-ce qu"),
    (re.compile(r"(?<=^qu'est-ce qu)(?=\s)"), "e"),
    (re.compile(r"\bc (?=(?:quoi|qui|ki|quand|combien|ou|où|[aà] quel\w*|pas)\b)"), "c'est "),
    # "Oui mais à quelle heure ?"
    (re.compile(r"^(?:(?:oui|ok|okay|d'accord|ah bon|ah)[ ,]+)+(?=(?:et|mais)\b)", re.I), ""),
    (re.compile(r"(?:^|(?<=\bc'est ))[Kk]i\b(?= |$)"), "qui"),
)


def written_out(question: str) -> str:
    """Return a question with its short spellings written as French does."""
    text = question
    begins = text[:1].isupper() and not text[1:2].isupper()
    if begins:
        text = text[0].lower() + text[1:]
    plain = _WORD.sub(lambda found: _WRITTEN.get(found[0], ""), text)
    for form, written in _AROUND:
        plain = form.sub(written, plain)
    if plain == text or not plain.strip(" ?.!,"):
        return question
    plain = " ".join(plain.split())
    return plain[:1].upper() + plain[1:] if begins else plain
