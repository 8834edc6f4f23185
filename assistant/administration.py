"""The commands of those who run the service; none loads a model.

In: the settings and a command's options. Out: what was done, in words or in JSON, and its status.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, timedelta

from assistant.accounts import Role, accounts_in, remove_account, set_password
from assistant.errors import AccountError, CorpusError
from assistant.settings import Settings
from assistant.wording import count, say

DONE = 0
#: How long `forget` waits for a `sync` that ends.
_WAIT_SECONDS = 5.0


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command that `options` name and return its exit status."""
    return COMMANDS[options.command](settings, options)


def _password(settings: Settings, options: argparse.Namespace) -> int:
    path = settings.accounts
    if options.list:
        for one in accounts_in(path).values():
            role_in_words = say(f"cli.role_{one.role}")
            print(say("cli.account", name=one.name, role=role_in_words, since=one.since))
        return DONE
    if options.remove:
        remove_account(path, options.name)
        print(say("cli.account_removed", name=options.name))
        return DONE
    role: Role = "agent" if options.agent else "staff"
    set_password(path, options.name, _typed(options.name), role)
    print(say("cli.password_kept", name=options.name, role=say(f"cli.role_{role}"), path=path))
    return DONE


def _typed(name: str) -> str:
    """Return a password typed twice in a terminal, or the first line of what comes in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(say("cli.password_of", name=name))
    if getpass.getpass(say("cli.password_again")) != first:
        raise AccountError("password_differs")
    return first


def _forget(settings: Settings, options: argparse.Namespace) -> int:
    """Erase documents, and opinions given before a day; print the receipts."""
    from assistant import erasure  # FAISS and tantivy: only where they are needed

    before = options.before
    ids = _dated_before(settings, before) if before else tuple(dict.fromkeys(options.document))
    opinions = _opinions_before(settings, before) if before else 0
    if options.dry_run or not (ids or opinions):
        _show_wanted(ids, opinions, options)
        return DONE
    _confirm(ids, opinions, options)
    done = erasure.forget(settings, ids, wait_seconds=_WAIT_SECONDS)
    if before:
        _forget_opinions(settings, before)
    if options.json:
        receipts = [asdict(one) for one in done]
        print(
            json.dumps({"receipts": receipts, "opinions": opinions}, ensure_ascii=False, indent=2)
        )
        return DONE
    for receipt in done:
        print("\n".join(erasure.receipt_lines(receipt)), end="\n\n")
    if before:
        print(count("erasure.opinions", opinions))
    return DONE


def _dated_before(settings: Settings, before: date) -> tuple[str, ...]:
    """Return the documents whose session was before a day; those without a date are not."""
    from assistant.catalog import Catalog

    path = settings.index / "catalog.sqlite3"
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


def _opinions_before(settings: Settings, before: date) -> int:
    from assistant import feedback

    every = feedback.read(settings.index / feedback.FILE, days=date.today().toordinal())
    return sum(one.day < before.isoformat() for one in every)


def _forget_opinions(settings: Settings, before: date) -> None:
    from assistant import feedback

    # What is kept are the opinions of the days after that one.
    last = before - timedelta(days=1)
    feedback.forget(settings.index / feedback.FILE, days=1, today=last + timedelta(days=1))


def _show_wanted(ids: Sequence[str], opinions: int, options: argparse.Namespace) -> None:
    if options.json:
        wanted = {"documents": list(ids), "opinions": opinions}
        print(json.dumps(wanted, ensure_ascii=False, indent=2))
        return
    print("\n".join(_wanted_lines(ids, opinions)) or say("erasure.nothing"))


def _wanted_lines(ids: Sequence[str], opinions: int) -> list[str]:
    lines = [say("erasure.would_forget", id=one) for one in ids]
    return lines + ([count("erasure.would_forget_opinions", opinions)] if opinions else [])


def _confirm(ids: Sequence[str], opinions: int, options: argparse.Namespace) -> None:
    """Ask on a terminal, unless it was said already. Raises CorpusError."""
    if options.yes:
        return
    if sys.stdin.isatty():
        print("\n".join(_wanted_lines(ids, opinions)), file=sys.stderr)
        print(say("erasure.confirm"), end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() == say("erasure.confirmation"):
            return
    raise CorpusError("forget_unconfirmed")


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], int]] = {
    "password": _password,
    "forget": _forget,
}
