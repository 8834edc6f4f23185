"""Change a document's text or the names of its speakers, as staff ask from a page.

In: a document's id and what to change. Out: its corrections in their store beside the documents,
written whole; the next `sync` applies them. Of two people at once, the second is told to look
again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.corpus.corrections import (
    BlockKey,
    Corrections,
    TextCorrection,
    keyed,
    misfits,
    name_hash,
)
from assistant.corpus.corrections_store import editing, load_corrections, save_over
from assistant.corpus.paths import find
from assistant.corpus.walk import FileOnDisk
from assistant.curation.cached_reading import LastRead, read_apart
from assistant.errors import CorpusError
from assistant.ingest.planning import Found, look
from assistant.readers import sha256_of
from assistant.readers.parts import RECORDING_SUFFIXES
from assistant.readers.speech import transcription_cache
from assistant.records.documents import Block, BlockKind, Place
from assistant.settings.options import ReadingOptions
from assistant.text.analysis import clean

#: In characters. A block is a sentence of speech, a paragraph, a line of a table.
MOST_CHARACTERS = 20_000
MOST_NAME_CHARACTERS = 120
#: What stands between names, in facts and in contexts.
_NOT_IN_NAMES = ("/", "›", "|")


@dataclass(frozen=True, slots=True)
class Correctable:
    """A block as the source has it, and as it is corrected.

    `new_text` is None where it is not corrected, empty where the block is dropped.
    """

    number: int
    key: BlockKey
    kind: BlockKind
    place: Place
    text: str
    speaker: str
    new_text: str | None
    new_speaker: str
    forgotten: bool


@dataclass(frozen=True, slots=True)
class Correcting:
    """A document opened to be corrected; `version` is asked back by what changes it.

    `unfit` are corrections that fit no block any more. `applied` names what is corrected, as the
    index has it among a document's facts; `facts` are those of the source.
    """

    document_id: str
    title: str
    version: str
    blocks: tuple[Correctable, ...]
    unfit: Mapping[BlockKey, TextCorrection]
    renamed: Mapping[str, str]
    forgotten: int
    applied: str = ""
    language: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def speakers(self) -> tuple[str, ...]:
        """The speakers of the source, in the order in which they first speak."""
        return tuple(dict.fromkeys(block.speaker for block in self.blocks if block.speaker))


def blocks_of(
    options: ReadingOptions, document_id: str, last: LastRead | None = None
) -> Correcting:
    """Open a document to be corrected.

    Reads its file again in a process apart, under limits, unless it is the `last` one read: a
    transcript takes half a second, a long PDF some seconds, its scanned pages 1 to 8 s each; of a
    recording, the transcription kept is taken. Raises CorpusError, ReadError.
    """
    files, found = look(options)
    file, looks = _one(options.corpus, document_id, files, found)
    is_recording = file.path.suffix.lower() in RECORDING_SUFFIXES
    if is_recording and transcription_cache.load(options.index, looks.stamp.sha256) is None:
        raise CorpusError("transcription_not_yet", id=document_id)
    document = (
        last.document(options, file, looks.stamp.sha256, looks.given)
        if last
        else read_apart(options, file, looks.given)
    )
    own = looks.corrections or Corrections(looks.stamp.sha256, document_id)
    return Correcting(
        document_id=document_id,
        title=document.title,
        version=_version(document.sha256, own),
        blocks=tuple(
            _correctable(number, key, block, own)
            for number, (key, block) in enumerate(keyed(document.blocks))
        ),
        unfit=misfits(document.blocks, own),
        renamed=own.speakers,
        forgotten=len(own.forgotten),
        applied=own.version,
        language=document.language,
        facts=document.facts,
    )


def correct(
    options: ReadingOptions,
    document_id: str,
    changes: Mapping[int, str | None],
    version: str,
    last: LastRead | None = None,
) -> str:
    """Give blocks, by their numbers, another text; return the new version.

    An empty text drops the block from the index (what a machine heard where nobody spoke); None,
    or the source's own words, is the source's text again. Reads the file as `blocks_of` does.
    Raises CorpusError.
    """
    opened = _opened(options, document_id, version, last)
    texts: dict[BlockKey, TextCorrection | None] = {}
    for number, text in changes.items():
        if not 0 <= number < len(opened.blocks):
            raise CorpusError("block_unknown", id=document_id, number=number)
        block = opened.blocks[number]
        new = None if text is None else _checked(text)
        same = new is None or (new != "" and new == clean(block.text))
        who = name_hash(block.speaker) if block.speaker else ""
        texts[block.key] = None if new is None or same else TextCorrection(new, who)

    def change(own: Corrections) -> Corrections:
        joined = dict(own.texts) | texts
        return replace(own, texts={at: one for at, one in joined.items() if one is not None})

    return _changed(options, document_id, version, change)


def rename_speakers(
    options: ReadingOptions,
    document_id: str,
    names: Mapping[str, str | None],
    version: str,
    last: LastRead | None = None,
) -> str:
    """Give speakers of the source other names in the whole document; return the new version.

    Each may be named as before; None undoes. Reads the file as `blocks_of` does. Raises
    CorpusError, and changes nothing then.
    """
    opened = _opened(options, document_id, version, last)
    given: dict[str, str | None] = {}
    for old, new in names.items():
        given_before = {one for one, now in opened.renamed.items() if now == old}
        known = {old} if old in opened.speakers or old in opened.renamed else given_before
        if not known:
            raise CorpusError("speaker_unknown", name=old)
        given |= dict.fromkeys(known, None if new is None else _name(new))

    def change(own: Corrections) -> Corrections:
        kept_names = {one: now for one, now in own.speakers.items() if one not in given}
        changed = {one: now for one, now in given.items() if now is not None and now != one}
        return replace(own, speakers=kept_names | changed)

    return _changed(options, document_id, version, change)


def undo_all(options: ReadingOptions, document_id: str, version: str) -> str:
    """Take back the corrected texts and the names given; who was forgotten stays forgotten."""
    return _changed(options, document_id, version, lambda own: replace(own, texts={}, speakers={}))


def drop_unfit(
    options: ReadingOptions, document_id: str, version: str, last: LastRead | None = None
) -> str:
    """Drop the corrections that fit nothing in the document any more; return the new version."""
    opened = _opened(options, document_id, version, last)
    return _changed(
        options,
        document_id,
        version,
        lambda own: replace(
            own,
            texts={at: one for at, one in own.texts.items() if at not in opened.unfit},
            speakers={at: one for at, one in own.speakers.items() if at in opened.speakers},
        ),
    )


# --- Parts -------------------------------------------------------------------------------------


def _correctable(number: int, key: BlockKey, block: Block, own: Corrections) -> Correctable:
    change = own.texts.get(key)
    return Correctable(
        number=number,
        key=key,
        kind=block.kind,
        place=block.place,
        text=block.text,
        speaker=block.speaker,
        new_text=change.text if change else None,
        new_speaker=own.speaker_now(block.speaker),
        forgotten=own.forgets(block.speaker),
    )


def _one(
    corpus: Path,
    document_id: str,
    files: Mapping[str, FileOnDisk],
    found: Mapping[str, Found],
) -> tuple[FileOnDisk, Found]:
    """Return a document of the corpus. Raises CorpusError."""
    if document_id in files and document_id in found:
        return files[document_id], found[document_id]
    if document_id in files:
        stored = load_corrections(corpus)
        stored.check_readable(document_id, sha256_of(files[document_id].path))
    raise CorpusError("document_unknown", id=document_id)


def _version(sha256: str, own: Corrections) -> str:
    """Return what tells that neither the file nor its corrections changed."""
    return f"{sha256}-{own.version}"


def _opened(
    options: ReadingOptions, document_id: str, version: str, last: LastRead | None
) -> Correcting:
    opened = blocks_of(options, document_id, last)
    if opened.version != version:
        raise CorpusError("corrections_changed", id=document_id)
    return opened


def _changed(
    options: ReadingOptions,
    document_id: str,
    version: str,
    change: Callable[[Corrections], Corrections],
) -> str:
    """Change a document's corrections unless someone else did meanwhile; return the version."""
    corpus = options.corpus
    files, found = look(options)
    sha256 = _one(corpus, document_id, files, found)[1].stamp.sha256
    present = {file.stamp.sha256 for file in found.values()}
    with editing(options.index, corpus) as stored:
        if find(corpus, document_id) is None:  # erased meanwhile
            raise CorpusError("document_unknown", id=document_id)
        stored.check_readable(document_id, sha256)
        own = stored.of(document_id, sha256, present) or Corrections(sha256, document_id)
        if _version(sha256, own) != version:
            raise CorpusError("corrections_changed", id=document_id)
        new = replace(change(own), id=document_id)
        save_over(corpus, stored, new, present)
    return _version(sha256, new)


def _checked(text: str) -> str:
    """Return a text as readers clean theirs. Raises CorpusError when it is too long."""
    if len(text) > MOST_CHARACTERS:
        raise CorpusError("correction_too_long", found=len(text), most=MOST_CHARACTERS)
    return clean(text)


def _name(name: str) -> str:
    plain = " ".join(clean(name[:MOST_CHARACTERS]).split())
    if not 0 < len(plain) <= MOST_NAME_CHARACTERS or any(sign in plain for sign in _NOT_IN_NAMES):
        raise CorpusError("speaker_name_wrong", name=plain[:40], most=MOST_NAME_CHARACTERS)
    return plain
