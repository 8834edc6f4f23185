"""The vectors of the questions that staff look at: texts → vectors, encoded once, in memory only.

Encoding a hundred questions takes seconds: who waits longer than that gets none, and the rest is
encoded meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from threading import Lock

import numpy as np

from assistant.errors import AssistantError
from assistant.feedback.clusters import UNLIKE
from assistant.records.vectors import Vector, Vectors

#: How long a page waits for them, in seconds.
PATIENCE = 4.0
#: Vectors kept: 1.5 kB each with the shipped encoder.
MOST_KEPT = 8_000
#: Encoded between two looks at whether they are still wanted.
_BATCH = 16

logger = logging.getLogger(__name__)


class QuestionVectors:
    """The vectors of questions, as they are needed. Methods may be called from several threads."""

    def __init__(
        self, encode: Callable[[Sequence[str]], Vectors], patience: float = PATIENCE
    ) -> None:
        self._encode = encode
        self._patience = patience
        self._kept: dict[str, Vector] = {}
        self._lock = Lock()
        self._encoding = ThreadPoolExecutor(1, "meanings")

    def of(self, texts: Sequence[str]) -> tuple[Vectors, Vectors] | None:
        """Return the vectors of texts and of `UNLIKE`; None where they take too long for now."""
        if len(texts) < 2:
            return None
        wanted = list(dict.fromkeys((*UNLIKE, *texts)))
        try:
            found = self._encoding.submit(self._found, wanted).result(self._patience)
        except (TooLong, AssistantError) as e:
            logger.info("Questions are put together by their words only: %s", type(e).__name__)
            return None
        return np.array([found[text] for text in texts]), np.array([found[text] for text in UNLIKE])

    def forget(self, texts: Collection[str] | None = None) -> None:
        """Forget texts that are erased, all of them where None."""
        with self._lock:
            for text in list(self._kept) if texts is None else texts:
                self._kept.pop(text, None)

    def _found(self, wanted: Sequence[str]) -> dict[str, Vector]:
        """Return the vector of each text, encoding those that are not kept."""
        with self._lock:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            found = {text: self._kept[text] for text in wanted if text in self._kept}
        missing = [text for text in wanted if text not in found]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            vectors = self._encode(batch)
            made = dict(zip(batch, vectors, strict=True))
            found |= made
            with self._lock:
                self._kept |= made
        return found
