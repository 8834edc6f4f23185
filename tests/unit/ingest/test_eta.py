"""How long a run still takes: told when it can be, and steadily."""

from __future__ import annotations

from assistant.ingest.eta import TimeEstimate, cost


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_told_before_there_is_something_to_go_by() -> None:
    clock = Clock()
    estimate = TimeEstimate(clock)
    assert estimate.ends_at(0.0) is None
    clock.now += 3
    assert estimate.ends_at(0.5) is None
    clock.now += 60
    assert estimate.ends_at(0.0) is None


def test_documents_that_take_the_same_time_give_the_right_end() -> None:
    clock = Clock()
    estimate = TimeEstimate(clock)
    estimate.ends_at(0.0)
    for number in range(1, 10):
        clock.now += 6
        assert estimate.ends_at(number / 10) == 1060.0 or number == 0
    clock.now += 6
    assert estimate.ends_at(1.0) is None


def test_a_slow_document_moves_the_end_little() -> None:
    clock = Clock()
    estimate = TimeEstimate(clock)
    estimate.ends_at(0.0)
    clock.now += 10
    assert estimate.ends_at(0.1) == 1100.0
    clock.now += 50  # five times slower
    told = estimate.ends_at(0.2)
    assert told is not None and 1100.0 < told < 1180.0


def test_a_document_that_outlasts_the_estimate_puts_the_end_off() -> None:
    clock = Clock()
    estimate = TimeEstimate(clock)
    estimate.ends_at(0.0)
    clock.now += 10
    estimate.ends_at(0.5)
    clock.now += 500
    told = estimate.ends_at(0.5)
    assert told is not None and told > clock.now


def test_a_text_takes_longer_than_a_picture_of_its_size() -> None:
    assert cost(".TXT", 1_000_000) > 10 * cost(".pdf", 1_000_000) > 0
    assert cost(".pdf", 0) > 0
