"""One file of Milvus Lite for all sites of these tests: it takes a second to open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.support import milvus_site


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of Milvus Lite."""
    return str(tmp_path_factory.mktemp("milvus") / "milvus.db")


_numbers = count(1)


@pytest.fixture
def make(milvus: str, tmp_path: Path) -> Callable[[Mapping[str, str]], Settings]:
    """Return what makes a site of its own tenant, not indexed yet."""
    return lambda documents: milvus_site.make(tmp_path, milvus, f"ville{next(_numbers)}", documents)
