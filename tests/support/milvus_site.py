"""Small sites that share a Milvus Lite file, each a tenant of its own, by the fake encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from assistant.cluster.connection import SearchServer
from assistant.cluster.opening import MilvusGenerations
from assistant.index.search_index import PublishedIndex
from assistant.ingest.sync import sync
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder
from tests.support.reading_here import reading_here

CANTEEN = {"forum/cantine/notes.txt": "La cantine sert neuf cents repas par jour d'école."}
ROADS = {"forum/voirie/notes.txt": "Quarante nids-de-poule ont été signalés au mois de mars."}
WASTE = {"forum/dechets/bilan.txt": "La collecte du verre a progressé de huit pour cent."}


def write(site: Settings, documents: Mapping[str, str]) -> None:
    """Put documents in the corpus of a site."""
    for name, text in documents.items():
        path = site.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def make(folder: Path, address: str, tenant: str, documents: Mapping[str, str]) -> Settings:
    """Make a site whose documents are written and not indexed yet."""
    site = Settings(
        corpus=folder / tenant / "corpus",
        index=folder / tenant / "index",
        milvus_address=address,
        milvus_tenant=tenant,
    )
    write(site, documents)
    return site


def publish(site: Settings, **changed: object) -> None:
    """Index a site, and publish what it holds."""
    with reading_here():
        sync(replace(site, **changed), FakeEncoder())  # type: ignore[arg-type]


def opened(site: Settings) -> PublishedIndex:
    """Open what answers for a site, as another machine would that knows its address alone."""
    return MilvusGenerations(site.milvus_options()).open()


def collections(site: Settings) -> list[str]:
    """Return the collections of a site."""
    prefix = f"assistant_{site.milvus_tenant}_"
    names = SearchServer(site.milvus_options()).collections()
    return [name for name in names if name.startswith(prefix)]
