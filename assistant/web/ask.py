"""The agents' page: a question and the sessions to search → the answer with its sources.

Gradio holds the question, the filters and the live update; everything it shows of an answer is
HTML from `pieces`. What a follow-up leans on stays in the browser's tab, in two boxes that aren't
shown: the server keeps nothing of who asked what.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

import gradio as gr

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.followup import on_one_line, thread
from assistant.records import Answer, Filters, Session
from assistant.web import pieces
from assistant.web.documents import take_up_newest
from assistant.web.examples import MOST_EXAMPLES, Examples
from assistant.web.failures import log_failure
from assistant.web.sources import cited_source, near_source, question_address
from assistant.wording import say

#: How many of the closest passages are offered with a refusal.
MOST_SUGGESTED = 3

#: Under one name, all that asks counts together: the application's limit holds for the sum.
QUESTIONS = "questions"

#: What the page shows of a question, each part or no change: its status line, the answer, whether
#: a subject was kept, which one in words; then, not shown, that subject and the question.
Shown = tuple[object, object, object, object, object, object]

logger = logging.getLogger(__name__)


def page_title(assistant: Assistant) -> str:
    """Return the site's title, or the event's when there is only one, or our own."""
    if assistant.settings.title:
        return assistant.settings.title
    events = {session.event: session.event_title for session in known_sessions(assistant)}
    only = next(iter(events.values())) if len(events) == 1 else ""
    return only or say("page.default_title")


def build_page(assistant: Assistant, examples: Examples) -> gr.Blocks:
    """Return the page, not yet mounted."""
    asking = Asking(assistant, examples)
    title = page_title(assistant)
    page: gr.Blocks
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as page:
        _html(pieces.header_piece(title), "haut")
        with gr.Row(elem_id="demande"):
            question = gr.Textbox(
                label=say("page.question"),
                placeholder=say("page.question_placeholder"),
                lines=1,
                max_lines=6,
                scale=5,
                elem_id="question",
                autofocus=False,
            )
            send = gr.Button(say("page.ask"), variant="primary", scale=0, elem_id="chercher")
        with gr.Row(elem_id="suite", visible=False) as followed:
            kept = _html("", "sujet")
            forget = gr.Button(say("page.forget"), size="sm", scale=0, elem_id="oublier")
        subject = gr.Textbox(visible=False)
        last = gr.Textbox(visible=False)
        with gr.Accordion(say("page.limit"), open=False, elem_id="limites") as limits:
            sessions = gr.CheckboxGroup(
                label=say("page.sessions"),
                info=say("page.sessions_hint"),
                choices=session_choices(known_sessions(assistant)),
                elem_id="seances",
            )
        status = _html("", "etat")
        with gr.Column(elem_id="exemples", visible=False) as suggested:
            _html(f"<h2>{say('page.examples')}</h2>", "titre-exemples")
            buttons = [gr.Button("", visible=False, size="md") for _ in range(MOST_EXAMPLES)]
        result = _html("", "resultat")

        shown = [status, result, followed, kept, subject, last]
        gr.on(
            [question.submit, send.click],
            asking.ask,
            [question, sessions, subject, last],
            shown,
            show_progress="hidden",
            api_visibility="private",
            concurrency_id=QUESTIONS,
        )
        for button, asked in ((forget, last), *((one, one) for one in buttons)):
            button.click(
                asking.ask_alone,
                [asked, sessions],
                [question, *shown],
                show_progress="hidden",
                api_visibility="private",
                concurrency_id=QUESTIONS,
            )
        page.load(
            asking.start,
            None,
            [question, limits, sessions, *shown, suggested, *buttons],
            show_progress="hidden",
            api_visibility="private",
            concurrency_id=QUESTIONS,
        )
    return page


class Asking:
    """What the page does: when it opens, and for each question."""

    def __init__(self, assistant: Assistant, examples: Examples) -> None:
        self.assistant = assistant
        self.examples = examples

    def start(self, request: gr.Request) -> list[object]:
        """Fill the page in as it opens: the sessions, the question of its address, the examples.

        One short event for all of it: a question sent while Gradio's client closes the stream of
        another event can stay without an answer.
        """
        take_up_newest(self.assistant)
        asked = request.query_params
        choices = session_choices(known_sessions(self.assistant))
        known = {value for _, value in choices}
        chosen = [one for one in asked.getlist("seance") if one in known]
        question = asked.get("q", "")
        # Without a question in the address, what was typed meanwhile stays.
        shown = (
            self._answer(question, chosen, asked.get("suite", "")) if question else self._welcome()
        )
        questions = self.examples.current()
        filled = [*questions, *[""] * (MOST_EXAMPLES - len(questions))]
        return [
            question or gr.skip(),
            gr.update(open=bool(chosen), visible=len(choices) > 1),
            gr.update(choices=choices, value=chosen),
            *shown,
            gr.update(visible=bool(questions)),
            *[gr.update(value=one, visible=bool(one)) for one in filled],
        ]

    def ask(
        self,
        question: str,
        sessions: list[str],
        subject: str | None = None,
        last: str | None = None,
    ) -> Iterator[Shown]:
        """Give the status line at once, then the answer.

        `last` is the question asked before, `subject` what that one leaned on.
        """
        # The answer before is no answer to this question.
        yield say("page.searching"), "", gr.update(visible=False), "", gr.skip(), gr.skip()
        take_up_newest(self.assistant)
        # Asked again, in other sessions perhaps, a question leans on what it leaned on.
        again = on_one_line(question) == on_one_line(last or "")
        previous = (subject or "") if again else thread(subject or "", last or "")
        yield self._answer(question, sessions, previous)

    def ask_alone(self, question: str, sessions: list[str]) -> Iterator[tuple[str, *Shown]]:
        """Put a question in the box, and ask it without any before."""
        for shown in self.ask(question, sessions):
            yield question, *shown

    def _answer(self, question: str, sessions: Sequence[str], previous: str) -> Shown:
        """Return what the page shows of the answer, or of what went wrong."""
        try:
            filters = Filters(sessions=tuple(sessions or ()))
            answer = self.assistant.ask(question, filters, previous)
            result = self._result(answer, question_address(question, sessions, answer.subject))
            return (
                pieces.status_words(answer),
                result,
                gr.update(visible=bool(answer.subject)),
                pieces.subject_piece(answer.subject),
                answer.subject,
                answer.question,
            )
        except AssistantError as e:
            return self._failed(pieces.fault_piece(e))
        except Exception as e:
            # The last boundary before the agent: the log says where, the page stays calm.
            log_failure("A question failed", e)
            words = say("page.unexpected"), say("page.unexpected_remedy")
            return self._failed(pieces.error_piece(*words))

    def _result(self, answer: Answer, address: str) -> str:
        return pieces.understood_piece(answer) + self._outcome(answer, address)

    def _outcome(self, answer: Answer, address: str) -> str:
        cited = [cited_source(self.assistant, one) for one in answer.citations]
        if answer.status == "answered":
            return pieces.answer_piece(answer, cited, address)
        near = [near_source(self.assistant, hit) for hit in answer.hits[:MOST_SUGGESTED]]
        if answer.status == "perhaps":
            return pieces.perhaps_piece(cited or near, address)
        return pieces.refusal_piece(near, address)

    def _failed(self, piece: str) -> Shown:
        """Show a fault; the next question may still lean on the one before it."""
        return say("page.failed"), piece, gr.skip(), gr.skip(), gr.skip(), gr.skip()

    def _welcome(self) -> Shown:
        """Return the status and the result before any question: as is, or why none can be asked."""
        try:
            _ = self.assistant.generation
        except AssistantError as e:
            return e.message(), pieces.fault_piece(e), *[gr.skip()] * 4
        return gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()


def known_sessions(assistant: Assistant) -> tuple[Session, ...]:
    """Return the sessions, none while there is no index: the page then says so itself."""
    try:
        return assistant.sessions()
    except AssistantError as e:
        logger.warning("No sessions: %s %s", e, e.remedy)
        return ()


def session_choices(sessions: Sequence[Session]) -> list[tuple[str, str]]:
    """Return sessions to choose from as (label, id), the event named where there are several."""
    several = len({session.event for session in sessions}) > 1
    return [(_label(session, several), session.id) for session in sessions]


def _label(session: Session, several_events: bool) -> str:
    title = session.title or session.id.rsplit("/", 1)[-1]
    return f"{session.event_title} › {title}" if several_events else title


def _html(content: str, element_id: str) -> gr.Markdown:
    """Place HTML of ours, in which nothing else is interpreted."""
    return gr.Markdown(content, elem_id=element_id, sanitize_html=False, latex_delimiters=[])
