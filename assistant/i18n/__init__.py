"""The catalogue of every word a person reads: French first, English beside it.

The words stand in `words/<section>.toml`, one table per message: `fr = "…"`, `en = "…"`, with
`{name}` for what is filled in. Modules ask for a message by its key, "section.name".
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["fr", "en"]


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return the messages by their key, each a dict from language to text."""
    messages: dict[str, dict[str, str]] = {}
    for file in (files("assistant.i18n") / "messages").iterdir():
        for name, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
            messages[f"{file.name.removesuffix('.toml')}.{name}"] = texts
    return messages


def say(key: str, language: Language = "fr", /, **values: object) -> str:
    """Return the message `key` ("section.name") in `language`, filled in with `values`."""
    return catalogue()[key][language].format(**values)


def count(key: str, number: int, language: Language = "fr", /, **values: object) -> str:
    """Return the message `key`, or `key` + "_many" where `number` asks for the plural.

    Both fill in `{number}`. French writes zero in the singular, English in the plural.
    """
    singular = number in (0, 1) if language == "fr" else number == 1
    return say(key if singular else f"{key}_many", language, number=number, **values)
