"""How many cores a process has, by what its container is given."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.system.processes import available_cores


@pytest.fixture(autouse=True)
def eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)))


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        pytest.param({}, 8, id="no_container"),
        pytest.param({"cpu.max": "max 100000\n"}, 8, id="no_quota"),
        pytest.param({"cpu.max": "200000 100000\n"}, 2, id="two_cores"),
        pytest.param({"cpu.max": "150000 100000\n"}, 2, id="one_and_a_half"),
        pytest.param({"cpu.max": "5000 100000\n"}, 1, id="a_twentieth"),
        pytest.param({"cpu.max": "6400000 100000\n"}, 8, id="more_than_there_are"),
        pytest.param({"cpu.max": ""}, 8, id="unreadable"),
        pytest.param(
            {"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 3, id="v1"
        ),
        pytest.param(
            {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8, id="v1_none"
        ),
    ],
)
def test_the_cores_are_those_that_the_container_is_given(
    tmp_path: Path, files: dict[str, str], cores: int
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    assert available_cores(tmp_path) == cores
