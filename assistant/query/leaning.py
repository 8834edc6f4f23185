"""Does a question lean on the one before? Pure, and by form alone.

"Et pour les cantines ?", "Quand peut-on la visiter ?", "Pourquoi ?": in all of them something is
left out, or a word stands for what the question doesn't name.
"""

from __future__ import annotations

import re

from assistant.query.intent import asks_more
from assistant.text.analysis import clean, fold, telling_spans

#: No more is read of what was asked, in characters.
_READ = 1000
#: With so many telling words and a verb, "et…" begins a question that stands alone.
_WHOLE = 5
#: A phrase without verb, of so few telling words, goes on with what was asked.
_SHORT = 3
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})

# --- Forms, in lower case without accents or hyphens ("combien coute t il") -----------------------

INTERROGATIVE = (
    r"(?:combien|comment|pourquoi|quand|lequel|laquelle|lesquels|lesquelles|quel|quelle|quels"
    r"|quelles|qui|que|qu'|quoi|où)"
)
DETERMINER = (
    r"(?:[ld]'|(?:le|la|les|un|une|des|du|de|au|aux|ce|cet|cette|ces|mon|ma|mes|notre|nos|votre"
    r"|vos|son|sa|ses|leur|leurs|quel|quelle|quels|quelles|chaque|plusieurs|quelques|certains|certaines"
    r"|tous|toutes|deux|trois)\s)"
)
PREPOSITION = r"(?:à|a|au|aux|pour|dans|en|chez|sur|avec|sans|par|avant|apres|depuis|contre|vers)"
_OPENING = re.compile(
    r"(?:et|mais|alors|donc|sinon|ensuite|pareil|idem|quid|quant|qu'en|puis(?! je\b)"
    r"|ou (?:bien|alors|plutot|encore)|meme (?:chose|question)|(?:and|but|(?:what|how) about))\b"
)
#: What carries a sentence without being telling, and the verbs that questions are made of.
VERB = re.compile(
    r"\b(?:suis|est|sont|etait|etaient|sera|seront|serait|ai|as|ont|avait|avaient|aura|auront|avons"
    r"|avez|peut|peuvent|peux|pourra|pourrait|faut|faudra|faudrait|doit|doivent|dois|devra|va|vont"
    r"|fait|font|dit|disent|sait|savent|veut|veulent|existe|existent|coute|coutent|dure|durent"
    r"|reste|restent|sert|servent|permet|marche|fonctionne|paie|paye|t il|t elle|t on)\b"
    r"|(?<!^)\ba\b"
)
#: "Où se garer ?", "Comment protéger ses données ?": whoever asks is meant.
INFINITIVE = re.compile(
    # No infinitive follows "quel": "quelle heure", "quel dossier".
    r"\b(?:combien|comment|pourquoi|quand|qui|que|qu'|quoi|où|ou|pour|faut il|peut on|il faut)\s?"
    r"(?:(?:se|me|nous|y|le|la|les|ne pas) |[sl]')?\w+(?:er|ir|re)\b"
)
_IMPERSONAL = re.compile(
    r"\bil (?:n'|ne |s'|se |me |te |vous |nous |y )*"
    r"(?:y|faut|faudra|faudrait|existe|reste|manque|agit|suffit|vaut|fait|fera|pleut|passe)\b"
    r"|\b(?:y a|faut|faudra|faudrait|existe|reste|manque|agit|suffit|vaut|fait|fera|passe)(?: t)?"
    r" il\b"
    r"|\b(?:il est|est il) (?:possible|prevu|obligatoire|necessaire|interdit|permis|vrai|utile"
    r"|question|autorise|important|normal|recommande|conseille|temps)(?: d'| de | que | qu')"
    r"|\bil y\b|\bca (?:vaut|veut dire)\b"
)
#: Days, seasons and the event itself: "cette année" is known without the question before.
_KNOWN = (
    r"an|annee|annees|jour|jours|matin|midi|soir|semaine|mois|apres|ete|hiver|printemps|automne"
    r"|trimestre|saison|moment|instant|forum|journee|evenement|rencontre|edition"
)
PRONOUN = re.compile(
    # "Quand peut-on la visiter ?", "Comment les former ?", "Qui l'a décidé ?"
    r"\b(?:ou|où|comment|quand|pourquoi|on|il|faut|peut|peuvent|doit|doivent)"
    rf" (?P<object>(?:le|la|les) |l')\w+(?:er|ir|re)(?= ?[?!.,]|$| {PREPOSITION}\b)"
    r"|\b(?:l'|les )(?:a|ont|avait|avaient|aura|auront)\b"
    r"|\b(?:ils?|elles?|lui|eux|ca|cela|ceci|dedans)\b"
    r"|\b(?:celui|celle|ceux|celles) (?:de|du|des|pour|à|a|au|aux|d')(?!\w)"
    r"|\b(?:le|la|les|au|aux|du|des) memes?\b|\bl[àa] bas\b"
)
#: "Quels outils utilisent-ils ?": what is asked for is none who uses it. "Combien de communes
#: participent-elles ?" speaks of the communes.
_ASKED_OF = re.compile(
    r"(?:et |mais |alors )?(?:avec |pour |de |dans |sur )?"
    r"(?:quel(?P<ending>s|le|les)? |combien d(?:e |'))(?:(?P<time>temps)|\w+(?: \w+)??) "
    r"(?:(?P<verb>ont|a|font|fait|avaient|avait|auront|aura|utilis|emploi|propos|donn|recommand"
    r"|conseill|demand|serv|sert|achet|choisi|veu|peuv|doi|prenn|mett|produi|recoi|gere|attend"
    r"|vis|appliqu|rencontr|prevoi|vend|organis)\w*|\w+)(?: t)? (?P<pronoun>ils?|elles?)\b"
)
_AGREES = {None: "il", "s": "ils", "le": "elle", "les": "elles"}
#: What points at something: only the same thing named before explains it.
POINTER = re.compile(
    r"\b(?:celui|celle|ceux|celles) (?:ci|l[àa])\b"
    r"|\b(?:ce|cette|ces) (?:derniers?|dernieres?)\b(?! (?:an|mois|jour|semaine))"
    rf"|(?<!est )\b(?:ce|cet|cette|ces) (?!(?:qui|que|dont|sont|ne|n|qu|est|se|derniers?"
    rf"|dernieres?|{_KNOWN})\b)(?P<noun>\w+)"
    r"|(?<!y )\ben (?:a|ont|avait)\b"
)
POSSESSIVE = re.compile(r"\b(?:son|sa|ses|leur|leurs) \w+")
_THERE = re.compile(r"\by\b(?! (?:a|avait|aura|aurait|ait)\b)")
#: Who a possessive may speak of without naming anyone.
_ANYONE = re.compile(r"\b(?:on|qui|je|nous|vous|chacun|quelqu'un|personne)\b")
#: "Il a coûté combien, le forum ?": what a pronoun stands for may come after it.
_DISLOCATED = re.compile(
    rf"(?:,|\b(?:combien(?! de temps)|quoi|comment|quand|où|pas)) {DETERMINER}\w+"
)
DETERMINED = re.compile(rf"\b{DETERMINER}")
_PHRASE = re.compile(rf"{DETERMINER}|{PREPOSITION}\b")
ASKS = re.compile(rf"\b{INTERROGATIVE}(?!\w)")
#: What somebody said is searched as said, its pronouns with it.
_REPORTED = re.compile(r"\b(?:dit|disait|ecrit|repondu|affirme|explique|raconte) (?:que |qu')|«")
_PLACE = re.compile(r"\b(?:à|au|aux|dans|en|chez|sur) ")
_NAME = re.compile(r"\b(?:[A-ZÀ-Ý]{2,}\d*|(?<!^)[A-ZÀ-Ý]\w+)")
_SESSION = (
    r"(?:(?:le|la|les|l'|cet|cette|a|à|au|dans|pendant) ?)*"
    r"\b(?:atelier|conference|seance|session|table ronde|webinaire)s?\b"
)
#: "L'atelier 5 ?" takes the place of "à l'atelier 7".
SESSION_PHRASE = re.compile(
    rf"{_SESSION} (?:n° ?)?(?:\d+|(?:sur|consacre a) (?:(?:le|la|les|l') ?)?\w+"
    r"|\w+(?=\W*$))"
)


