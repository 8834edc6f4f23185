"""The agents' page: a question and the sessions to search → the answer with its sources.

Gradio holds the question, the filters and the live update; everything it shows of an answer is
HTML from `answer_html` and `around`. What a follow-up leans on stays in the browser's tab, in two
boxes that aren't shown: the server keeps nothing of who asked what. A refused question itself is
kept for a while where a site wants it (`unanswered_log`), which the page says under the question.
"""

from __future__ import annotations

import logging

import gradio as gr

from assistant.core import Assistant
from assistant.errors import AccountError, AssistantError, QuestionError
from assistant.i18n import Language, say
from assistant.query.followup import thread
from assistant.query.leaning import on_one_line
from assistant.records.hits import Filters
from assistant.rights.rules import Reader
from assistant.serving import newest_view, page_title
from assistant.view import View
from assistant.web.agents import answer_html
from assistant.web.agents.around import history_piece
from assistant.web.agents.examples import MOST_EXAMPLES, Examples
from assistant.web.agents.programme import agenda_piece, materials_of
from assistant.web.agents.result import KeptDays, fault_result, result_piece
from assistant.web.agents.unanswered_log import UnansweredLog, kept_words
from assistant.web.documents.accessibility_statement import ADDRESS, mention
from assistant.web.http.authentication import SIGN_IN, can_sign_in, reader_of
from assistant.web.http.failures import log_failure
from assistant.web.http.staff_tree import STAFF
from assistant.web.ops.metrics import Meters
from assistant.web.services import access_of
from assistant.web.shared.addresses import TRIAL
from assistant.web.shared.facets import FACETS, Choice, Facet, choices_of, chosen_in, filters_of
from assistant.web.shared.languages import in_language
from assistant.web.shared.sources import Link
from assistant.web.shared.templates import Html

#: Under one name, all that asks counts together: a page's limit holds for the sum of what it does.
QUESTIONS = "questions"

#: What the page shows of a question, each part or no change: its status line, the answer, whether
#: a subject was kept, which one in words; then, not shown, that subject and the question.
Shown = tuple[object, object, object, object, object, object]

logger = logging.getLogger(__name__)


def build_page(
    assistant: Assistant,
    examples: Examples,
    language: Language,
    meters: Meters,
    log: UnansweredLog | None = None,
) -> gr.Blocks:
    """Return the page in one language, not yet mounted; `log` takes what it can't answer."""
    asking = Asking(assistant, examples, language, meters, log)
    title = page_title(assistant, language)
    page: gr.Blocks
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as page:
        _html(answer_html.header_piece(title, assistant.settings.spoken_language, language), "haut")
        with gr.Row(elem_id="demande"):
            question = gr.Textbox(
                label=say("page.question", language),
                placeholder=say("page.question_placeholder", language),
                lines=1,
                max_lines=6,
                scale=5,
                elem_id="question",
                autofocus=False,
            )
            send = gr.Button(
                say("page.ask", language), variant="primary", scale=0, elem_id="chercher"
            )
        if notice := kept_words(assistant.settings.unanswered_days, language):
            _html(answer_html.hint_piece(notice, language), "garde")
        subject = gr.Textbox(visible=False)
        last = gr.Textbox(visible=False)
        with gr.Accordion(say("page.limit", language), open=False, elem_id="limites") as limits:
            _html(answer_html.limits_piece(language), "aide-limites")
            parts, boxes = _facets(language)
            clear = gr.Button(say("page.clear", language), size="sm", elem_id="decocher")
        with gr.Row(elem_id="suite", visible=False) as followed:
            kept = _html("", "sujet")
            forget = gr.Button(say("page.forget", language), size="sm", scale=0, elem_id="oublier")
        _html(answer_html.waiting_piece(language), "attente")
        status = _html("", "etat")
        result = _html("", "resultat")
        _html(history_piece(language), "historique")
        with gr.Column(elem_id="exemples", visible=False) as suggested:
            _html(answer_html.examples_title_piece(language), "titre-exemples")
            buttons = [gr.Button("", visible=False, size="md") for _ in range(MOST_EXAMPLES)]
        programme = _html("", "programme")
        foot = _html(asking.foot, "pied")

        shown = [status, result, followed, kept, subject, last]
        gr.on(
            [question.submit, send.click],
            asking.ask,
            [question, subject, last, *boxes],
            shown,
            # Gradio would drop a question sent while another is being searched: it comes after.
            trigger_mode="always_last",
            show_progress="hidden",
            api_visibility="private",
            concurrency_id=QUESTIONS,
        )
        for button, asked in ((forget, last), *((one, one) for one in buttons)):
            button.click(
                asking.ask_alone,
                [asked, *boxes],
                [question, *shown],
                show_progress="hidden",
                api_visibility="private",
                concurrency_id=QUESTIONS,
            )
        clear.click(
            lambda: [[] for _ in boxes],
            None,
            boxes,
            show_progress="hidden",
            api_visibility="private",
            concurrency_id=QUESTIONS,
        )
        page.load(
            asking.start,
            None,
            [question, limits, *parts, *boxes, *shown, programme, suggested, *buttons, foot],
            show_progress="hidden",
            api_visibility="private",
            concurrency_id=QUESTIONS,
        )
    return page


