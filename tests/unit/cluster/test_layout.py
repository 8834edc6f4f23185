"""Names, keys and filters: what is one tenant's is no other's."""

from __future__ import annotations

import pytest

from assistant.cluster.layout import (
    collection_of,
    facets_to_text,
    key_of,
    owned,
    owner_of,
    pieces,
    record_rows,
    records_of,
    row_of,
    sent_generations,
)

HASH = "0123456789abcdef"


def test_collections_are_known_again_by_their_tenant_alone() -> None:
    mine = [collection_of("dijon", number, HASH) for number in (2, 10, 1_000_000)]
    others = [collection_of("dijon2", 3, HASH), collection_of("dij", 4, HASH), "assistant_dijon"]
    found = sent_generations([*others, *map(records_of, mine), *reversed(mine)], "dijon")
    assert [one.collection for one in found] == mine
    assert found[0].name == "milvus-000002-0123456789ab"


@pytest.mark.parametrize(("part", "row"), [(0, 0), (0, 7), (3, 0), (11, (1 << 40) - 1)])
def test_a_key_gives_its_row_back(part: int, row: int) -> None:
    assert row_of(key_of(part, row)) == row
    assert key_of(part, row) < key_of(part + 1, 0) < 1 << 63


def test_a_filter_asks_for_one_facet_of_each_group() -> None:
    wanted = owned(owner_of("dijon", 'a" or key > 0'), [[1, 12], [3], []])
    assert wanted == (
        'owner == "dijon/a\\" or key > 0" and (facets like "%,1,%" or facets like "%,12,%")'
        ' and (facets like "%,3,%") and (key < 0)'
    )
    assert facets_to_text([1, 12]) == ",1,,12,"
    assert ",2," not in facets_to_text([1, 12])


def test_a_record_is_cut_in_pieces_that_say_how_many_there_are() -> None:
    rows = list(record_rows("dijon/", "sheet", "forum", "é" * 40_000))
    assert [str(row["piece"])[:2] for row in rows] == ["3:", "éé", "éé"]
    assert len({row["key"] for row in rows}) == 3
    other = next(record_rows("dijon/part", "sheet", "forum", ""))
    assert other["key"] not in {row["key"] for row in rows}
    assert pieces("") == [""]
