"""What each command does: one call of the facade, then its result in words or in JSON."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import strftime, time
from typing import TYPE_CHECKING, Any

from assistant.cli.explanation_lines import explanation_lines
from assistant.cli.said_lines import said_lines
from assistant.i18n import count, pages_in_words, say
from assistant.i18n import in_words as say_message
from assistant.i18n.problems import (
    PUBLISHED_STATES,
    problem_in_words,
    remedy_in_words,
    state_in_words,
)
from assistant.i18n.told import remark_lines, told_words
from assistant.ingest.eta import TimeEstimate
from assistant.jobs.run_state import RunState, in_words, left_in_words
from assistant.jobs.runs import Stopped, kept, stoppable
from assistant.records import (
    Answer,
    Citation,
    DocumentState,
    FileState,
    Filters,
    Hit,
    Message,
    Problem,
    Progress,
    SyncReport,
)
from assistant.serialize import place_words, plain, plain_answer, plain_found, plain_sheet
from assistant.settings import Settings
from assistant.system.logs import configure, happened

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.ingest.planning import Plan
    from assistant.view import View

__all__ = ["DONE", "PARTIAL", "REFUSED", "Stopped", "run"]

DONE, REFUSED, PARTIAL = 0, 3, 4


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command that `options` name and return its exit status."""
    # The commands that need no index must not wait for faiss and torch: hence the late imports.
    if options.command == "serve":
        from assistant.web.app import serve

        serve(settings)
        return DONE
    if options.command == "mcp":
        from assistant.mcp_server import serve_tools

        serve_tools(settings, as_groups=options.as_group)
        return DONE
    if options.command == "calibrate":
        # What is fitted anew must not need the former one; where to write it, is kept.
        options.output = options.output or Path(settings.gate or "gate.json")
        options.in_use = bool(settings.gate) and _same(Path(settings.gate), options.output)
        settings = dataclasses.replace(settings, gate="")
    if options.command == "sync" and not options.dry_run:
        return _watch(settings, options) if options.watch else _sync(settings, options)
    from assistant.core import open_assistant

    with open_assistant(settings) as assistant:
        return _COMMANDS[options.command](assistant, options)


def _sync(settings: Settings, options: argparse.Namespace) -> int:
    # The status is there before the model is loaded, which takes seconds.
    with stoppable(), kept(settings.index) as status, _bar() as bar:

        def progress(step: Progress) -> None:
            status.tell(step)
            bar(step)

        if options.rights_only:
            from assistant.ingest.sync import apply_rights

            report = apply_rights(settings, locked=True)
        else:
            from assistant.core import open_assistant

            with open_assistant(settings) as assistant:
                report = assistant.sync(rebuild=options.rebuild, progress=progress, locked=True)
        status.finish(report)
        if settings.log_file:
            # Without one, what is printed is enough: systemd's journal keeps it.
            configure(settings.log_file, settings.log_format)
            log_sync(report)
    _show(report, options, _report_lines(report))
    return PARTIAL if any(problem.severity == "error" for problem in report.problems) else DONE


def _preview(assistant: Assistant, options: argparse.Namespace) -> int:
    planned = assistant.preview()
    _show(planned, options, _plan_lines(planned))
    return DONE


