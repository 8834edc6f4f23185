"""What happens, for those who run the service → lines on standard error or in a file.

In: events (`happened`) and what the modules warn of. Out: one line each, as text or JSON. The
words of a question, an address or a name never go in: an event holds figures and short codes, and
of an exception only its kind and where it was raised are written, since libraries put the text
they were given into its message. What they log is held to the same: only words that stand as they
are in their code are written. `system.printed` takes what they print.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from traceback import extract_tb
from types import FrameType

from filelock import FileLock, Timeout

from assistant.errors import SettingsError

#: A full file makes room for the next; so many are kept.
MOST_BYTES = 5_000_000
KEPT_FILES = 5
#: How long a writer waits for another process's line, in seconds.
PATIENCE = 2.0

logger = logging.getLogger("assistant.events")


def configure(file: str, form: str) -> None:
    """Send what happens to a file, on standard error where that is empty, as "text" or "json".

    Raises SettingsError when the file can't be written.

    The assistant's own events are told, of other libraries only what they warn of.
    """
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if file:
        handler = SharedFile(Path(file))
    handler.setFormatter(AsJson() if form == "json" else AsText())
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one.formatter, AsText | AsJson)]:
        root.removeHandler(old)
    root.addHandler(handler)
    logging.getLogger("assistant").setLevel(logging.INFO)


def happened(event: str, **facts: str | int | float | None) -> None:
    """Log an event by its name, with figures and codes: never the words of a person."""
    if logger.isEnabledFor(logging.INFO):
        written = " ".join(f"{name}={_short(value)}" for name, value in facts.items())
        logger.info("%s", f"{event} {written}".rstrip(), extra={"event": event, "facts": facts})


def error_kinds(error: BaseException) -> str:
    """Return the kinds of an error and of its causes, and where each was raised, on lines."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        lines.append(type(cause).__qualname__)
        frames = extract_tb(cause.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines)


def _short(value: str | int | float | None) -> str:
    written = f"{value:.3f}" if isinstance(value, float) else str(value)
    return json.dumps(written, ensure_ascii=False) if " " in written else written


class AsText(logging.Formatter):
    """A record as a line: time, level, message; then the lines of an error, moved right."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's lines."""
        lines = f"{record.levelname} {_message(record)}".replace("\n", "\n  ")
        return f"{_time(record)} {lines}"


class AsJson(logging.Formatter):
    """A record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        fields: dict[str, object] = {"time": _time(record), "level": record.levelname.lower()}
        event = getattr(record, "event", "")
        if event:
            fields |= {"event": event, **getattr(record, "facts", {})}
        else:
            fields |= {"event": "message", "logger": record.name, "message": _message(record)}
        return json.dumps(fields, ensure_ascii=False)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


def _message(record: logging.LogRecord) -> str:
    """Return a record's words; those of an error that goes with it are left out."""
    error = record.exc_info[1] if record.exc_info else None
    words = record.getMessage() if _is_ours(record) else _written_in_code(record)
    return words + (f"\n{error_kinds(error)}" if error else "")


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == "assistant"


def _written_in_code(record: logging.LogRecord) -> str:
    """Return what a library logs, before anything is filled in; else who logs, and where.

    It may have put its words together of what it was given: those are left out that are no constant
    of the function that logs them.
    """
    frame: FrameType | None = sys._getframe()
    while frame and not (
        frame.f_code.co_filename == record.pathname and frame.f_code.co_name == record.funcName
    ):
        frame = frame.f_back
    if frame and record.msg in frame.f_code.co_consts:
        return str(record.msg)
    return f"{record.name} {record.filename}:{record.lineno} {record.funcName}"


class SharedFile(logging.Handler):
    """A file that several processes write to, and that makes room by its size.

    `RotatingFileHandler` is for one process: here the page and `sync` share the file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._beside = sys.stderr
        self._turn = FileLock(path.with_name(f".{path.name}.lock"), timeout=PATIENCE)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._turn:
                self._append("")
        except (OSError, Timeout) as e:
            cause = getattr(e, "strerror", None) or type(e).__name__
            raise SettingsError("log_unwritable", path=path, cause=cause) from e

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record's line; on standard error where the disk refuses."""
        line = self.format(record) + "\n"
        try:
            with self._turn:
                self._make_room(len(line))
                self._append(line)
        except (OSError, Timeout):
            self._beside.write(line)

    def _make_room(self, more: int) -> None:
        if not self.path.exists() or self.path.stat().st_size + more <= MOST_BYTES:
            return
        for number in range(KEPT_FILES - 1, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def _append(self, line: str) -> None:
        # Opened for each line: another process may have renamed it meanwhile.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with os.fdopen(os.open(self.path, flags, 0o640), "a", encoding="utf-8") as file:
            file.write(line)
