"""How well speech is aligned with slides, on the demonstration's sessions, whose truth is known.

python -m bench.alignment [--index INDEX]

Without an index, the demonstration is indexed in a temporary folder (minutes). The truth of a
passage, or of a sentence, is the slide that was on screen during most of it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from assistant.core import Assistant
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.slides import Deck, Speech, deck_of, spans_of, speech_of
from assistant.index.slides.hmm import DECISIVE, SURE, Alignment, Piece, Table, follow, likelihoods
from assistant.index.slides.spans import slide_during
from assistant.index.slides.spans import when_said as moment_of
from assistant.records import Passage, Place
from assistant.settings import Settings
from assistant.text.analysis import terms
from bench.scale import ROOT

TRUTH = ROOT / "docs/demonstration/alignement.json"
#: What the two weights are chosen among when a session is left out.
_WEIGHTS = tuple(product((0.0, 5.0, 10.0, 15.0, 20.0, 30.0), (0.0, 0.1, 0.2, 0.3)))
_SHUFFLES = 200

#: The slide chosen and how sure that is, beside the slide that was on screen.
Outcome = tuple[int, float, int]


@dataclass(frozen=True, slots=True)
class Session:
    """A session with both: its transcript, its deck, and what was on screen when."""

    name: str
    speech: Speech
    deck: Deck
    passages: tuple[tuple[Passage, Piece], ...]
    truth: tuple[tuple[int, float, float], ...]

    def right(self, place: Place) -> int:
        """Return the slide that was on screen during most of `place`."""
        seconds: dict[int, float] = {}
        for slide, first, last in self.truth:
            shared = min(last, place.last) - max(first, place.first)
            seconds[slide] = seconds.get(slide, 0.0) + max(shared, 0.0)
        return max(seconds, key=lambda slide: seconds[slide])

    @property
    def table(self) -> Table:
        """What each sentence says of each slide."""
        return likelihoods(self.speech.pieces, self.deck.pieces)

    def by_passage(self, aligned: Alignment) -> list[Outcome]:
        """Return what an alignment of the sentences says of each passage."""
        spans = spans_of(self.speech, self.deck, aligned)
        found = []
        for passage, _ in self.passages:
            slide, sure = slide_during(spans, passage.place.first, passage.place.last) or (0, 0.0)
            found.append((slide, sure, self.right(passage.place)))
        return found

    def by_sentence(self, aligned: Alignment) -> list[Outcome]:
        """Return what an alignment of the sentences says of each."""
        spans = spans_of(self.speech, self.deck, aligned)
        places = self.speech.places
        return [
            (one.slide, one.confidence, self.right(place))
            for one, place in zip(spans, places, strict=True)
        ]


def read_sessions(catalog: Catalog) -> tuple[list[Session], dict[str, Speech], dict[str, Deck]]:
    """Return the sessions whose truth is known, and every transcript and deck, by id."""
    facts = {row[0]: json.loads(row[-1]) for row in catalog.documents()}
    speeches = {
        id_: speech_of(catalog, id_) for id_, one in facts.items() if one["kind"] == "transcript"
    }
    decks = {
        id_: deck_of(catalog, id_, one) for id_, one in facts.items() if one["kind"] == "slides"
    }
    sessions = []
    for name, spans in json.loads(TRUTH.read_text(encoding="utf-8")).items():
        (transcript,) = (id_ for id_ in speeches if id_.split("/")[1] == name)
        (deck,) = (id_ for id_ in decks if id_.split("/")[1] == name)
        passages = tuple(
            (passage, Piece(encoded.vector[np.newaxis], frozenset(terms(passage.text))))
            for passage, encoded, _ in catalog.passages_of(transcript)
        )
        truth = tuple((one["slide"], one["first_second"], one["last_second"]) for one in spans)
        sessions.append(Session(name, speeches[transcript], decks[deck], passages, truth))
    return sessions, speeches, decks


# --- Accuracy ----------------------------------------------------------------------------------


def nearest(session: Session) -> list[Outcome]:
    """Give each passage the slide nearest to it in meaning, as search would: no order."""
    found = []
    for passage, piece in session.passages:
        cosines = [
            float((piece.vectors @ slide.vectors.T).max()) if len(slide.vectors) else -1.0
            for slide in session.deck.pieces
        ]
        slide = session.deck.numbers[int(np.argmax(cosines))]
        found.append((slide, 1.0, session.right(passage.place)))
    return found


def passages_aligned(session: Session) -> list[Outcome]:
    """Align whole passages in order, instead of their sentences."""
    aligned = follow(likelihoods([piece for _, piece in session.passages], session.deck.pieces))
    found = zip(aligned.slides, aligned.confidence, session.passages, strict=True)
    return [
        (session.deck.numbers[slide], sure, session.right(passage.place))
        for slide, sure, (passage, _) in found
    ]


def line(label: str, outcomes: Sequence[Outcome]) -> str:
    """Say how many are right, how many are shown, and how many of those are right."""
    kept = [one for one in outcomes if one[1] >= SURE]
    return (
        f"  {label:<34} n={len(outcomes):<4} right {_share(outcomes):.2f}"
        f"  ±1 {_share(outcomes, 1):.2f}   shown {len(kept) / max(len(outcomes), 1):.2f}"
        f"  right {_share(kept):.2f}  ±1 {_share(kept, 1):.2f}"
    )


def _share(outcomes: Sequence[Outcome], off: int = 0) -> float:
    if not outcomes:
        return float("nan")
    return float(np.mean([abs(slide - right) <= off for slide, _, right in outcomes]))


def accuracy(sessions: Sequence[Session]) -> None:
    """Print the accuracy by passage and by sentence, session by session and overall."""
    every: dict[str, list[Outcome]] = {}
    for session in sessions:
        aligned = follow(session.table)
        rows = {
            "passages, nearest neighbour": nearest(session),
            "passages, in order": passages_aligned(session),
            "passages, by sentences in order": session.by_passage(aligned),
            "sentences, in order": session.by_sentence(aligned),
        }
        print(f"\n{session.name}: evidence {aligned.evidence:.1f} nats")
        for label, outcomes in rows.items():
            print(line(label, outcomes))
            every.setdefault(label, []).extend(outcomes)
    print("\nall sessions")
    for label, outcomes in every.items():
        print(line(label, outcomes))
    calibration(every["sentences, in order"])


def calibration(outcomes: Sequence[Outcome]) -> None:
    """Print how many of the sentences are right by how sure that is."""
    print("\nconfidence of sentences → right")
    for low, high in ((0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
        some = [one for one in outcomes if low <= one[1] < high]
        mean = np.mean([one[1] for one in some] or [np.nan])
        print(f"  {low:.1f}–{min(high, 1):.1f}  n={len(some):<4} {mean:.2f} → {_share(some):.2f}")


def moments(sessions: Iterable[Session]) -> None:
    """Print how far the moment given for a slide is from when it came on screen."""
    late, inside, slides = [], 0, 0
    for session in sessions:
        spans = spans_of(session.speech, session.deck, follow(session.table))
        for number in session.deck.numbers:
            times = [(first, last) for slide, first, last in session.truth if slide == number]
            slides += bool(times)
            if times and (said := moment_of(spans, number)):
                late.append(min((said.first - first for first, _ in times), key=abs))
                inside += any(first - 1 <= said.first <= last for first, last in times)
    off = np.abs(late)
    print(
        f"\nslides: {slides}, with a moment: {len(late)}; it begins while the slide is on screen:"
        f" {inside}; seconds from when it came there: median {np.median(off):.0f},"
        f" 9 in 10 within {np.percentile(off, 90):.0f}"
    )


# --- What must not be claimed ------------------------------------------------------------------


def stress(
    sessions: Sequence[Session], speeches: dict[str, Speech], decks: dict[str, Deck]
) -> None:
    """Print how often an alignment is claimed where there is none, and with slides missing."""
    wrong = [
        follow(likelihoods(speech.pieces, deck.pieces)).evidence
        for speech_id, speech in speeches.items()
        for deck_id, deck in decks.items()
        if speech_id.split("/")[1] != deck_id.split("/")[1]
    ]
    claimed = sum(one >= DECISIVE for one in wrong)
    print(
        f"\nanother session's deck: {claimed} of {len(wrong)} claimed; most {max(wrong):.1f} nats"
    )
    random = np.random.default_rng(7)
    shuffled = [
        follow(session.table[:, random.permutation(len(session.deck.numbers))]).evidence
        for session in sessions
        for _ in range(_SHUFFLES)
    ]
    claimed = sum(one >= DECISIVE for one in shuffled)
    print(f"slides shuffled: {claimed} of {len(shuffled)} claimed; most {max(shuffled):.1f} nats")
    backwards = [follow(session.table[:, ::-1]).evidence for session in sessions]
    print(
        f"slides backwards: {sum(one >= DECISIVE for one in backwards)} of {len(sessions)} claimed"
    )
    for label, blank in (("without their words", True), ("missing", False)):
        _missing(sessions, label, blank=blank)


def _missing(sessions: Sequence[Session], label: str, *, blank: bool) -> None:
    """Print what becomes of the alignment when two slides in nine are pictures, or not there."""
    nothing = Piece(np.empty((0, 0), np.float32), frozenset())
    outcomes: list[Outcome] = []
    claimed = tried = 0
    for session in sessions:
        for gone in ((1, 8), (2, 3), (4, 7), (5, 6)):
            kept = [(n, p) for n, p in zip(*_parts(session.deck), strict=True) if n not in gone]
            if blank:
                kept = [
                    (n, nothing if n in gone else p)
                    for n, p in zip(*_parts(session.deck), strict=True)
                ]
            deck = Deck(tuple(n for n, _ in kept), tuple(p for _, p in kept))
            changed = Session(session.name, session.speech, deck, session.passages, session.truth)
            aligned = follow(changed.table)
            tried += 1
            if aligned.evidence >= DECISIVE:
                claimed += 1
                outcomes += changed.by_sentence(aligned)
    print(f"two slides {label}: {claimed} of {tried} claimed")
    print(line("sentences of those", outcomes))


def _parts(deck: Deck) -> tuple[tuple[int, ...], tuple[Piece, ...]]:
    return deck.numbers, deck.pieces


# --- Weights -----------------------------------------------------------------------------------


def left_out(sessions: Sequence[Session]) -> None:
    """Print each session aligned with the weights that are best on the others."""
    loss = np.array([[_loss(one, *weights) for weights in _WEIGHTS] for one in sessions])
    outcomes: list[Outcome] = []
    print("\nweights chosen on the other sessions (cosine, term) by the loss, in nats a sentence")
    for number, session in enumerate(sessions):
        best = int(np.delete(loss, number, axis=0).mean(axis=0).argmin())
        cosine, term = _WEIGHTS[best]
        table = likelihoods(session.speech.pieces, session.deck.pieces, cosine=cosine, term=term)
        own = session.by_sentence(follow(table))
        outcomes += own
        print(line(f"{session.name[:20]} ({cosine:g}, {term:g})", own))
    print(line("all", outcomes))
    print("loss of all sessions, by weights")
    for weights, mean in zip(_WEIGHTS, loss.mean(axis=0), strict=True):
        print(f"  {weights[0]:>4g} {weights[1]:>4g}  {mean:.3f}")


def _loss(session: Session, cosine: float, term: float) -> float:
    """Return minus the mean logarithm of the probability of the slide that was on screen."""
    table = likelihoods(session.speech.pieces, session.deck.pieces, cosine=cosine, term=term)
    posterior = follow(table).posterior
    columns = [session.deck.numbers.index(session.right(one)) for one in session.speech.places]
    return float(-np.log(posterior[np.arange(len(columns)), columns].clip(1e-6)).mean())


def main() -> None:
    """Print every measure of docs/alignment.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    options = parser.parse_args()
    with ExitStack() as stack:
        index = options.index
        if index is None:
            index = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            with Assistant(Settings(corpus=ROOT / "corpus", index=index)) as assistant:
                assistant.sync()
        catalog = stack.enter_context(Catalog(index / CATALOG, read_only=True))
        sessions, speeches, decks = read_sessions(catalog)
        accuracy(sessions)
        moments(sessions)
        stress(sessions, speeches, decks)
        left_out(sessions)


if __name__ == "__main__":
    main()
