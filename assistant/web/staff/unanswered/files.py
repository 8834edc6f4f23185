"""Questions that got no answer, to take away: `Register` → a table (CSV) or a sheet (ODT)."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

from odfdo import List, ListItem

from assistant.feedback.clusters import Group
from assistant.i18n import Language, count, say
from assistant.web.shared.addresses import TRIAL, question_address
from assistant.web.shared.escaping import harmless
from assistant.web.sheets.odt import empty_document, heading, linked, paragraph, written_out
from assistant.web.staff.unanswered.register import (
    PERIODS,
    Register,
    after_words,
    day_words,
    outcome_words,
)

_COLUMNS = (
    "subject", "title", "question", "before", "count", "refused", "useless", "useful", "last",
    "words", "documents", "searched",
)  # fmt: skip


def register_csv(register: Register) -> bytes:
    """Return a line a wording, as spreadsheets in French take them: semicolons, marked UTF-8."""
    language = register.language
    written = StringIO(newline="")
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow([say(f"register.column_{column}", language) for column in _COLUMNS])
    for number, group in enumerate(register.groups, start=1):
        for entry in group.entries:
            cells = (
                str(number), group.central.question, entry.question, entry.subject,
                str(entry.count), str(entry.refused), str(entry.useless), str(entry.useful),
                entry.last,
                " | ".join(entry.words),
                " | ".join(register.titles.get(id_, id_) for id_ in entry.documents),
                " | ".join(register.searched[chosen] for chosen in entry.filters),
            )  # fmt: skip
            table.writerow([harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8", "replace")


def register_odt(register: Register, origin: str) -> bytes:
    """Return the sheet for the organisers; `origin` ("https://name") begins its addresses."""
    language, choice = register.language, register.choice
    title = say("register.title", language)
    document = empty_document(title, language)
    body = document.body
    body.append(heading(1, title))
    body.append(paragraph(say("register.introduction", language)))
    body.append(
        paragraph(
            say(
                "register.sheet_period",
                language,
                period=say(f"register.period_{PERIODS[choice.period]}", language),
                kind=say(f"register.kind_{choice.kind}", language),
                day=day_words(date.today().isoformat(), language),
            )
        )
    )
    body.append(paragraph(_figures(register)))
    for rank, group in enumerate(register.groups, start=1):
        question = group.central.question
        body.append(heading(2, say("register.sheet_group", language, rank=rank, question=question)))
        for line in _lines(group, register):
            body.append(paragraph(line))
        if len(group.entries) > 1:
            body.append(paragraph(say("register.sheet_wordings", language)))
            body.append(_wordings(group, language))
        one = group.central
        address = question_address(one.question, None, one.subject, language)
        words = say("register.ask_again", language)
        body.append(linked("", f"{origin}{address}&{TRIAL}=1", words))
    return written_out(document)


def _figures(register: Register) -> str:
    groups, language = register.groups, register.language
    if not groups:
        return say("register.empty_filtered", language)
    numbers = (
        ("groups", len(groups)),
        ("refused", sum(group.refused for group in groups)),
        ("useless", sum(group.useless for group in groups)),
    )
    told = [count(f"register.figure_{key}", number, language) for key, number in numbers if number]
    return ", ".join(told) + "."


def _lines(group: Group, register: Register) -> list[str]:
    """Return what is said of a group: how often, when, and what goes with it, a line each."""
    language = register.language
    told = [count("register.times", group.count, language), *outcome_words(group, language)]
    lines = [", ".join(told) + "."]
    if after := after_words(group.central, language):
        lines.insert(0, after[:1].upper() + after[1:])
    for key, values in (
        ("words", [f"« {word} »" if language == "fr" else f"“{word}”" for word in group.words]),
        ("documents", [register.titles.get(document, document) for document in group.documents]),
        ("searched", [register.searched[one] for one in group.filters]),
    ):
        if values:
            label = say(f"register.{key}", language)
            text = ", ".join(values)
            lines.append(say("register.sheet_labelled", language, label=label, text=text))
    return lines


def _wordings(group: Group, language: Language) -> List:
    """Return the wordings of a group as a list."""
    listed = List()
    for entry in group.entries:
        words = " ".join(
            part
            for part in (
                entry.question,
                after_words(entry, language),
                f"({count('register.times', entry.count, language)})",
            )
            if part
        )
        item = ListItem()
        item.append(paragraph(words))
        listed.append(item)
    return listed
