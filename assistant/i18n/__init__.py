"""The catalogue of every word a person reads: French first, English beside it.

The words stand in `messages/<section>.toml`, one table per message: `fr = "…"`, `en = "…"`, with
`{name}` for what is filled in. Modules ask for a message by its key, "section.name".
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from assistant.i18n.causes import system_cause
from assistant.records.messages import Message

Language = Literal["fr", "en"]

#: The values of messages that are numbers of pages or slides, and how one says from where to where.
_PAGES = frozenset({"pages", "slides", "where"})
_RANGE = re.compile(r"(\d+)-(\d+)")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return the messages by their key, each a dict from language to text."""
    messages: dict[str, dict[str, str]] = {}
    for file in (files("assistant.i18n") / "messages").iterdir():
        for name, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
            messages[f"{file.name.removesuffix('.toml')}.{name}"] = texts
    return messages


def say(key: str, language: Language = "fr", /, **values: object) -> str:
    """Return the message `key` ("section.name") in `language`, filled in with `values`.

    Values that are messages are said in that language too, and so are ranges of pages ("7-9").
    """
    filled = {name: _value_in_words(name, value, language) for name, value in values.items()}
    return catalogue()[key][language].format(**filled)


def in_words(message: Message, language: Language = "fr") -> str:
    """Return a message in a language, in the plural where its `number` asks for it."""
    number = message.values.get("number")
    if isinstance(number, str) and number.isdecimal() and f"{message.key}_many" in catalogue():
        others = {name: value for name, value in message.values.items() if name != "number"}
        return count(message.key, int(number), language, **others)
    return say(message.key, language, **message.values)


def pages_in_words(pages: str, language: Language = "fr") -> str:
    """Return page numbers as a person writes them: "3, 7-9" → "3, 7 à 9"."""
    return _RANGE.sub(
        lambda found: say("reading.range", language, first=found[1], last=found[2]), pages
    )


def _value_in_words(name: str, value: object, language: Language) -> object:
    if isinstance(value, Message):
        return in_words(value, language)
    if name == "cause" and language == "fr" and (key := system_cause(str(value))):
        return say(key, language)
    if name in _PAGES and isinstance(value, str):
        return pages_in_words(value, language)
    return value


def count(key: str, number: int, language: Language = "fr", /, **values: object) -> str:
    """Return the message `key`, or `key` + "_many" where `number` asks for the plural.

    Both fill in `{number}`. French writes zero in the singular, English in the plural.
    """
    singular = number in (0, 1) if language == "fr" else number == 1
    return say(key if singular else f"{key}_many", language, number=number, **values)
