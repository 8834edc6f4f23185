"""Unit tests start no process, load no model and open no browser."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest


class _ProcessStarted(BaseException):
    """Not an Exception: code that catches those must not hide it."""


@pytest.fixture(autouse=True)
def no_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test that starts a process: it belongs to tests/integration."""

    def refuse(self: object, *args: object, **kwargs: object) -> None:
        raise _ProcessStarted(f"a unit test started {args}")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
    yield
