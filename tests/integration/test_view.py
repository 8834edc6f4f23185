"""One request, one generation: an answer is shown as the index that gave it, whatever is published.

The index is real, the encoder is not.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from assistant.core import Assistant
from assistant.records import Answer, Filters
from assistant.serialize import plain_answer
from assistant.settings import Settings
from assistant.view import View
from assistant.web.agents.asking import Asking
from assistant.web.agents.examples import Examples
from assistant.web.api.results import answer_fields
from assistant.web.ops.health import Health
from assistant.web.ops.metrics import Meters
from assistant.web.shared.cards import sources_of
from assistant.web.sheets import sheet_of
from tests.support.fakes import FakeEncoder

EVENT = "Forum"
SESSION = "Les cantines de demain"
QUESTION = "Combien de repas sert la cuisine centrale ?"
REPORT = "forum/cantine/compte-rendu.md"
RENAMED = "forum/voirie/notes-de-cantine.md"
FILES = {
    "forum/programme.csv": (
        "seance;titre;type;intervenants;date;heure;salle\n"
        f"cantine;{SESSION};atelier;Direction de la restauration;2025-03-18;9:00;A\n"
        "voirie;Les rues de demain;conférence;Direction de la voirie;2025-03-18;10:00;B\n"
    ),
    "forum/voirie/notes.txt": "Quarante nids-de-poule ont été signalés au mois de mars.\n",
    REPORT: "# Cantines\n\nLa cuisine centrale sert 900 repas par jour.\n",
}


def opened(folder: Path) -> Assistant:
    """Return an assistant over the files, indexed."""
    for name, text in FILES.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assistant = Assistant(
        Settings(
            corpus=folder / "corpus",
            index=folder / "index",
            answer_threshold=0.0,
            perhaps_threshold=0.0,
        )
    )
    assistant.__dict__["_encoder"] = FakeEncoder()
    assistant.sync()
    return assistant


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with opened(tmp_path) as one:
        yield one


def rename(assistant: Assistant) -> None:
    """Rename the file that is cited, and answer from the index without its former name."""
    corpus = assistant.settings.corpus
    (corpus / REPORT).rename(corpus / RENAMED)
    assistant.sync()
    assert assistant.view().document_ids == (RENAMED, "forum/voirie/notes.txt")


# --- An answer -----------------------------------------------------------------------------------

#: What an answer is made into, outside the page.
SHOWN: dict[str, Callable[[View, Answer], object]] = {
    "its sources": lambda view, answer: sources_of(view, answer, "fr"),
    "its sheet": lambda view, answer: sheet_of(
        view, answer, sources_of(view, answer, "fr"), Filters(), "fr"
    ),
    "the API's fields": lambda view, answer: answer_fields(view, answer, "fr"),
    "the command's fields": plain_answer,
}


@dataclass(frozen=True)
class Answered:
    """An answer, what was shown of it, and the view it came from, now of a former index."""

    answer: Answer
    shown: dict[str, object]
    view: View
    newest: View


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answered]:
    with opened(tmp_path_factory.mktemp("site")) as assistant:
        view = assistant.view()
        answer = view.ask(QUESTION)
        assert answer.citations[0].passage.document_id == REPORT
        other = assistant.view()
        assert other._retriever is view._retriever
        shown = {name: made(other, answer) for name, made in SHOWN.items()}
        rename(assistant)
        yield Answered(answer, shown, view, assistant.view())


@pytest.mark.parametrize("what", SHOWN)
def test_what_is_shown_of_an_answer_is_of_its_own_generation(answered: Answered, what: str) -> None:
    assert SHOWN[what](answered.view, answered.answer) == answered.shown[what]


def test_sources_keep_their_trail_and_their_link(answered: Answered) -> None:
    first, *_ = sources_of(answered.view, answered.answer, "fr")
    assert first.trail == (EVENT, SESSION, "Direction de la restauration")
    assert f"/document/{REPORT}" in [one.address for one in first.links]


def test_a_view_taken_later_knows_the_new_name(answered: Answered) -> None:
    assert answered.newest.generation != answered.view.generation
    assert not answered.newest.document(REPORT).is_indexed
    assert answered.newest.document(RENAMED).file is not None


class _Renaming:
    """Renames the cited file and indexes anew, once the page has its answer and before it is drawn.

    It stands for what keeps refused questions: the page calls that one at this very moment.
    """

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def take(self, answer: Answer, filters: Filters) -> None:
        rename(self.assistant)


def test_the_page_shows_an_answer_of_one_generation(assistant: Assistant) -> None:
    meters = Meters(assistant, Health(assistant).report)
    generation = assistant.published
    keeping: Any = _Renaming(assistant)
    asking = Asking(assistant, Examples(assistant), "fr", meters, keeping)
    shown = asking.ask(QUESTION, None, None, gr.Request(), [], [], [], [], [])
    answer = unescape(str(shown[1]))
    assert "900 repas" in answer
    assert SESSION in answer
    assert f'href="/document/{REPORT}"' in answer
    assert generation in answer
    assert assistant.published not in answer


# --- A view --------------------------------------------------------------------------------------


def test_a_view_answers_from_its_generation_until_it_is_let_go_of(assistant: Assistant) -> None:
    view = assistant.view()
    before = view.ask(QUESTION)
    for number in range(3):
        added = assistant.settings.corpus / f"forum/voirie/{number}.txt"
        added.write_text(f"Ajout {number}.\n")
        assistant.sync()
    assert not (assistant.settings.index / view.generation).exists()
    assistant.close()
    after = view.ask(QUESTION)
    assert (after.text, after.citations, after.hits) == (before.text, before.citations, before.hits)
    assert view.document_ids == (REPORT, "forum/voirie/notes.txt")
    assert view.published_on
    index = weakref.ref(view._index)
    del view
    assert index() is None


def test_what_is_not_indexed_has_nothing(answered: Answered) -> None:
    unknown = answered.view.document("forum/absent.pdf")
    assert not unknown.is_indexed
    assert (unknown.title, unknown.language, dict(unknown.facts)) == ("", "", {})
    assert (unknown.passages, unknown.file, unknown.recording) == ((), None, None)
