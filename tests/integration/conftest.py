"""What tests with real processes share: those that take long to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.kept_readers import kept_readers


@pytest.fixture(autouse=True, scope="session")
def _kept_readers() -> Iterator[None]:
    """Have the files that tests index in their own process read by processes that stay."""
    with kept_readers():
        yield
