"""What the agents' page does: when it opens, and for each question → what each part of it shows.

In: a question, the filters chosen, what the question before leaned on, and who asks. Out: HTML of
the answer, or of what went wrong, in the order of the parts of the page.
"""

from __future__ import annotations

import logging

import gradio as gr

from assistant.core import Assistant
from assistant.errors import AssistantError, QuestionError
from assistant.i18n import Language, say
from assistant.query.followup import thread
from assistant.query.leaning import on_one_line
from assistant.records.hits import Filters
from assistant.rights.rules import Reader
from assistant.serving import newest_view
from assistant.view import View
from assistant.web.agents import answer_html
from assistant.web.agents.examples import MOST_EXAMPLES, Examples
from assistant.web.agents.foot import foot_piece
from assistant.web.agents.programme import agenda_piece, materials_of
from assistant.web.agents.result import KeptDays, fault_result, result_piece
from assistant.web.agents.unanswered_log import UnansweredLog
from assistant.web.http.authentication import reader_of
from assistant.web.http.failures import log_failure
from assistant.web.ops.metrics import Meters
from assistant.web.shared.addresses import TRIAL
from assistant.web.shared.facets import FACETS, Choice, choices_of, chosen_in, filters_of

logger = logging.getLogger(__name__)

#: What the page shows of a question, each part or no change: its status line, the answer, whether
#: a subject was kept, which one in words; then, not shown, that subject and the question.
Shown = tuple[object, object, object, object, object, object]


class Asking:
    """What the page does in one language: when it opens, and for each question."""

    def __init__(
        self,
        assistant: Assistant,
        examples: Examples,
        language: Language,
        meters: Meters,
        log: UnansweredLog | None = None,
    ) -> None:
        self.assistant = assistant
        self.examples = examples
        self.language: Language = language
        self.meters = meters
        self.log = log
        settings = assistant.settings
        self.kept = KeptDays(settings.feedback_days, settings.unanswered_days)
        #: The foot of the page as it is sent first.
        self.foot = foot_piece(assistant, language)

    def _foot_of_now(self) -> object:
        """Return the foot of the page where it changed: a first account was made meanwhile."""
        now = foot_piece(self.assistant, self.language)
        return gr.skip() if now == self.foot else now

    def start(self, request: gr.Request) -> list[object]:
        """Fill the page in as it opens: what it knows, the question of its address, the examples.

        One short event for all of it: a question sent while Gradio's client closes the stream of
        another event can stay without an answer.
        """
        reader = reader_of(request)
        view = self._newest(reader)
        asked = request.query_params
        choices = self._choices(view)
        chosen = chosen_in(asked, choices)
        question = asked.get("q", "")
        # Without a question in the address, what was typed meanwhile stays.
        shown = (
            self._answer(
                question,
                filters_of(chosen),
                asked.get("suite", ""),
                view,
                reader=reader,
                is_trial=TRIAL in asked,
            )
            if question
            else self._welcome(view, reader)
        )
        questions = self.examples.current(view)
        filled = [*questions, *[""] * (MOST_EXAMPLES - len(questions))]
        return [
            question or gr.skip(),
            gr.update(
                open=any(chosen) and not question,
                visible=any(len(choice) > 1 for choice in choices),
            ),
            *[
                gr.update(visible=len(one) > 1, open=bool(values))
                for one, values in zip(choices, chosen, strict=True)
            ],
            *[
                gr.update(choices=one, value=values)
                for one, values in zip(choices, chosen, strict=True)
            ],
            *shown,
            gr.skip() if question else self._programme(view),
            gr.update(visible=bool(questions)),
            *[gr.update(value=one, visible=bool(one)) for one in filled],
            self._foot_of_now(),
        ]

    def ask(
        self,
        question: str,
        subject: str | None,
        last: str | None,
        request: gr.Request,
        *boxes: list[str],
    ) -> Shown:
        """Return the answer to a question; until it comes, the browser says that it is searched.

        `last` is the question asked before, `subject` what that one leaned on; `request` says who
        asks; `boxes` are the filters, in the order of `FACETS`.
        """
        # Asked again, in other sessions perhaps, a question leans on what it leaned on.
        again = on_one_line(question) == on_one_line(last or "")
        previous = (subject or "") if again else thread(subject or "", last or "")
        return self._answer(question, filters_of(boxes), previous, reader=reader_of(request))

    def ask_alone(
        self, question: str, request: gr.Request, *boxes: list[str]
    ) -> tuple[str, *Shown]:
        """Put a question in the box, and ask it without any before."""
        return question, *self.ask(question, None, None, request, *boxes)

    def _newest(self, reader: Reader) -> View | None:
        """Return what a reader may read of the newest index; None while there is nothing."""
        try:
            return newest_view(self.assistant, reader)
        except AssistantError as e:
            logger.warning("No index to show: %s %s", e, e.remedy)
            return None

    def _answer(
        self,
        question: str,
        filters: Filters,
        previous: str,
        view: View | None = None,
        *,
        reader: Reader,
        is_trial: bool = False,
    ) -> Shown:
        """Return what the page shows of the answer, or of what went wrong.

        `view` is what the rest of the page shows, where it shows more than the answer.
        """
        language = self.language
        try:
            with self.meters.question(language) as asked:
                view = view or newest_view(self.assistant, reader)
                answer = view.ask(question, filters, previous)
                if self.log and not is_trial:
                    self.log.take(answer, filters)
                shown = (
                    answer_html.status_words(answer, language),
                    result_piece(view, answer, filters, self.kept, language),
                    gr.update(visible=bool(answer.subject)),
                    answer_html.subject_piece(answer.subject, language),
                    answer.subject,
                    answer.question,
                )
                asked.answered(answer)
            return shown
        except Exception as e:
            # The last boundary before the agent: the log says where, the page stays calm.
            _log(e)
            return self._failed(fault_result(e, question, filters, previous, language))

    def _failed(self, piece: str) -> Shown:
        """Show a fault; the next question may still lean on the one before it."""
        return say("page.failed", self.language), piece, *[gr.skip()] * 4

    def _welcome(self, view: View | None, reader: Reader) -> Shown:
        """Return the status and the result before any question: as is, or why none can be asked."""
        try:
            _ = view or self.assistant.view_for(reader)
        except AssistantError as e:
            piece = fault_result(e, "", Filters(), "", self.language)
            return say("page.unavailable", self.language), piece, *[gr.skip()] * 4
        return gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()

    def _choices(self, view: View | None) -> list[list[Choice]]:
        """Return what can be chosen of each facet, nothing while there is no index."""
        if view is None:
            return [[] for _ in FACETS]
        return [
            choices_of(facet, view.values(facet.name), view.sessions, self.language)
            for facet in FACETS
        ]

    def _programme(self, view: View | None) -> str:
        """Return the programme, nothing while there is no index: the page then says so itself."""
        if view is None:
            return ""
        spoken = self.assistant.settings.spoken_language
        return agenda_piece(view.sessions, materials_of(view), spoken, self.language)


def _log(error: Exception) -> None:
    """Log what kept a question from being answered, but for what is wrong with the question."""
    if isinstance(error, QuestionError):
        return
    if isinstance(error, AssistantError):
        logger.warning("A question was not answered: %s %s", error, error.remedy)
    else:
        log_failure("A question failed", error)
