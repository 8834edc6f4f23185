"""What stands around an answer, as HTML: ways to keep it, other passages, an opinion, the history.

Pure functions over strings. `around.js` makes them work: all the words it shows are put here, in
attributes and templates. The history is empty here: it lives in the browser.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.i18n import Language, count, say
from assistant.records import Answer, Filters
from assistant.web.shared.citation_html import sources_piece
from assistant.web.shared.escaping import escape, written
from assistant.web.shared.languages import home, in_language
from assistant.web.shared.sources import Source
from assistant.web.sheets import Sheet, copied

#: Where an opinion is sent.
OPINION_ADDRESS = "/avis"
MOST_WORD_CHARACTERS = 300
#: How many questions the browser keeps.
MOST_REMEMBERED = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What an opinion is on: an answer shown once, under a `key` drawn for that.

    `generation` is that of the index it came from, `days` how long the opinion will be kept.
    """

    key: str
    answer: Answer
    filters: Filters
    generation: str
    days: int


def printed_piece(sheet: Sheet) -> str:
    """Return what only paper says: the question, which stands in its box on the screen."""
    language = sheet.language
    return (
        f'<div class="imprime"><p class="fil">{_words("question", language)}</p>'
        f'<p class="question">{escape(sheet.question)}</p>'
        f"<p>{escape(sheet.dates)}</p></div>"
    )


def actions_piece(sheet: Sheet) -> str:
    """Return the row of ways to keep an answer: copied, printed, as a file, by its address."""
    language = sheet.language
    about = f'<span class="lu-seulement"> {_words("sheet_about", language)}</span>'
    files = "".join(
        f'<a class="lien fiche" href="{escape(sheet_address(sheet, suffix))}">'
        f"{_words(key, language)}{about}</a>"
        for suffix, key in (("odt", "sheet_odt"), ("html", "sheet_html"))
    )
    asked = escape(sheet.question)
    return (
        f'<div class="actions" role="group" aria-label="{_words("actions", language)}">'
        f'<button type="button" class="copier" data-copie="{escape(_json(copied(sheet)))}"'
        f' data-fait="{_words("copied", language)}"'
        f' data-rate="{_words("not_copied", language)}">{_words("copy", language)}</button>'
        f'<button type="button" class="imprimer">{_words("print", language)}</button>{files}'
        f'<span class="permalien" data-question="{asked}"><a class="lien"'
        f' href="{escape(sheet.address)}">{written("link_to_question", language)}</a></span></div>'
    )


def sheet_address(sheet: Sheet, suffix: str) -> str:
    """Return where the sheet is given as a file: "/fiche.odt?q=…"."""
    return in_language(f"/fiche.{suffix}?{urlsplit(sheet.address).query}", sheet.language)


def others_piece(others: Sequence[Source], language: Language) -> str:
    """Return other close passages, closed; nothing where there are none."""
    if not others:
        return ""
    title = escape(count("around.also", len(others), language))
    hint = f'<p class="aide">{written("see_also_hint", language)}</p>'
    return (
        f'<details class="autres"><summary>{title}</summary>'
        f"{hint}{sources_piece(others, language)}</details>"
    )


def opinion_piece(asked: Asked, language: Language) -> str:
    """Return the form that asks whether an answer is useful; nothing where it isn't kept."""
    if not asked.days:
        return ""
    answer = asked.answer
    documents = list(dict.fromkeys(one.passage.document_id for one in answer.citations))
    sent = [
        asked.key, answer.question, answer.subject, answer.status, asked.generation,
        list(asked.filters.sessions), documents,
    ]  # fmt: skip
    buttons = "".join(
        f'<button type="button" data-avis="{value}" aria-pressed="false">'
        f"{_words(key, language)}</button>"
        for key, value in (("yes", "oui"), ("no", "non"))
    )
    kept = escape(count("around.word_kept", asked.days, language))
    address = escape(in_language(OPINION_ADDRESS, language))
    return (
        f'<form class="retour" data-adresse="{address}" data-envoi="{escape(_json(sent))}"'
        f' data-rate="{_words("not_sent", language)}">'
        f"<fieldset><legend>{_words('useful', language)}</legend>{buttons}</fieldset>"
        f'<div class="mot" hidden><label for="mot">{_words("word", language)}</label>'
        f'<textarea id="mot" rows="2" maxlength="{MOST_WORD_CHARACTERS}"'
        f' aria-describedby="mot-aide"></textarea>'
        f'<p class="aide" id="mot-aide">{_words("word_hint", language)} {kept}</p>'
        f'<button type="submit">{_words("send", language)}</button></div>'
        f'<p class="merci" role="status"></p></form>'
    )


def history_piece(language: Language) -> str:
    """Return the list of one's own questions, which the browser fills in, if it keeps any."""
    hint = escape(say("around.history_hint", language, most=MOST_REMEMBERED))
    item = (
        f'<li><a class="lien"></a><span class="aide" hidden>'
        f"{_words('history_narrowed', language)}</span>"
        f'<button type="button" class="effacer">{_words("erase", language)}'
        f'<span class="lu-seulement"></span></button></li>'
    )
    return (
        f'<details class="historique" hidden data-accueil="{home(language)}"'
        f' data-plus="{MOST_REMEMBERED}" data-efface="{_words("erased", language)}"'
        f' data-tout-efface="{_words("erased_all", language)}">'
        f"<summary>{_words('history', language)}</summary>"
        f'<p class="aide">{hint}</p>'
        f'<p class="vide">{_words("history_empty", language)}</p><ul></ul>'
        f'<p><button type="button" class="tout-effacer">'
        f"{_words('erase_all', language)}</button></p>"
        f'<p><label><input type="checkbox" class="ne-pas-garder" aria-describedby="poste-partage">'
        f"{_words('history_off', language)}</label></p>"
        f'<p class="aide" id="poste-partage">{_words("history_off_hint", language)}</p>'
        f'<p class="lu-seulement" role="status"></p><template>{item}</template></details>'
    )


def _words(key: str, language: Language) -> str:
    return escape(say(f"around.{key}", language))


def _json(sent: object) -> str:
    return json.dumps(sent, ensure_ascii=False)
