"""The commands of those who run the service: each one call, its result in words or in JSON.

In: the settings and a command's options. Out: what was done, and an exit status. None of them loads
a model, but for a speaker who is forgotten.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from assistant.accounts import Role, accounts_in, remove_account, set_groups, set_password
from assistant.audit import Trail
from assistant.cli.forget import forget
from assistant.errors import AccountError, AssistantError
from assistant.i18n import count, say
from assistant.settings import Settings
from assistant.system import offline

if TYPE_CHECKING:
    from assistant.ops.backup_folder import Drilled

DONE, FOUND = 0, 1


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command that `options` name and return its exit status."""
    return COMMANDS[options.command](settings, options)


def _password(settings: Settings, options: argparse.Namespace) -> int:
    path, trail = settings.accounts, Trail(settings.index, settings.audit_days)
    if options.list:
        for account in accounts_in(path).values():
            role_in_words = say(f"cli.role_{account.role}")
            line = say("cli.account", name=account.name, role=role_in_words, since=account.since)
            groups = ", ".join(account.groups)
            print(say("cli.account_groups", line=line, groups=groups) if groups else line)
        return DONE
    if options.remove:
        remove_account(path, options.name)
        trail.by_command("account.removed", [options.name])
        print(say("cli.account_removed", name=options.name))
        return DONE
    if options.groups_only:
        set_groups(path, options.name, options.group)
        trail.by_command("account.groups", [options.name])
        groups = ", ".join(options.group) or say("cli.no_group")
        print(say("cli.groups_kept", name=options.name, groups=groups))
        return DONE
    role: Role = "agent" if options.agent else "staff"
    is_new = options.name not in accounts_in(path)
    set_password(path, options.name, _typed(options.name), role, options.group)
    trail.by_command("account.made" if is_new else "account.password", [options.name])
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


def _doctor(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.ops.doctor import examine

    # As the service does before it loads anything: what is looked at is its environment.
    offline.seal()
    results = examine(settings, deep=options.deep)
    if options.json:
        _print_json([asdict(result) for result in results])
    else:
        for result in results:
            print(say(f"doctor.line_{result.severity}", message=result.message))
            if result.remedy:
                print("  " + say("cli.remedy", remedy=result.remedy))
    return FOUND if any(result.severity == "error" for result in results) else DONE


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.ops.backup import back_up
    from assistant.ops.backup_folder import drop_former, next_backup

    trail = Trail(settings.index, settings.audit_days)
    try:
        file = options.file
        if options.keep:
            file = next_backup(options.file, datetime.now())
        made = back_up(settings, file, with_corpus=not options.without_corpus, force=options.force)
        drilled = _drilled(settings, made.path) if options.drill else None
    except AssistantError:
        trail.by_command("backup.failed")
        raise
    trail.by_command("backup.made")
    values = {"path": made.path, "files": made.files, "size": round(made.bytes / 1e6, 1)}
    print(say("backup.made", **values))
    print(say("backup.keep_safe"))
    for name in made.left_out:
        print(say("backup.left_out", name=name))
    if drilled:
        trail.by_command("backup.drilled")
        print(count("backup.drilled", drilled.answering))
    # Former ones go only once this one is there, and has been tried where that was asked.
    for former in drop_former(options.file, options.keep) if options.keep else ():
        print(say("backup.dropped", name=former.name))
    return DONE


def _drilled(settings: Settings, archive: Path) -> Drilled:
    """Restore a backup beside it, look through what answers of it, and leave nothing of that.

    Raises BackupError: it is then no backup.
    """
    from assistant.ops.backup_folder import look_through
    from assistant.ops.restore import restore

    with TemporaryDirectory(prefix=".essai-", dir=archive.parent) as folder:
        aside = Path(folder)
        corpus, index = aside / "corpus", aside / "index"
        for one in (corpus, index):
            one.mkdir(mode=0o700)
        site = replace(settings, corpus=corpus, index=index, accounts=aside / "accounts")
        restore(site, archive)
        return look_through(index)


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.ops.restore import Restored, restore

    def lines(done: Restored) -> Iterator[str]:
        yield say("backup.restored", made=done.made, files=done.files)
        if done.accounts_kept:
            yield say("backup.accounts_kept", path=settings.accounts)
        for folder in done.former:
            yield say("backup.former", path=folder)
        if done.erased:
            yield say("backup.erased_again", names=", ".join(done.erased))
        if done.receipts:
            yield say("backup.receipts", names=", ".join(done.receipts))
        if done.forgotten:
            yield say("backup.forgotten")
        yield say("backup.then")

    restored = restore(settings, options.file, with_erased=options.with_erased)
    Trail(settings.index, settings.audit_days).by_command("backup.restored", [restored.made])
    print("\n".join(lines(restored)))
    return DONE


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _milvus(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.cluster.connection import SearchServer
    from assistant.cluster.following import take_over
    from assistant.cluster.publishing import kept_generations, roll_back

    if options.take_over:
        take_over(settings.milvus_options(), settings.index)
        print(say("cli.milvus_taken_over"))
    server, tenant = SearchServer(settings.milvus_options()), settings.milvus_tenant
    if options.roll_back:
        print(say("cli.milvus_rolled_back", name=roll_back(server, tenant)))
    for one in kept_generations(server, tenant):
        values = {"name": one.name, "made_on": one.made_on}
        if one.answers:
            print(count("cli.milvus_answers", one.passages, **values))
        else:
            print(count("cli.milvus_kept", one.passages, **values))
    return DONE


def _database(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.ops.shared_state import check_shared, left_in_files, take_over_state

    index, accounts = settings.index, settings.accounts
    check_shared(index)
    if options.take_over:
        found, taken = take_over_state(index, accounts)
        print(say("cli.database_taken_over"))
        if taken.were_there:
            print(say("cli.database_were_there", names=", ".join(taken.were_there)))
    else:
        found = left_in_files(index, accounts)
        print(say("cli.database_left" if found else "cli.database_nothing_left"))
    for kind, number in found.items():
        print("  " + say(f"cli.database_{kind}", number=number))
    return DONE


COMMANDS: Mapping[str, Callable[[Settings, argparse.Namespace], int]] = {
    "password": _password,
    "doctor": _doctor,
    "backup": _backup,
    "restore": _restore,
    "forget": forget,
    "milvus": _milvus,
    "database": _database,
}
