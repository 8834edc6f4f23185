"""A generation in Milvus answers as the local one that it was made of; on Milvus Lite."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from assistant.cluster.connection import WRITING, SearchServer
from assistant.cluster.opening import MilvusGenerations
from assistant.index.generation import Generation, open_generation
from assistant.index.search_index import PublishedIndex, SearchIndex
from assistant.ingest.sync import sync
from assistant.records.hits import Filters
from assistant.settings import Settings
from assistant.text.analysis import terms
from tests.support.fakes import FakeEncoder
from tests.support.reading_here import reading_here
from tests.support.search_index_contract import (
    CANTEEN,
    NO_FILTER,
    ROADS,
    WASTE,
    SearchIndexContract,
    write_corpus,
)

QUESTIONS = ("les repas de la cantine", "trottoirs", "une alerte de charge", "les enfants")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(
        corpus=write_corpus(folder / "corpus"),
        index=folder / "index",
        milvus_address=str(folder / "milvus.db"),
        milvus_tenant="dijon",
    )
    with reading_here():
        sync(settings, FakeEncoder())
    return settings


@pytest.fixture(scope="module")
def local(site: Settings) -> Iterator[Generation]:
    opened = open_generation(site.index)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sent(site: Settings) -> PublishedIndex:
    return MilvusGenerations(site.milvus_options()).open()


class TestMilvusGeneration(SearchIndexContract):
    @pytest.fixture
    def index(self, sent: PublishedIndex) -> SearchIndex:
        return sent


def test_it_finds_and_scores_what_the_local_one_does(
    sent: PublishedIndex, local: Generation
) -> None:
    rows = np.arange(len(local), dtype=np.int64)
    for question in QUESTIONS:
        encoded, asked = FakeEncoder().encode_question(question), terms(question)
        shares = {asked[0]: 0.5}
        for filters in (NO_FILTER, Filters(events=("forum",))):
            found = sent.dense(encoded.vector, 3, filters)
            assert found.tolist() == local.dense(encoded.vector, 3, filters).tolist()
            found = sent.lexical(asked, 3, filters, shares)
            assert found.tolist() == local.lexical(asked, 3, filters, shares).tolist()
        np.testing.assert_allclose(
            sent.bm25(asked, rows, shares), local.bm25(asked, rows, shares), rtol=1e-5
        )
        assert sent.term_weight(*asked) == local.term_weight(*asked)


def test_what_is_made_at_the_first_search_is_made_when_it_is_opened(
    site: Settings, sent: PublishedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []

    def nearest(*_: object, patience: float = 0.0) -> tuple[object, list[float]]:
        waited.append(patience)
        return np.empty(0, np.int64), []

    monkeypatch.setattr(SearchServer, "nearest", nearest)
    MilvusGenerations(site.milvus_options()).open()
    assert waited == [WRITING]


def test_rows_that_have_several_terms_are_counted_and_facets_are_told_apart(
    sent: PublishedIndex, local: Generation
) -> None:
    rows = np.arange(len(local), dtype=np.int64)
    every = sorted({term for one in local.passages(rows) for term in terms(one.encoded_text)})
    for pair in pairwise(every):
        assert sent.having(pair) == local.having(pair)
    vector = FakeEncoder().encode_question("la cantine").vector
    for session in [*local.values("session"), "absent"]:
        for chosen in (Filters(sessions=(session,)), Filters(sessions=(session, "absent"))):
            found = sent.dense(vector, 99, chosen)
            assert sorted(found.tolist()) == sorted(local.dense(vector, 99, chosen).tolist())


def test_it_shows_what_the_local_one_does(sent: PublishedIndex, local: Generation) -> None:
    assert sent.documents() == local.documents()
    assert sent.published_on == local.published_on
    assert sent.has_sheets
    for facet in ("event", "session", "type", "speaker", "kind", "none"):
        assert sent.values(facet) == local.values(facet)
    places = [(CANTEEN, 0), (WASTE, 1), (WASTE, 9), ("absent", 0)]
    assert sent.passages_at(places) == local.passages_at(places)
    for kind, subject in (("event", "forum"), ("session", "forum/atelier-1"), ("event", "absent")):
        assert sent.sheet(kind, subject) == local.sheet(kind, subject)
    assert sent.sheet("event", "forum")
    for id_ in (CANTEEN, ROADS, WASTE, "absent"):
        assert sent.said_in(id_) == local.said_in(id_)
        assert sent.said_of(id_) == local.said_of(id_)
