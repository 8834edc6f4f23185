"""Timing: what takes too long is stopped, and what it was called from is left as it was."""

from __future__ import annotations

import signal
from contextlib import suppress
from time import monotonic

import pytest

from assistant.readers.timeouts import TooSlow, at_most


def _endless() -> None:
    """Take 20 s, which none of these tests waits for."""
    until = monotonic() + 20
    while monotonic() < until:
        pass
    raise TimeoutError


def armed() -> float:
    return signal.getitimer(signal.ITIMER_REAL)[0]


def test_a_step_without_end_is_stopped() -> None:
    with pytest.raises(TooSlow), at_most(0.05):
        _endless()


def test_a_library_that_swallows_every_exception_does_not_swallow_this_one() -> None:
    def stubborn() -> None:
        for _ in range(2):
            with suppress(Exception):
                _endless()

    with pytest.raises(TooSlow), at_most(0.05):
        stubborn()


def test_a_bare_except_is_interrupted_again() -> None:
    times = 0
    with pytest.raises(TooSlow), at_most(0.05):
        while True:
            try:
                _endless()
            except TimeoutError:
                break
            except BaseException:
                times += 1
                if times == 2:
                    raise
    assert times == 2


def test_a_step_in_time_gives_what_it_gives_and_no_alarm_rings_after() -> None:
    with at_most(60):
        done = True
    assert done and armed() == 0


def test_an_error_of_the_step_passes_and_no_alarm_rings_after() -> None:
    with pytest.raises(ZeroDivisionError), at_most(60):
        raise ZeroDivisionError
    assert armed() == 0


def test_who_handled_the_alarm_before_handles_it_again() -> None:
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        with suppress(TooSlow), at_most(0.01):
            _endless()
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_limit_of_zero_is_none() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with at_most(0):
        assert signal.getsignal(signal.SIGALRM) is before
        assert armed() == 0
