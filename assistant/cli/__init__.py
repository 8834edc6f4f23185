"""The command line: it translates arguments into calls, and results into words or JSON.

Results go to standard output, progress and errors to standard error. Exit status: 0 done,
1 error (said in one sentence, with its remedy), 2 wrong usage, 3 the question was refused
(0 where passages perhaps answer it), 4 done, but some files could not be read, 130 interrupted,
143 ended by SIGTERM.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from assistant.cli import admin_commands, commands
from assistant.cli.argparse_words import argparse_in
from assistant.cli.parser import build_parser
from assistant.errors import AssistantError
from assistant.i18n import say
from assistant.settings import load_settings
from assistant.state.places import share

FAILED, INTERRUPTED, STOPPED = 1, 130, 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # here, where a reader who has gone can still be dealt with
    except AssistantError as e:
        print(f"{e}\n{say('cli.remedy', remedy=e.remedy)}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt as e:
        print(say("cli.interrupted"), file=sys.stderr)
        return STOPPED if isinstance(e, commands.Stopped) else INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone ("| head"): there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _run(arguments: Sequence[str] | None) -> int:
    with argparse_in("fr"):
        options = build_parser().parse_args(arguments)
    names = ("corpus", "index", "host", "port")
    chosen = {name: getattr(options, name, None) for name in names}
    settings = load_settings(options.settings, **chosen)
    share(settings.state_database, settings.index, settings.accounts)
    if options.command in admin_commands.COMMANDS:
        return admin_commands.run(options, settings)
    return commands.run(options, settings)
