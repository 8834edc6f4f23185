"""`Document` → `Passage`s: the pieces that are embedded, searched and quoted. Pure.

A passage never crosses a slide, a page, a speaker or a heading; within these bounds, blocks are
packed evenly up to a budget of tokens, and only a block above the budget is cut, between its
sentences if it can be. Nothing is lost, repeated or reworded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.i18n import say
from assistant.records.documents import CONTEXT_SEPARATOR, Block, Document, Mark, Passage, Place
from assistant.records.voices import is_numbered
from assistant.text.analysis import split_sentences

CountTokens = Callable[[Sequence[str]], list[int]]

#: A silence of so many seconds ends a passage: what follows is another moment of the session.
_SILENCE = 15.0
#: A heading longer than this is cut in contexts, in characters: no title is, running text is.
_LONGEST_HEADING = 120
#: Blocks whose tokens are counted at once.
_SLICE = 256


@dataclass(frozen=True, slots=True)
class _SizedBlock:
    """A block, or a cut of one, that fits the budget."""

    block: Block
    tokens: int


def chunk(document: Document, count_tokens: CountTokens, *, max_tokens: int) -> list[Passage]:
    """Cut a document into passages of at most `max_tokens` tokens each.

    The texts of the passages, put end to end, are the texts of the blocks, but for the spaces
    between them.
    """
    passages: list[Passage] = []
    headings: list[tuple[int, str]] = []
    blocks = [block for block in document.blocks if block.text.strip()]
    for section in _sections(_fit(blocks, count_tokens, max_tokens)):
        first = section[0].block
        if document.facts.get("kind") == "slides" and first.kind != "notes":
            headings = []
        _follow(headings, section)
        context = _context(document, headings, first)
        for pieces in _pack(section, max_tokens):
            passages.append(_passage(document, len(passages), context, pieces))
    return passages


def _sections(pieces: Iterable[_SizedBlock]) -> Iterator[list[_SizedBlock]]:
    """Group pieces that may stand in one passage."""
    section: list[_SizedBlock] = []
    for piece in pieces:
        if section and _separated(section, piece.block):
            yield section
            section = []
        section.append(piece)
    if section:
        yield section


def _separated(section: Sequence[_SizedBlock], block: Block) -> bool:
    last = section[-1].block
    if block.speaker != last.speaker or block.place.kind != last.place.kind:
        return True
    if (block.kind == "notes") != (last.kind == "notes"):
        return True
    if block.kind == "heading" and any(piece.block.kind != "heading" for piece in section):
        return True
    if block.place.kind in ("page", "slide"):
        return block.place != last.place
    return block.place.kind == "second" and block.place.first - last.place.last > _SILENCE


def _pack(section: Sequence[_SizedBlock], max_tokens: int) -> Iterator[list[_SizedBlock]]:
    """Share out a section's pieces, in order, into runs of about equal numbers of tokens."""
    total = sum(piece.tokens for piece in section)
    goal = total / max(1, math.ceil(total / max_tokens))
    run: list[_SizedBlock] = []
    tokens = 0
    for piece in section:
        full = tokens + piece.tokens > max_tokens or tokens + piece.tokens / 2 > goal
        if run and full:
            yield run
            run, tokens = [], 0
        run.append(piece)
        tokens += piece.tokens
    if run:
        yield run


def _passage(
    document: Document, ordinal: int, context: str, pieces: Sequence[_SizedBlock]
) -> Passage:
    text = ""
    marks: list[Mark] = []
    place = pieces[0].block.place
    for piece in pieces:
        block = piece.block
        if text:
            text += " " if block.kind == "speech" else "\n"
        if not marks or (marks[-1].first, marks[-1].last) != (block.place.first, block.place.last):
            marks.append(Mark(len(text), block.place.first, block.place.last))
        text += block.text.strip()
        place = place.until(block.place)
    return Passage(
        document_id=document.id,
        ordinal=ordinal,
        text=text,
        context=context,
        place=place,
        tokens=sum(piece.tokens for piece in pieces),
        speaker=pieces[0].block.speaker,
        marks=tuple(marks),
    )


# --- Context -----------------------------------------------------------------------------------


