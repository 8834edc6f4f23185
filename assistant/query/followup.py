"""A question that leans on the one before → the text to search. Pure, and by form alone.

"Et pour les cantines ?" says nothing by itself. What it leaves out stands in the question before:
both are searched together, the new one first, less what it replaces of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.query.intent import Inquiry, asks_more, inquiry_of
from assistant.text.analysis import clean, fold, telling_spans

#: Questions one after the other are kept together up to this length, in characters.
_LONGEST = 500
#: No more is read of what was asked, in characters.
_READ = 1000
#: With so many telling words and a verb, "et…" begins a question that stands alone.
_WHOLE = 5
#: A phrase without verb, of so few telling words, goes on with what was asked.
_SHORT = 3
_ENDS = ".?!…"
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})

# --- Forms, in lower case without accents or hyphens ("combien coute t il") -----------------------

_INTERROGATIVE = (
    r"(?:combien|comment|pourquoi|quand|lequel|laquelle|lesquels|lesquelles|quel|quelle|quels"
    r"|quelles|qui|que|qu'|quoi|où)"
)
_DETERMINER = (
    r"(?:[ld]'|(?:le|la|les|un|une|des|du|de|au|aux|ce|cet|cette|ces|mon|ma|mes|notre|nos|votre"
    r"|vos|son|sa|ses|leur|leurs|quel|quelle|quels|quelles|chaque|plusieurs|quelques|certains|certaines"
    r"|tous|toutes|deux|trois)\s)"
)
_PREPOSITION = r"(?:à|a|au|aux|pour|dans|en|chez|sur|avec|sans|par|avant|apres|depuis|contre|vers)"
_OPENING = re.compile(
    r"(?:et|mais|alors|donc|sinon|ensuite|pareil|idem|quid|quant|qu'en|puis(?! je\b)"
    r"|ou (?:bien|alors|plutot|encore)|meme (?:chose|question)|(?:and|but|(?:what|how) about))\b"
)
#: What carries a sentence without being telling, and the verbs that questions are made of.
_VERB = re.compile(
    r"\b(?:suis|est|sont|etait|etaient|sera|seront|serait|ai|as|ont|avait|avaient|aura|auront|avons"
    r"|avez|peut|peuvent|peux|pourra|pourrait|faut|faudra|faudrait|doit|doivent|dois|devra|va|vont"
    r"|fait|font|dit|disent|sait|savent|veut|veulent|existe|existent|coute|coutent|dure|durent"
    r"|reste|restent|sert|servent|permet|marche|fonctionne|paie|paye|t il|t elle|t on)\b"
    r"|(?<!^)\ba\b"
)
#: "Où se garer ?", "Comment protéger ses données ?": whoever asks is meant.
_INFINITIVE = re.compile(
    rf"\b(?:{_INTERROGATIVE}|ou|pour|faut il|peut on|il faut)\s?"
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
_PRONOUN = re.compile(
    # "Quand peut-on la visiter ?", "Comment les former ?", "Qui l'a décidé ?"
    r"\b(?:ou|où|comment|quand|pourquoi|on|il|faut|peut|peuvent|doit|doivent)"
    rf" (?P<object>(?:le|la|les) |l')\w+(?:er|ir|re)(?= ?[?!.,]|$| {_PREPOSITION}\b)"
    r"|\b(?:l'|les )(?:a|ont|avait|avaient|aura|auront)\b"
    r"|\b(?:ils?|elles?|lui|eux|ca|cela|ceci|dedans)\b"
    r"|\b(?:celui|celle|ceux|celles) (?:de|du|des|pour|à|a|au|aux|d')(?!\w)"
    r"|\b(?:le|la|les|au|aux|du|des) memes?\b|\bl[àa] bas\b"
)
#: What points at something: only the same thing named before explains it.
_POINTER = re.compile(
    r"\b(?:celui|celle|ceux|celles) (?:ci|l[àa])\b"
    r"|\b(?:ce|cette|ces) (?:derniers?|dernieres?)\b(?! (?:an|mois|jour|semaine))"
    rf"|(?<!est )\b(?:ce|cet|cette|ces) (?!(?:qui|que|dont|sont|ne|n|qu|est|se|derniers?"
    rf"|dernieres?|{_KNOWN})\b)(?P<noun>\w+)"
    r"|(?<!y )\ben (?:a|ont|avait)\b"
)
_POSSESSIVE = re.compile(r"\b(?:son|sa|ses|leur|leurs) \w+")
_THERE = re.compile(r"\by\b(?! (?:a|avait|aura|aurait|ait)\b)")
#: Who a possessive may speak of without naming anyone.
_ANYONE = re.compile(r"\b(?:on|qui|je|nous|vous|chacun|quelqu'un|personne)\b")
#: "Il a coûté combien, le forum ?": what a pronoun stands for may come after it.
_DISLOCATED = re.compile(
    rf"(?:,|\b(?:combien(?! de temps)|quoi|comment|quand|où|pas)) {_DETERMINER}\w+"
)
_DETERMINED = re.compile(rf"\b{_DETERMINER}")
_PHRASE = re.compile(rf"{_DETERMINER}|{_PREPOSITION}\b")
_ASKS = re.compile(rf"\b{_INTERROGATIVE}(?!\w)")
#: What somebody said is searched as said, its pronouns with it.
_REPORTED = re.compile(r"\b(?:dit|disait|ecrit|repondu|affirme|explique|raconte) (?:que |qu')|«")
_PLACE = re.compile(r"\b(?:à|au|aux|dans|en|chez|sur) ")
_NAME = re.compile(r"\b(?:[A-ZÀ-Ý]{2,}\d*|(?<!^)[A-ZÀ-Ý]\w+)")
#: How the question before begins to ask, which the new one asks otherwise.
_ASKING = re.compile(
    rf"(?:{_PREPOSITION} )?(?:qu'est ce (?:que|qui)|combien de temps|combien (?:de |d')?"
    r"|quel\w* (?:date|jour|heure|annee|moment|endroit|lieu|montant|prix|nombre|part|duree|est)\b"
    rf"|{_INTERROGATIVE}(?!\w))(?: est ce (?:que|qu'))?|est ce (?:que|qu')"
)
#: "Quel est le coût…" before "… et sa durée ?".
_ATTRIBUTE = re.compile(r"quel\w* (?:est|sont|etait|etaient) (?:(?:le|la|les) |l')\w+")
_YEAR = re.compile(r"\b(?:(?:en|pour|de) )?(?:19|20)\d\d\b")
_MONTH = re.compile(
    r"\b(?:(?:en|de|du|d')\s?)?(?:(?:\d+|1er) )?(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout"
    r"|septembre|octobre|novembre|decembre)\b"
)
_DAY = re.compile(r"\b(?:(?:le|du) )?(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b")
#: Prepositions that may stand for one another.
_CLASS = {
    **dict.fromkeys(("à", "au", "aux", "dans", "chez"), "where"),
    **{one: one for one in ("pour", "sur", "avec", "sans", "par", "avant", "apres", "contre")},
}
_COMPLEMENT = re.compile(
    rf"\b(?P<preposition>{'|'.join(_CLASS)}) (?!{_INTERROGATIVE}(?!\w))"
    rf"(?:{_DETERMINER}|(?!\w+(?:er|ir|re)\b))\w+"
    r"(?: (?:(?:de|du|des|de la|de l') ?|d')\w+)?(?: \w+(?= ?(?:[,;:.?!…]|$)| en \d))?"
)
_OPENS_WITH = re.compile(
    rf"(?:(?:et|mais|alors|sinon|pareil|idem|la meme chose|meme chose|meme question),? )?"
    rf"(?P<preposition>{'|'.join(_CLASS)})\b"
)


#: What stands before the phrase of a follow-up that is no more than one.
_MERE_PHRASE = re.compile(
    r"(?:(?:et|mais|alors|sinon|pareil|idem|quid|(?:la )?meme (?:chose|question)|qu'en est il"
    r"|(?:and|(?:what|how) about)),? )*(?:combien (?:de |d'))?"
)
#: "Combien coûte le capteur ?": what costs is the object, which another takes the place of.
_OBJECT = re.compile(
    r"(?:a |de )?combien (?:est ce que |est ce qu')?(?:a |ont |va |vont |avait )?"
    r"(?:coute\w*|dure\w*|pese\w*|rapporte\w*|emploie\w*|gagne\w*|consomme\w*|vaut|valent)"
    r"(?: (?:t )?(?:il|elle|ils|elles|on))? (?P<object>\S.*)"
)
#: "Quel est le calendrier du projet ?": what it is of.
_ATTRIBUTE_OF = re.compile(
    r"quel\w* (?:est|sont|etait|etaient|sera|seront) (?:le |la |les |l')\w+(?: \w+)?"
    r" (?P<object>(?:de|du|des|pour|d')(?: |(?<='))\S.*)"
)
_SESSION = (
    r"(?:(?:le|la|les|l'|cet|cette|a|à|au|dans|pendant) ?)*"
    r"\b(?:atelier|conference|seance|session|table ronde|webinaire)s?\b"
)
#: "L'atelier 5 ?" takes the place of "à l'atelier 7".
_SESSION_PHRASE = re.compile(
    rf"{_SESSION} (?:n° ?)?(?:\d+|(?:sur|consacre a) (?:(?:le|la|les|l') ?)?\w+)"
)


def leans(question: str) -> bool:
    """Tell whether a question, by its form, needs the one before to be understood."""
    question = on_one_line(question)
    plain = _plain(question)
    if not re.search(r"\w", plain):
        return False
    telling = _telling(plain)
    has_verb = _VERB.search(plain) is not None
    if _OPENING.match(plain) and not (has_verb and len(telling) >= _WHOLE):
        return True
    reported = _REPORTED.search(plain)
    if _points_back(question, plain[: reported.start()] if reported else plain):
        return True
    if _SESSION_PHRASE.fullmatch(plain.strip(" ?.!…")) or asks_more(question):
        return True
    if _INFINITIVE.search(plain):
        return False
    if len(telling) <= 1:
        return not (has_verb and _names(question, plain))
    # "Pour les cantines ?" goes on; "budget cantines" is a search of its own.
    is_phrase = _PHRASE.match(plain) is not None and not (has_verb or _ASKS.search(plain))
    return is_phrase and len(telling) <= _SHORT


def with_subject(previous: str, question: str) -> str:
    """Return the text to search: the question alone, or with what it leaves out of `previous`.

    `previous` may be several questions, as `thread` puts them together.
    """
    subject = ""
    for earlier in _questions(previous):
        subject = _fused(subject, earlier)
    return _fused(subject, question)


def carried(previous: str, question: str) -> Inquiry:
    """Return what a question asks, after the one before it.

    "Et des cantines ?" after "que dit-on de la voirie ?" asks for an overview too, and "plus de
    détails" for one of what was asked before.
    """
    own = inquiry_of(question)
    if not previous or not leans(question):
        return own
    before = inquiry_of(_questions(previous)[-1]) if _questions(previous) else own
    if asks_more(question):
        return Inquiry("overview", before.theme)
    if before.is_broad and not before.is_gathered and (theme := complement(question)):
        return Inquiry("overview", _theme_of(theme))
    return own if own.intent != "overview" else replace(own, intent="fact")


def _theme_of(phrase: str) -> str:
    """Return a phrase without the preposition before it."""
    return re.sub(r"^(?:pour|sur|de|du|des|d'|à|au|aux)\b\s*", "", phrase, flags=re.IGNORECASE)


def complement(question: str) -> str:
    """Return what a follow-up that is a mere phrase asks about: "pour la voirie", "combien de bus".

    Empty where it is more than a phrase: what it asks about is then for the search to judge.
    """
    plain = _plain(on_one_line(question))
    found = _MERE_PHRASE.match(plain)
    is_clause = any(
        form.search(plain) for form in (_VERB, _INFINITIVE, _PRONOUN, _POSSESSIVE, _POINTER)
    )
    if not found or is_clause:
        return ""
    phrase = on_one_line(question)[found.end() :].strip(" ,;:.?!…")
    return phrase if _telling(_plain(phrase)) and not _ASKS.search(_plain(phrase)) else ""


def thread(previous: str, question: str) -> str:
    """Return what the next question may lean on: `question`, after `previous` where it leaned."""
    question = on_one_line(question)
    previous = on_one_line(previous)
    if not previous:
        return question
    both = f"{previous} {question}" if previous[-1] in _ENDS else f"{previous} ? {question}"
    return both if len(both) <= _LONGEST else previous


# --- Leaning -----------------------------------------------------------------------------------


def _points_back(question: str, plain: str) -> bool:
    """Tell whether a word stands for something that the question doesn't name."""
    impersonal = [found.span() for found in _IMPERSONAL.finditer(plain)]
    for found in _PRONOUN.finditer(plain):
        at = found.start("object" if found["object"] else 0)
        is_impersonal = any(start <= at < end for start, end in impersonal)
        if not is_impersonal and not _is_explained(question, plain, at):
            return True
    for found in _POINTER.finditer(plain):
        before = plain[: found.start()]
        is_named = f"{found['noun'] or found[0]} " in before or ", " in before
        if not is_named:
            return True
    for found in _POSSESSIVE.finditer(plain):
        before = plain[: found.start()]
        is_anyone = _ANYONE.search(before) or _INFINITIVE.search(plain)
        if not is_anyone and not _is_explained(question, plain, found.start()):
            return True
    there = _THERE.search(plain)
    return there is not None and not _PLACE.search(plain[: there.start()])


