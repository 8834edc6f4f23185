"""The command that forgets: documents, what is older than a day, or what somebody says.

In: what is asked. Out: the receipts, in words or in JSON. Only a speaker needs the model: what is
left of their documents is indexed again.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.audit import ERASED, Trail
from assistant.errors import CorpusError
from assistant.i18n import count, say
from assistant.settings import Settings
from assistant.system.files import write_whole

if TYPE_CHECKING:
    from assistant.curation.forgetting_speakers import SpeakerReceipt

DONE = 0
#: How long a `sync` that ends is waited for.
_WAIT_SECONDS = 5.0


def forget(settings: Settings, options: argparse.Namespace) -> int:
    """Erase what is asked for and print the receipts; return the exit status."""
    if options.undo:
        return _recall(settings, options)
    return _speaker(settings, options) if options.speaker else _documents(settings, options)


def _documents(settings: Settings, options: argparse.Namespace) -> int:
    """Erase documents, and what agents asked or thought before a day; print the receipts."""
    # FAISS: only where they are needed
    from assistant.ingest import erasure
    from assistant.ingest.receipts import receipt_lines, receipt_name

    before, index = options.before, settings.index
    if options.expired:
        if not settings.document_days:
            raise CorpusError("nothing_expires")
        expired = _dated_before(index, date.today() - timedelta(days=settings.document_days))
        options.document = list(expired)
    ids = _dated_before(index, before) if before else tuple(dict.fromkeys(options.document))
    opinions = _opinions_before(index, before) if before else 0
    copies = erasure.former_copies_of(index, settings.corpus, ids)
    if options.dry_run or not (ids or opinions):
        _show_wanted(ids, opinions, copies, options)
        return DONE
    _confirm(_wanted_lines(ids, opinions, copies), options)
    done = erasure.forget(index, settings.corpus, ids, wait_seconds=_WAIT_SECONDS)
    trail = Trail(index, settings.audit_days)
    marks = [f"{ERASED}{receipt_name(one)}" for one in done]
    trail.by_command("erasure.retention" if options.expired else "erasure.document", marks)
    if before:
        _forget_opinions(index, before)
        trail.by_command("erasure.opinions", number=opinions)
    if options.json:
        receipts = [dataclasses.asdict(one) for one in done]
        print(
            json.dumps({"receipts": receipts, "opinions": opinions}, ensure_ascii=False, indent=2)
        )
        return DONE
    for receipt in done:
        print("\n".join(receipt_lines(receipt)), end="\n\n")
    if before:
        print(count("erasure.opinions", opinions))
    return DONE


def _dated_before(index: Path, before: date) -> tuple[str, ...]:
    """Return the documents whose session was before a day; those without a date are not."""
    from assistant.index.catalog import CATALOG, Catalog

    path = index / CATALOG
    if not path.exists():
        return ()
    found = []
    with Catalog(path, read_only=True) as catalog:
        for state in catalog.states():
            try:
                day = date.fromisoformat(state.facts.get("date", ""))
            except ValueError:
                continue
            if day < before:
                found.append(state.id)
    return tuple(found)


def _opinions_before(index: Path, before: date) -> int:
    from assistant.feedback import store

    path, always = index / store.FILE, date.today().toordinal()
    days = [opinion.day for opinion in store.read(path, days=always)]
    days += [question.day for question in store.read_unanswered(path, days=always)]
    return sum(day < before.isoformat() for day in days)


def _forget_opinions(index: Path, before: date) -> None:
    from assistant.feedback import store
    from assistant.ingest.former_copies import former_folders

    # What is kept are the opinions of the days after that one.
    last = before - timedelta(days=1)
    for folder in (index, *former_folders(index)):
        for forget_older in (store.forget, store.forget_unanswered):
            forget_older(folder / store.FILE, days=1, today=last + timedelta(days=1))


def _show_wanted(
    ids: Sequence[str], opinions: int, copies: Sequence[str], options: argparse.Namespace
) -> None:
    if options.json:
        wanted = {"documents": list(ids), "opinions": opinions, "copies": list(copies)}
        print(json.dumps(wanted, ensure_ascii=False, indent=2))
        return
    print("\n".join(_wanted_lines(ids, opinions, copies)) or say("erasure.nothing"))


def _wanted_lines(ids: Sequence[str], opinions: int, copies: Sequence[str]) -> list[str]:
    lines = [say("erasure.would_forget", id=id_) for id_ in ids]
    lines += [say("erasure.would_forget_copy", path=path) for path in copies]
    return lines + ([count("erasure.would_forget_opinions", opinions)] if opinions else [])


def _confirm(lines: Sequence[str], options: argparse.Namespace) -> None:
    """Ask on a terminal, unless it was said already. Raises CorpusError."""
    if options.yes:
        return
    if sys.stdin.isatty():
        print("\n".join(lines), file=sys.stderr)
        print(say("erasure.confirm"), end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() == say("erasure.confirmation"):
            return
    raise CorpusError("forget_unconfirmed")


# --- A speaker ---------------------------------------------------------------------------------


def _speaker(settings: Settings, options: argparse.Namespace) -> int:
    """Forget what a speaker says: from the index, at once, with nothing left on the disk."""
    from assistant.core import open_assistant
    from assistant.curation import forgetting_speakers
    from assistant.ingest import sync

    name = options.speaker
    found = forgetting_speakers.find_speaker(settings.reading_options(), name)
    wanted = [*_speaker_lines(found, "would")]
    if options.dry_run:
        _show_speaker(found, options, wanted)
        return DONE
    _confirm(wanted, options)
    receipt = forgetting_speakers.forget_speaker(settings.reading_options(), name)
    with open_assistant(settings) as assistant:
        generation = assistant.sync().generation
        assistant.trail.by_command("erasure.speaker")
    sync.purge(settings)
    _check_gone(settings, name)
    last_line = say(
        "corrections.forget_receipt", date=receipt.date, name=name, generation=generation
    )
    lines = [*_speaker_lines(receipt, "done"), last_line, say("corrections.forget_sources")]
    _keep_receipt(settings.index, receipt.date, [line.replace(name, "…") for line in lines])
    _show_speaker(receipt, options, lines)
    return DONE


def _recall(settings: Settings, options: argparse.Namespace) -> int:
    """Take back that a speaker was forgotten, and index what they say again."""
    from assistant.core import open_assistant
    from assistant.curation import forgetting_speakers

    name = options.speaker
    if not name:
        raise CorpusError("undo_without_speaker")
    documents = forgetting_speakers.find_forgotten(settings.reading_options(), name)
    lines = [say("corrections.would_recall", document=document) for document in documents]
    if not options.dry_run:
        _confirm(lines, options)
        forgetting_speakers.recall_speaker(settings.reading_options(), name)
        with open_assistant(settings) as assistant:
            generation = assistant.sync().generation
            assistant.trail.by_command("erasure.recalled")
        lines = [say("corrections.recalled", document=document) for document in documents]
        lines.append(say("corrections.recall_receipt", name=name, generation=generation))
    if options.json:
        print(json.dumps({"recalled": list(documents)}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines))
    return DONE


def _keep_receipt(index: Path, when: str, lines: Sequence[str]) -> None:
    """Keep a speaker's receipt beside those of documents, without the name that is forgotten."""
    from assistant.ingest.receipts import RECEIPTS, SPEAKER_RECEIPT

    folder = index / RECEIPTS
    folder.mkdir(exist_ok=True)
    moment = "".join(character for character in when if character.isdigit())
    path = folder / f"{moment}{SPEAKER_RECEIPT}"
    write_whole(path, "\n".join([*lines, ""]), mode=0o600)


def _check_gone(settings: Settings, name: str) -> None:
    """Make sure that nothing is left. Raises CorpusError."""
    from assistant.curation.forgetting_speakers import find_speaker

    try:
        left = find_speaker(settings.reading_options(), name)
    except CorpusError as e:
        if e.key != "speaker_unknown":
            raise
    else:
        documents = ", ".join(document.document_id for document in left.documents)
        raise CorpusError("speaker_not_forgotten", name=name, documents=documents)


def _speaker_lines(receipt: SpeakerReceipt, key: str) -> Iterator[str]:
    of_copy = "erasure.would_forget_copy" if key == "would" else "erasure.former_copy"
    for document in receipt.documents:
        passages = count("corrections.forget_passages", document.passages)
        if document.named:
            passages = say("corrections.forget_named", passages=passages)
        yield say(f"corrections.forget_{key}", document=document.document_id, passages=passages)
    for path in receipt.copies:
        yield say(of_copy, path=path)


def _show_speaker(receipt: SpeakerReceipt, options: argparse.Namespace, lines: list[str]) -> None:
    if options.json:
        print(json.dumps(dataclasses.asdict(receipt), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines))
