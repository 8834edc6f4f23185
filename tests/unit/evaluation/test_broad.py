"""Measures of broad questions."""

from __future__ import annotations

import pytest

from assistant.evaluation.broad import BroadOutcome, broad_measures


def outcome(vital: float | None, status: str = "answered", kind: str = "theme") -> BroadOutcome:
    quoted = status != "refused"
    return BroadOutcome(
        id="b",
        question="?",
        kind=kind,
        status=status,
        vital=vital,
        every=vital,
        words=100 if quoted else 0,
        beside=0.5 if quoted else None,
        empty=0.0 if quoted else None,
        sessions=2 if quoted else None,
    )


def test_refusals_show_nothing_and_count() -> None:
    found = {
        measure.name: measure
        for measure in broad_measures([outcome(0.5), outcome(0.0, "refused"), outcome(1.0)])
    }
    assert found["vital_shown"].value == pytest.approx(0.5)
    assert found["broad_refused"].value == pytest.approx(1 / 3)
    assert found["quotes_beside"].number == 2
    assert "absent_refused" not in found


def test_what_nothing_answers_is_measured_by_its_refusals() -> None:
    (measure,) = broad_measures([outcome(None, "refused"), outcome(None, "answered")])
    assert (measure.name, measure.value, measure.number) == ("absent_refused", 0.5, 2)


def test_an_interval_takes_two_questions() -> None:
    alone = broad_measures([outcome(0.5)])[0]
    both = broad_measures([outcome(0.0), outcome(1.0)])[0]
    assert (alone.low, alone.high) == (None, None)
    assert (both.low, both.high) == (0.0, 1.0)
