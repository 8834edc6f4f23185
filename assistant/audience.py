"""What a reader may read of an opened generation: the whole of it, or an audience's part.

In: who asks, and the generation that answers. Out: what finds passages in what they may read. What
is hidden from them isn't in it: nothing that is shown, counted or learned from it can tell.
"""

from __future__ import annotations

import logging
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from assistant.errors import AudiencePending, RightsError
from assistant.index.audiences import MOST_AUDIENCES, audience_key
from assistant.index.search_index import PublishedIndex
from assistant.ingest.audiences import audiences_of, stated_rights
from assistant.retrieval.pipeline import Retriever
from assistant.rights.files import RightsFile
from assistant.rights.rules import Reader, Rights, Standing
from assistant.rights.standings import kept_rights, note, note_rights

#: Open at once, besides the whole: the least recently asked is let go of.
_MOST_OPEN = 6

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadablePart:
    """What a reader may read: what finds passages in it, and what of the corpus it leaves out.

    `key` is the audience's name, empty for the whole.
    """

    retriever: Retriever
    key: str = ""
    hidden: frozenset[str] = frozenset()


@dataclass(slots=True)
class _KnownAudiences:
    """What is known of a generation under some rights; both are as they are as long as it is."""

    whole: weakref.ref[PublishedIndex]
    rights: Rights
    keys: dict[Standing, tuple[str, frozenset[str]]] = field(default_factory=dict)
    opened: OrderedDict[str, Retriever] = field(default_factory=OrderedDict)
    #: Held by who opens an audience: others of it wait, those of other audiences don't.
    opening: dict[str, Lock] = field(default_factory=dict)

    def kept(self, key: str) -> Retriever | None:
        """Return an audience that is open, the most recently asked from now on."""
        if key in self.opened:
            self.opened.move_to_end(key)
        return self.opened.get(key)

    def keep(self, key: str, retriever: Retriever) -> None:
        """Keep an audience that was opened, and let go of the least recently asked."""
        self.opened[key] = retriever
        self.opening.pop(key, None)
        while len(self.opened) > _MOST_OPEN:
            self.opened.popitem(last=False)


class Audiences:
    """The audiences of the generations of an index, opened as their readers come.

    `open_audience` opens what an audience reads of a generation, by the names of both; `over` makes
    what finds passages in a generation. Methods may be called from several threads.
    """

    def __init__(
        self,
        corpus: Path,
        index: Path,
        open_audience: Callable[[str, str], PublishedIndex | None],
        over: Callable[[PublishedIndex], Retriever],
    ) -> None:
        self._corpus = corpus
        self._index = index
        self._open_audience = open_audience
        self._over = over
        self._file = RightsFile(corpus)
        self._known: _KnownAudiences | None = None
        self._lock = Lock()
        self._is_noted = False

    def rights(self) -> Rights | None:
        """Return the rights of now, None where the site has none. Raises RightsError."""
        try:
            found = kept_rights(self._file, self._index)
        except RightsError as e:
            logger.warning("The rights can't be checked: %s %s", e, e.remedy)
            raise
        if found and not self._is_noted:
            note_rights(self._index)
            self._is_noted = True
        return found

    def hidden_from(self, reader: Reader, whole: PublishedIndex) -> frozenset[str]:
        """Return the documents of a generation that are not for a reader. Raises RightsError."""
        rights = None if reader.sees_all else self._checked()
        if rights is None:
            return frozenset()
        return self._named(self._of(whole, rights), rights.standing_of(reader))[1]

    def part_of(self, reader: Reader, whole: Retriever) -> ReadablePart:
        """Return what a reader may read. Raises RightsError, AudiencePending, IndexDamaged."""
        rights = None if reader.sees_all else self._checked()
        if rights is None:
            return ReadablePart(whole)
        standing = rights.standing_of(reader)
        with self._lock:
            known = self._of(whole.index, rights)
            key, hidden = self._named(known, standing)
            if not hidden:
                return ReadablePart(whole)
            if found := known.kept(key):
                return ReadablePart(found, key, hidden)
            opening = known.opening.setdefault(key, Lock())
        with opening:
            with self._lock:
                found = known.kept(key)
            if found is None:
                # Some seconds for a large one: nobody else waits for it.
                found = self._open(whole.index, key, standing)
                with self._lock:
                    known.keep(key, found)
        return ReadablePart(found, key, hidden)

    def _checked(self) -> Rights | None:
        """Return the rights; what is wrong with them is said without paths."""
        try:
            return self.rights()
        except RightsError as e:
            raise RightsError("rights_closed") from e

    def _of(self, whole: PublishedIndex, rights: Rights) -> _KnownAudiences:
        known = self._known
        if known is None or known.whole() is not whole or known.rights is not rights:
            known = self._known = _KnownAudiences(weakref.ref(whole), rights)
        return known

    def _named(self, known: _KnownAudiences, standing: Standing) -> tuple[str, frozenset[str]]:
        """Return the name of a standing's audience, and what is hidden from it."""
        if standing not in known.keys:
            whole = known.whole()
            ids = whole.documents() if whole else {}
            hidden = known.rights.hidden_from(standing, ids)
            known.keys[standing] = audience_key(ids.keys() - hidden), hidden
        return known.keys[standing]

    def _open(self, whole: PublishedIndex, key: str, standing: Standing) -> Retriever:
        note(self._index, standing)
        opened = self._open_audience(whole.name, key)
        if opened is None:
            rights = stated_rights(self._corpus)
            if key not in audiences_of([*whole.documents()], self._index, rights):
                raise RightsError("audiences_full", most=MOST_AUDIENCES)
            raise AudiencePending("audience_pending")
        return self._over(opened)
