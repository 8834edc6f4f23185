"""Write a question that was refused to `feedback`, after its answer is shown.

One thread writes, so that an answer never waits for the disk. What it can't write, or has no room
to wait, is lost: an answer is worth more than its count. A shared database that is away is waited
for.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Event

from assistant.core import Assistant
from assistant.errors import FeedbackError
from assistant.feedback import store
from assistant.feedback.store import Unanswered
from assistant.i18n import Language, count
from assistant.ingest.former_copies import former_folders
from assistant.records.answers import Answer
from assistant.records.hits import Filters

#: Rows that may wait for the disk.
MOST_WAITING = 200
#: How long a database that is away is left alone, in seconds.
AGAIN_SECONDS = 2.0

logger = logging.getLogger(__name__)


class UnansweredLog:
    """The register's writer. Where a site keeps nothing, it does nothing."""

    def __init__(self, index: Path, days: int) -> None:
        """`days` is how long a question is kept; 0: none is."""
        self._days = days
        self._path = index / store.FILE
        # Its thread starts with the first row.
        self._writer = ThreadPoolExecutor(1, "register")
        self._room = BoundedSemaphore(MOST_WAITING)
        self._ending = Event()

    def take(self, answer: Answer, filters: Filters) -> None:
        """Have a refused question kept; other answers are not."""
        if self._days and answer.status == "refused" and self._room.acquire(blocking=False):
            one = Unanswered(answer.question, answer.subject, filters)
            try:
                self._writer.submit(self._keep, one)
            except RuntimeError:
                # The server is ending.
                self._room.release()

    def close(self) -> None:
        """Write what waits, and take no more."""
        self._ending.set()
        self._writer.shutdown()

    def _keep(self, unanswered: Unanswered) -> None:
        try:
            while not self._is_settled(unanswered) and not self._ending.wait(AGAIN_SECONDS):
                pass
        except Exception as e:
            # The thread's last boundary. Its words may hold the question.
            logger.warning("A question was not kept: %s", type(e).__name__)
        finally:
            self._room.release()

    def _is_settled(self, unanswered: Unanswered) -> bool:
        """Write a question; tell whether it needn't be tried again."""
        try:
            store.keep_unanswered(self._path, unanswered, days=self._days)
        except FeedbackError as e:
            # A disk that refuses is logged there, without the question.
            return e.key != "state_away"
        return True


def drop_old_questions(assistant: Assistant) -> None:
    """Drop the questions that have been kept long enough, all of them where none is to be."""
    settings = assistant.settings
    for folder in (settings.index, *former_folders(settings.index)):
        with suppress(FeedbackError):
            store.forget_unanswered(folder / store.FILE, days=settings.unanswered_days)


def kept_words(days: int, language: Language) -> str:
    """Return what an agent is told before asking; nothing where nothing is kept."""
    return count("register.kept", days, language) if days else ""
