"""HTML of the staff page of a document: what is known of it, and the forms that change it.

In: a document as it is on disk and in the index (`Kept`). Out: the body of its page, and of the one
that asks before it is removed; `web.staff.document_page` takes what the forms send.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.corpus.paths import version_of
from assistant.corpus.walk import RECORDING_SUFFIXES
from assistant.curation.documents import Companion
from assistant.i18n import Language, count, say
from assistant.i18n.days import date_in_words
from assistant.records import SPEAKER_SEPARATOR, DocumentState
from assistant.system.files import sha256_of
from assistant.web.http.guard import UPLOADS
from assistant.web.shared.addresses import document_address, reading_address
from assistant.web.shared.escaping import escape
from assistant.web.shared.facets import kind_words
from assistant.web.staff.destinations import chooser_piece
from assistant.web.staff.document_list import (
    DOCUMENT,
    PROGRAMME,
    day_of,
    document_page,
    problems_piece,
    size_of,
    state_piece,
)
from assistant.web.staff.indexing import start_piece

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
        return next((one.id for one in self.companions if one.relation == "transcript"), "")

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


def body_piece(kept: Kept, corpus: Path, language: Language) -> str:
    """Return the page of a document: its state, its facts, what goes with it, what can be done."""
    problems = ""
    if kept.state and kept.state.problems:
        listed = problems_piece(kept.state.problems)
        problems = f"<h2>{_told('problems', language)}</h2>{listed}"
    return (
        f"{_standing(kept, language)}{_links(kept, language)}{problems}"
        f"<h2>{_told('facts', language)}</h2>{_facts(kept, language)}"
        f"{_beside(kept, language)}{_changes(kept, corpus, language)}"
    )


def _standing(kept: Kept, language: Language) -> str:
    """Return how the document stands with the index, and the way to bring it up to date."""
    if kept.goes_with:
        link = f'<a href="{escape(document_page(kept.goes_with))}">{escape(kept.goes_with)}</a>'
        return f"<p>{_told('goes_with', language)} {link}</p>"
    state = state_piece(kept.state, language) if kept.state else ""
    if kept.file is None:
        return f'<p>{state}</p><p class="avis">{_told("file_gone", language)}</p>'
    if not kept.is_behind:
        return f"<p>{state}</p>"
    words = _told("behind" if kept.state else "not_indexed", language)
    return f'<p>{state}</p><div class="avis a-indexer"><p>{words}</p>{start_piece(language)}</div>'


def _links(kept: Kept, language: Language) -> str:
    links = []
    if kept.state and kept.file:
        links.append((document_address(kept.id), "open"))
    if kept.state and kept.state.passages:
        links.append((reading_address(kept.id, language), "read"))
        links.append((f"{document_page(kept.id)}/corriger", "correct"))
    items = "".join(
        f'<a class="bouton" href="{escape(address)}">{_told(key, language)}</a>'
        for address, key in links
    )
    return f'<div class="gestes">{items}</div>' if items else ""


def _facts(kept: Kept, language: Language) -> str:
    """Return what is known of the document, as a list of terms."""
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
    shown = (
        ("file", kept.id),
        ("event", facts.get("event_title", "")),
        ("session", session if facts.get("event") else ""),
        ("speakers", " ; ".join(filter(None, facts.get("speakers", "").split(SPEAKER_SEPARATOR)))),
        ("date", _day(facts.get("date", ""), language)),
        ("kind", kind_words(state.kind, language) if state else ""),
        ("pages", facts.get("pages", "") if state else ""),
        ("missing", state.missing if state else ""),
        ("running_lines", facts.get("running_lines", "") if state else ""),
        ("passages", str(state.passages) if state else ""),
        ("engine", state.engine if state else ""),
        ("size", size_of(size, language)),
        ("modified", day_of(modified, language)),
    )
    terms = "".join(
        f"<div><dt>{escape(say(f'dossier.fact_{name}', language))}</dt>"
        f"<dd>{escape(value)}</dd></div>"
        for name, value in shown
        if value
    )
    digest = state.sha256 if state and len(state.sha256) == 64 else ""
    folded = ""
    if digest:
        folded = (
            f"<details><summary>{_told('sha256', language)}</summary>"
            f'<p class="empreinte">{escape(digest)}</p></details>'
        )
    programme = ""
    if facts.get("event"):
        words = _told("programme", language)
        programme = f'<p class="aide"><a class="lien" href="{PROGRAMME}">{words}</a></p>'
    return f'<dl class="renseignements">{terms}</dl>{programme}{folded}'


def _beside(kept: Kept, language: Language) -> str:
    """Return the files that go with the document, as links."""
    if not kept.companions:
        return ""
    items = "".join(
        f'<li><a href="{escape(document_page(one.id))}">{escape(one.id.rpartition("/")[2])}</a>'
        f" – {_relation(one, language)}</li>"
        for one in kept.companions
    )
    return f"<h2>{_told('beside', language)}</h2><ul>{items}</ul>"


def _changes(kept: Kept, corpus: Path, language: Language) -> str:
    """Return the forms that change the document, each folded."""
    remove = (
        f'<div class="gestes"><a class="bouton grave" href="{_here(kept)}?geste={REMOVE}">'
        f"{_told('remove', language)}</a></div>"
    )
    heading = f"<h2>{_told('changes', language)}</h2>"
    if kept.file is None:
        return heading + remove
    rename = (
        f'<p class="champ"><label for="nom">{_told("new_name", language)}</label>'
        f'<input id="nom" name="nom" required maxlength="200" value="{escape(kept.name)}"'
        f' autocomplete="off" aria-describedby="nom-aide"><span class="aide" id="nom-aide">'
        f"{_told('new_name_help', language)}</span></p>{_together(kept, language)}"
    )
    parts = kept.id.split("/")
    at = (parts[0] if len(parts) > 1 else "", parts[1] if len(parts) > 2 else "")
    move = chooser_piece(corpus, at, language) + _together(kept, language)
    return (
        f"{heading}{_form(kept, RENAME, rename, language)}{_form(kept, MOVE, move, language)}"
        f"{_replacing(kept, language)}{remove}"
    )


def _form(kept: Kept, gesture: str, fields: str, language: Language) -> str:
    words = _told(gesture, language)
    return (
        f'<details class="changement"><summary>{words}</summary>'
        f'<form method="post" action="{_here(kept)}">'
        f'<input type="hidden" name="geste" value="{gesture}">{fields}'
        f'<p><button class="principal">{words}</button></p></form></details>'
    )


def _replacing(kept: Kept, language: Language) -> str:
    suffix = os.path.splitext(kept.name)[1].lower()
    aid = escape(say("dossier.other_version_help", language, suffix=suffix))
    address = document_page(kept.id).replace(DOCUMENT, REPLACEMENT, 1)
    return (
        f'<details class="changement"><summary>{_told("replace", language)}</summary>'
        f'<form method="post" enctype="multipart/form-data" action="{escape(address)}"'
        f' data-confirmer="{_told("replace_question", language)}">{_seen(kept)}'
        f'<p class="champ"><label for="fichier">{_told("other_version", language)}</label>'
        f'<input id="fichier" name="fichier" type="file" required accept="{escape(suffix)}"'
        f' aria-describedby="fichier-aide"><span class="aide" id="fichier-aide">{aid}</span></p>'
        f'<p><button class="principal">{_told("replace", language)}</button></p></form></details>'
    )


def _seen(kept: Kept) -> str:
    return f'<input type="hidden" name="{SEEN}" value="{version_of(kept.file)}">'


def _together(kept: Kept, language: Language, *, ticked: bool = True) -> str:
    """Return the check boxes of the files that go with the document."""
    if not kept.companions:
        return ""
    boxes = "".join(
        f'<p><label><input type="checkbox" name="aussi" value="{escape(one.id)}"'
        f"{' checked' if ticked else ''}> {escape(one.id.rpartition('/')[2])} –"
        f" {_relation(one, language)}</label></p>"
        for one in kept.companions
    )
    return f"<fieldset><legend>{_told('together', language)}</legend>{boxes}</fieldset>"


def confirmation_piece(kept: Kept, language: Language) -> str:
    """Return the page that says what a removal takes away, and asks."""
    passages = kept.state.passages if kept.state else 0
    goes = [say("dossier.goes_file", language, id=kept.id)] if kept.file else []
    if passages:
        goes.append(count("dossier.goes_passages", passages, language))
    kinds = ("pictures", "corrections", "former") if kept.state else ("former",)
    goes += [say(f"dossier.goes_{one}", language) for one in kinds]
    if os.path.splitext(kept.id)[1].lower() in RECORDING_SUFFIXES:
        goes.append(say("dossier.goes_transcription", language))
    items = "".join(f"<li>{escape(one)}</li>" for one in goes)
    return (
        f"<p>{_told('goes', language)}</p><ul>{items}</ul>"
        f"<p>{_told('at_once', language)}</p>"
        f'<form method="post" action="{_here(kept)}">'
        f"{_seen(kept)}{_together(kept, language, ticked=False)}"
        f'<input type="hidden" name="geste" value="{ERASE}">'
        f'<p class="avis">{_told("backups", language)}</p>'
        f'<div class="gestes"><button class="grave">{_told("erase", language)}</button>'
        f'<a class="lien" href="{_here(kept)}">{_told("keep", language)}</a></div></form>'
    )


def _day(written: str, language: Language) -> str:
    """Write the day of a session, given as ISO 8601; what is no day as it is."""
    try:
        return date_in_words(date.fromisoformat(written), "d MMMM y", language)
    except ValueError:
        return written


def _relation(companion: Companion, language: Language) -> str:
    return escape(say(f"dossier.relation_{companion.relation}", language))


def _here(kept: Kept) -> str:
    return escape(document_page(kept.id))


def _told(key: str, language: Language) -> str:
    return escape(say(f"dossier.{key}", language))
