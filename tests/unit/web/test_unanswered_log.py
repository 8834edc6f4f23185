"""Questions asked in vain are written after their answers, also once a shared database is back."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from assistant.errors import FeedbackError
from assistant.feedback import store
from assistant.records.answers import Answer
from assistant.records.hits import Filters
from assistant.web.agents import unanswered_log
from assistant.web.agents.unanswered_log import UnansweredLog

REFUSED = Answer(
    question="Où sont les serres ?", status="refused", text="", citations=(), confidence=0.0,
    engine="extractive", hits=(), seconds=0.0,
)  # fmt: skip


@pytest.mark.parametrize(("fault", "tries"), [("state_away", 3), ("feedback_unwritable", 1)])
def test_a_database_that_is_away_is_waited_for_and_a_full_disk_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, tries: int
) -> None:
    tried, enough = [], Event()

    def keep(*_: object, **__: object) -> None:
        tried.append(fault)
        if len(tried) == tries:
            enough.set()
        if len(tried) < 3:
            raise FeedbackError(fault)

    monkeypatch.setattr(store, "keep_unanswered", keep)
    monkeypatch.setattr(unanswered_log, "AGAIN_SECONDS", 0.01)
    log = UnansweredLog(tmp_path, 30)
    log.take(REFUSED, Filters())
    assert enough.wait(60)
    log.close()
    assert len(tried) == tries
