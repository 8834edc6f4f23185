"""Half-written files of processes that were killed, deleted once they are old enough.

In: a site's folders. Out: those files are gone. None of them was ever a document, or an answer; but
one may hold words that somebody asked to be erased. A recent one may still be being written.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from assistant.system.files import ASIDE

#: Writing a file takes seconds, on the slowest share minutes.
_ABANDONED_SECONDS = 3600
#: In the index folder: states, receipts, transcriptions, pictures.
_IN_INDEX = (f"*{ASIDE}", f"*/*{ASIDE}", f"thumbnails/*/*{ASIDE}")
#: Among the documents, under hidden names only: corrections and programmes.
_IN_CORPUS = (f".corrections/*{ASIDE}", f"*/.programme.*{ASIDE}", "*/.programme.new.csv")


def drop_leftovers(index: Path, corpus: Path, *, now: float | None = None) -> int:
    """Drop the files that were being written an hour ago and still are; return how many."""
    before = (now or time.time()) - _ABANDONED_SECONDS
    dropped = 0
    for path in _left(index, corpus):
        with suppress(OSError):  # somebody else has just ended it; or a read-only share
            if path.lstat().st_mtime < before:
                path.unlink()
                dropped += 1
    return dropped


def _left(index: Path, corpus: Path) -> Iterator[Path]:
    for folder, patterns in ((index, _IN_INDEX), (corpus, _IN_CORPUS)):
        for pattern in patterns:
            yield from folder.glob(pattern)
