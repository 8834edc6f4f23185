"""English words of a question → the French that documents may have for them.

In: `data/english.toml`. The encoder reads both languages; what counts words, and the gate with it,
needs the French ones.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.text.folding import fold

#: Words that only English questions have; one at their beginning is enough, or two anywhere.
_BEGINS = re.compile(
    r"\W*(?:what|how|when|where|who|why|which|whose|is|are|was|were|does|did|do|can|could|should"
    r"|will|would|has|have|may|must|tell|please|give|show)\b",
    re.IGNORECASE,
)
#: What begins no French question, whatever follows.
_ONLY_ENGLISH = re.compile(
    r"\W*(?:summari[sz]e|sum up|tell me|list the|key points|key takeaways|overview of)\b",
    re.IGNORECASE,
)
_FUNCTION = re.compile(
    r"\b(?:the|of|is|are|was|were|my|your|our|their|how|what|which|who|when|where|with|from|for|by"
    r"|does|did|can|there|this|that|and|about|at|to|much|many)\b",
    re.IGNORECASE,
)
_FRENCH = re.compile(
    r"\b(?:le|la|les|des|du|une?|est|sont|que|qui|quels?|quelles?|combien|comment|pour|dans|sur|au"
    r"|aux|et|ou|de|à|où|pourquoi|quand)\b",
    re.IGNORECASE,
)
_CITED = re.compile(r"«[^»]*»")
_WORD = re.compile(r"[^\W\d_]+")
_ON = re.compile(r"\s+(?:on|about)\s+", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+", re.IGNORECASE)
_ENOUGH = 2
#: Endings of English words whose stem may be listed, and what stands in their place.
_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))


def is_english(question: str) -> bool:
    """Tell whether a question is in English, by its little words."""
    question = _CITED.sub(" ", question)
    if _ONLY_ENGLISH.match(question):
        return True
    count = len(_FUNCTION.findall(question)) - len(_FRENCH.findall(question))
    return count >= _ENOUGH or (count >= 1 and _BEGINS.match(question) is not None)


def in_french(word: str) -> tuple[str, ...]:
    """Return what an English word may be called in French; nothing for an unknown one."""
    known, plain = _words(), fold(word)
    forms = [
        plain,
        *(plain.removesuffix(end) + new for end, new in _ENDINGS if plain.endswith(end)),
    ]
    return next((known[form] for form in forms if form in known), ())


def phrase_in_french(phrase: str) -> str:
    """Return a few English words with the commonest French of each, in their order.

    A word that is not known stays; a phrase of which none is known stays as it is. "school
    canteens" becomes "école cantine", which is no French and is searched as well.
    """
    if not any(map(in_french, _WORD.findall(phrase))):
        return phrase
    bare = _ON.sub(" sur ", _THE.sub("", phrase))
    return _WORD.sub(lambda found: (*in_french(found[0]), found[0])[0], bare)


def with_little_words_in_french(question: str) -> str:
    """Return an English question whose little words, but for those French has too, are French.

    They tell nothing, and no French document has them: "before" was the rarest word missing.
    """
    return _WORD.sub(lambda found: _little_words().get(found[0].lower(), found[0]), question)


@cache
def _tables() -> dict[str, Any]:
    text = (files("assistant") / "data" / "english.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _little_words() -> dict[str, str]:
    return {
        one.strip(): french
        for names, french in _tables()["little"].items()
        for one in names.split(",")
    }


@cache
def _words() -> dict[str, tuple[str, ...]]:
    lines: dict[str, list[str]] = _tables()["words"]
    return {
        part.strip(): tuple(others) for names, others in lines.items() for part in names.split(",")
    }
