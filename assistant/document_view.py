"""A document of one generation as one request sees it: what is indexed of it, and its files.

In: the document's id, the generation and the corpus. Out: its title, facts and passages, its file
and the recording that goes with it, as they are on the disk for the time of the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from assistant.corpus.paths import shown
from assistant.corpus.walk import recording_of, stem_of
from assistant.i18n.places import automatic_of
from assistant.index.search_index import IndexedDocument, PublishedIndex
from assistant.records.documents import Automatic, Passage, Place
from assistant.rendering.played import copy_of


@dataclass(frozen=True)
class DocumentView:
    """A document of a view. One that is not indexed has no title, facts, passages or file.

    Its files are looked for once: what a view has found on the disk stays for the request. Where
    its recording goes with a document hidden from who asks, it is too: `_hidden` are their stems.
    """

    id: str
    _index: PublishedIndex = field(repr=False)
    _corpus: Path = field(repr=False)
    _folder: Path = field(repr=False)
    _hidden: frozenset[str] = field(repr=False, default=frozenset())

    @property
    def is_indexed(self) -> bool:
        """Whether the generation holds the document."""
        return self._indexed is not None

    @property
    def title(self) -> str:
        """The title, empty where the document is not indexed."""
        return self._indexed.title if self._indexed else ""

    @property
    def version(self) -> str:
        """What changes with the file's content; empty where the document is not indexed."""
        return self._indexed.sha256[:12] if self._indexed else ""

    @property
    def language(self) -> str:
        """The language, empty where it is not known."""
        return self._indexed.language if self._indexed else ""

    @property
    def facts(self) -> Mapping[str, str]:
        """What is known of the document besides its text."""
        return self._indexed.facts if self._indexed else {}

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The passages, in order."""
        return tuple(self._index.passages_of(self.id))

    @cached_property
    def file(self) -> Path | None:
        """The file; None where it is no longer there."""
        if self._indexed is None:
            return None
        return self._served(self._corpus / self.facts.get("path", self.id))

    @cached_property
    def recording(self) -> Path | None:
        """The recording that a transcript goes with; None without one that browsers play.

        A document beside it whose name is the same may be read by more than its transcript.
        """
        found = recording_of(self.file) if self.file else None
        if found is None or self._served(found) is None:
            return None
        id_ = shown(found.relative_to(self._corpus).as_posix())
        return None if stem_of(id_) in self._hidden else copy_of(self._folder, id_, found)

    def automatic(self, place: Place) -> Automatic:
        """Tell how the text at a place came to be: "" where a person wrote it down."""
        return automatic_of(self.facts, place)

    @property
    def _indexed(self) -> IndexedDocument | None:
        return self._index.documents().get(self.id)

    def _served(self, path: Path) -> Path | None:
        """Return `path` when it is a file of the corpus, not a link that leads out of it."""
        inside = path.resolve().is_relative_to(self._corpus.resolve())
        return path if inside and path.is_file() else None