def _is_explained(question: str, plain: str, at: int) -> bool:
    """Tell whether what a pronoun at `at` stands for is named before it, or set apart after."""
    return _names(question[:at], plain[:at]) or _DISLOCATED.search(plain, at) is not None


def _names(question: str, plain: str) -> bool:
    """Tell whether a part of a question names something: "la cantine", "Valdeclair", "RGPD"."""
    starts = {start for start, _ in _telling(plain)}
    determined = any(found.end() in starts for found in _DETERMINED.finditer(plain))
    return determined or _NAME.search(question) is not None


# --- What is kept ------------------------------------------------------------------------------


def _fused(previous: str, question: str) -> str:
    kept = _kept(previous, question) if previous and leans(question) else ""
    return f"{question} {kept}" if kept else question


def _kept(previous: str, question: str) -> str:
    """Return the question before without what the new one says in its place."""
    plain = _plain(previous)
    replaced = sorted(_replaced(plain, _plain(on_one_line(question))))
    pieces = []
    reached = 0
    for start, end in replaced:
        pieces.append(previous[reached:start])
        reached = max(reached, end)
    kept = " ".join("".join((*pieces, previous[reached:])).split()).strip(" ,;:.?!…")
    return kept if _telling(_plain(kept)) else ""


def _replaced(previous: str, question: str) -> Iterator[tuple[int, int]]:
    """Yield where the question before says what the new one says otherwise; both are plain."""
    if _ASKS.search(question) and (asks := _ASKING.match(previous)):
        yield asks.span()
    if _POSSESSIVE.search(question) and (what := _ATTRIBUTE.match(previous)):
        yield what.span()
    for same in (_YEAR, _MONTH, _DAY):
        if same.search(question):
            yield from (found.span() for found in same.finditer(previous))
    if _SESSION_PHRASE.search(question):
        yield from (found.span() for found in _SESSION_PHRASE.finditer(previous))
        return
    if object_ := _object(previous, question):
        yield object_
    elif opening := _OPENS_WITH.match(question):
        again = [
            found for found in _COMPLEMENT.finditer(previous)
            if _CLASS[found["preposition"]] == _CLASS[opening["preposition"]]
        ]  # fmt: skip
        # Of several, which one is meant can't be told.
        if len(again) == 1:
            yield again[0].span()


