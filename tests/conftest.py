"""What tests share: the real encoder, and the demonstration indexed once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import offline
from assistant.core import Assistant
from assistant.settings import Settings

# As the commands do, before any test module imports what reads these variables.
offline.seal()
pytest.register_assert_rewrite("tests.contracts", "tests.search_index_contract")

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
EVENT = "forum-ia-demonstration"


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of the demonstration, indexed with the real encoder (a minute)."""
    settings = Settings(corpus=CORPUS, index=tmp_path_factory.mktemp("demonstration"))
    with Assistant(settings) as assistant:
        assistant.sync()
    return settings


@pytest.fixture(scope="session")
def assistant(demonstration: Settings) -> Iterator[Assistant]:
    """Return an assistant over the demonstration, its model loaded once for all tests."""
    with Assistant(demonstration) as opened:
        yield opened
