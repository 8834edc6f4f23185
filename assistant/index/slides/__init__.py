"""What was said while each slide was on screen, as a generation keeps it and as it is asked.

In: the catalog's transcripts and decks, session by session, with their vectors. Out: `Talk`s, a
transcript aligned with a deck (`index.slides.hmm`), which `index.publishing` writes. `spans` are
what `generation` reads again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.index.catalog.vectors import EncodedStore
from assistant.index.slides.hmm import Alignment, Piece, align
from assistant.index.slides.spans import Span
from assistant.records.documents import Place
from assistant.records.vectors import Vector
from assistant.text.analysis import split_sentences, terms

_SPEECH = ("transcript", "recording")
_DECK = "slides"
#: Decks of one session that a transcript is aligned with: those nearest to it in meaning. A
#: folder that holds a whole year of talks must not take the square of its size.
_MOST_DECKS = 8

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Talk:
    """A transcript that follows a deck, sentence by sentence.

    A transcript may follow several (a deck and its copy in PDF): the one it follows most is its
    `best`, taken for what was on screen.
    """

    transcript_id: str
    deck_id: str
    best: bool
    spans: tuple[Span, ...]


# --- Aligning ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Speech:
    """The sentences of a transcript in order of time."""

    places: tuple[Place, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """The slides of a deck in order, those without words among them, with their numbers."""

    numbers: tuple[int, ...]
    pieces: tuple[Piece, ...]


def talks(
    catalog: EncodedStore,
    facts: Mapping[str, Facts],
    known: Callable[[Sequence[str]], Sequence[Talk] | None] = lambda ids: None,
) -> Iterator[Talk]:
    """Yield the transcripts that follow a deck of their session. `facts` are by document.

    `known` gives the talks of a session of these documents where they were found before, None
    where they weren't. Nothing is encoded. One session is in memory at a time.
    """
    sessions: dict[str, list[str]] = {}
    for id_, own in facts.items():
        if session := own.get("session"):
            sessions.setdefault(session, []).append(id_)
    for ids in sessions.values():
        found = known(ids)
        yield from _talks_of(catalog, ids, facts) if found is None else found


def _talks_of(
    catalog: EncodedStore, ids: Sequence[str], facts: Mapping[str, Facts]
) -> Iterator[Talk]:
    """Yield the talks of a session of these documents."""
    speeches = [id_ for id_ in ids if facts[id_].get("kind") in _SPEECH]
    decks = [id_ for id_ in ids if facts[id_].get("kind") == _DECK]
    if speeches and decks:
        read = {id_: deck_of(catalog, id_, facts[id_]) for id_ in decks}
        for id_ in speeches:
            yield from _followed(id_, speech_of(catalog, id_), read)


def speech_of(catalog: EncodedStore, document_id: str) -> Speech:
    """Return the sentences of a transcript; none where it doesn't say when they were said."""
    found: list[tuple[Place, Piece]] = []
    for passage, _, vectors in catalog.passages_of(document_id):
        if passage.place.kind == "second":
            spans = split_sentences(passage.text)
            for (start, end), vector in zip(spans, vectors, strict=True):
                piece = Piece(vector[np.newaxis], frozenset(terms(passage.text[start:end])))
                found.append((passage.place_of(start, end), piece))
    found.sort(key=lambda one: one[0])
    return Speech(tuple(place for place, _ in found), tuple(piece for _, piece in found))


def deck_of(catalog: EncodedStore, document_id: str, facts: Facts) -> Deck:
    """Return the slides of a deck, or the pages of one in PDF."""
    vectors: dict[int, list[Vector]] = {}
    texts: dict[int, set[str]] = {}
    for passage, encoded, _ in catalog.passages_of(document_id):
        number = round(passage.place.first)
        vectors.setdefault(number, []).append(encoded.vector)
        texts.setdefault(number, set()).update(terms(passage.text))
    hidden = set(facts.get("hidden_slides", "").split(", "))
    last = max((int(facts.get("pages", "0")), *vectors))
    # A picture was on screen too, where it is no hidden slide.
    numbers = [one for one in range(1, last + 1) if one in vectors or str(one) not in hidden]
    nothing = np.empty((0, 0), np.float32)
    pieces = (
        Piece(
            np.stack(vectors[one]) if one in vectors else nothing,
            frozenset(texts.get(one, ())),
        )
        for one in numbers
    )
    return Deck(tuple(numbers), tuple(pieces))


def _followed(transcript_id: str, speech: Speech, decks: Mapping[str, Deck]) -> list[Talk]:
    """Return the decks that a transcript follows, the one it follows most first."""
    found: list[tuple[Alignment, str]] = []
    for id_ in _nearest(speech, decks):
        aligned = align(speech.pieces, decks[id_].pieces)
        if aligned:
            found.append((aligned, id_))
    found.sort(key=lambda one: (-one[0].evidence, one[1]))
    return [
        Talk(transcript_id, id_, rank == 0, spans_of(speech, decks[id_], aligned))
        for rank, (aligned, id_) in enumerate(found)
    ]


def spans_of(speech: Speech, deck: Deck, aligned: Alignment) -> tuple[Span, ...]:
    """Return an alignment by seconds and numbers of slides."""
    return tuple(
        Span(place.first, place.last, deck.numbers[slide], confidence)
        for place, slide, confidence in zip(
            speech.places, aligned.slides.tolist(), aligned.confidence.tolist(), strict=True
        )
    )


def _nearest(speech: Speech, decks: Mapping[str, Deck]) -> Iterable[str]:
    """Return the decks nearest in meaning to a transcript, where there are too many."""
    if len(decks) <= _MOST_DECKS or not speech.pieces:
        return decks
    said = _middle(speech.pieces)
    near = {
        id_: float(said @ _middle(deck.pieces))
        for id_, deck in decks.items()
        if any(len(piece.vectors) for piece in deck.pieces)
    }
    return sorted(near, key=lambda id_: (-near[id_], id_))[:_MOST_DECKS]


def _middle(pieces: Sequence[Piece]) -> Vector:
    """Return the mean direction of some pieces."""
    total: Vector = np.concatenate([piece.vectors for piece in pieces if len(piece.vectors)]).sum(0)
    return total / np.float32(max(float(np.linalg.norm(total)), 1e-12))
