"""Timing: what takes too long is stopped, and what it was called from is left as it was."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic, process_time, sleep

import pytest

from assistant.readers.sandbox import child
from assistant.readers.timeouts import TooSlow, at_most, seconds_starved, waits_for_a_core
from tests.support.patient import until


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


@contextmanager
def forked(work: Callable[[], object]) -> Iterator[int]:
    """Do a work in a fork until it is done or the block ends; give its process."""
    fork = os.fork()
    if fork == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    try:
        yield fork
    finally:
        os.kill(fork, signal.SIGKILL)
        os.waitpid(fork, 0)


def _on_one_core(seconds: float) -> None:
    """Take so many seconds of processor of the first core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    while process_time() < seconds:
        pass


def _is_in_time(fork: int, seconds: float) -> bool:
    (told, tell), (requests, keep) = os.pipe(), os.pipe()
    try:
        return child._wait(fork, seconds, told, requests)
    finally:
        for end in (told, tell, requests, keep):
            os.close(end)


@contextmanager
def busy_core() -> Iterator[None]:
    """Have two other processes take the first core, too."""
    with forked(lambda: _on_one_core(60)), forked(lambda: _on_one_core(60)):
        yield


def test_a_file_is_not_too_slow_where_others_have_its_core() -> None:
    with busy_core(), forked(lambda: _on_one_core(0.3)) as reading:
        assert _is_in_time(reading, 0.45)
        assert seconds_starved(reading) > 0.1


def test_a_wait_for_a_core_that_goes_on_is_no_time_of_the_file() -> None:
    def last() -> None:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        _on_one_core(0.05)

    with (
        forked(lambda: _on_one_core(0.5)),
        forked(lambda: _on_one_core(0.5)),
        forked(last) as reading,
    ):
        assert _is_in_time(reading, 0.2)


def test_who_waits_for_a_core_is_told_from_who_sleeps() -> None:
    def last() -> None:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        _on_one_core(60)

    with busy_core(), forked(last) as waiting, forked(lambda: sleep(60)) as sleeping:
        until(lambda: waits_for_a_core(waiting))
        until(lambda: not waits_for_a_core(sleeping))
    assert not waits_for_a_core(waiting)


def test_a_file_that_waits_for_something_else_is_too_slow() -> None:
    with forked(lambda: sleep(20)) as reading:
        assert not _is_in_time(reading, 0.1)


def test_a_page_is_not_too_slow_where_others_have_its_core() -> None:
    def page() -> None:
        with at_most(0.3):
            _on_one_core(process_time() + 0.2)

    with busy_core(), forked(page) as reading:
        ended = os.waitid(os.P_PID, reading, os.WEXITED | os.WNOWAIT)
        assert ended is not None and ended.si_status == 0


def test_of_a_process_that_is_gone_nothing_is_known() -> None:
    with forked(lambda: None) as gone:
        pass
    assert seconds_starved(gone) == 0
