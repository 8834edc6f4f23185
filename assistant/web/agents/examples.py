"""The example questions: what is indexed → a few questions that it answers.

Questions are made of the sessions' subjects and the documents' headings, then asked: only those
that get an answer are shown. Asking them also warms the encoder up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Lock, Thread

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.i18n import say
from assistant.view import View
from assistant.web.http.failures import log_failure
from assistant.web.shared.sources import heading_of

MOST_EXAMPLES = 4
#: Each candidate costs a search, so few are tried, from few documents.
MOST_TRIED = 16
MOST_DOCUMENTS = 12
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
    """Return the first candidates that are answered, each citing other passages."""
    found: list[str] = []
    cited: set[int] = set()
    for tried, question in enumerate(candidates(view)):
        if tried >= MOST_TRIED or len(found) == MOST_EXAMPLES:
            break
        answer = view.ask(question)
        passages = {citation.passage.id for citation in answer.citations}
        if answer.status == "answered" and not passages & cited:
            found.append(question)
            cited |= passages
    return tuple(found)


def candidates(view: View) -> Iterator[str]:
    """Give possible questions: one a session, on its subject, then the headings that ask one."""
    for session in view.sessions:
        # "Collecte des déchets : des tournées mieux ajustées" is about what precedes the colon.
        subject = session.title.split(" : ")[0].strip()
        if _is_readable(subject):
            yield say(f"page.{EXAMPLE_BY_TYPE.get(session.type, 'example_session')}", title=subject)
    for id_ in view.document_ids[:MOST_DOCUMENTS]:
        document = view.document(id_)
        headings = dict.fromkeys(
            heading_of(passage, document.facts) for passage in document.passages
        )
        yield from (
            heading for heading in headings if _is_readable(heading) and heading.endswith("?")
        )


def _is_readable(words: str) -> bool:
    """Tell whether `words` say something by themselves, and fit a button."""
    return 12 <= len(words) <= 70 and "(" not in words