def _foot(assistant: Assistant, language: Language) -> Html:
    return answer_html.footer_piece(_footer(assistant, language), language)


def _footer(assistant: Assistant, language: Language) -> list[Link]:
    """Return where the foot of the page leads: the statement, and staff's pages if there are."""
    settings = assistant.settings
    links = [Link(mention(settings.accessibility, language), in_language(ADDRESS, language))]
    try:
        has_staff = can_sign_in(access_of(settings))
    except AccountError as e:
        logger.warning("The accounts can't be read: %s %s", e, e.remedy)
        has_staff = False
    if has_staff and _has_rights(assistant):
        links.append(Link(say("page.sign_in", language), in_language(SIGN_IN, language)))
    if has_staff:
        links.append(Link(say("page.staff", language), in_language(STAFF, language)))
    return links


def _has_rights(assistant: Assistant) -> bool:
    """Tell whether who signs in may read more: there is something to say about who reads what."""
    try:
        return assistant.rights is not None
    except AssistantError:
        return True


def _facets(language: Language) -> tuple[list[gr.Accordion], list[gr.CheckboxGroup]]:
    """Place what a search may be limited to: a part that opens for each facet, with its boxes."""
    parts, boxes = [], []
    for facet in FACETS:
        label = say(f"page.facet_{facet.name}", language)
        with gr.Accordion(label, open=False, visible=False, elem_classes=["facettes"]) as part:
            _html(
                answer_html.narrowing_piece(facet.parameter, label, language),
                f"liste-{facet.parameter}",
            )
            boxes.append(_boxes(facet, language))
        parts.append(part)
    return parts, boxes


def _boxes(facet: Facet, language: Language) -> gr.CheckboxGroup:
    """Return the check boxes of a facet, which pass on what is chosen; `search` checks it.

    Gradio's own know the choices of a page for as long as it keeps that page: not once the service
    was started again, nor when many others were opened since. No subclass: Gradio would write a
    file beside this one.
    """
    boxes = gr.CheckboxGroup(
        label=say(f"page.facet_{facet.name}", language),
        elem_id=f"facette-{facet.parameter}",
        elem_classes=["facette"],
    )
    boxes.preprocess = _texts_in  # type: ignore[method-assign]
    return boxes


def _texts_in(payload: list[str | int | float]) -> list[str | int | float]:
    return [one for one in payload or () if isinstance(one, str)]


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
        self.foot = _foot(assistant, language)

    def _foot_of_now(self) -> object:
        """Return the foot of the page where it changed: a first account was made meanwhile."""
        now = _foot(self.assistant, self.language)
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


def _html(content: str, element_id: str) -> gr.Markdown:
    """Place HTML of ours, in which nothing else is interpreted."""
    return gr.Markdown(content, elem_id=element_id, sanitize_html=False, latex_delimiters=[])