def _object(previous: str, question: str) -> tuple[int, int] | None:
    """Return what a phrase takes the place of: "et pour la voirie" that of "le capteur".

    "Et les résultats ?" asks for another thing of the same project: only what something costs, or
    lasts, is another's then.
    """
    if not complement(question):
        return None
    opening = _OPENS_WITH.match(question)
    found = _OBJECT.match(previous)
    if found is None and opening is not None and opening["preposition"] in ("pour", "sur"):
        found = _ATTRIBUTE_OF.match(previous)
    if found is None or (opening is not None and _CLASS[opening["preposition"]] == "where"):
        return None
    return found.span("object")


# --- Words -------------------------------------------------------------------------------------


def _questions(text: str) -> list[str]:
    """Return the questions that stand one after the other in a text."""
    found = re.findall(r"[^?]+\??", on_one_line(text))
    return [one.strip() for one in found if one.strip()]


def on_one_line(text: str) -> str:
    """Return what was asked as it is read here: its beginning, cleaned, apostrophes straight."""
    return " ".join(clean(text[:_READ]).split()).translate(_APOSTROPHES)


def _plain(text: str) -> str:
    """Return a text in lower case, without hyphens or accents, each character in its place.

    "à" and "où" keep theirs: they are other words without.
    """
    spaced = re.sub(r"[-‐‑–—_]", " ", text.lower())
    kept = (
        found[0] if found[0] in ("à", "où", "là") else "".join((fold(c) or c)[0] for c in found[0])
        for found in re.finditer(r"\w+|\W+", spaced)
    )
    return "".join(kept)


def _telling(plain: str) -> list[tuple[int, int]]:
    """Return where the telling words stand, none where there are only stop words."""
    # With a telling word added, `telling_spans` never falls back on the others.
    return telling_spans(f"{plain} mairie")[:-1]
