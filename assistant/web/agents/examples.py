"""The example questions: what is indexed → a few questions that it answers.

One a shape of question: what was said of a theme, a fact that a document's heading asks for, a
session summed up, the programme. Each is asked first: only those that get an answer are shown.
Asking them also warms the encoder up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from threading import Lock, Thread

from assistant.core import Assistant
from assistant.errors import AssistantError, SheetError
from assistant.i18n import say
from assistant.i18n.told import told_words
from assistant.query.leaning import leans
from assistant.records import Session, Told
from assistant.text.analysis import terms
from assistant.view import View
from assistant.web.http.failures import log_failure
from assistant.web.shared.sources import heading_of

MOST_EXAMPLES = 4
#: Each candidate costs a search, so few are tried of a shape, from few documents.
MOST_TRIED = 4
MOST_DOCUMENTS = 12
#: With fewer telling words, a question of a slide or of the room is about what was just said.
LEAST_TERMS = 3
#: The programme's types of session that have a question of their own.
EXAMPLE_BY_TYPE = {"conférence": "example_talk", "atelier": "example_workshop"}

logger = logging.getLogger(__name__)


class Examples:
    """The example questions of an index, looked for once per generation, found or not."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.lock = Lock()
        self.generation = ""
        self.questions: tuple[str, ...] = ()

    def current(self) -> tuple[str, ...]:
        """Return the examples at hand, none until they are found; never waits."""
        try:
            if self.assistant.view().generation != self.generation and not self.lock.locked():
                Thread(target=self.find, name="examples", daemon=True).start()
        except AssistantError:
            # There is no index to draw examples from, which the page says itself.
            return ()
        return self.questions

    def find(self) -> None:
        """Find the examples of the generation that answers now, unless that was tried."""
        with self.lock:
            try:
                self.assistant.warm_up()
                view = self.assistant.view()
                if view.generation != self.generation:
                    # Set first: what fails is not tried again at every visit.
                    self.generation = view.generation
                    self.questions = answered_examples(view)
            except AssistantError as e:
                logger.warning("No example questions: %s %s", e, e.remedy)
            except Exception as e:
                # The end of a thread: nobody else would say what happened.
                log_failure("No example questions", e)


def answered_examples(view: View) -> tuple[str, ...]:
    """Return a question of each shape that is answered, each citing other passages."""
    found: list[str] = []
    cited: set[int] = set()
    for shape in shapes(view):
        for question in islice(shape, MOST_TRIED):
            answer = view.ask(question)
            passages = {citation.passage.id for citation in answer.citations}
            if answer.status == "answered" and not passages & cited:
                found.append(question)
                cited |= passages
                break
    return tuple(found)


def shapes(view: View) -> tuple[Iterator[str], ...]:
    """Give possible questions by shape: what was said of a theme, a fact, a session, the event.

    A theme and a session to sum up are sought from other ends of the programme.
    """
    middle = len(view.sessions) // 2
    later = (*view.sessions[middle:], *view.sessions[:middle])
    return (
        _about(view.sessions, {}),
        _asked_in_documents(view),
        _about(later, EXAMPLE_BY_TYPE, "example_session"),
        iter((told_words(Told("talk.try_programme")),)),
    )


def _about(
    sessions: Iterable[Session], by_type: Mapping[str, str], otherwise: str = "example_theme"
) -> Iterator[str]:
    """Give a question on the subject of each session, in the words of its type."""
    for session in sessions:
        # "Collecte des déchets : des tournées mieux ajustées" is about what precedes the colon.
        subject = session.title.split(" : ")[0].strip()
        if _is_readable(subject):
            yield say(f"page.{by_type.get(session.type, otherwise)}", title=subject)


def _asked_in_documents(view: View) -> Iterator[str]:
    """Give what headings of documents ask, then what the room asked, if it says all by itself."""
    for id_ in view.document_ids[:MOST_DOCUMENTS]:
        document = view.document(id_)
        headings = (heading_of(passage, document.facts) for passage in document.passages)
        yield from filter(says_all, dict.fromkeys(headings))
    for session in view.sessions:
        # Sheets are not made yet where an index is older than they are.
        with suppress(SheetError):
            asked = (one.question.quote for one in view.sheet(session.id).questions)
            yield from filter(says_all, asked)


def says_all(question: str) -> bool:
    """Tell whether a question is understood by who didn't hear what came before."""
    is_question = _is_readable(question) and question.endswith("?")
    return is_question and len(terms(question)) >= LEAST_TERMS and not leans(question)


def _is_readable(words: str) -> bool:
    """Tell whether `words` say something by themselves, and fit a button."""
    return 12 <= len(words) <= 70 and "(" not in words
