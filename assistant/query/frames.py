"""The frames of questions, as `query.intent` looks for them: `data/intents.toml`, compiled. Pure.

In: the data file. Out: a `Grammar`, and `flattened`, the form in which it reads a question.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from assistant.records.answers import Intent
from assistant.text.folding import fold

#: What is said to the tool itself; "" in every other question.
Talk = Literal["", "greeting", "thanks", "goodbye", "abilities", "identity"]

#: What is asked of the programme or of the list of documents; "" in every other question.
Catalogue = Literal["", "sessions", "count", "when", "speakers", "spoke", "about", "documents"]

#: Letters of Latin end before this number.
_MOST_KEPT = 0x250


@dataclass(frozen=True, slots=True)
class Grammar:
    """The frames of the data file, compiled."""

    talk: tuple[tuple[Talk, tuple[re.Pattern[str], ...]], ...]
    more: tuple[re.Pattern[str], ...]
    programme: tuple[tuple[Catalogue, tuple[re.Pattern[str], ...]], ...]
    summary: tuple[re.Pattern[str], ...]
    overview: tuple[re.Pattern[str], ...]
    gathered: re.Pattern[str]
    signs: tuple[tuple[Intent, re.Pattern[str]], ...]
    lead: re.Pattern[str]
    tail: re.Pattern[str]
    length: re.Pattern[str]
    reader: re.Pattern[str]
    story: re.Pattern[str]
    spoken: re.Pattern[str]
    told: re.Pattern[str]
    asker: re.Pattern[str]
    compares: re.Pattern[str]
    defines: re.Pattern[str]


@cache
def grammar_of_questions() -> Grammar:
    """Return the frames, compiled once."""
    text = (files("assistant") / "data" / "intents.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    parts: dict[str, str] = found["parts"]

    def compiled(form: str) -> re.Pattern[str]:
        return re.compile(_expanded(form, parts))

    def whole(forms: list[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(compiled(f" *(?:{form}) *") for form in forms)

    return Grammar(
        talk=tuple((cast(Talk, talk), whole(forms)) for talk, forms in found["talk"].items()),
        more=whole(found["more"]["forms"]),
        programme=tuple(
            (cast(Catalogue, asked), whole(forms)) for asked, forms in found["programme"].items()
        ),
        summary=whole(found["summary"]["forms"]),
        overview=whole(found["overview"]["forms"]),
        gathered=compiled(found["signs"].pop("gathered")),
        signs=tuple((cast(Intent, one), compiled(sign)) for one, sign in found["signs"].items()),
        lead=compiled(" *(?:{lead}{polite}|(?=[a-z]){lead})"),
        tail=compiled("{tail} *$"),
        length=compiled("{length}"),
        reader=compiled("{reader}"),
        story=compiled("{story}"),
        spoken=compiled("{spoken}"),
        told=compiled("{told}"),
        asker=compiled("{asker}"),
        compares=compiled("{compares}"),
        defines=compiled("{defines}"),
    )


def _expanded(form: str, parts: dict[str, str]) -> str:
    """Return a form with its parts in their places; a space meets any number of them."""
    while found := re.search(r"\{([a-z]+)\}", form):
        form = form.replace(found[0], f"(?:{parts[found[1]]})")
    for name in ("theme", "subject"):
        form = (
            form.replace(f"<{name}>", f"(?P<{name}>.+?)", 1) if f"(?P<{name}>" not in form else form
        )
    return re.sub(r" (?![*+?])", " +", form)


def flattened(text: str) -> str:
    """Return a text without case, accents or punctuation, each character in its place."""
    return text.translate(_FLAT)


class _Flat(dict[int, str]):
    """What `flattened` makes of a character, by its number; those of Europe are kept once found."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        plain = (fold(character) or " ")[0] if character.isalnum() else " "
        if number < _MOST_KEPT:
            self[number] = plain
        return plain


_FLAT = _Flat()
