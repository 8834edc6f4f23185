"""Towns that share a server, and readers who share a town: none sees the other; on Milvus Lite."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from assistant.cluster.connection import SearchServer
from assistant.cluster.opening import MilvusGenerations
from assistant.errors import AudiencePending, SearchServerError
from assistant.index.audiences import audiences_in
from assistant.index.generations import LocalGenerations
from assistant.index.search_index import PublishedIndex
from assistant.ingest.sync import apply_rights
from assistant.records.hits import Filters
from assistant.rights.files import FILE
from assistant.rights.rules import ANYBODY, EVERY_RIGHT, Reader
from assistant.settings import Settings
from assistant.text.analysis import terms
from tests.support.fakes import FakeEncoder
from tests.support.milvus_site import opened, publish
from tests.support.staffed import assistant_over

Make = Callable[[Mapping[str, str]], Settings]

#: Two towns that have the same sessions and file names, and some words in common.
_SHARED = ["budget", "école", "mairie", "travaux", "réunion", "agents"]
_OWN = (
    ["cantine", "repas", "pain", "four", "menus", "épeautre", "goûter", "cuisine"],
    ["voirie", "trottoir", "fissure", "bitume", "saleuse", "caméra", "nid", "chaussée"],
)
_NAMES = [f"forum/atelier-{number}/notes.txt" for number in range(1, 9)]
QUESTIONS = 1000


def _town(own: list[str], draw: random.Random) -> dict[str, str]:
    words = [*own, *_SHARED]
    sentences = [" ".join(draw.sample(words, 6)).capitalize() + "." for _ in _NAMES]
    return dict(zip(_NAMES, sentences, strict=True))


def test_of_a_thousand_questions_across_two_towns_none_sees_the_other(make: Make) -> None:
    draw = random.Random(19)
    towns = [_town(own, draw) for own in _OWN]
    sites = [make(town) for town in towns]
    for site in sites:
        publish(site)
    indexes = [opened(site) for site in sites]
    texts = [{*town.values()} for town in towns]
    words, encoder = [*_OWN[0], *_OWN[1], *_SHARED], FakeEncoder()
    for number in range(QUESTIONS):
        at = number % 2
        question = " ".join(draw.sample(words, 3))
        rows = found(indexes[at], question, encoder, Filters(events=("forum",)))
        assert {one.text for one in indexes[at].passages(rows)} <= texts[at], question
    for at, other in ((0, 1), (1, 0)):
        asked = [term for word in _OWN[other] for term in terms(word)]
        assert indexes[at].lexical(asked, 100, Filters()).tolist() == []
        assert not any(indexes[at].knows(term) or indexes[at].having([term]) for term in asked)
        assert indexes[at].having(terms("budget école")) <= len(_NAMES)


def found(
    index: PublishedIndex, question: str, encoder: FakeEncoder, filters: Filters
) -> np.ndarray:
    dense = index.dense(encoder.encode_question(question).vector, 100, filters)
    return np.union1d(dense, index.lexical(terms(question), 100, filters))


# --- Readers -----------------------------------------------------------------------------------

OPEN = {"forum/cantine/notes.txt": "La cantine sert neuf cents repas par jour d'école."}
INTERNAL = {"forum/voirie/interne.txt": "L'astreinte hivernale compte onze saleuses et un repas."}
RULES = '[lecteurs]\n"forum/voirie/interne.txt" = ["agents"]\n'
AGENT = Reader(is_signed_in=True)


@pytest.fixture
def site(make: Make) -> Settings:
    """Return a site of which a document is for agents only."""
    site = make(OPEN | INTERNAL)
    (site.corpus / FILE).write_text(RULES, encoding="utf-8")
    publish(site)
    return site


def reads(site: Settings, reader: Reader) -> tuple[str, ...]:
    return assistant_over(site).view_for(reader).document_ids


def test_what_is_for_some_is_not_there_for_the_others(site: Settings) -> None:
    assert reads(site, EVERY_RIGHT) == reads(site, AGENT) == (*OPEN, *INTERNAL)
    assert reads(site, ANYBODY) == (*OPEN,)


def test_what_others_may_read_counts_for_nothing_in_what_one_may(site: Settings) -> None:
    local = LocalGenerations(site.index)
    (key,) = audiences_in(site.index / (local.current() or ""))
    sent, there = MilvusGenerations(site.milvus_options()), local.open_audience("gen-000001", key)
    here = sent.open_audience(sent.current() or "", key)
    assert here and there
    asked, rows = terms("repas de la cantine, astreinte"), np.arange(1)
    assert here.bm25(asked, rows) == pytest.approx(there.bm25(asked, rows))
    assert here.having(terms("repas")) == 1
    assert here.having(terms("astreinte")) == 0 and not here.knows(*terms("astreinte"))
    assert here.lexical(terms("astreinte"), 10, Filters()).tolist() == []
    assert here.values("session") == ["forum/cantine"]
    assert here.dense(FakeEncoder().encode_question("saleuses").vector, 10, Filters()).size == 1


def test_rights_that_change_make_parts_of_what_is_there(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = opened(site).name
    (site.corpus / FILE).write_text(RULES.replace("voirie/interne", "cantine/notes"))
    with pytest.raises(AudiencePending):
        reads(site, ANYBODY)
    apply_rights(site)
    assert reads(site, ANYBODY) == (*INTERNAL,)
    assert opened(site).name == before, "nothing was sent again but that part"


def test_a_part_that_is_half_sent_is_not_opened(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = SearchServer.insert

    def ending(own: SearchServer, name: str, rows: Sequence[Any]) -> None:
        if name.endswith("_records"):
            raise SearchServerError("milvus_unreachable", address=own.address)
        send(own, name, rows)

    (site.corpus / FILE).write_text(RULES.replace("voirie/interne", "cantine/notes"))
    with monkeypatch.context() as patched, pytest.raises(SearchServerError):
        patched.setattr(SearchServer, "insert", ending)
        apply_rights(site)
    with pytest.raises(AudiencePending):
        reads(site, ANYBODY)
    apply_rights(site)
    assert reads(site, ANYBODY) == (*INTERNAL,)
