"""What else a question asks for, and what answers it by its form: a yes or no, a sum. Pure.

In: a question, then the sentences that may answer. Each sign goes by two forms, that of the
question and that of the sentence.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.query.answer_forms import NAME, NUMBER_WORDS, ROLE, WHO_IS
from assistant.text.analysis import fold

#: What may be asked for besides a kind of thing (`answer_type`). "former" is what was before; it is
#: the sign of a question that doesn't ask for that.
#: "person" is who somebody named is, "use" what something or somebody is there for.
Sign = Literal[
    "yes_no", "total", "definition", "view", "former", "change", "person", "use"
]  # fmt: skip

_NUMBER = rf"(?:\d[\d\u202f ]*(?:[.,]\d+)?|\b(?:{NUMBER_WORDS})\b)"

#: Of a question, folded, one space between its words.
_ASKED: dict[Sign, re.Pattern[str]] = {
    "yes_no": re.compile(
        r"(?<!\bqu )\best ce (?:que|qu) "
        r"|^(?:y a t|y a|il y a|faut il|peut on|doit on|a t on|on peut|on doit) "
        r"|^(?!.*\b(?:qui|que|quoi|quel\w*|combien|comment|pourquoi|quand|ou)\b)(?:.{0,60} )?"
        r"(?:est|sont|etait|a|ont|avait|peut|peuvent|doit|doivent|faut|va|vont|sera|seront)"
        r" (?:t )?(?:il|elle|ils|elles|on)\b"
        r"|^(?:les?|la|l|un|une|des|ces?|cette|nos|notre|mon|mes) (?:\w+ ){1,5}?"
        r"(?:est|sont|etait|etaient|a ete|ont ete|peut|peuvent|doit|doivent)\b"
    ),
    # What a whole costs is its total.
    "total": re.compile(
        r"\b(?:total\w*|en tout|globalement|altogether|overall)\b"
        r"|\bcombien\b.*\b(?:cout\w*|pay\w+|depens\w+|investi\w*)\b"
        r"|\b(?:cout\w*|coute\w*) combien\b|^(?:quel est |quel etait |le )*(?:cout|budget)\b"
        r"|\b(?:what|how much) .*\bcosts?\b"
    ),
    "change": re.compile(
        r"\bavant (?:et )?apres\b|\bevolu\w+|\bde combien\b|\bprogression\b"
        r"|\b(?:a|ont|est|sont|t il|t elle|t on) (?:t )?(?:il |elle |ils |elles )?"
        r"(?:change|baisse|augmente|diminue|recule|progresse|gagne|perdu)\b"
    ),
    "definition": re.compile(
        r"\b(?:definitions?|definir|veut dire|signifie|c(?: est)? (?:quoi|koi)|qu est ce que c est"
        r"|qu est ce qu une?|(?:sens|signification) d\w+|what (?:is|are|does))\b"
        # "Qu'est-ce que le conseil de quartier ?", not "qu'est-ce que la ville paie ?"
        r"|\bqu est ce que (?:l|la|le|les) \w+(?: (?:de|du|des|d|de la|de l) \w+)*$"
    ),
    "view": re.compile(
        r"\b(?:pens\w+|avis|opinions?|(?<!se )trouv(?:e|ent)|selon|d apres|en dit|en disent"
        r"|point de vue|regrett\w+|est ce (?:bien|utile|grave)|bien ou pas|faut il)\b"
    ),
    "use": re.compile(
        r"\b(?:a quoi (?:\w+ ){0,4}?ser(?:t|vent|vait|vira)|ser(?:t|vent|vait) a quoi"
        r"|(?:quel est|c est quoi|quelle est|le|la) (?:le |la )?"
        r"(?:role|fonction|mission|utilite|but) d\w+|que fait (?:un|une|l|le|la)\b"
        r"|que font (?:les|des)\b|fait quoi|font quoi"
        r"|what (?:is|are) .* for|what does .* do)\b"
    ),
}
_ASKS_PAST = re.compile(
    r"\b(?:avant|auparavant|initial\w*|depart|debut|origine|autrefois|ancien\w*"
    r"|premiere? (?:version|projet)|etait|etaient|avait|avaient|before|was|were|used to)\b"
)
#: Of a sentence, from its beginning.
_TELLS: dict[Sign, re.Pattern[str]] = {
    "yes_no": re.compile(r"(?:oui|non|si|yes|no)\b(?! plus)", re.IGNORECASE),
    "total": re.compile(r".*\b(?:total|en tout)\b", re.IGNORECASE | re.DOTALL),
    "change": re.compile(
        rf".*(?:\bde {_NUMBER}[^.;]{{0,40}} à {_NUMBER}"
        rf"|{_NUMBER}[^.;]{{0,40}}\b(?:contre|au lieu de|avant le|avant la)\b"
        r"|\bavant\b.{0,80}\baprès\b)",
        re.IGNORECASE | re.DOTALL,
    ),
    "definition": re.compile(
        r"(?:donc |et |alors |en fait,? )*"
        r"(?:c['’]est (?:vraiment |juste )?(?:une?|l[ea]s?|l['’]|quand)\b"
        r"|(?!(?:sur|dans|pour|par|avec|chez|à|en|de|du|quand|si)\b)[^.?!]{2,70}?"
        r"(?:, c['’]est\b|\best (?:une?|l[ea]|l['’])\b"
        r"|\b(?:désigne|signifie|veut dire)\b|\bconsiste à\b|\bse définit\b)"
        r"|on (?:appelle|entend par)\b)",
        re.IGNORECASE,
    ),
    "view": re.compile(
        r".*\b(?:je (?:pense|crois|trouve|dirais|préfère|regrette|conseille)"
        r"|je ne (?:crois|pense)|pour moi\b|à mon avis|selon moi"
        r"|(?:ils?|elles?|on|nous) (?:trouve|pens|préfèr|regrett)\w*"
        r"|c['’]est (?:mieux|dommage|important|bien)|il vaut mieux|mieux vaut|malheureusement"
        r"|heureusement|surtout pas|méfie\w+|fuyez|franchement|honnêtement"
        r"|(?<!se )(?:trouv|pens|estim|préfèr|regrett|souhait|craign)ent)\b",
        re.IGNORECASE | re.DOTALL,
    ),
    "person": re.compile(
        rf".*(?:\b[Jj]e suis (?:{NAME}|(?:l[ea] |l['’]|une? )?(?i:{ROLE})\b)|\b[Jj]e m['’]appelle\b"
        rf"|\b[Ee]n tant que (?i:{ROLE})\b"
        rf"|{NAME}(?:,| est| était|\s?[(:–—-]\s?)[^.;!?]{{0,30}}?\b(?i:{ROLE})\b"
        rf"|(?i:{ROLE})\b[^.;!?]{{0,40}}?[,:(]? ?{NAME})",
        re.DOTALL,
    ),
    "use": re.compile(
        r".*\b(?:(?:ser(?:t|vent|vait|vira)|vis(?:e|ent)|aid(?:e|ent)|consist(?:e|ent))"
        r" (?:à|aux?)\b"
        r"|permet(?:tent|tait|tra)?\b|(?:a|ont|avait) pour (?:rôle|but|objectif|mission|fonction)"
        r"|(?:est|sont|était) (?:là pour|chargée?s? de|responsables? de|utilisée?s? pour)"
        r"|s['’]occup(?:e|ent) d|(?:son|leur|le) (?:rôle|but|objectif|travail)\b)",
        re.IGNORECASE | re.DOTALL,
    ),
    "former": re.compile(
        r"(?:avant(?! tout)\b|au départ\b|au début\b|à l['’]origine\b|auparavant\b|jusque-là\b"
        r"|jadis\b|autrefois\b|(?:[^.,]*, )?l[ea] premi(?:er|ère) (?:projet|version)\b)",
        re.IGNORECASE,
    ),
}


def signs_of(question: str) -> frozenset[Sign]:
    """Return which signs matter in what answers a question."""
    plain = " ".join(re.findall(r"\w+", fold(question)))
    found: set[Sign] = {sign for sign, form in _ASKED.items() if form.search(plain)}
    if WHO_IS.search(question):
        found.add("person")
    return frozenset(found if _ASKS_PAST.search(plain) else {*found, "former"})


_DENIES = re.compile(
    r"\bn(?:e\b|['’]).{1,40}?\b(?:pas|aucune?|jamais|plus|rien|ni)\b", re.IGNORECASE
)


def denies(text: str) -> bool:
    """Tell whether a sentence says that something isn't so: "la loi ne prévoit pas de sanction"."""
    return _DENIES.search(text) is not None


def has_sign(sign: Sign, text: str) -> bool:
    """Tell whether a sentence has a sign."""
    return _TELLS[sign].match(text) is not None
