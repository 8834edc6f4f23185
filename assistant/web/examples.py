"""The example questions: what is indexed → a few questions that it answers.

Questions are made of the sessions' titles and the documents' headings, then asked: only those
that get an answer are shown. Asking them also warms the encoder up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import zip_longest
from threading import Lock

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.wording import say

MOST_EXAMPLES = 4
#: Each candidate costs a search, so few are tried, from few documents.
MOST_TRIED = 16
MOST_DOCUMENTS = 12

logger = logging.getLogger(__name__)


class Examples:
    """The example questions of an index, found once per generation."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.lock = Lock()
        self.generation = ""
        self.questions: tuple[str, ...] = ()

    def current(self) -> tuple[str, ...]:
        """Return up to `MOST_EXAMPLES` questions; the first call on a generation asks them."""
        with self.lock:
            try:
                generation = self.assistant.generation
                if generation != self.generation:
                    self.questions = answered_examples(self.assistant)
                    self.generation = generation
            except AssistantError as e:
                # The page itself says what is wrong as soon as a question is asked.
                logger.warning("No example questions: %s %s", e, e.remedy)
                return ()
            return self.questions


def answered_examples(assistant: Assistant) -> tuple[str, ...]:
    """Return the first candidates that `assistant` answers, each citing other passages."""
    found: list[str] = []
    cited: set[int] = set()
    for tried, question in enumerate(candidates(assistant)):
        if tried >= MOST_TRIED or len(found) == MOST_EXAMPLES:
            break
        answer = assistant.ask(question)
        passages = {citation.passage.id for citation in answer.citations}
        if answer.status == "answered" and not passages & cited:
            found.append(question)
            cited |= passages
    return tuple(found)


def candidates(assistant: Assistant) -> Iterator[str]:
    """Give possible questions: headings that already ask one, then headings, then sessions."""
    headings = _headings(assistant)
    yield from (heading for heading in headings if heading.endswith("?"))
    titles = [one.title for one in assistant.sessions() if one.title]
    others = [one for one in headings if not one.endswith("?")]
    for heading, title in zip_longest(others, titles):
        if heading:
            yield say("page.example_heading", title=heading)
        if title:
            yield say("page.example_summary", title=title)


def _headings(assistant: Assistant) -> list[str]:
    """Return one heading a document, of a length one can read on a button."""
    headings: dict[str, None] = {}
    for document in assistant.documents()[:MOST_DOCUMENTS]:
        contexts = (one.context.split(" › ") for one in assistant.passages(document.id))
        own = [parts[-1].strip() for parts in contexts if len(parts) > 2]
        fitting = [one for one in own if 12 <= len(one) <= 70 and one not in headings]
        asking = [one for one in fitting if one.endswith("?")]
        headings.update(dict.fromkeys((asking or fitting[1:] or fitting)[:1]))
    return list(headings)
