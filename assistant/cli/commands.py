"""What each command does: one call of the facade, then its result in words or in JSON."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import strftime
from typing import TYPE_CHECKING, Any

from assistant.cli.explanation_lines import explanation_lines
from assistant.cli.progress import asking_bar, sync_bar
from assistant.cli.result_lines import (
    answer_lines,
    document_line,
    hit_lines,
    plan_lines,
    problem_lines,
    report_lines,
    source_line,
    states_in_words,
)
from assistant.cli.said_lines import said_lines
from assistant.errors import ClusterError
from assistant.i18n import count, say
from assistant.i18n import in_words as say_message
from assistant.i18n.problems import PUBLISHED_STATES
from assistant.jobs.own_run import Stopped, exclusive_run, stoppable
from assistant.jobs.run_state import RunState, in_words
from assistant.records.answers import Citation
from assistant.records.hits import Filters
from assistant.records.messages import Message
from assistant.records.runs import Progress, SyncReport
from assistant.serialize import plain, plain_answer, plain_found, plain_sheet
from assistant.settings import Settings
from assistant.system.logs import configure, happened

if TYPE_CHECKING:
    from assistant.core import Assistant
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
    other_way = options.command == "sync" and (
        options.watch or options.dry_run or options.rights_only
    )
    if other_way and options.ray:
        raise ClusterError("ray_not_so")
    if options.command == "sync" and not options.dry_run:
        return _watch(settings, options) if options.watch else _sync(settings, options)
    from assistant.core import open_assistant

    with open_assistant(settings) as assistant:
        return _COMMANDS[options.command](assistant, options)


def _sync(settings: Settings, options: argparse.Namespace) -> int:
    # The status is there before the model is loaded, which takes seconds.
    with stoppable(), exclusive_run(settings.index) as status, sync_bar() as bar:

        def progress(step: Progress) -> None:
            status.tell(step)
            bar(step)

        if options.rights_only:
            from assistant.ingest.sync import apply_rights

            report = apply_rights(settings, locked=True)
        else:
            from assistant.core import open_assistant

            with open_assistant(settings) as assistant:
                report = assistant.sync(
                    rebuild=options.rebuild,
                    progress=progress,
                    locked=True,
                    accept_removals=options.accept_removals,
                    ray=options.ray,
                )
        status.finish(report)
        if settings.log_file:
            # Without one, what is printed is enough: systemd's journal keeps it.
            configure(settings.log_file, settings.log_format)
            log_sync(report)
    _show(report, options, report_lines(report))
    return PARTIAL if any(problem.severity == "error" for problem in report.problems) else DONE


def _preview(assistant: Assistant, options: argparse.Namespace) -> int:
    planned = assistant.preview()
    _show(planned, options, plan_lines(planned))
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
    fields, lines = plain_answer(view, answer), list(answer_lines(view, answer))
    if options.explain:
        explained = view.explain(options.question, filters, options.previous)
        fields["explanation"] = plain(explained)
        lines += ["", *explanation_lines(explained, lambda hit: source_line(view, hit))]
    _show(fields, options, lines)
    # "Perhaps" shows passages to read, as an answer does; programs tell them apart by `status`.
    return REFUSED if answer.status == "refused" else DONE


def _search(assistant: Assistant, options: argparse.Namespace) -> int:
    view = _view(assistant, options)
    hits = view.search(options.question, options.k, _filters(options))
    found = [plain_found(view, hit) for hit in hits]
    _show(found, options, (line for hit in hits for line in hit_lines(view, hit)))
    return DONE


def _sheet(assistant: Assistant, options: argparse.Namespace) -> int:
    from assistant.web.sheets.said import event_said, session_said

    view = _view(assistant, options)

    def shown(value: Any) -> Any:
        return plain_found(view, value) if isinstance(value, Citation) else plain(value)

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
    states = Counter(document.state for document in documents)
    generation = assistant.published or say("cli.unpublished")
    state = {
        "generation": assistant.published,
        "documents": documents,
        "states": {PUBLISHED_STATES[state]: number for state, number in states.items()},
        "passages": passages,
        "problems": problems,
    }
    indexed = sum(document.passages > 0 for document in documents)
    lines = [
        count("cli.documents", indexed),
        count("cli.passages", passages),
        say("cli.generation", name=generation),
        "",
    ]
    lines += [document_line(document) for document in documents]
    if documents:
        lines += ["", say("cli.states", states=states_in_words(states))]
    _show(state, options, [*lines, *problem_lines(problems)])
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
    with asking_bar(len(questions)) as progress:
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
    with asking_bar(len(questions)) as progress:
        found = evaluate_broad(assistant, questions, progress)
    _show(found, options, broad_lines(found))
    return DONE


def _calibrate(assistant: Assistant, options: argparse.Namespace) -> int:
    from assistant.evaluation import calibrate
    from assistant.evaluation.question_files import read_questions
    from assistant.evaluation.report import calibration_lines

    questions = read_questions(options.questions, prefix=options.prefix)
    with asking_bar(len(questions)) as progress:
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


def _show(result: Any, options: argparse.Namespace, lines: Iterator[str] | list[str]) -> None:
    """Print a result: one JSON document for programs, lines for people."""
    if options.json:
        print(json.dumps(plain(result), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines))
