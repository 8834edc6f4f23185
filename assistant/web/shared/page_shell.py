"""The HTML around a page of ours, and the page that says one thing."""

from __future__ import annotations

from assistant.i18n import Language
from assistant.web.shared.assets import head_piece
from assistant.web.shared.escaping import escape, written
from assistant.web.shared.languages import home


def page(title: str, body: str, language: Language, *, head: str = "") -> str:
    """Return a whole page of ours around `body` and what its `head` has besides, both HTML."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f"{head_piece()}{head}</head>"
        f'<body class="page-simple">{body}</body></html>'
    )


def message_page(
    title: str, message: str, language: Language, *, aside: tuple[str, str] | None = None
) -> str:
    """Return a page that says one thing: not found, refused.

    `aside` is an address that opens in another tab, with its words.
    """
    beside = ""
    if aside:
        address, words = aside
        beside = (
            f'<a class="lien" href="{escape(address)}" target="_blank" rel="noopener">'
            f'{escape(words)}<span class="lu-seulement"> {written("new_tab", language)}</span></a>'
        )
    body = (
        f'<main class="feuille"><h1>{escape(title)}</h1><p>{escape(message)}</p>'
        f'<p class="liens">{beside}{_home(language)}</p></main>'
    )
    return page(title, body, language)


def _home(language: Language) -> str:
    words = written("back_to_questions", language)
    return f'<a class="lien" href="{home(language)}">{words}</a>'
