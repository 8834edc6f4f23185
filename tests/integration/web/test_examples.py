"""The example questions, looked for once per generation whatever happens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.records import Answer, Filters
from assistant.web.agents.examples import Examples, answered_examples, says_all
from tests.support.pages import ROOT
from tests.support.stand_in import StandIn


class Failing(StandIn):
    """Fails at every question, and counts them."""

    asked = 0

    def ask(self, question: str, filters: Filters | None = None, previous: str = "") -> Answer:
        self.asked += 1
        raise ZeroDivisionError(question)


def test_examples_that_failed_are_not_looked_for_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assistant = Failing(tmp_path)
    examples = Examples(assistant)  # type: ignore[arg-type]
    examples.find()
    examples.find()
    assert examples.current(assistant) == ()  # type: ignore[arg-type]
    assert assistant.asked == 1
    assert "ZeroDivisionError" in caplog.text
    assert "accueil" not in caplog.text.lower()


def test_examples_are_of_different_shapes_and_answered_by_different_passages(
    tmp_path: Path,
) -> None:
    view = StandIn(tmp_path)
    questions = answered_examples(view)  # type: ignore[arg-type]
    assert len({one.split(" «")[0] for one in questions}) == len(questions) >= 2
    cited = [{one.passage.id for one in view.ask(question).citations} for question in questions]
    assert all(cited)
    assert len(set.union(*cited)) == sum(map(len, cited))


@pytest.mark.parametrize(
    "question", ["Pourquoi ?", "De quoi parle-t-on ?", "Qui l'utilise chez nous ?"]
)
def test_a_question_that_leans_on_what_was_said_is_no_example(question: str) -> None:
    assert not says_all(question)
    assert says_all("Combien de repas la cuisine sert-elle chaque jour ?")


def test_all_questions_count_under_one_limit(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.support.stand_in import StandIn\n"
        "from assistant.web.agents.page import build_page\n"
        "from assistant.web.agents.examples import Examples\n"
        "from assistant.web.ops.health import Health\n"
        "from assistant.web.ops.metrics import Meters\n"
        "one = StandIn(Path(sys.argv[1])); meters = Meters(one, Health(one).report)\n"
        "page = build_page(one, Examples(one), 'fr', meters)\n"
        "print({event.concurrency_id for event in page.fns.values()})"
    )
    # Apart: Gradio leaves an event loop open, which is an error among tests.
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "{'questions'}\n"
