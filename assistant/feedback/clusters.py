"""Questions left without an answer, put together where they mean the same. Pure.

An entry is one wording, however often it was asked; a group is what several people asked in their
own words. The vectors are those of the encoder; without them, words alone are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from assistant.feedback.store import Feedback, Unanswered, wording
from assistant.records.hits import Filters
from assistant.records.vectors import Vectors
from assistant.text.analysis import terms

#: How much the meaning counts beside the words in common, and how alike on average the questions
#: of a group are. Measured by `bench/register.py` on the demonstration's questions, in three
#: wordings each: on the half that chose them, .95 of the pairs put together are of one question.
MEANING = 0.7
LEAST_LIKENESS = 0.425
#: The same where there are words only.
LEAST_COMMON = 0.25

#: Questions that have nothing to do with each other: how alike the encoder finds them all the same
#: is no likeness at all.
UNLIKE = (
    "Quels papiers faut-il pour refaire une carte d'identité ?",
    "À quelle heure commence le concert de samedi ?",
    "Combien d'arbres ont été plantés cette année ?",
    "Qui répare l'ascenseur de la gare ?",
    "Pourquoi le chat de la voisine miaule-t-il la nuit ?",
    "tarif abonnement bibliothèque",
    "Où trouve-t-on un bon boulanger ?",
    "distance de la Terre à la Lune",
    "Quand les impôts doivent-ils être payés ?",
    "Comment soigner un rhume ?",
)

Likeness = npt.NDArray[np.float32]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One wording: `refused` times without answer, opinions on it, and what was said besides.

    `wording` is what all ways of typing it have in common. `count` is how many times somebody
    didn't find: a refusal, and the opinion given on it, are one time.
    """

    wording: str
    question: str
    subject: str
    count: int
    refused: int
    useless: int
    useful: int
    last: str
    words: tuple[str, ...]
    documents: tuple[str, ...]
    filters: tuple[Filters, ...]

    @property
    def text(self) -> str:
        """What is compared with others."""
        return f"{self.subject} {self.question}".strip()