def _follow(headings: list[tuple[int, str]], section: Sequence[_SizedBlock]) -> None:
    """Bring the path of headings up to the start of `section`'s body."""
    for piece in section:
        if piece.block.kind != "heading":
            break
        while headings and headings[-1][0] >= piece.block.level:
            headings.pop()
        headings.append((piece.block.level, _shortened(piece.block.text)))


def _context(document: Document, headings: Sequence[tuple[int, str]], first: Block) -> str:
    """Return "event › session › headings › speaker", leaving out what is not known."""
    facts = document.facts
    parts = [facts.get("event_title", ""), facts.get("session_title", "")]
    parts += [text for _, text in headings]
    if first.kind == "notes":
        parts.append(say("passages.speaker_notes"))
    elif not is_numbered(first.speaker):  # a number says nothing that one would search for
        parts.append(first.speaker)
    return CONTEXT_SEPARATOR.join(part for part in parts if part)


def _shortened(heading: str) -> str:
    heading = " ".join(heading.split())
    if len(heading) <= _LONGEST_HEADING:
        return heading
    return heading[:_LONGEST_HEADING].rsplit(" ", 1)[0] + "…"


# --- Cutting what exceeds the budget -----------------------------------------------------------


def _fit(blocks: Sequence[Block], count_tokens: CountTokens, budget: int) -> Iterator[_SizedBlock]:
    for block, tokens in _counted(blocks, count_tokens):
        if tokens <= budget:
            yield _SizedBlock(block, tokens)
        else:
            spans = _cut(block.text, count_tokens, budget)
            counts = count_tokens([block.text[start:end] for start, end in spans])
            for (start, end), count in zip(spans, counts, strict=True):
                yield _SizedBlock(_part(block, start, end), count)


def _counted(blocks: Sequence[Block], count_tokens: CountTokens) -> Iterator[tuple[Block, int]]:
    """Count a slice at a time: a book's tokens at once take hundreds of megabytes."""
    for start in range(0, len(blocks), _SLICE):
        some = blocks[start : start + _SLICE]
        yield from zip(some, count_tokens([block.text for block in some]), strict=True)


def _cut(text: str, count_tokens: CountTokens, budget: int) -> list[tuple[int, int]]:
    """Return spans of `text` within the budget: runs of sentences, else of words, else halves."""
    units: list[tuple[int, int, int]] = []
    sentences = split_sentences(text)
    for span, tokens in zip(sentences, _counts(text, sentences, count_tokens), strict=True):
        if tokens <= budget:
            units.append((*span, tokens))
            continue
        words = list(_words(text, *span))
        for word, count in zip(words, _counts(text, words, count_tokens), strict=True):
            units += (
                [(*word, count)] if count <= budget else _halve(text, *word, count_tokens, budget)
            )
    spans: list[tuple[int, int]] = []
    filled = 0
    for start, end, tokens in units:
        if spans and filled + tokens <= budget:
            spans[-1] = (spans[-1][0], end)
            filled += tokens
        else:
            spans.append((start, end))
            filled = tokens
    return spans


def _halve(
    text: str, start: int, end: int, count_tokens: CountTokens, budget: int
) -> list[tuple[int, int, int]]:
    """Cut one endless word. Each cut is a word of its own from then on."""
    tokens = count_tokens([text[start:end]])[0]
    if tokens <= budget or end - start == 1:
        return [(start, end, tokens)]
    middle = (start + end) // 2
    return [
        *_halve(text, start, middle, count_tokens, budget),
        *_halve(text, middle, end, count_tokens, budget),
    ]


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for word in text[start:end].split():
        at = text.index(word, at, end)
        yield at, at + len(word)
        at += len(word)


def _counts(text: str, spans: Sequence[tuple[int, int]], count_tokens: CountTokens) -> list[int]:
    return count_tokens([text[start:end] for start, end in spans])


def _part(block: Block, start: int, end: int) -> Block:
    """Return a cut of a block; of speech, the seconds of the cut are those of its share."""
    place = block.place
    if place.kind == "second":
        rate = (place.last - place.first) / len(block.text)
        place = Place("second", place.first + rate * start, place.first + rate * end)
    return replace(block, text=block.text[start:end], place=place)
