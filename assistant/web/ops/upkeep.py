"""What upkeep did, for Prometheus: sign-ins, the last backup, the last indexing → gauges, counters.

Looked up when asked for. No account, no document and no word is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from assistant.audit import UNSETTLED, UNWRITTEN, WAITING, Trail
from assistant.errors import AuditError
from assistant.jobs import runs

#: Outcomes of a run that somebody has to look at.
_FAILED = ("failed", "lost")
#: What is counted of sign-ins, by the action of the audit trail.
_SIGN_INS = {
    "accepted": "access.accepted",
    "refused": "access.refused",
    "waiting": WAITING,
    "unsettled": UNSETTLED,
}


class Upkeep(Collector):
    """Sign-ins since the page started, and when backup and indexing last ended."""

    def __init__(self, trail: Trail, index: Path) -> None:
        self._trail = trail
        self._index = index

    def collect(self) -> Iterator[Metric]:
        """Give what is known; what never happened is left out."""
        trail = self._trail
        yield _sign_ins(trail)
        yield CounterMetricFamily(
            "assistant_audit_failures",
            "Actions that the audit trail could not keep",
            trail.counts[UNWRITTEN],
        )
        yield from _last_backup(trail)
        yield from self._last_run()

    def _last_run(self) -> Iterator[Metric]:
        state = runs.state(self._index)
        if state.running or not state.ended_at:
            return
        yield GaugeMetricFamily(
            "assistant_last_sync_timestamp_seconds", "When the last indexing ended", state.ended_at
        )
        yield GaugeMetricFamily(
            "assistant_last_sync_failed",
            "1 when the last indexing failed",
            int(state.outcome in _FAILED),
        )


def _sign_ins(trail: Trail) -> Metric:
    found = CounterMetricFamily(
        "assistant_sign_ins", "Sign-ins, by what came of them", labels=["outcome"]
    )
    for outcome, action in _SIGN_INS.items():
        found.add_metric([outcome], trail.counts[action])
    return found


def _last_backup(trail: Trail) -> Iterator[Metric]:
    try:
        made = trail.last("backup.made")
    except AuditError:
        return
    if made:
        yield GaugeMetricFamily(
            "assistant_last_backup_timestamp_seconds",
            "When the last backup was made",
            datetime.fromisoformat(made).timestamp(),
        )