def leans(question: str) -> bool:
    """Tell whether a question, by its form, needs the one before to be understood."""
    question = on_one_line(question)
    plain = plain_form(question)
    if not re.search(r"\w", plain):
        return False
    telling = telling_words(plain)
    has_verb = VERB.search(plain) is not None
    if _OPENING.match(plain) and not (has_verb and len(telling) >= _WHOLE):
        return True
    reported = _REPORTED.search(plain)
    if _points_back(question, plain[: reported.start()] if reported else plain):
        return True
    if SESSION_PHRASE.fullmatch(plain.strip(" ?.!…")) or asks_more(question):
        return True
    if INFINITIVE.search(plain):
        return False
    if len(telling) <= 1:
        return not (has_verb and _names(question, plain))
    # "Pour les cantines ?" goes on; "budget cantines" is a search of its own.
    is_phrase = _PHRASE.match(plain) is not None and not (has_verb or ASKS.search(plain))
    return is_phrase and len(telling) <= _SHORT


def points_back(question: str) -> bool:
    """Tell whether a question has a word for something that it doesn't name."""
    question = on_one_line(question)
    return _points_back(question, plain_form(question))


# --- Words -------------------------------------------------------------------------------------


def on_one_line(text: str) -> str:
    """Return what was asked as it is read here: its beginning, cleaned, apostrophes straight."""
    return " ".join(clean(text[:_READ]).split()).translate(_APOSTROPHES)


