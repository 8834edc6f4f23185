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
from assistant.index.audiences import MOST_AUDIENCES
from assistant.query.leaning import leans
from assistant.records.answers import AssistantLine
from assistant.records.documents import Session
from assistant.rights.rules import ANYBODY
from assistant.text.analysis import terms
from assistant.view import View
from assistant.web.http.failures import log_failure
from assistant.web.shared.sources import heading_of

MOST_EXAMPLES = 4
#: Views whose examples are kept: the audiences of two generations.
_MOST_KEPT = 2 * (MOST_AUDIENCES + 1)
#: Each candidate costs a search, so few are tried of a shape, from few documents.
MOST_TRIED = 4
MOST_DOCUMENTS = 12
#: With fewer telling words, a question of a slide or of the room is about what was just said.
LEAST_TERMS = 3
#: The programme's types of session that have a question of their own.
EXAMPLE_BY_TYPE = {"conférence": "example_talk", "atelier": "example_workshop"}

logger = logging.getLogger(__name__)


class Examples:
    """The example questions of an index, looked for once per generation, found or not.

    Each audience has its own, out of what it reads.
    """

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.lock = Lock()
        #: By the generation and the audience that they are of.
        self.questions: dict[tuple[str, str], tuple[str, ...]] = {}

    def current(self, view: View | None) -> tuple[str, ...]:
        """Return the examples of a view at hand, none until they are found; never waits."""
        if view is None:
            # There is no index to draw examples from, which the page says itself.
            return ()
        if _key(view) not in self.questions and not self.lock.locked():
            Thread(target=self.find, args=[view], name="examples", daemon=True).start()
        return self.questions.get(_key(view), self._former(view))

    def find(self, view: View | None = None) -> None:
        """Find the examples of a view, unless that was tried: of what everybody reads now."""
        with self.lock:
            try:
                self.assistant.warm_up()
                view = view or self.assistant.view_for(ANYBODY)
                if _key(view) not in self.questions:
                    # Set first: what fails is not tried again at every visit.
                    self.questions[_key(view)] = self._former(view)
                    self.questions[_key(view)] = answered_examples(view)
                    while len(self.questions) > _MOST_KEPT:
                        del self.questions[next(iter(self.questions))]
            except AssistantError as e:
                logger.warning("No example questions: %s %s", e, e.remedy)
            except Exception as e:
                # The end of a thread: nobody else would say what happened.
                log_failure("No example questions", e)

    def _former(self, view: View) -> tuple[str, ...]:
        """Return those of a former generation, for who reads the same documents."""
        found = [one for key, one in self.questions.items() if key[1] == view.audience]
        return found[-1] if found else ()


def _key(view: View) -> tuple[str, str]:
    return view.generation, view.audience


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
        iter((told_words(AssistantLine("talk.try_programme")),)),
    )


def _about(
    sessions: Iterable[Session], by_type: Mapping[str, str], otherwise: str = "example_theme"
) -> Iterator[str]:
    """Give a question on the subject of each session, in the words of its type."""
    for session in sessions:
        if _is_readable(session.head):
            yield say(f"page.{by_type.get(session.type, otherwise)}", title=session.head)


def _asked_in_documents(view: View) -> Iterator[str]:
    """Give what headings of documents ask, then what the room asked, if it says all by itself."""
    for id_ in view.document_ids[:MOST_DOCUMENTS]:
        document = view.document(id_)
        headings = (heading_of(passage, document.facts) for passage in document.passages)
        yield from filter(says_all, dict.fromkeys(headings))
    for session in view.sessions:
        # Sheets are not made yet where an index is older than they are.
        with suppress(SheetError):
            asked = (question.question.quote for question in view.sheet(session.id).questions)
            yield from filter(says_all, asked)


def says_all(question: str) -> bool:
    """Tell whether a question is understood by who didn't hear what came before."""
    is_question = _is_readable(question) and question.endswith("?")
    return is_question and len(terms(question)) >= LEAST_TERMS and not leans(question)


def _is_readable(words: str) -> bool:
    """Tell whether `words` say something by themselves, and fit a button."""
    return 12 <= len(words) <= 70 and "(" not in words
