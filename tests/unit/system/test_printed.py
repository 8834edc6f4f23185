"""What libraries print while a service runs: where, and never what."""

from __future__ import annotations

import io
import logging
import sys
import threading
import traceback
from threading import Thread

import pytest

from assistant.system.printed import unheard

WORDS = "Combien coûte la cantine ?"


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def _fails() -> None:
    raise ValueError(WORDS)


def _traced() -> None:
    try:
        _fails()
    except ValueError:
        traceback.print_exc()


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda: print(WORDS), "test_printed:"),
        (lambda: print(WORDS, file=sys.stderr), "test_printed:"),
        (_traced, "ValueError"),
    ],
    ids=["print", "print on standard error", "traceback"],
)
def test_who_prints_is_told_and_the_words_are_not(
    act: object, told: str, real: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(act)
    with unheard():
        act()
    assert told in caplog.text
    assert "cantine" not in caplog.text + real.getvalue()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_fails_is_told_without_its_words(
    real: io.StringIO, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    with unheard():
        failing = Thread(target=_fails)
        failing.start()
        failing.join()
    assert "_fails" in caplog.text
    assert "cantine" not in caplog.text + real.getvalue()


def test_the_same_is_told_once_a_minute(
    real: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    with unheard():
        for _ in range(100):
            _traced()
    assert caplog.text.count("is left out") == 1
    assert len(caplog.text) < 2000


def test_what_the_log_can_not_write_does_not_turn_in_circles(real: io.StringIO) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            try:
                raise OSError(WORDS)
            except OSError:
                self.handleError(record)

    broken = Broken()
    logging.getLogger().addHandler(broken)
    try:
        with unheard():
            print(WORDS)
    finally:
        logging.getLogger().removeHandler(broken)
    assert real.getvalue() == ""
