"""argparse's own words → ours, while the words of a command are read.

argparse asks `gettext` for each of its English messages, which finds none without a compiled file
of translations for the system's language. Here the catalogue answers it, whatever that language.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

from assistant.i18n import Language, say

#: What argparse says to who types a command, and where the catalogue says it.
KEYS = {
    "usage: ": "cli.usage",
    "positional arguments": "cli.arguments",
    "options": "cli.options",
    "%(heading)s:": "cli.usage_heading",  # from Python 3.14 on: before, ":" is not asked for
    "show this help message and exit": "cli.help",
    "%(prog)s: error: %(message)s\n": "cli.usage_error",
    "argument %(argument_name)s: %(message)s": "cli.usage_argument",
    "the following arguments are required: %s": "cli.usage_missing",
    "one of the arguments %s is required": "cli.usage_one_of",
    "unrecognized arguments: %s": "cli.usage_unknown",
    "ambiguous option: %(option)s could match %(matches)s": "cli.usage_ambiguous",
    "not allowed with argument %s": "cli.usage_not_with",
    "expected one argument": "cli.usage_no_value",
    "ignored explicit argument %r": "cli.usage_extra_value",
    "invalid %(type)s value: %(value)r": "cli.usage_invalid",
    "invalid choice: %(value)r (choose from %(choices)s)": "cli.usage_choice",
}


class ArgparseWords(NullTranslations):
    """The translations of argparse's messages in one of our languages."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language

    def gettext(self, message: str) -> str:
        """Return one of its messages in our words; one that is not for who types, as it is."""
        return say(KEYS[message], self.language) if message in KEYS else message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Return one of two messages, as `number` asks, in our words."""
        return self.gettext(singular if number == 1 else plural)


@contextmanager
def argparse_in(language: Language) -> Iterator[None]:
    """Let argparse speak in our words until the block ends."""
    words = ArgparseWords(language)
    own = vars(argparse)
    former = {name: own[name] for name in ("_", "ngettext")}
    own.update({"_": words.gettext, "ngettext": words.ngettext})
    try:
        yield
    finally:
        own.update(former)
