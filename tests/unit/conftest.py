"""Unit tests start no process, load no model and open no browser; a minute runs them all."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from assistant import accounts

# No deadline: how long one example takes depends on what else the machine does.
settings.register_profile("full", deadline=None)
# For `make test-fast`.
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("full")


class _ProcessStarted(BaseException):
    """Not an Exception: code that catches those must not hide it."""


@pytest.fixture(autouse=True, scope="module")
def no_process() -> Iterator[None]:
    """Fail the test, or the fixture, that starts a process: it belongs to tests/integration."""

    def refuse(self: object, *args: object, **kwargs: object) -> None:
        raise _ProcessStarted(f"a unit test started {args}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", refuse)
        yield


@pytest.fixture(autouse=True, scope="module")
def quick_hashes() -> Iterator[None]:
    """Hash passwords by argon2 with the least work: the work shipped takes 0.1 s a password."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        )
        accounts._nobodys_hash.cache_clear()
        yield
    accounts._nobodys_hash.cache_clear()
