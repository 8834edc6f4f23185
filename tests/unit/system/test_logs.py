"""The log: its two forms, what of an error it leaves out, and a file that makes room."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.system import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("assistant")
    handlers, level = [*root.handlers], ours.level
    yield
    root.handlers[:] = handlers
    ours.setLevel(level)


def _logged(tmp_path: Path, form: str = "text") -> Path:
    file = tmp_path / "journaux" / "assistant.log"
    logs.configure(str(file), form)
    return file


def test_an_event_is_a_line_of_text(tmp_path: Path) -> None:
    file = _logged(tmp_path)
    logs.happened("question", outcome="answered", milliseconds=31)
    (line,) = file.read_text().splitlines()
    assert line.endswith(" INFO question outcome=answered milliseconds=31")


def test_an_event_is_an_object_of_json(tmp_path: Path) -> None:
    file = _logged(tmp_path, "json")
    logs.happened("sync", added=2, generation="gen-000002", seconds=1.5)
    said = json.loads(file.read_text())
    assert said.pop("time")
    assert said == {
        "level": "info", "event": "sync", "added": 2, "generation": "gen-000002", "seconds": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
def test_of_an_error_its_kind_and_place_are_written_and_its_words_are_not(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server that another test ran in this process has logged in its own way.
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
    file = _logged(tmp_path, form)
    try:
        raise ValueError("Combien coûte la cantine ?")
    except ValueError:
        # As libraries do it.
        logging.getLogger("uvicorn.error").exception("Exception in the application")
    text = file.read_text()
    assert "ValueError" in text
    assert "test_logs.py" in text
    assert "cantine" not in text


def test_other_libraries_are_heard_when_they_warn_only(tmp_path: Path) -> None:
    file = _logged(tmp_path)
    logging.getLogger("httpx").info("GET /?q=cantine")
    logging.getLogger("httpx").warning("careful")
    assert [line.split()[1:] for line in file.read_text().splitlines()] == [["WARNING", "careful"]]


def test_a_file_that_is_full_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 1000)
    file = _logged(tmp_path)
    for number in range(200):
        logs.happened("tick", number=number)
    kept = sorted(one.name for one in file.parent.iterdir() if not one.name.startswith("."))
    assert kept == ["assistant.log", *(f"assistant.log.{n}" for n in range(1, logs.KEPT_FILES))]
    assert all((file.parent / name).stat().st_size <= 1000 for name in kept)
    assert file.read_text().splitlines()[-1].endswith("number=199")


def test_a_log_that_cannot_be_written_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError) as refused:
        logs.configure(str(tmp_path / "file" / "assistant.log"), "text")
    assert "log_file" in refused.value.remedy


def test_others_may_not_read_the_log(tmp_path: Path) -> None:
    assert _logged(tmp_path).stat().st_mode & 0o007 == 0


def test_configuring_twice_writes_each_line_once(tmp_path: Path) -> None:
    _logged(tmp_path)
    file = _logged(tmp_path)
    logs.happened("started")
    assert len(file.read_text().splitlines()) == 1


def test_of_what_a_library_logs_only_what_its_code_says_is_written(tmp_path: Path) -> None:
    file = _logged(tmp_path)
    question = "Combien coûte la cantine ?"
    logger = logging.getLogger("asyncio")
    logger.error("Task %s failed", question)
    logger.error(f"Task {question} failed")
    filled, put_together = file.read_text().splitlines()
    assert filled.endswith(" ERROR Task %s failed")
    assert "asyncio test_logs.py:" in put_together
    assert "cantine" not in file.read_text()
