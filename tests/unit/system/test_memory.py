"""Memory that was freed goes back to the system."""

from __future__ import annotations

import pytest

from assistant.system import memory
from bench.scale import resident


def test_what_is_free_between_what_is_in_use_is_given_back() -> None:
    # Pieces too small to be mapped apart; the last one keeps the heap from shrinking by itself.
    pieces = [bytearray(60_000) for _ in range(3000)]
    last = pieces.pop()
    before = resident()
    pieces.clear()
    assert memory.give_back()
    assert resident() < before - 100
    assert len(last) == 60_000


def test_a_system_that_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    assert not memory.give_back()
