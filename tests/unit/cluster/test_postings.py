"""How many passages have several terms, from groups of lists as they lie on the server."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from assistant.cluster.postings import GROUP, TermRows, packed_groups

#: Some rare, some in a group of their own, one over several groups.
HAVING = [3, 1, GROUP // 2, GROUP, 2, 3 * GROUP, 5, GROUP - 1, 1, 1]


def test_terms_are_counted_together_and_a_group_is_fetched_once() -> None:
    draw = np.random.default_rng(19)
    lists = [np.sort(draw.choice(4 * GROUP, own, replace=False)) for own in HAVING]
    groups = dict(packed_groups(np.cumsum([0, *HAVING]), np.concatenate(lists)))
    asked: list[int] = []

    def fetch(number: int) -> str:
        asked.append(number)
        return groups[number]

    found = TermRows(HAVING, fetch)
    for number in (1, 2, 3):
        for places in combinations(range(len(HAVING)), number):
            together = set.intersection(*(set(lists[at].tolist()) for at in places))
            assert found.having_all(places) == len(together)
    assert sorted(asked) == sorted(groups) and len(groups) > 3


def test_a_group_is_one_piece_of_a_record_where_terms_are_rare() -> None:
    having = [1] * (3 * GROUP)
    rows = np.random.default_rng(19).integers(0, 1_000_000, len(having))
    packed = dict(packed_groups(np.cumsum([0, *having]), rows))
    assert len(packed) == 3
    assert TermRows(having, packed.__getitem__).having_all([GROUP]) == 1
    assert not dict(packed_groups(np.array([0]), rows[:0]))
