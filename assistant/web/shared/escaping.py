"""Text as HTML that can only be read as these characters, in HTML or in Gradio's Markdown.

And as a cell of a table that no spreadsheet runs.
"""

from __future__ import annotations

import re

from assistant.i18n import Language

#: Every ASCII character that isn't a letter, a digit or a space, line ends included.
SPECIAL = re.compile(r"[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e\t\n\r]")
#: Control characters have no place on a page; bidirectional overrides would reorder our words.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

#: What XML can't hold (lone surrogates above all), and what would reorder our words.
NOT_TEXT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
    "|[\u202a-\u202e\u2066-\u2069]"
)
#: What a spreadsheet takes for a formula, in wide letters too. Tabs are gone by then.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")


def plain(text: str) -> str:
    """Return a text without the characters that neither a page nor a file can hold."""
    return NOT_TEXT.sub("", text)


def escape(text: str) -> str:
    """Return `text` as HTML that can only be read as these characters, in HTML or Markdown."""
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", UNSEEN.sub("", text))


def language_mark(spoken: str, language: Language) -> str:
    """Return the attribute that says in which language words are, nothing for the page's own."""
    return f' lang="{escape(plain(spoken))}"' if spoken not in ("", language) else ""


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: after an apostrophe where it could.

    See OWASP, "CSV injection". Line ends become spaces: some spreadsheets cut a cell there.
    """
    text = " ".join(plain(cell).split())
    return f"'{text}" if text.startswith(_FORMULA) else text
