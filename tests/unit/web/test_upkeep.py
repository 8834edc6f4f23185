"""What /mesures says of upkeep, and that the alert rules ask of nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from assistant.core import Assistant
from assistant.jobs import run_state
from assistant.jobs.run_state import RunState
from assistant.settings import Settings
from assistant.web.ops.health import Health
from assistant.web.ops.metrics import Meters
from assistant.web.ops.upkeep import Upkeep
from tests.conftest import ROOT

RULES = ROOT / "deploy/prometheus/assistant.rules.yml"
#: Told only of an index that answers.
OF_AN_INDEX = {"assistant_ready"}


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "index").mkdir()
    return Assistant(Settings(corpus=tmp_path / "corpus", index=tmp_path / "index"))


def told(assistant: Assistant) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Upkeep(assistant.trail, assistant.settings.index))
    return registry


def test_sign_ins_are_counted_by_what_came_of_them(assistant: Assistant) -> None:
    assistant.trail.refused("")
    assistant.trail.refused("archiviste")
    found = told(assistant)
    refused = found.get_sample_value("assistant_sign_ins_total", {"outcome": "refused"})
    assert refused == 2
    assert found.get_sample_value("assistant_sign_ins_total", {"outcome": "accepted"}) == 0


def test_a_failed_indexing_and_the_last_backup_are_told(assistant: Assistant) -> None:
    assert told(assistant).get_sample_value("assistant_last_sync_failed") is None
    assert told(assistant).get_sample_value("assistant_last_backup_timestamp_seconds") is None
    run_state.write(assistant.settings.index, RunState(outcome="failed", ended_at=1_000.0))
    assistant.trail.by_command("backup.made")
    found = told(assistant)
    assert found.get_sample_value("assistant_last_sync_failed") == 1
    assert found.get_sample_value("assistant_last_sync_timestamp_seconds") == 1_000
    made = found.get_sample_value("assistant_last_backup_timestamp_seconds")
    assert made is not None
    assert made > 1.7e9


def test_the_alert_rules_ask_of_what_is_told_only(assistant: Assistant) -> None:
    run_state.write(assistant.settings.index, RunState(outcome="done", ended_at=1_000.0))
    assistant.trail.by_command("backup.made")
    meters = Meters(assistant, Health(assistant).report)
    names = {sample.name for one in meters.registry.collect() for sample in one.samples}
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    asked = {
        name for rule in rules for name in re.findall(r"assistant_[a-z_]+", rule["expr"])
    } - OF_AN_INDEX
    assert asked - names == set()
