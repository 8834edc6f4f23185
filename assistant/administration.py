"""The commands of those who run the service; none loads a model.

In: the settings and a command's options. Out: what was done, in words or in JSON, and its status.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from assistant.accounts import Role, accounts_in, remove_account, set_password
from assistant.errors import AccountError
from assistant.forgetting import forget
from assistant.settings import Settings
from assistant.wording import say

DONE = 0


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


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], int]] = {
    "password": _password,
    "forget": forget,
}
