"""The state of a run of `sync`: as a record, as the file `index/sync.json`, in words.

In: what `runs` knows of a run. Out: the file, whole or as it was; what it says, or nothing where
it is not ours; and one line for staff.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from time import time
from typing import Any, Literal, get_args

from assistant.i18n import Language, count, say
from assistant.i18n import in_words as say_message
from assistant.i18n.problems import STATES_BY_PUBLISHED
from assistant.i18n.recognition import message_recognised, pages_of
from assistant.records.messages import Message, Problem, values_from_plain
from assistant.records.runs import SyncReport

STATUS = "sync.json"
_MOST_STATUS_BYTES = 4_000_000
#: In the file; `assistant status` has them all.
_MOST_PROBLEMS = 500
#: Named in the line that sums a run up.
_NAMED = 3
_NO_REPORT = SyncReport(0, 0, 0, 0, 0, 0, 0, 0, (), "", 0.0)

Outcome = Literal["none", "running", "done", "partial", "failed", "cancelled", "lost"]


@dataclass(frozen=True, slots=True)
class RunState:
    """What is known of the run under way, or of the last one; "none" where there was none.

    "partial": done, but some files could not be read. "lost": it died without a word. A run that
    can't say how far it is (a full disk) is "running" with nothing else. Times are seconds since
    1970; `ends_at` is an estimate, None while it can't be told. `stage` is "starting" until the
    model is loaded, then that of `Progress`, as are the fields up to `passages`. `fault`
    says why it failed; `report` is there once done.
    """

    outcome: Outcome = "none"
    pid: int = 0
    born: str = ""
    started_at: float = 0.0
    ended_at: float = 0.0
    stage: str = ""
    document_id: str = ""
    detail: Message | None = None
    done: int = 0
    total: int = 0
    pages: int = 0
    passages: int = 0
    ends_at: float | None = None
    fault: Message | None = None
    report: SyncReport | None = None

    @property
    def running(self) -> bool:
        """Tell whether it is under way."""
        return self.outcome == "running"

    @property
    def seconds_left(self) -> float | None:
        """Return about how long reading and encoding still take; None where it can't be told."""
        return None if self.ends_at is None else max(0.0, self.ends_at - time())


# --- On disk -----------------------------------------------------------------------------------


def write(index: Path, state: RunState) -> None:
    """Replace the status file, as far as the disk allows; it may be lost with the power."""
    plain = asdict(state)
    if state.report:
        plain["report"]["problems"] = plain["report"]["problems"][:_MOST_PROBLEMS]
    aside = index / f"{STATUS}.writing"
    try:
        aside.write_text(json.dumps(plain, ensure_ascii=False), "utf-8", "replace")
        aside.replace(index / STATUS)
    except OSError:  # the disk is full, or the folder is gone: the run itself will say so
        with suppress(OSError):
            aside.unlink()


def read(index: Path) -> RunState | None:
    """Return what the status file says; None where there is none, or it is not one."""
    path = index / STATUS
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_STATUS_BYTES + 1)
        plain = json.loads(content)
        report = plain.pop("report")
        ends_at = plain.pop("ends_at")
        fault, detail = _fault(plain), _detail(plain)
        if report is not None:
            problems = tuple(map(_problem, report.pop("problems")))
            report = SyncReport(**_like(_NO_REPORT, report), problems=problems)
        known = _like(RunState(), plain)
        if known["outcome"] not in get_args(Outcome):
            return None
        ends_at = None if ends_at is None else float(ends_at)
        return RunState(**known, ends_at=ends_at, detail=detail, fault=fault, report=report)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _like(record: Any, plain: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a record read from JSON. Raises ValueError unless each is of its type.

    Texts and numbers only: the others are for the caller.
    """
    known = {field.name: getattr(record, field.name) for field in fields(record)}
    for name, value in plain.items():
        wanted = (int, float) if isinstance(known[name], float) else type(known[name])
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise ValueError(name)
    return plain


def _fault(plain: dict[str, Any]) -> Message | None:
    """Take out why a run failed, which files of before say in French. Raises ValueError."""
    if "message" not in plain:
        fault = plain.pop("fault")
        return None if fault is None else Message.from_plain(fault)
    message, remedy = plain.pop("message"), plain.pop("remedy")
    return message_recognised(message, remedy) if message else None


def _detail(plain: dict[str, Any]) -> Message | None:
    """Take out how far a long reading is; what files of before say of it in French is left out.

    Raises ValueError.
    """
    detail = plain.pop("detail")
    if detail is None or isinstance(detail, str):
        return None
    return Message.from_plain(dict(detail))


def _problem(plain: dict[str, Any]) -> Problem:
    """Return a problem, which files of before say in French. Raises ValueError, TypeError."""
    if "message" in plain:
        said = message_recognised(plain.pop("message"), plain.pop("remedy"))
        plain |= asdict(said) | {
            "state": STATES_BY_PUBLISHED[plain["state"]],
            "pages": pages_of(plain["pages"]),
        }
    values = values_from_plain(plain.pop("values"))
    if not all(isinstance(one, str) for one in plain.values()):
        raise ValueError(plain)
    return Problem(**plain, values=values)


# --- In words ----------------------------------------------------------------------------------


def in_words(found: RunState | SyncReport, language: Language = "fr") -> str:
    """Sum up a run in one line: "3 ajoutés, 1 en échec : forum/bilan.pdf"."""
    if isinstance(found, SyncReport):
        return _report_in_words(found, language)
    if found.report:
        return _report_in_words(found.report, language)
    if found.outcome == "failed":
        return fault_in_words(found, language)
    return say(f"runs.{found.outcome}", language)


def fault_in_words(found: RunState, language: Language = "fr") -> str:
    """Say why a run failed, then what to do; nothing where that is not known."""
    if found.fault is None:
        return ""
    remedy = say(f"{found.fault.key}_remedy", language, **found.fault.values)
    return f"{say_message(found.fault, language)} {remedy}"


def _report_in_words(report: SyncReport, language: Language) -> str:
    done = [
        count(f"cli.{name}", getattr(report, name), language)
        for name in ("added", "changed", "renamed", "removed", "failed")
        if getattr(report, name)
    ]
    wrong = list(
        dict.fromkeys(problem.subject for problem in report.problems if problem.severity == "error")
    )
    if wrong and not report.failed:  # files that no reader is for, a programme, a folder
        done.append(count("runs.left_out", len(wrong), language))
    line = ", ".join(done) or say("runs.nothing_new", language)
    if not wrong:
        return line
    named = ", ".join(wrong[:_NAMED])
    if len(wrong) > _NAMED:
        named = count("runs.and_others", len(wrong) - _NAMED, language, named=named)
    return say("runs.with_names", language, line=line, named=named)


def left_in_words(seconds: float, language: Language = "fr") -> str:
    """Return how long a run still takes, rounded as an estimate should be."""
    if seconds < 60:
        return say("runs.left_seconds", language)
    minutes = round(seconds / 60)
    if minutes > 20:
        minutes = 5 * round(minutes / 5)
    if minutes >= 90:
        return count("runs.left_hours", round(minutes / 60), language)
    return count("runs.left_minutes", minutes, language)
