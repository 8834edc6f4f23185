"""What the page shows of a question: an answer and its view → one piece of HTML."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe

from assistant.errors import AssistantError, AudiencePending, QuestionError
from assistant.i18n import Language, count, say
from assistant.records.answers import Answer
from assistant.records.hits import Filters
from assistant.view import View
from assistant.web.agents import answer_html
from assistant.web.agents.answer_html import AnswerFrame
from assistant.web.agents.around import (
    RatedAnswer,
    actions_piece,
    opinion_piece,
    others_piece,
    printed_piece,
)
from assistant.web.shared.addresses import question_address
from assistant.web.shared.arranging import arranged
from assistant.web.shared.cards import card_groups, found_of, leading_on, others_of
from assistant.web.shared.templates import Html
from assistant.web.sheets import Sheet, limits, sheet_of, understood


@dataclass(frozen=True, slots=True)
class KeptDays:
    """How many days a site keeps opinions, and questions left without an answer; 0: it doesn't."""

    opinions: int
    unanswered: int


def result_piece(
    view: View, found: Answer, filters: Filters, kept: KeptDays, language: Language
) -> Html:
    """Return an answer with its cards and what stands around it."""
    answer = arranged(view, found)
    shown = found_of(view, answer, language)
    sheet = sheet_of(view, answer, [source for _, source in shown], filters, language)
    frame = _frame(view, answer, filters, sheet, kept)
    groups = leading_on(card_groups(view, shown, language), answer, filters, language)
    above = printed_piece(sheet)
    if answer.status == "refused":
        to_whom = count("page.kept_for_organisers", kept.unanswered, language)
        read = to_whom if kept.unanswered else ""
        return above + answer_html.refusal_piece(answer, groups, frame, language, read)
    if answer.told:
        return above + answer_html.told_piece(answer, frame, language)
    if answer.status == "perhaps":
        return above + answer_html.perhaps_piece(groups, frame, language)
    others = card_groups(view, others_of(view, answer, language), language)
    piece = answer_html.answer_piece(answer, groups, frame, language)
    return above + piece + others_piece(others, language)


def fault_result(
    error: Exception, question: str, filters: Filters, previous: str, language: Language
) -> Html:
    """Return what went wrong, in words for who asks: what is amiss on the server is not theirs.

    Only what is wrong with the question itself is said as it is, and that one has to wait.
    """
    address = question_address(question, filters, previous, language) if question else ""
    frame = AnswerFrame(token_urlsafe(16), question, address, is_failed=True)
    if isinstance(error, QuestionError):
        return answer_html.fault_piece(error, AnswerFrame(frame.key), language)
    if isinstance(error, AudiencePending):
        waits = error.message(language), error.remedy_in(language)
        return answer_html.error_piece(*waits, frame, language)
    key = "unavailable" if isinstance(error, AssistantError) else "unexpected"
    words = (say(f"page.{key}", language), say(f"page.{key}_remedy", language))
    return answer_html.error_piece(*words, frame, language)


def _frame(
    view: View, answer: Answer, filters: Filters, sheet: Sheet, kept: KeptDays
) -> AnswerFrame:
    """Return what surrounds an answer. Nobody keeps a greeting or judges it, or keeps a refusal."""
    key = token_urlsafe(16)
    notes = [*limits(view, filters, sheet.language), *understood(answer, sheet.language)]
    opinion = opinion_piece(
        RatedAnswer(key, answer, filters, view.generation, kept.opinions), sheet.language
    )
    below = (
        Html()
        if answer.engine == "talk"
        else actions_piece(sheet, has_copy=answer.status != "refused") + opinion
    )
    return AnswerFrame(
        key=key,
        question=answer.question,
        address=sheet.address,
        notes=answer_html.understood_piece(notes, sheet.language),
        below=below,
    )
