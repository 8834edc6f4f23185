"""What staff correct of a document, applied to its text; the file is never touched. Pure.

In: the `Document` that a reader gave, and its corrections (`corpus.corrections_store` keeps them).
Out: the document as corrected, before it is cut into passages, with what fits none of its blocks
any more.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

from assistant.records.documents import SPEAKER_SEPARATOR, Block, Document
from assistant.records.messages import Message, Problem, Severity
from assistant.text.analysis import fold

#: Among the facts given to a document: what of its corrections applies, as a hash.
FACT = "corrections"
#: Facts that name people: speakers in a list, an author perhaps with an address around the name.
_NAMING = ("speakers", "author")
_LONGEST_NAME_IN_WORDS = 8


@dataclass(frozen=True, slots=True, order=True)
class BlockKey:
    """Which block of a document: where it stands, a hash of its text, and which of its likes."""

    kind: str
    first: float
    last: float
    text_hash: str
    nth: int = 0


@dataclass(frozen=True, slots=True)
class TextCorrection:
    """The new text of a block; an empty one drops the block.

    `speaker` is the hash of who speaks in the source, so that forgetting them forgets this too.
    """

    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What is corrected of one content, last seen under `id`.

    `speakers` gives a new name for one of the source. `forgotten` are hashes of names: a name
    that someone asked to be forgotten is not written down once more.
    """

    sha256: str
    id: str
    texts: Mapping[BlockKey, TextCorrection] = field(default_factory=dict)
    speakers: Mapping[str, str] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.texts or self.speakers or self.forgotten)

    @property
    def version(self) -> str:
        """A hash of what applies, whatever the document is called; empty for nothing."""
        if not self:
            return ""
        written = json.dumps(self.plain(), sort_keys=True)
        return hashlib.blake2b(written.encode(), digest_size=16).hexdigest()

    def plain(self) -> dict[str, object]:
        """Return what applies as JSON has it."""
        return {
            "texts": [asdict(key) | asdict(self.texts[key]) for key in sorted(self.texts)],
            "speakers": dict(sorted(self.speakers.items())),
            "forgotten": sorted(self.forgotten),
        }

    def speaker_now(self, speaker: str) -> str:
        """Return what a speaker of the source is called now."""
        return self.speakers.get(speaker, speaker)

    def forgets(self, speaker: str) -> bool:
        """Tell whether a speaker, under either name, is forgotten."""
        if not speaker or not self.forgotten:
            return False
        names = {name_hash(speaker), name_hash(self.speaker_now(speaker))}
        return not names.isdisjoint(self.forgotten)

    def forgetting(self, names: Collection[str]) -> Corrections:
        """Return corrections that forget people too, given as hashes of their names."""
        gone = self.forgotten.union(names)
        return replace(
            self,
            texts={at: one for at, one in self.texts.items() if one.speaker not in gone},
            speakers={
                old: new
                for old, new in self.speakers.items()
                if gone.isdisjoint({name_hash(old), name_hash(new)})
            },
            forgotten=gone,
        )

    def given(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Return the facts given to a document, without the forgotten, with what applies."""
        return without_names(facts, self.forgotten) | ({FACT: self.version} if self else {})


def name_hash(name: str) -> str:
    """Return the hash of a name as `fold` writes it, its spaces single."""
    plain = " ".join(fold(name).split())
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=16).hexdigest()


def text_hash(text: str) -> str:
    """Return the hash of a block's original text."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def without_names(facts: Mapping[str, str], forgotten: Collection[str]) -> dict[str, str]:
    """Return facts without the people forgotten; `forgotten` are hashes of their names."""
    kept = dict(facts)
    if forgotten and "speakers" in kept:
        speakers = kept["speakers"].split(SPEAKER_SEPARATOR)
        left = [_without_pieces(speaker, forgotten) for speaker in speakers]
        kept["speakers"] = SPEAKER_SEPARATOR.join(piece for piece in left if piece)
    if forgotten and _mentions(kept.get("author", ""), forgotten):
        del kept["author"]
    return kept


def names_someone(facts: Mapping[str, str], forgotten: Collection[str]) -> bool:
    """Tell whether facts name one of these people."""
    return any(facts.get(name) != without_names(facts, forgotten).get(name) for name in _NAMING)


def _without_pieces(speaker: str, forgotten: Collection[str]) -> str:
    """Drop a speaker; where a source lists several between commas, the forgotten one only."""
    if name_hash(speaker) in forgotten:
        return ""
    pieces = speaker.split(",")
    left = [piece for piece in pieces if name_hash(piece) not in forgotten]
    return speaker if len(left) == len(pieces) else ",".join(left).strip()


def _mentions(text: str, forgotten: Collection[str]) -> bool:
    words = re.findall(r"[^\s<>\"(),;]+", text)
    return any(
        name_hash(" ".join(words[start:end])) in forgotten
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + _LONGEST_NAME_IN_WORDS) + 1)
    )