@dataclass(frozen=True, slots=True)
class Group:
    """Wordings of one question, the most asked first; `central` is nearest to all the others."""

    central: RegisterEntry
    entries: tuple[RegisterEntry, ...]

    @property
    def count(self) -> int:
        """How many times somebody didn't find."""
        return sum(entry.count for entry in self.entries)

    @property
    def refused(self) -> int:
        """How many times there was no answer."""
        return sum(entry.refused for entry in self.entries)

    @property
    def useless(self) -> int:
        """How many opinions say that the answer is of no use."""
        return sum(entry.useless for entry in self.entries)

    @property
    def useful(self) -> int:
        """How many say that it is."""
        return sum(entry.useful for entry in self.entries)

    @property
    def last(self) -> str:
        """The last day on which it was asked."""
        return max(entry.last for entry in self.entries)

    @property
    def words(self) -> tuple[str, ...]:
        """What agents wrote, once each."""
        return _once(word for entry in self.entries for word in entry.words)

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents quoted by answers found of no use, by their ids."""
        return _once(id_ for entry in self.entries for id_ in entry.documents)

    @property
    def filters(self) -> tuple[Filters, ...]:
        """What the search was limited to, once each."""
        return _once(chosen for entry in self.entries for chosen in entry.filters)


def entries(unanswered: Iterable[Unanswered], opinions: Iterable[Feedback]) -> list[RegisterEntry]:
    """Return a wording each, those asked most first.

    Favourable opinions count beside what wasn't found only: alone, they make no entry.
    """
    refusals: dict[str, list[Unanswered]] = {}
    for refusal in unanswered:
        refusals.setdefault(wording(refusal.question, refusal.subject), []).append(refusal)
    given: dict[str, list[Feedback]] = {}
    for opinion in opinions:
        given.setdefault(wording(opinion.question, opinion.subject), []).append(opinion)
    found = [
        _entry(key, refusals.get(key, []), given.get(key, []))
        for key in {*refusals, *given}
        if key in refusals or not all(one.useful for one in given[key])
    ]
    return sorted(found, key=_rank)


def _entry(key: str, refusals: Sequence[Unanswered], given: Sequence[Feedback]) -> RegisterEntry:
    useless = [opinion for opinion in given if not opinion.useful]
    refused = sum(refusal.times for refusal in refusals)
    days = {refusal.day for refusal in refusals}
    asked_on = [*days, *(opinion.day for opinion in useless)]
    # The refusal that an opinion is on was counted that day.
    besides = [
        opinion for opinion in useless if opinion.status != "refused" or opinion.day not in days
    ]
    named: Unanswered | Feedback = refusals[-1] if refusals else useless[-1]
    searched = [refusal.filters for refusal in refusals]
    searched += [Filters(sessions=opinion.sessions) for opinion in useless]
    return RegisterEntry(
        wording=key,
        question=named.question,
        subject=named.subject,
        count=refused + len(besides),
        refused=refused,
        useless=len(useless),
        useful=len(given) - len(useless),
        last=max(asked_on),
        words=_once(opinion.word for opinion in useless if opinion.word),
        documents=_once(id_ for opinion in useless for id_ in opinion.documents),
        filters=_once(chosen for chosen in searched if chosen),
    )


def grouped(
    found: Sequence[RegisterEntry], vectors: Vectors | None, unlike: Vectors | None
) -> list[Group]:
    """Return the groups of alike wordings, those asked most first; the order of `found` is nothing.

    `vectors` are those of the entries' texts, `unlike` those of `UNLIKE`. Some 2,000 entries take
    a few seconds: all pairs are compared.
    """
    if not found:
        return []
    order = sorted(range(len(found)), key=lambda at: found[at].wording)
    own = [found[at] for at in order]
    alike = common_terms([entry.text for entry in own])
    least = LEAST_COMMON
    if vectors is not None and unlike is not None:
        alike = likeness(alike, vectors[order], unlike)
        least = LEAST_LIKENESS
    numbers = clusters(alike, least)
    members: dict[int, list[int]] = {}
    for at, number in enumerate(numbers):
        members.setdefault(number, []).append(at)
    made = [
        _group([own[at] for at in each], alike[np.ix_(each, each)]) for each in members.values()
    ]
    return sorted(made, key=lambda group: (-group.count, [_rank(each) for each in group.entries]))


def common_terms(texts: Sequence[str]) -> Likeness:
    """Return the share of terms that each two texts have in common, of those of either."""
    told = [set(terms(text)) for text in texts]
    numbers = {term: number for number, term in enumerate(sorted(set().union(*told)))}
    has = np.zeros((len(texts), len(numbers)), dtype=np.float32)
    for row, own in enumerate(told):
        has[row, [numbers[term] for term in own]] = 1
    both = has @ has.T
    sizes = has.sum(axis=1)
    shares: Likeness = both / np.maximum(sizes[:, None] + sizes[None, :] - both, 1)
    return shares


def likeness(common: Likeness, vectors: Vectors, unlike: Vectors) -> Likeness:
    """Return how alike each two questions are: 1 the same, about 0 nothing to do with each other.

    `common` is their share of common terms.
    """
    apart = unlike @ unlike.T
    floor = float(apart[np.triu_indices(len(unlike), 1)].mean())
    meaning = (vectors @ vectors.T - floor) / max(1 - floor, 1e-6)
    mixed: Likeness = (MEANING * meaning + (1 - MEANING) * common).astype(np.float32)
    return mixed


def clusters(alike: Likeness, least: float) -> list[int]:
    """Return each row's cluster by average linkage: merged while the mean likeness is `least`."""
    if len(alike) < 2:
        return [1] * len(alike)
    # Here, or every page would wait for a library that only this one needs.
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distances = np.clip(1 - (alike + alike.T) / 2, 0, None).astype(np.float64)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average")
    return [int(one) for one in fcluster(tree, 1 - least, "distance")]


def _group(own: list[RegisterEntry], alike: Likeness) -> Group:
    # The one nearest to the others, each as often as it was asked.
    near = alike @ np.array([entry.count for entry in own], dtype=np.float32)
    central = min(range(len(own)), key=lambda at: (-round(float(near[at]), 4), _rank(own[at])))
    return Group(own[central], tuple(sorted(own, key=_rank)))


def _rank(entry: RegisterEntry) -> tuple[int, str]:
    return -entry.count, entry.wording


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
