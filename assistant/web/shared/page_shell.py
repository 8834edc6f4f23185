"""The HTML around a page of ours, and the page that says one thing."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from assistant.i18n import Language
from assistant.web.shared.escaping import written
from assistant.web.shared.languages import home
from assistant.web.shared.templates import render


@dataclass(frozen=True, slots=True)
class Aside:
    """An address that opens in another tab, with its words."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a page says: a title and a sentence, and where one may go besides."""

    title: str
    message: str
    aside: Aside | None


def message_page(
    title: str, message: str, language: Language, *, aside: Aside | None = None
) -> str:
    """Return a page that says one thing: not found, refused."""
    return render("shared/message.html", language, page=Message(title, message, aside))


def page(title: str, body: str, language: Language) -> str:
    """Return a whole page of ours around `body`, which is HTML."""
    return render("shared/body.html", language, title=title, body=Markup(body))


def _home(language: Language) -> str:
    words = written("back_to_questions", language)
    return f'<a class="lien" href="{home(language)}">{words}</a>'
