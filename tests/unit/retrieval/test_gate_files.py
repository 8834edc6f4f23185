"""A site's own gate: fitted without peeking, written whole, read back or refused."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SettingsError
from assistant.evaluation.cross_validation import crossed
from assistant.retrieval.answerability import Evidence, Gate, default_gate
from assistant.retrieval.gate_files import gate_for, parse_gate, read_gate, write_gate
from assistant.system.outputs import check_target, write_whole

FEATURES = [one.name for one in fields(Evidence)]
OWN = Gate((FEATURES[0],), (0.5,), (0.1,), (1.5,), 0.25, "des questions d'essai")


def evidence(number: int) -> list[Evidence]:
    """Return evidence that says nothing."""
    chance = np.random.default_rng(5)
    return [Evidence(*row) for row in chance.normal(0.5, 0.1, (number, len(FEATURES))).tolist()]


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


def test_no_question_is_judged_by_a_gate_that_saw_its_title() -> None:
    # Each title has its own evidence, and all its questions have an answer or none: who has seen
    # the title knows. A gate that hasn't can only guess.
    titles = [str(at // 4) for at in range(160)]
    truth = [int(title) % 2 == 0 for title in titles]
    by_title = evidence(40)
    own = [by_title[int(title)] for title in titles]
    alone = crossed(own, truth, [str(at) for at in range(160)])
    together = crossed(own, truth, titles)

    def told(confidences: np.ndarray) -> float:
        return float(np.mean((confidences > 0.5) == np.array(truth)))

    assert told(alone) > told(together) + 0.1


def test_questions_on_one_title_can_still_be_crossed() -> None:
    truth = [at % 2 == 0 for at in range(40)]
    confidences = crossed(evidence(40), truth, ["un seul titre"] * 40)
    assert ((confidences > 0) & (confidences < 1)).all()
