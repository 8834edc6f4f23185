"""What tests share: the real encoder, and the demonstration indexed once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.core import Assistant
from assistant.settings import Settings
from assistant.system import offline

# As the commands do, before any test module imports what reads these variables.
offline.seal()
pytest.register_assert_rewrite("tests.support.contracts", "tests.support.search_index_contract")
pytest_plugins = ["tests.support.pages"]

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
EVENT = "forum-ia-demonstration"
#: A test is marked by the folder of `tests` it stands in.
KINDS = ("unit", "integration", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by its folder, so that `-m "not browser"` leaves the browser's out."""
    for item in items:
        kind = item.path.relative_to(ROOT / "tests").parts[0]
        item.add_marker(kind)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of the demonstration, indexed with the real encoder (a minute).

    Processes that share the tests share it: the second one finds nothing left to do.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    settings = Settings(corpus=CORPUS, index=shared / "demonstration")
    with FileLock(shared / "demonstration.lock"), Assistant(settings) as assistant:
        assistant.sync()
    return settings


@pytest.fixture(scope="session")
def assistant(demonstration: Settings) -> Iterator[Assistant]:
    """Return an assistant over the demonstration, its model loaded once for all tests."""
    with Assistant(demonstration) as opened:
        yield opened
