"""The facade: the one place where concrete parts are chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from assistant.records import (
    Answer, DocumentState, Filters, Hit, Passage, Progress, Session, SyncReport,
)
from assistant.settings import Settings


class Assistant:
    """SKETCH of the facade that the page and the command line call; being written."""

    settings: Settings

    def __enter__(self) -> Assistant: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...
    def close(self) -> None: ...
    def sync(self, *, rebuild: bool = False, progress: Callable[[Progress], None] | None = None) -> SyncReport: ...
    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]: ...
    def ask(self, question: str, filters: Filters | None = None) -> Answer: ...
    def sessions(self) -> tuple[Session, ...]:
        """Return the sessions that have something indexed, in the programme's order."""
    def documents(self) -> tuple[DocumentState, ...]: ...
    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """Return a document's passages in order; empty when it is not indexed."""
    def file(self, document_id: str) -> Path | None:
        """Return the file of an INDEXED document; None when it is not indexed or no longer there."""
    def recording(self, document_id: str) -> Path | None:
        """Return the recording beside a transcript (same stem), or None."""
    def generation(self) -> str: ...
    def refresh(self) -> bool:
        """Open the newest generation if there is one; tell whether it changed."""


def open_assistant(settings: Settings) -> Assistant: ...
