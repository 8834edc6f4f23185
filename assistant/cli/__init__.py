"""The command line: it translates arguments into calls, and results into words or JSON.

Results go to standard output, progress and errors to standard error. Exit status: 0 done,
1 error (said in one sentence, with its remedy), 2 wrong usage, 3 the question was refused
(0 where passages perhaps answer it), 4 done, but some files could not be read, 130 interrupted,
143 ended by SIGTERM.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assistant.cli import admin_commands, commands
from assistant.cli.argparse_words import argparse_in
from assistant.errors import AssistantError
from assistant.i18n import say
from assistant.settings import load_settings
from assistant.version import installed_version

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
        options = _parser().parse_args(arguments)
    names = ("corpus", "index", "host", "port")
    chosen = {name: getattr(options, name, None) for name in names}
    settings = load_settings(options.settings, **chosen)
    if options.command in admin_commands.COMMANDS:
        return admin_commands.run(options, settings)
    return commands.run(options, settings)


class _ShowVersion(argparse.Action):
    """Say which version is installed, and end: what is installed is asked for then only."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        version = installed_version()
        print(say("cli.version_is", version=version) if version else say("cli.version_unknown"))
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant",
        description=say("cli.description"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help=say("cli.version"))
    parser.add_argument("--settings", type=Path, metavar="FICHIER", help=say("cli.settings"))
    parser.add_argument("--corpus", type=Path, metavar="DOSSIER", help=say("cli.corpus"))
    parser.add_argument("--index", type=Path, metavar="DOSSIER", help=say("cli.index"))
    each = parser.add_subparsers(
        title=say("cli.commands"), dest="command", required=True, metavar="COMMANDE"
    )

    def command(name: str) -> argparse.ArgumentParser:
        return each.add_parser(name, help=say(f"cli.{name}"), description=say(f"cli.{name}"))

    sync = command("sync").add_mutually_exclusive_group()
    sync.add_argument("--rebuild", action="store_true", help=say("cli.rebuild"))
    sync.add_argument("--dry-run", action="store_true", help=say("cli.dry_run"))
    sync.add_argument("--watch", action="store_true", help=say("cli.watch"))
    for name in ("ask", "search"):
        asking = command(name)
        asking.add_argument("question", metavar="QUESTION", help=say("cli.question"))
        for facet in ("event", "session", "type", "speaker", "kind"):
            asking.add_argument(
                f"--{facet}", action="append", default=[], metavar="VALEUR",
                help=say(f"cli.{facet}"),
            )  # fmt: skip
        if name == "ask":
            asking.add_argument(
                "--previous", default="", metavar="QUESTION", help=say("cli.previous")
            )
        if name == "search":
            asking.add_argument("-k", type=_positive, default=10, metavar="N", help=say("cli.k"))
    command("status")
    transcript = command("transcript")
    transcript.add_argument("document", metavar="DOCUMENT", help=say("cli.document_id"))
    evaluate = command("evaluate")
    evaluate.add_argument("--baseline", type=Path, metavar="FICHIER", help=say("cli.baseline"))
    evaluate.add_argument("--save", type=Path, metavar="FICHIER", help=say("cli.save"))
    calibrate = command("calibrate")
    calibrate.add_argument("--output", type=Path, metavar="FICHIER", help=say("cli.output"))
    for measuring in (evaluate, calibrate):
        measuring.add_argument(
            "questions", type=Path, metavar="QUESTIONS", help=say("cli.questions")
        )
        measuring.add_argument("--prefix", default="", metavar="CHEMIN/", help=say("cli.prefix"))
    password = command("password")
    password.add_argument("name", nargs="?", default="", metavar="NOM", help=say("cli.name"))
    password.add_argument("--agent", action="store_true", help=say("cli.agent"))
    either = password.add_mutually_exclusive_group()
    either.add_argument("--remove", action="store_true", help=say("cli.remove"))
    either.add_argument("--list", action="store_true", help=say("cli.list"))
    serve = command("serve")
    serve.add_argument("--host", metavar="ADRESSE", help=say("cli.host"))
    serve.add_argument("--port", type=int, metavar="PORT", help=say("cli.port"))
    command("mcp")
    forget = command("forget")
    forgotten = forget.add_mutually_exclusive_group(required=True)
    forgotten.add_argument(
        "--document", action="append", default=[], metavar="DOCUMENT", help=say("cli.forgotten")
    )
    forgotten.add_argument("--before", type=_day, metavar="AAAA-MM-JJ", help=say("cli.before"))
    forgotten.add_argument("--speaker", default="", metavar="NOM", help=say("cli.forget_speaker"))
    forget.add_argument("--undo", action="store_true", help=say("cli.forget_undo"))
    forget.add_argument("--yes", action="store_true", help=say("cli.yes"))
    forget.add_argument("--dry-run", action="store_true", help=say("cli.forget_dry_run"))
    command("doctor").add_argument("--deep", action="store_true", help=say("cli.deep"))
    backup = command("backup")
    backup.add_argument("--without-corpus", action="store_true", help=say("cli.without_corpus"))
    backup.add_argument("--force", action="store_true", help=say("cli.force"))
    for saving in (backup, command("restore")):
        saving.add_argument("file", type=Path, metavar="FICHIER", help=say("cli.backup_file"))
    answering = ("sync", "ask", "search", "status", "evaluate", "calibrate", "forget", "doctor")
    for name in answering:
        each.choices[name].add_argument("--json", action="store_true", help=say("cli.json"))
    return parser


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(say("cli.not_positive", value=text))
    return number
