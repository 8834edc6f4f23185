"""The form that corrects a document: its speakers and a page of its blocks → records. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from assistant.corpus.corrections import text_hash
from assistant.curation.correcting import MOST_CHARACTERS, Correctable, Correcting
from assistant.i18n import Language, count, say
from assistant.i18n.places import automatic_of, place_in_words
from assistant.records.documents import Place, PlaceKind
from assistant.text.analysis import clean
from assistant.web.shared.addresses import reading_address
from assistant.web.staff.corrections.form_parts import Back, BlockBox, Fault, Speaker, Unfit
from assistant.web.staff.corrections.query import BlockQuery, Typed, correction_address, shown_text
from assistant.web.staff.indexing import Soon
from assistant.web.staff.layout import document_page
from assistant.web.staff.paging import PageLinks, links_of, pages_of

#: Blocks on a page.
_MOST_BLOCKS = 50
#: What the form may ask for besides saving.
DROP, UNDO_ALL = "retirer", "tout-retablir"
#: Characters shown of a block that is too long to be corrected here.
_MOST_READ = 2_000


def mark_of(text: str) -> str:
    """Return what tells whether a text was changed in the form."""
    return text_hash(clean(text))


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """The form that corrects a document.

    `found` blocks are asked for, of which `blocks` are on this page. `action` takes the form,
    `everything` is the address of all blocks. `spoken` is the document's language.
    """

    back: Back
    asked: BlockQuery
    fault: Fault | None
    notes: Sequence[str]
    speakers: Sequence[Speaker]
    unfit: Sequence[Unfit]
    action: str
    everything: str
    version: str
    found: int
    pages: PageLinks | None
    blocks: Sequence[BlockBox]
    is_corrected: bool
    spoken: str
    soon: Soon | None = None


def correction_of(
    opened: Correcting,
    asked: BlockQuery,
    typed: Typed,
    language: Language,
    *,
    is_indexed: bool,
    is_heard: bool,
) -> CorrectionPage:
    """Return what the page shows of a document, and of what was typed over it."""
    found = [block for block in opened.blocks if asked.fits(block)]
    pages = pages_of([_size(block) for block in found], _MOST_BLOCKS)
    at = min(asked.page, len(pages))
    shared = _FormContext(opened, typed, language, is_indexed, is_heard)
    shown: Sequence[Correctable] = [found[n] for n in pages[at - 1]]
    if typed.fault:
        # What was typed is shown over the blocks it was typed over, wherever they are now.
        known = shared.typed_over
        shown = [known[number] for number in typed.numbers if number in known]

    def page_address(number: int) -> str:
        return correction_address(opened.document_id, replace(asked, page=number))

    return CorrectionPage(
        back=back_to(opened.document_id, opened.title),
        asked=asked,
        fault=_fault(shared),
        notes=_about(opened, language),
        speakers=_speakers(shared),
        unfit=_unfit(opened, language),
        action=page_address(at),
        everything=correction_address(opened.document_id),
        version=opened.version,
        found=len(found),
        pages=None if typed.fault else links_of(at, len(pages), page_address),
        blocks=[_block(block, shared) for block in shown],
        is_corrected=bool(opened.renamed)
        or any(block.new_text is not None for block in opened.blocks),
        spoken=opened.language,
    )


def back_to(document_id: str, title: str) -> Back:
    """Return the way back to a document whose title heads the page."""
    return Back(document_page(document_id), document_id if title != document_id else "")


@dataclass(frozen=True, slots=True)
class _FormContext:
    """What each part of the form needs."""

    opened: Correcting
    typed: Typed
    language: Language
    is_indexed: bool
    is_heard: bool

    @property
    def is_same_file(self) -> bool:
        """Whether what was typed was typed over the file as it is now."""
        return self.typed.version.partition("-")[0] == self.opened.version.partition("-")[0]

    @property
    def typed_over(self) -> dict[int, Correctable]:
        """The blocks that can have been typed over, by their numbers."""
        blocks = self.opened.blocks if self.is_same_file else ()
        return {block.number: block for block in blocks}


def _size(block: Correctable) -> int:
    return max(len(block.text), len(block.new_text or ""))


def _fault(shared: _FormContext) -> Fault | None:
    """Return why what was typed is not saved, and what of it has no place any more."""
    typed = shared.typed
    if not typed.fault:
        return None
    known = shared.typed_over
    lost = [text for number, text in typed.texts.items() if text and number not in known]
    lost += [] if shared.is_same_file else [name for name in typed.names.values() if name]
    return Fault(typed.fault, bool(typed.texts or typed.names), lost)


def _about(opened: Correcting, language: Language) -> list[str]:
    """Return what to know before correcting: a machine wrote it, somebody was forgotten."""
    notes = []
    if (how := opened.facts.get("automatic", "")) in ("speech", "ocr"):
        notes.append(say(f"correcting.automatic_{how}", language))
    if opened.forgotten:
        notes.append(count("correcting.forgotten", opened.forgotten, language))
    return notes


def _speakers(shared: _FormContext) -> list[Speaker]:
    """Return the speakers whom nobody has forgotten: as read, and as shown."""
    opened = shared.opened
    forgotten = {block.speaker for block in opened.blocks if block.forgotten}
    blocks = Counter(block.speaker for block in opened.blocks)
    return [
        Speaker(
            name=name,
            now=opened.renamed.get(name, name),
            typed=shared.typed.names.get(name, opened.renamed.get(name, name)) or "",
            blocks=blocks[name],
            is_renamed=name in opened.renamed,
        )
        for name in opened.speakers
        if name not in forgotten
    ]


def _unfit(opened: Correcting, language: Language) -> list[Unfit]:
    """Return the corrections that fit nothing in the document any more."""
    texts = [
        Unfit(
            one.text or say("correcting.taken_out", language),
            _place(Place(_kind(key.kind), key.first, key.last), language),
        )
        for key, one in sorted(opened.unfit.items())
    ]
    names = [
        Unfit(say("correcting.unfit_name", language, old=old, new=new))
        for old, new in opened.renamed.items()
        if old not in opened.speakers
    ]
    return [*texts, *names]


def _block(block: Correctable, shared: _FormContext) -> BlockBox:
    """Return a block: where it stands, who speaks, its text to change, and the original."""
    language, number = shared.language, block.number
    place = _place(block.place, language)
    if block.forgotten:
        return BlockBox(number, "forgotten", place)
    box = BlockBox(
        number,
        "long",
        place,
        who=say("page.speaker_notes", language) if block.kind == "notes" else block.new_speaker,
        link=_link(block, shared),
        is_heard=shared.is_heard and block.place.kind == "second",
        tag=_tag(block, shared),
        text=block.text[:_MOST_READ],
    )
    if len(block.text) > MOST_CHARACTERS:
        return box
    now = shown_text(block)
    typed = shared.typed.texts.get(number, now)
    text = block.text if typed is None else typed
    is_stale = shared.typed.key == "corrections_changed" and number in shared.typed.texts
    return replace(
        box,
        kind="text",
        text=text,
        rows=min(12, max(2, len(text) // 90 + len(text.splitlines()))),
        mark=mark_of(now),
        is_changed=block.new_text is not None,
        original=block.text,
        meanwhile=now if is_stale else None,
    )


def _link(block: Correctable, shared: _FormContext) -> str:
    """Return where a block can be read or heard; empty where nothing is indexed."""
    if not shared.is_indexed:
        return ""
    return reading_address(shared.opened.document_id, shared.language, block.place)


def _tag(block: Correctable, shared: _FormContext) -> str:
    language = shared.language
    if block.new_text is not None:
        return say(f"correcting.{'changed' if block.new_text else 'taken_out'}", language)
    if automatic_of(shared.opened.facts, block.place) == "ocr":
        return say("correcting.by_machine", language)
    return ""


def _place(place: Place, language: Language) -> str:
    words = place_in_words(place, language)
    return words[:1].upper() + words[1:]


def _kind(kind: str) -> PlaceKind:
    """Return the kind of place that a correction's file names; a line where it names none."""
    return next((one for one in get_args(PlaceKind) if one == kind), "line")
