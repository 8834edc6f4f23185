"""What commands found, in words: a plan, a report, an answer or a passage → lines to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from assistant.i18n import count, pages_in_words, say
from assistant.i18n.problems import problem_in_words, remedy_in_words, state_in_words
from assistant.i18n.told import remark_lines, told_words
from assistant.records.answers import Answer, Citation
from assistant.records.documents import DocumentState
from assistant.records.hits import Hit
from assistant.records.messages import FileState, Problem
from assistant.records.runs import SyncReport
from assistant.serialize import place_words

if TYPE_CHECKING:
    from assistant.ingest.planning import Plan
    from assistant.view import View


def plan_lines(planned: Plan) -> Iterator[str]:
    """Yield what `sync` would do, a line a document."""
    yield from (say("cli.would_add", id=id_) for id_ in planned.added)
    yield from (say("cli.would_change", id=id_) for id_ in planned.changed)
    yield from (say("cli.would_rename", old=old, new=new) for old, new in planned.renamed)
    yield from (say("cli.would_remove", id=id_) for id_ in planned.removed)
    yield from (say("cli.would_fail", id=id_) for id_ in planned.failed)
    yield from problem_lines(planned.problems)
    yield count("cli.unchanged", len(planned.unchanged))


def document_line(document: DocumentState) -> str:
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


def states_in_words(states: Mapping[FileState, int]) -> str:
    """Return how many files are in each state, on one line."""
    return ", ".join(
        say("cli.state", number=number, state=state_in_words(state))
        for state, number in states.items()
    )


def report_lines(report: SyncReport) -> Iterator[str]:
    """Yield what a `sync` did: what is wrong first, then counts."""
    yield from problem_lines(report.problems)
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


def problem_lines(problems: tuple[Problem, ...]) -> Iterator[str]:
    """Yield each problem and its remedy."""
    for problem in problems:
        words = problem_in_words(problem)
        yield say(f"cli.{problem.severity}", subject=problem.subject, message=words)
        yield say("cli.remedy", remedy=remedy_in_words(problem))


def answer_lines(view: View, answer: Answer) -> Iterator[str]:
    """Yield an answer: how the question was understood, the quotes, then their sources."""
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
        yield from (source_line(view, hit) for hit in answer.hits[:3])
        return
    for citation in answer.citations:
        yield say("cli.quote", number=citation.number, quote=citation.quote)
    yield ""
    for citation in answer.citations:
        yield f"[{citation.number}] {source_line(view, citation)}"


def _told_lines(answer: Answer) -> Iterator[str]:
    for message in answer.told:
        yield say("cli.told", words=told_words(message)) if message.asks else told_words(message)
        for document in message.documents:
            yield say("cli.told_document", title=document.title, id=document.id)


def hit_lines(view: View, hit: Hit) -> Iterator[str]:
    """Yield where a passage stands, then its beginning."""
    source = source_line(view, hit)
    yield say("cli.hit", rank=hit.rank, score=f"{hit.score:.3f}", source=source)
    yield "   " + " ".join(hit.passage.text.split())[:200]


def source_line(view: View, found: Hit | Citation) -> str:
    """Return the title, the place and the id of a document that was found."""
    words = place_words(view, found)
    return say("cli.source", title=found.title, place=words, id=found.passage.document_id)