# --- Applying ----------------------------------------------------------------------------------


def keyed(blocks: Iterable[Block]) -> Iterator[tuple[BlockKey, Block]]:
    """Yield the blocks of a source with their keys."""
    seen: Counter[BlockKey] = Counter()
    for block in blocks:
        place = block.place
        key = BlockKey(place.kind, place.first, place.last, text_hash(block.text))
        yield replace(key, nth=seen[key]), block
        seen[key] += 1


def misfits(blocks: Iterable[Block], corrections: Corrections) -> dict[BlockKey, TextCorrection]:
    """Return the corrected texts whose block is not among these any more."""
    found = {key for key, _ in keyed(blocks)} if corrections.texts else set()
    return {key: one for key, one in corrections.texts.items() if key not in found}


def corrected(document: Document, corrections: Corrections | None) -> Document:
    """Return a document as staff corrected it; what fits no block becomes its problem. Pure."""
    if not corrections:
        return document
    blocks: list[Block] = []
    by_machine: set[int] = set()
    reviewed: set[int] = set()
    for key, block in keyed(document.blocks):
        change = corrections.texts.get(key)
        forgotten = corrections.forgets(block.speaker)
        (by_machine if change is None and not forgotten else reviewed).add(round(key.first))
        text = block.text if change is None else change.text
        if text and not forgotten:
            blocks.append(replace(block, text=text, speaker=corrections.speaker_now(block.speaker)))
    facts = _still_automatic(without_names(document.facts, corrections.forgotten),
                             by_machine, reviewed)  # fmt: skip
    return replace(
        document,
        blocks=tuple(blocks),
        facts=facts,
        problems=(*document.problems, *_unfit(document, corrections)),
    )


def _still_automatic(
    facts: dict[str, str], by_machine: set[int], reviewed: set[int]
) -> dict[str, str]:
    """Take the mention off what people went through: a page all of whose blocks are corrected.

    Of a recording the mention is that of the whole: it goes when every sentence was corrected.
    """
    if facts.get("automatic") == "speech" and not by_machine:
        del facts["automatic"]
    elif facts.get("automatic") == "ocr":
        pages = facts.get("automatic_pages", "").split()
        checked = {str(page) for page in reviewed - by_machine}
        facts["automatic_pages"] = " ".join(page for page in pages if page not in checked)
    return facts


def _unfit(document: Document, corrections: Corrections) -> Iterator[Problem]:
    if lost := misfits(document.blocks, corrections):
        yield correction_problem(document.id, "unfit", "warning", number=str(len(lost)))
    spoken = {block.speaker for block in document.blocks}
    for name in sorted(corrections.speakers.keys() - spoken):
        yield correction_problem(document.id, "speaker_unfit", "warning", name=name)


def correction_problem(
    subject: str, key: str, severity: Severity, **values: str | Message
) -> Problem:
    """Return a problem of corrections; a `number` among the values asks for the plural."""
    return Problem(subject, severity, f"corrections.{key}", values)
