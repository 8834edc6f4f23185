"""The form that corrects a document: its speakers and a page of its blocks → records. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args
from urllib.parse import urlencode

from assistant.corpus.corrections import text_hash
from assistant.curation.correcting import MOST_CHARACTERS, Correctable, Correcting
from assistant.i18n import Language, count, say
from assistant.i18n.places import automatic_of, place_in_words
from assistant.records.documents import Place, PlaceKind
from assistant.text.analysis import clean, fold
from assistant.web.shared.addresses import reading_address
from assistant.web.staff.indexing import Soon
from assistant.web.staff.layout import document_page
from assistant.web.staff.paging import PageLinks, links_of, number_of, pages_of

#: Blocks on a page.
_MOST_BLOCKS = 50
#: What the form may ask for besides saving.
DROP, UNDO_ALL = "retirer", "tout-retablir"
CORRECTED = "corriges"
#: Characters shown of a block that is too long to be corrected here.
_MOST_READ = 2_000


@dataclass(frozen=True, slots=True)
class BlockQuery:
    """Which blocks are asked for: those with these words, corrected only, and which page."""

    words: str = ""
    corrected_only: bool = False
    page: int = 1

    @classmethod
    def of(cls, page: str, words: str, state: str) -> BlockQuery:
        """Return what an address asks for."""
        return cls(words[:200], state == CORRECTED, number_of(page))

    def fits(self, block: Correctable) -> bool:
        """Tell whether a block is asked for."""
        if self.corrected_only and block.new_text is None:
            return False
        if block.forgotten:
            return not self.words
        text = fold(f"{shown_text(block)} {block.text} {block.speaker} {block.new_speaker}")
        return all(word in text for word in fold(self.words).split())


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed over a `version`: texts by block, names by the source's.

    None is what the source has. `numbers` are the blocks that the form showed. Where it could not
    be saved, `fault` says why in words, and `key` by its name.
    """

    version: str = ""
    texts: Mapping[int, str | None] = field(default_factory=dict)
    names: Mapping[str, str | None] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    fault: str = ""
    key: str = ""


def correction_address(document_id: str, asked: BlockQuery | None = None) -> str:
    """Return the address of the page that corrects a document."""
    asked = asked or BlockQuery()
    query = {
        "q": asked.words,
        "etat": CORRECTED if asked.corrected_only else "",
        "page": str(asked.page) if asked.page > 1 else "",
    }
    written = urlencode({name: value for name, value in query.items() if value})
    return f"{document_page(document_id)}/corriger{'?' if written else ''}{written}"


def shown_text(block: Correctable) -> str:
    """Return a block's text as it is now."""
    return block.text if block.new_text is None else block.new_text


def mark_of(text: str) -> str:
    """Return what tells whether a text was changed in the form."""
    return text_hash(clean(text))


@dataclass(frozen=True, slots=True)
class Back:
    """The way back to the document; its `id`, empty where the page's title says it."""

    address: str
    id: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why what was typed is not saved; `lost` is what of it has no place any more."""

    words: str
    is_kept: bool
    lost: Sequence[str]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker: the name as read, as saved, as typed; how many blocks are theirs."""

    name: str
    now: str
    typed: str
    blocks: int
    is_renamed: bool


@dataclass(frozen=True, slots=True)
class Unfit:
    """A correction that fits nothing in the document any more; `place` is empty for a name."""

    words: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class BlockBox:
    """A block as the form shows it, by its kind: what it says, and what it said.

    `link` opens its place, heard or read; `meanwhile` is what others saved while it was typed
    over, None where they did not.
    """

    number: int
    kind: Literal["forgotten", "long", "text"]
    place: str
    who: str = ""
    link: str = ""
    is_heard: bool = False
    tag: str = ""
    text: str = ""
    rows: int = 0
    mark: str = ""
    is_changed: bool = False
    original: str = ""
    meanwhile: str | None = None


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
