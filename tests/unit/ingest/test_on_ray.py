"""A `sync` whose reading and encoding happen elsewhere: in any order, on machines that die."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ClusterError, SettingsError
from assistant.index.catalog import CATALOG
from assistant.ingest.on_ray import worker
from assistant.ingest.on_ray.cluster import check
from assistant.ingest.on_ray.outcomes import Unable, Unseen
from assistant.ingest.on_ray.worker import orders_of
from assistant.ingest.on_ray.workers import RayWorkers
from assistant.ingest.sync import sync
from assistant.records.runs import SyncReport
from assistant.settings import Settings
from assistant.settings.options import ModelOptions
from assistant.version import installed_version
from tests.support.fake_cluster import FakeCluster, Faults
from tests.support.fakes import FakeEncoder
from tests.support.reading_here import reading_here

SHARED = "La collecte du verre passe le mardi. Les bacs sont sortis la veille."
TABLES = (
    "SELECT id, sha256, title, language, facts, given, limits FROM documents ORDER BY id",
    "SELECT * FROM passages ORDER BY document_id, ordinal",
    "SELECT * FROM sentences ORDER BY document_id, ordinal, position",
    "SELECT * FROM encoded ORDER BY key",
    "SELECT * FROM vectors ORDER BY key",
    "SELECT * FROM problems ORDER BY subject",
    "SELECT * FROM failures ORDER BY id",
)


def fake(models: ModelOptions) -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Settings]:
    """Return a site of twenty documents that share a sentence, one of them empty."""
    for number in range(20):
        session = tmp_path / "corpus" / "forum" / f"atelier-{number}"
        session.mkdir(parents=True)
        text = f"{SHARED}\n\nL'atelier {number} a réuni {number + 11} agents du service des routes."
        (session / "notes.txt").write_text(" \n" if number == 7 else text, encoding="utf-8")
    with reading_here():
        yield Settings(corpus=tmp_path / "corpus", index=tmp_path / "here")


class Elsewhere:
    """The same site indexed by a cluster, into another folder."""

    def __init__(self, site: Settings, seed: int = 0, faults: Faults = lambda *call: None) -> None:
        self.site = replace(site, index=site.index.parent / "elsewhere")
        self._fault = (seed, faults)
        self.joined: list[FakeCluster] = []

    def sync(self, **changed: Any) -> SyncReport:
        reading, models = self.site.reading_options(), self.site.model_options()
        orders = orders_of(fake, reading, models, self.site.max_passage_tokens)

        def join() -> FakeCluster:
            self.joined.append(FakeCluster(orders, *self._fault))
            return self.joined[-1]

        encoder = FakeEncoder()
        with RayWorkers(join, (encoder.identity, installed_version())) as workers:
            return sync(self.site, encoder, workers=workers, **changed)


def catalog_of(site: Settings) -> list[list[Any]]:
    with sqlite3.connect(site.index / CATALOG) as db:
        found = [db.execute(query).fetchall() for query in TABLES]
    db.close()
    return found


def dying(*numbers: int, kind: str = "encode") -> Faults:
    return lambda called, number: (
        RuntimeError("gone") if called == kind and number in numbers else None
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_catalog_is_the_one_that_this_machine_makes_in_whatever_order_results_come(
    site: Settings, seed: int
) -> None:
    here, elsewhere = sync(site, FakeEncoder()), Elsewhere(site, seed)
    there = elsewhere.sync()
    assert catalog_of(elsewhere.site) == catalog_of(site)
    assert (there.added, there.failed, there.encoded) == (19, 1, here.encoded)
    (problem,) = there.problems
    assert problem.subject == "forum/atelier-7/notes.txt", "a bad document is one line"
    (cluster,) = elsewhere.joined
    assert cluster.closed
    assert cluster.most <= 2 * (4 + 2), "what is under way is bounded"


@pytest.mark.parametrize("kind", ["encode", "start"])
def test_encoders_that_die_are_replaced_and_nothing_is_lost(site: Settings, kind: str) -> None:
    sync(site, FakeEncoder())
    elsewhere = Elsewhere(site, faults=dying(1, 4, 5, kind=kind))
    elsewhere.sync()
    assert catalog_of(elsewhere.site) == catalog_of(site)
    assert elsewhere.joined[0].started > 2


def test_texts_that_end_every_encoder_end_the_run_and_what_is_committed_stays(
    site: Settings,
) -> None:
    elsewhere = Elsewhere(site, faults=dying(*range(12, 99)))
    with pytest.raises(ClusterError) as raised:
        elsewhere.sync()
    assert raised.value.key == "ray_encoding_failed"
    committed = len(catalog_of(elsewhere.site)[0])
    assert 0 < committed < 19
    report = sync(elsewhere.site, FakeEncoder())
    assert (report.unchanged, report.added) == (committed, 19 - committed)
    sync(site, FakeEncoder())
    assert catalog_of(elsewhere.site) == catalog_of(site)


@pytest.mark.parametrize(
    ("result", "key"),
    [
        (Unseen(), "ray_corpus_unseen"),
        (Unable("Le modèle manque."), "ray_unable"),
        (ClusterError("ray_lost", cause="gone"), "ray_lost"),
    ],
    ids=["the corpus is not mounted", "a model is missing", "the cluster is gone"],
)
def test_what_is_the_cluster_s_fault_ends_the_run_and_is_no_document_s(
    site: Settings, result: object, key: str
) -> None:
    elsewhere = Elsewhere(site, faults=lambda kind, number: result if kind == "read" else None)
    with pytest.raises(ClusterError) as raised:
        elsewhere.sync()
    assert raised.value.key == key
    assert [len(rows) for rows in catalog_of(elsewhere.site)[-2:]] == [0, 0]


def test_a_document_that_ends_its_worker_each_time_is_one_line(site: Settings) -> None:
    report = Elsewhere(site, faults=dying(3, kind="read")).sync()
    assert (report.added, report.failed) == (18, 2)
    assert {problem.key for problem in report.problems} == {
        "errors.file_fault",
        "errors.file_empty",
    }


@pytest.mark.parametrize(
    ("said", "key"),
    [(("other-64", ""), "ray_other_encoder"), (Unable("Le modèle manque."), "ray_unable")],
    ids=["another encoder", "no model"],
)
def test_no_vector_comes_from_another_encoder(site: Settings, said: object, key: str) -> None:
    elsewhere = Elsewhere(site, faults=lambda kind, number: said if kind == "start" else None)
    with pytest.raises(ClusterError) as raised:
        elsewhere.sync()
    assert raised.value.key == key
    assert catalog_of(elsewhere.site)[0] == []


def test_who_has_nothing_to_read_joins_no_cluster(site: Settings) -> None:
    elsewhere = Elsewhere(site)
    elsewhere.sync()
    assert elsewhere.sync().unchanged == 19
    assert len(elsewhere.joined) == 1


def test_a_machine_that_sees_another_file_than_this_one_says_so(site: Settings) -> None:
    orders = orders_of(fake, site.reading_options(), site.model_options(), 100)
    elsewhere = Elsewhere(site)
    real = worker.sha256_of
    with pytest.MonkeyPatch.context() as patch, pytest.raises(ClusterError):
        patch.setattr(worker, "sha256_of", lambda path: real(path)[::-1])
        elsewhere.sync()
    assert orders.reading.corpus.is_absolute() and orders.models.models.is_absolute()
    assert (orders.reading.reading_workers, orders.models.encoding_threads) == (1, 1)


@pytest.mark.parametrize("address", ["", "auto", "ray", "ray://ray:10001", "127.0.0.1", "a/b:1"])
def test_only_a_machine_and_a_port_are_an_address(address: str) -> None:
    with pytest.raises(SettingsError) as raised:
        check(address)
    assert raised.value.key == "ray_address"


def test_a_cluster_of_another_network_is_refused() -> None:
    check("127.0.0.1:6379")
    check("[::1]:6379")
    with pytest.raises(SettingsError) as raised:
        check("8.8.8.8:6379")
    assert raised.value.key == "ray_public"
