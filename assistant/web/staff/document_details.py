"""What the staff page of a document shows: what is known of it, and the forms that change it.

In: a document as it is on disk and in the index (`Kept`). Out: the records of its page, and of the
one that asks before it is removed; `web.staff.document_page` takes what the forms send.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.corpus.paths import version_of
from assistant.curation.documents import Companion
from assistant.i18n import Language, count, pages_in_words, say
from assistant.i18n.days import date_in_words
from assistant.i18n.sizes import size_in_words
from assistant.readers.parts import RECORDING_SUFFIXES
from assistant.records.documents import DocumentState, speakers_of
from assistant.records.messages import Problem
from assistant.system.files import sha256_of
from assistant.web.http.guard import UPLOADS
from assistant.web.shared.addresses import document_address, reading_address
from assistant.web.shared.facets import kind_words
from assistant.web.staff.document_list import day_of
from assistant.web.staff.layout import DOCUMENT, document_page
from assistant.web.staff.rights.page import rule_address
from assistant.web.staff.uploads.destinations import Destinations, destinations_of

#: The field of the version that a page shows: another one is neither replaced nor erased.
SEEN = "vu"
RENAME, MOVE, REMOVE, ERASE = "renommer", "deplacer", "retirer", "effacer"
#: Where another version is sent: among uploads, which may be large.
REPLACEMENT = f"{UPLOADS}/remplacer"


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is: `state` is None until it is indexed, `file` where it has gone."""

    id: str
    state: DocumentState | None
    file: Path | None
    facts: Mapping[str, str]
    companions: tuple[Companion, ...]

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.id.rpartition("/")[2]

    @property
    def title(self) -> str:
        """What it is called."""
        return (self.state.title if self.state else "") or self.name

    @property
    def goes_with(self) -> str:
        """The transcript that a recording goes with, and which is indexed in its place."""
        if self.state or os.path.splitext(self.id)[1].lower() not in RECORDING_SUFFIXES:
            return ""
        return next(
            (companion.id for companion in self.companions if companion.relation == "transcript"),
            "",
        )

    @property
    def is_behind(self) -> bool:
        """Whether the index does not hold it as it is on disk."""
        if self.file is None or self.goes_with:
            return False
        if self.state is None:
            return True
        try:
            status = self.file.stat()
            if status.st_size != self.state.size:
                return True
            # A copy of the folder has other times; a content is what counts.
            is_same_moment = abs(status.st_mtime - self.state.modified) < 1
            return not is_same_moment and sha256_of(self.file) != self.state.sha256
        except OSError:
            return False  # it went away meanwhile


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that goes with a document: its page, its name, what it is to the document."""

    id: str
    address: str
    name: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document as its page shows it.

    `state` is empty until it is indexed; `goes_with` is the transcript that is indexed in a
    recording's place. `links` and `facts` are by their keys in the catalogue.
    """

    here: str
    name: str
    state: str
    goes_with: Beside | None
    has_file: bool
    is_behind: bool
    links: Mapping[str, str]
    problems: Sequence[Problem]
    facts: Mapping[str, str]
    has_event: bool
    sha256: str
    companions: Sequence[Beside]
    destinations: Destinations
    replacement: str
    version: str
    suffix: str


@dataclass(frozen=True, slots=True)
class RemovalPage:
    """What a removal takes away, in sentences, and what else may go with it."""

    here: str
    goes: Sequence[str]
    version: str
    companions: Sequence[Beside]


def document_of(kept: Kept, corpus: Path, language: Language) -> DocumentPage:
    """Return a document as its page shows it."""
    state, here, parts = kept.state, document_page(kept.id), kept.id.split("/")
    at = (parts[0] if len(parts) > 1 else "", parts[1] if len(parts) > 2 else "")
    return DocumentPage(
        here=here,
        name=kept.name,
        state=state.state if state else "",
        goes_with=_beside(kept.goes_with) if kept.goes_with else None,
        has_file=kept.file is not None,
        is_behind=kept.is_behind,
        links=_links(kept, language),
        problems=state.problems if state else (),
        facts=_facts(kept, language),
        has_event=bool(kept.facts.get("event")),
        sha256=state.sha256 if state and len(state.sha256) == 64 else "",
        companions=[_beside(companion.id, companion.relation) for companion in kept.companions],
        destinations=destinations_of(corpus, language, *at),
        replacement=here.replace(DOCUMENT, REPLACEMENT, 1),
        version=version_of(kept.file),
        suffix=os.path.splitext(kept.name)[1].lower(),
    )


def removal_of(kept: Kept, language: Language) -> RemovalPage:
    """Return what a removal takes away."""
    passages = kept.state.passages if kept.state else 0
    goes = [say("dossier.goes_file", language, id=kept.id)] if kept.file else []
    if passages:
        goes.append(count("dossier.goes_passages", passages, language))
    kinds = ("pictures", "corrections", "former") if kept.state else ("former",)
    goes += [say(f"dossier.goes_{kind}", language) for kind in kinds]
    if os.path.splitext(kept.id)[1].lower() in RECORDING_SUFFIXES:
        goes.append(say("dossier.goes_transcription", language))
    companions = [_beside(companion.id, companion.relation) for companion in kept.companions]
    return RemovalPage(document_page(kept.id), goes, version_of(kept.file), companions)


def _links(kept: Kept, language: Language) -> dict[str, str]:
    """Return the ways to the document and to its text."""
    links = {}
    if kept.state and kept.file:
        links["open"] = document_address(kept.id)
    if kept.state and kept.state.passages:
        links["read"] = reading_address(kept.id, language)
        links["correct"] = f"{document_page(kept.id)}/corriger"
    links["rights"] = rule_address(kept.id)
    return links


def _facts(kept: Kept, language: Language) -> dict[str, str]:
    """Return what is known of the document, empty where it is not."""
    facts, state = kept.facts, kept.state
    size = state.size if state else 0
    modified = state.modified if state else 0.0
    if kept.file:
        try:
            status = kept.file.stat()
            size, modified = status.st_size, status.st_mtime
        except OSError:
            pass  # it went away meanwhile
    session = facts.get("session_title", "") or say("shelf.whole_event", language)
    return {
        "file": kept.id,
        "event": facts.get("event_title", ""),
        "session": session if facts.get("event") else "",
        "speakers": " ; ".join(speakers_of(facts)),
        "date": _day(facts.get("date", ""), language),
        "kind": kind_words(state.kind, language) if state else "",
        "pages": facts.get("pages", "") if state else "",
        "missing": pages_in_words(state.missing, language) if state else "",
        "running_lines": facts.get("running_lines", "") if state else "",
        "passages": str(state.passages) if state else "",
        "engine": state.engine if state else "",
        "size": size_in_words(size, language),
        "modified": day_of(modified, language),
    }


def _beside(document_id: str, relation: str = "") -> Beside:
    return Beside(document_id, document_page(document_id), document_id.rpartition("/")[2], relation)


def _day(written: str, language: Language) -> str:
    """Write the day of a session, given as ISO 8601; what is no day as it is."""
    try:
        return date_in_words(date.fromisoformat(written), "d MMMM y", language)
    except ValueError:
        return written
