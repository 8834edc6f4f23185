"""Reading in this process, for tests that start no other: what they read is our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.ingest import reading_pool
from assistant.readers import engines, read_parts
from assistant.readers.parts import Options, Part
from assistant.readers.sandbox.parent import FileReading, ReadingProcess


class ReadingHere(ReadingProcess):
    """Takes the place of a reading process, without its limits."""

    def read(
        self, path: Path, *, on_part: Callable[[Part], None] | None = None, **asked: object
    ) -> FileReading:
        options = Options(speaker_notes=self._options.speaker_notes)
        return FileReading(list(read_parts(path, options)), "done")


@contextmanager
def reading_here(process: type[ReadingProcess] = ReadingHere) -> Iterator[None]:
    """Have `sync` start no process: neither to read, nor to ask Tesseract what it knows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_pool, "ReadingProcess", process)
        patch.setattr(engines, "ocr_engine", lambda: None)
        yield