def plain_form(text: str) -> str:
    """Return a text in lower case, without hyphens or accents, each character in its place.

    "à" and "où" keep theirs: they are other words without.
    """
    spaced = re.sub(r"[-‐‑–—_]", " ", text.lower())
    kept = (
        found[0] if found[0] in ("à", "où", "là") else "".join((fold(c) or c)[0] for c in found[0])
        for found in re.finditer(r"\w+|\W+", spaced)
    )
    return "".join(kept)


def telling_words(plain: str) -> list[tuple[int, int]]:
    """Return where the telling words stand, none where there are only stop words."""
    # With a telling word added, `telling_spans` never falls back on the others.
    return telling_spans(f"{plain} mairie")[:-1]


# --- What points back ---------------------------------------------------------------------------


def _points_back(question: str, plain: str) -> bool:
    """Tell whether a word stands for something that the question doesn't name."""
    impersonal = [found.span() for found in _IMPERSONAL.finditer(plain)]
    for found in PRONOUN.finditer(plain):
        at = found.start("object" if found["object"] else 0)
        is_impersonal = any(start <= at < end for start, end in impersonal)
        if not is_impersonal and not _is_explained(question, plain, at):
            return True
    for found in POINTER.finditer(plain):
        before = plain[: found.start()]
        is_named = f"{found['noun'] or found[0]} " in before or ", " in before
        if not is_named:
            return True
    for found in POSSESSIVE.finditer(plain):
        before = plain[: found.start()]
        is_anyone = _ANYONE.search(before) or INFINITIVE.search(plain)
        if not is_anyone and not _is_explained(question, plain, found.start()):
            return True
    there = _THERE.search(plain)
    return there is not None and not _PLACE.search(plain[: there.start()])


def _is_explained(question: str, plain: str, at: int) -> bool:
    """Tell whether what a pronoun at `at` stands for is named before it, or set apart after."""
    is_named = _names(question[:at], plain[:at]) and not _is_asked_of_another(plain, at)
    return is_named or _DISLOCATED.search(plain, at) is not None


def _is_asked_of_another(plain: str, at: int) -> bool:
    """Tell whether the only thing named before a pronoun at `at` is what is asked of its like."""
    found = _ASKED_OF.match(plain)
    if found is None or found.start("pronoun") != at:
        return False
    if found["verb"] or found["time"]:
        return True
    return "combien" not in found[0] and _AGREES[found["ending"]] != found["pronoun"]


def _names(question: str, plain: str) -> bool:
    """Tell whether a part of a question names something: "la cantine", "Valdeclair", "RGPD"."""
    starts = {start for start, _ in telling_words(plain)}
    determined = any(found.end() in starts for found in DETERMINED.finditer(plain))
    return determined or _NAME.search(question) is not None
