"""The agents' page: a question and the sessions to search → the answer with its sources.

Gradio holds the question, the filters and the live update; everything it shows of an answer is
HTML from `answer_html` and `around`. What a follow-up leans on stays in the browser's tab, in two
boxes that aren't shown: the server keeps nothing of who asked what. A refused question itself is
kept for a while where a site wants it (`unanswered_log`), which the page says under the question.
"""

from __future__ import annotations

import gradio as gr

from assistant.core import Assistant
from assistant.i18n import Language, say
from assistant.serving import page_title
from assistant.web.agents import answer_html
from assistant.web.agents.around import history_piece
from assistant.web.agents.asking import Asking
from assistant.web.agents.examples import MOST_EXAMPLES, Examples
from assistant.web.agents.unanswered_log import UnansweredLog, kept_words
from assistant.web.ops.metrics import Meters
from assistant.web.shared.facets import FACETS, Facet

#: Under one name, all that asks counts together: a page's limit holds for the sum of what it does.
QUESTIONS = "questions"


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


def _html(content: str, element_id: str) -> gr.Markdown:
    """Place HTML of ours, in which nothing else is interpreted."""
    return gr.Markdown(content, elem_id=element_id, sanitize_html=False, latex_delimiters=[])
