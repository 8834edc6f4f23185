"""Which slide was on screen when something was said: speech aligned with a deck. Pure.

In: the sentences of a transcript in order of time and the slides of a deck in their order, with
their vectors and terms. Out: for each sentence a slide, and how sure that is; or nothing, where
the speech doesn't follow the deck. A talk goes through its slides in order, seldom skips one and
seldom goes back: a hidden Markov model whose states are the slides, solved forward and backward
(Rabiner, "A tutorial on hidden Markov models", 1989). docs/alignment.md has the measures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.records.vectors import Vectors

#: From this confidence on, a slide may be shown as the one on screen.
SURE = 0.7
#: How much more likely, in nats, the deck in its order must make the speech than a deck that has
#: nothing to do with it, and than the same slides in no order. "Very strong" evidence begins at 5
#: in Kass & Raftery, "Bayes factors", 1995.
DECISIVE = 5.0
#: What a cosine weighs in nats, and what a shared term of weight 1.
COSINE, TERM = 15.0, 0.2
#: Where a talk goes when it leaves a slide: to the next, further (half as likely for each slide
#: more), or back to any.
_NEXT, _FURTHER, _BACK = 0.85, 0.1, 0.05
#: How likely a talk begins with the first slide, at least.
_FIRST = 0.9
#: What has more slides is no talk's deck but a catalogue: the cost grows with their square.
_MOST_SLIDES = 500

#: One number for each sentence (rows) and each slide (columns); float64 [sentences, slides].
Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or a slide: its vectors, float32 [n, dim] of length 1, and its terms.

    A sentence has one vector; a slide has one for each of its passages, the speaker's notes among
    them, and none where it has no words.
    """

    vectors: Vectors
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How likely each slide was on screen (0..1) at each sentence: the rows of `posterior`.

    `evidence` says in nats how much better the deck explains the speech than what explains it
    best without: see DECISIVE.
    """

    posterior: Table
    evidence: float

    @property
    def slides(self) -> NDArray[np.int64]:
        """The most likely slide of each sentence, from 0."""
        found: NDArray[np.int64] = self.posterior.argmax(axis=1)
        return found

    @property
    def confidence(self) -> NDArray[np.float64]:
        """How likely that slide is, for each sentence."""
        found: NDArray[np.float64] = self.posterior.max(axis=1)
        return found


def align(speech: Sequence[Piece], deck: Sequence[Piece]) -> Alignment | None:
    """Align sentences with the slides of a deck; None where the speech doesn't follow them.

    Takes time as sentences · slides², memory as sentences · slides.
    """
    if not speech or not any(len(slide.vectors) for slide in deck) or len(deck) > _MOST_SLIDES:
        return None
    aligned = follow(likelihoods(speech, deck))
    return aligned if aligned.evidence >= DECISIVE else None


def likelihoods(
    speech: Sequence[Piece], deck: Sequence[Piece], *, cosine: float = COSINE, term: float = TERM
) -> Table:
    """Return the logarithm of how much better each slide explains each sentence than others do.

    Cosines and shared terms are compared with what the slide has with the whole speech: the
    slide that sums up the talk is near to every sentence of it.
    """
    similar = cosine * _cosines(speech, deck) + term * _shared(speech, deck)
    similar -= similar.mean(axis=0)
    largest = similar.max(axis=1, keepdims=True)
    table: Table = similar - largest - np.log(np.exp(similar - largest).mean(axis=1, keepdims=True))
    return table


def follow(likelihoods: Table) -> Alignment:
    """Align sentences with slides, whatever the evidence is worth."""
    sentences, slides = likelihoods.shape
    # As if each slide stayed as long as the others; a change after every other word says nothing.
    stays = 1 - min(0.5, max(slides - 1, 1) / sentences)
    moves = _moves(slides, stays)
    first = np.full(slides, (1 - _FIRST) / slides)
    first[0] += _FIRST
    # Divided by the largest of each sentence, so that nothing underflows.
    largest = likelihoods.max(axis=1, keepdims=True)
    explains = np.exp(likelihoods - largest)
    forward, ordered = _forward(explains, moves, first)
    posterior = forward * _backward(explains, moves)
    posterior /= posterior.sum(axis=1, keepdims=True)
    anywhere = np.full((slides, slides), (1 - stays) / max(slides - 1, 1))
    np.fill_diagonal(anywhere, stays)
    _, unordered = _forward(explains, anywhere, np.full(slides, 1 / slides))
    return Alignment(posterior, min(ordered + float(largest.sum()), ordered - unordered))


def _cosines(speech: Sequence[Piece], deck: Sequence[Piece]) -> Table:
    """Return the cosine of each sentence with the nearest passage of each slide."""
    speech_vectors = np.concatenate([piece.vectors for piece in speech])
    found = np.zeros((len(speech), len(deck)))
    for column, slide in enumerate(deck):
        if len(slide.vectors):
            found[:, column] = (speech_vectors @ slide.vectors.T).max(axis=1)
    return found


def _shared(speech: Sequence[Piece], deck: Sequence[Piece]) -> Table:
    """Return the weight of the terms that each sentence shares with each slide.

    A term weighs more the fewer slides have it.
    """
    having: dict[str, list[int]] = {}
    for column, slide in enumerate(deck):
        for term in slide.terms:
            having.setdefault(term, []).append(column)
    found = np.zeros((len(speech), len(deck)))
    for row, piece in enumerate(speech):
        for term in piece.terms & having.keys():
            columns = having[term]
            found[row, columns] += math.log((len(deck) + 1) / len(columns))
    return found


def _moves(slides: int, stays: float) -> Table:
    """Return how likely a sentence on a slide (rows) is followed by one on another (columns).

    Every slide is left as often: from the last one, a talk goes back, as questions do.
    """
    if slides == 1:
        return np.ones((1, 1))
    table = np.zeros((slides, slides))
    for slide in range(slides):
        table[slide, slide + 1 : slide + 2] = _NEXT
        further = 0.5 ** np.arange(max(slides - slide - 2, 0))
        table[slide, slide + 2 :] = _FURTHER * further / max(further.sum(), 1)
        table[slide, :slide] = _BACK / max(slide, 1)
    table *= (1 - stays) / table.sum(axis=1, keepdims=True)
    np.fill_diagonal(table, stays)
    return table


def _forward(explains: Table, moves: Table, first: NDArray[np.float64]) -> tuple[Table, float]:
    """Return how likely each slide is given what was said so far, and the log of the whole."""
    table = np.empty_like(explains)
    whole = 0.0
    expected = first
    for row, explained in enumerate(explains):
        joint = expected * explained
        total = joint.sum()
        whole += math.log(total)
        table[row] = joint / total
        expected = table[row] @ moves
    return table, whole


def _backward(explains: Table, moves: Table) -> Table:
    """Return what is said from the next sentence on makes of each slide, up to a factor."""
    table = np.ones_like(explains)
    for row in range(len(explains) - 2, -1, -1):
        after = moves @ (explains[row + 1] * table[row + 1])
        table[row] = after / after.sum()
    return table
