"""A site's own gate: written whole, read back or refused."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.retrieval.answerability import Evidence, Gate, default_gate
from assistant.retrieval.gate_files import gate_for, parse_gate, read_gate, write_gate
from assistant.system.outputs import check_target, write_whole

FEATURES = [one.name for one in fields(Evidence)]
OWN = Gate((FEATURES[0],), (0.5,), (0.1,), (1.5,), 0.25, "des questions d'essai")


def test_a_gate_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "gate.json"
    write_gate(OWN, path)
    assert read_gate(path) == OWN
    assert gate_for(str(path)) == OWN
    assert [one.name for one in tmp_path.iterdir()] == ["gate.json"]


def test_no_setting_means_the_gate_that_ships() -> None:
    assert gate_for("") is default_gate()


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", '{"features": [], "intercept": 0, "fitted_on": ""}', "é", "[" * 100_000,
        '{"features": {"score": {"mean": 0, "scale": 0, "weight": 1}},'
        ' "intercept": 0, "fitted_on": ""}',
        '{"features": {"score": {"mean": NaN, "scale": 1, "weight": 1}},'
        ' "intercept": 0, "fitted_on": ""}',
    ],
)  # fmt: skip
def test_a_file_that_is_no_gate_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "gate.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        read_gate(path)
    assert caught.value.key == "gate_unreadable"
    assert "assistant calibrate" in caught.value.remedy


def test_a_gate_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        gate_for(str(tmp_path / "absent.json"))
    assert caught.value.key == "gate_missing"


def test_a_gate_of_another_version_is_refused_but_may_be_written_over(tmp_path: Path) -> None:
    path = tmp_path / "gate.json"
    write_gate(replace(OWN, features=("moonlight",)), path)
    with pytest.raises(SettingsError, match="moonlight"):
        read_gate(path)
    check_target(path, parse_gate)


def test_other_work_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"id": "q1"}))
    with pytest.raises(SettingsError) as caught:
        check_target(path, parse_gate)
    assert caught.value.key == "file_taken"


def test_a_folder_that_does_not_exist_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        check_target(tmp_path / "absent" / "gate.json", parse_gate)
    assert caught.value.key == "file_unwritable"


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "gate.json").mkdir()
    with pytest.raises(SettingsError) as caught:
        write_whole(tmp_path / "gate.json", "{}")
    assert caught.value.key == "file_unwritable"
