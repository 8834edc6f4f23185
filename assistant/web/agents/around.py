"""What stands around an answer, as HTML: ways to keep it, other passages, an opinion, the history.

Pure functions. `around.js` makes the pieces work: all the words it shows stand in them, in
attributes and templates. The history is empty here: it lives in the browser.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.i18n import Language
from assistant.records.answers import Answer
from assistant.records.hits import Filters
from assistant.web.shared.card_records import CardGroup
from assistant.web.shared.languages import in_language
from assistant.web.shared.public_path import under_path
from assistant.web.shared.templates import Html, render_for_markdown
from assistant.web.sheets import Sheet, text_to_copy

#: Where an opinion is sent.
OPINION_ADDRESS = "/avis"
MOST_WORD_CHARACTERS = 300
#: How many questions the browser keeps.
MOST_REMEMBERED = 30


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """What an opinion is on: an answer shown once, under a `key` drawn for that.

    `generation` is that of the index it came from, `days` how long the opinion will be kept.
    """

    key: str
    answer: Answer
    filters: Filters
    generation: str
    days: int


def printed_piece(sheet: Sheet) -> Html:
    """Return what only paper says: the question, which stands in its box on the screen."""
    return render_for_markdown("agents/printed.html", sheet.language, sheet=sheet)


def actions_piece(sheet: Sheet, *, has_copy: bool = True) -> Html:
    """Return the row of ways to keep an answer: copied, printed, as a file, by its address.

    Without `has_copy` there is nothing to keep but the question: only its address.
    """
    return render_for_markdown(
        "agents/actions.html",
        sheet.language,
        sheet=sheet,
        has_copy=has_copy,
        copied=_json(_addressed(text_to_copy(sheet))),
        odt=sheet_address(sheet, "odt"),
        html=sheet_address(sheet, "html"),
    )


def _addressed(parts: Sequence[str]) -> list[str]:
    """Return texts and addresses, in turns, the addresses as a browser asks for them."""
    return [under_path(part) if at % 2 else part for at, part in enumerate(parts)]


def sheet_address(sheet: Sheet, suffix: str) -> str:
    """Return where the sheet is given as a file: "/fiche.odt?q=…"."""
    return in_language(f"/fiche.{suffix}?{urlsplit(sheet.address).query}", sheet.language)


def others_piece(groups: Sequence[CardGroup], language: Language) -> Html:
    """Return other close passages, closed; nothing where there are none."""
    if not groups:
        return Html()
    number = sum(len(group.cards) for group in groups)
    return render_for_markdown("agents/others.html", language, groups=groups, number=number)


def opinion_piece(asked: RatedAnswer, language: Language) -> Html:
    """Return the form that asks whether an answer is useful; nothing where it isn't kept."""
    if not asked.days:
        return Html()
    answer = asked.answer
    documents = list(dict.fromkeys(citation.passage.document_id for citation in answer.citations))
    sent = [
        asked.key, answer.question, answer.subject, answer.status, asked.generation,
        list(asked.filters.sessions), documents,
    ]  # fmt: skip
    return render_for_markdown(
        "agents/opinion.html",
        language,
        address=in_language(OPINION_ADDRESS, language),
        sent=_json(sent),
        days=asked.days,
        most=MOST_WORD_CHARACTERS,
    )


def history_piece(language: Language) -> Html:
    """Return the list of one's own questions, which the browser fills in, if it keeps any."""
    return render_for_markdown("agents/history.html", language, most=MOST_REMEMBERED)


def _json(sent: object) -> str:
    return json.dumps(sent, ensure_ascii=False)