def _watch(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.jobs.watch import watch

    def tell(event: Message | RunState) -> None:
        if options.json:
            told = plain(event) if isinstance(event, RunState) else say_message(event)
            line = json.dumps(told, ensure_ascii=False)
        else:
            words = in_words(event) if isinstance(event, RunState) else say_message(event)
            line = f"{strftime('%Y-%m-%d %H:%M:%S')} {words}"
        print(line, flush=True)

    try:
        with stoppable():
            watch(settings, tell)
    except KeyboardInterrupt:
        tell(Message("runs.watch_ended"))
    return DONE


def log_sync(report: SyncReport) -> None:
    """Log what a `sync` did, in figures."""
    severities = Counter(problem.severity for problem in report.problems)
    happened(
        "sync",
        added=report.added,
        changed=report.changed,
        renamed=report.renamed,
        removed=report.removed,
        unchanged=report.unchanged,
        failed=report.failed,
        passages=report.passages,
        errors=severities["error"],
        warnings=severities["warning"],
        seconds=round(report.seconds, 1),
        generation=report.generation,
    )


def _view(assistant: Assistant, options: argparse.Namespace) -> View:
    """Return all that is indexed, or what readers of `--as-group` may read of it."""
    from assistant.errors import AudiencePending
    from assistant.rights.rules import reader_named

    if not options.as_group:
        return assistant.view()
    reader = reader_named(options.as_group, assistant.rights)
    try:
        return assistant.view_for(reader)
    except AudiencePending:
        assistant.apply_rights()
        return assistant.view_for(reader)


def _ask(assistant: Assistant, options: argparse.Namespace) -> int:
    view = _view(assistant, options)
    filters = _filters(options)
    answer = view.ask(options.question, filters, options.previous)
    fields, lines = plain_answer(view, answer), list(_answer_lines(view, answer))
    if options.explain:
        explained = view.explain(options.question, filters, options.previous)
        fields["explanation"] = plain(explained)
        lines += ["", *explanation_lines(explained, lambda hit: _source(view, hit))]
    _show(fields, options, lines)
    # "Perhaps" shows passages to read, as an answer does; programs tell them apart by `status`.
    return REFUSED if answer.status == "refused" else DONE


def _search(assistant: Assistant, options: argparse.Namespace) -> int:
    view = _view(assistant, options)
    hits = view.search(options.question, options.k, _filters(options))
    found = [plain_found(view, hit) for hit in hits]
    _show(found, options, (line for hit in hits for line in _hit_lines(view, hit)))
    return DONE


def _sheet(assistant: Assistant, options: argparse.Namespace) -> int:
    from assistant.web.sheets.said import event_said, session_said

    view = _view(assistant, options)

    def shown(one: Any) -> Any:
        return plain_found(view, one) if isinstance(one, Citation) else plain(one)

    if options.session:
        sheet = view.sheet(options.session)
        _show(plain_sheet(sheet, shown), options, said_lines(session_said(view, sheet, "fr")))
    else:
        whole = view.event_sheet(options.event)
        _show(plain_sheet(whole, shown), options, said_lines(event_said(view, whole, "fr")))
    return DONE


def _status(assistant: Assistant, options: argparse.Namespace) -> int:
    documents, problems = assistant.documents(), assistant.problems()
    passages = sum(document.passages for document in documents)
    states = Counter(one.state for one in documents)
    generation = assistant.published or say("cli.unpublished")
    state = {
        "generation": assistant.published,
        "documents": documents,
        "states": {PUBLISHED_STATES[state]: number for state, number in states.items()},
        "passages": passages,
        "problems": problems,
    }
    indexed = sum(one.passages > 0 for one in documents)
    lines = [
        count("cli.documents", indexed),
        count("cli.passages", passages),
        say("cli.generation", name=generation),
        "",
    ]
    lines += [_document_line(one) for one in documents]
    if documents:
        lines += ["", say("cli.states", states=_states_in_words(states))]
    _show(state, options, [*lines, *_problem_lines(problems)])
    return DONE


def _transcript(assistant: Assistant, options: argparse.Namespace) -> int:
    print(assistant.transcript(options.document), end="")
    return DONE


def _evaluate(assistant: Assistant, options: argparse.Namespace) -> int:
    from assistant import evaluation
    from assistant.evaluation.nuggets import is_broad
    from assistant.evaluation.question_files import read_questions
    from assistant.evaluation.report import evaluation_lines
    from assistant.system.outputs import check_target

    if is_broad(options.questions):
        return _evaluate_broad(assistant, options)
    questions = read_questions(options.questions, prefix=options.prefix)
    baseline = evaluation.read_baseline(options.baseline) if options.baseline else None
    if options.save:
        check_target(options.save, evaluation.read_baseline)
    with _asking(len(questions)) as progress:
        found = evaluation.evaluate(
            assistant, questions, options.questions, baseline=baseline, progress=progress
        )
    if options.save:
        evaluation.save(found, options.save)
    _show(found, options, evaluation_lines(found))
    return DONE


def _evaluate_broad(assistant: Assistant, options: argparse.Namespace) -> int:
    from assistant.errors import QuestionError
    from assistant.evaluation.broad import evaluate_broad
    from assistant.evaluation.nuggets import read_broad
    from assistant.evaluation.report import broad_lines

    if options.baseline or options.save:
        raise QuestionError("nuggets_not_compared")
    questions = read_broad(options.questions, prefix=options.prefix)
    with _asking(len(questions)) as progress:
        found = evaluate_broad(assistant, questions, progress)
    _show(found, options, broad_lines(found))
    return DONE


def _calibrate(assistant: Assistant, options: argparse.Namespace) -> int:
    from assistant.evaluation import calibrate
    from assistant.evaluation.question_files import read_questions
    from assistant.evaluation.report import calibration_lines

    questions = read_questions(options.questions, prefix=options.prefix)
    with _asking(len(questions)) as progress:
        found = calibrate(
            assistant, questions, options.questions, options.output, progress=progress
        )
    _show(found, options, calibration_lines(found, in_use=options.in_use))
    return DONE


def _same(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve()


_COMMANDS = {
    "sync": _preview,
    "ask": _ask,
    "search": _search,
    "sheet": _sheet,
    "status": _status,
    "transcript": _transcript,
    "evaluate": _evaluate,
    "calibrate": _calibrate,
}


def _filters(options: argparse.Namespace) -> Filters:
    return Filters(
        events=tuple(options.event),
        sessions=tuple(options.session),
        types=tuple(options.type),
        speakers=tuple(options.speaker),
        kinds=tuple(options.kind),
    )


# --- In words ----------------------------------------------------------------------------------


def _plan_lines(planned: Plan) -> Iterator[str]:
    yield from (say("cli.would_add", id=id_) for id_ in planned.added)
    yield from (say("cli.would_change", id=id_) for id_ in planned.changed)
    yield from (say("cli.would_rename", old=old, new=new) for old, new in planned.renamed)
    yield from (say("cli.would_remove", id=id_) for id_ in planned.removed)
    yield from (say("cli.would_fail", id=id_) for id_ in planned.failed)
    yield from _problem_lines(planned.problems)
    yield count("cli.unchanged", len(planned.unchanged))


def _document_line(document: DocumentState) -> str:
    """Return what became of a file, on one line."""
    line = say(
        "cli.document",
        id=document.id,
        state=state_in_words(document.state),
        passages=count("cli.passages", document.passages),
    )
    if document.engine:
        line = say("cli.document_engine", line=line, engine=document.engine)
    if document.missing:
        line = say("cli.document_missing", line=line, missing=pages_in_words(document.missing))
    return line


def _states_in_words(states: Mapping[FileState, int]) -> str:
    return ", ".join(
        say("cli.state", number=number, state=state_in_words(state))
        for state, number in states.items()
    )


def _report_lines(report: SyncReport) -> Iterator[str]:
    yield from _problem_lines(report.problems)
    done = [
        count(f"cli.{name}", getattr(report, name))
        for name in ("added", "changed", "renamed", "removed", "unchanged", "failed")
        if getattr(report, name)
    ]
    yield say("cli.synced", done=", ".join(done) or say("cli.nothing"))
    yield say(
        "cli.synced_passages",
        passages=count("cli.passages", report.passages),
        encoded=count("cli.encoded", report.encoded),
        seconds=f"{report.seconds:.1f}".replace(".", ","),
        generation=report.generation,
    )


def _problem_lines(problems: tuple[Problem, ...]) -> Iterator[str]:
    for problem in problems:
        words = problem_in_words(problem)
        yield say(f"cli.{problem.severity}", subject=problem.subject, message=words)
        yield say("cli.remedy", remedy=remedy_in_words(problem))


def _answer_lines(view: View, answer: Answer) -> Iterator[str]:
    if answer.subject:
        yield say("cli.subject", subject=answer.subject)
    for typed, meant in answer.changes:
        yield say("cli.understood", typed=typed, meant=meant)
    for words in answer.scope:
        yield say("cli.scoped", words=words)
    yield from remark_lines(answer)
    if answer.told and answer.status != "refused":
        yield from _told_lines(answer)
        return
    if answer.status == "perhaps":
        yield say("cli.perhaps")
    if answer.status == "refused":
        yield say("cli.refused")
        yield from _told_lines(answer)
        if answer.hits:
            yield say("cli.nearest")
        yield from (_source(view, hit) for hit in answer.hits[:3])
        return
    for citation in answer.citations:
        yield say("cli.quote", number=citation.number, quote=citation.quote)
    yield ""
    for citation in answer.citations:
        yield f"[{citation.number}] {_source(view, citation)}"


def _told_lines(answer: Answer) -> Iterator[str]:
    for message in answer.told:
        yield say("cli.told", words=told_words(message)) if message.asks else told_words(message)
        for document in message.documents:
            yield say("cli.told_document", title=document.title, id=document.id)


def _hit_lines(view: View, hit: Hit) -> Iterator[str]:
    source = _source(view, hit)
    yield say("cli.hit", rank=hit.rank, score=f"{hit.score:.3f}", source=source)
    yield "   " + " ".join(hit.passage.text.split())[:200]


def _source(view: View, found: Hit | Citation) -> str:
    words = place_words(view, found)
    return say("cli.source", title=found.title, place=words, id=found.passage.document_id)


# --- As JSON -----------------------------------------------------------------------------------


def _show(result: Any, options: argparse.Namespace, lines: Iterator[str] | list[str]) -> None:
    """Print a result: one JSON document for programs, lines for people."""
    if options.json:
        print(json.dumps(plain(result), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines))


# --- Progress ----------------------------------------------------------------------------------


@contextmanager
def _bar() -> Iterator[Any]:
    """Show progress on standard error: a bar in a terminal, nothing elsewhere."""
    from tqdm import tqdm

    with tqdm(
        total=None, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False,
        bar_format=say("cli.bar"), dynamic_ncols=True,
    ) as bar:  # fmt: skip
        estimate = TimeEstimate()

        def show(step: Progress) -> None:
            bar.total = step.total
            bar.n = step.done
            bar.set_description_str(say(f"cli.stage_{step.stage}"), refresh=False)
            detail = f" ({say_message(step.detail)})" if step.detail else ""
            if ends_at := estimate.ends_at(step.share):
                detail += f" {left_in_words(max(0.0, ends_at - time()))}"
            bar.set_postfix_str(step.document_id[-50:] + detail, refresh=False)
            bar.refresh()

        yield show


@contextmanager
def _asking(total: int) -> Iterator[Callable[[int, int], None]]:
    """Show how many questions of a file were asked."""
    from tqdm import tqdm

    with tqdm(
        total=total, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False,
        bar_format=say("cli.bar"), dynamic_ncols=True, desc=say("cli.asking"),
    ) as bar:  # fmt: skip

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        yield show
