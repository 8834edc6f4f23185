"""The HTML around each of our pages, and a page with one message (not found, refused)."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.i18n import Language
from assistant.web.shared.templates import render


@dataclass(frozen=True, slots=True)
class Aside:
    """An address that opens in another tab, with its words."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class MessagePage:
    """What a page says: a title and a sentence, and where one may go besides.

    `retry` is the address that asks again, empty where that would change nothing.
    """

    title: str
    message: str
    aside: Aside | None
    retry: str


def message_page(
    title: str, message: str, language: Language, *, aside: Aside | None = None, retry: str = ""
) -> str:
    """Return a page that says one thing: not found, refused."""
    return render("shared/message.html", language, page=MessagePage(title, message, aside, retry))
