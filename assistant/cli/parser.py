"""What may be typed: the commands and their options, each with its help out of the catalogue."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path

from assistant.i18n import say
from assistant.version import installed_version

#: What a search may be limited to, as `Filters` calls it.
FACETS = ("event", "session", "type", "speaker", "kind")
#: Their results can be written for programs.
IN_JSON = (
    "sync", "ask", "search", "sheet", "status", "evaluate", "calibrate", "forget", "doctor"
)  # fmt: skip


def build_parser() -> ArgumentParser:
    """Return what reads the words of a command."""
    parser = ArgumentParser(
        prog="assistant",
        description=say("cli.description"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help=say("cli.version"))
    parser.add_argument("--settings", type=Path, metavar="FICHIER", help=say("cli.settings"))
    parser.add_argument("--corpus", type=Path, metavar="DOSSIER", help=say("cli.corpus"))
    parser.add_argument("--index", type=Path, metavar="DOSSIER", help=say("cli.index"))
    commands = parser.add_subparsers(
        title=say("cli.commands"), dest="command", required=True, metavar="COMMANDE"
    )
    for name, add_options in _OPTIONS.items():
        words = say(f"cli.{name}")
        command = commands.add_parser(name, help=words, description=words)
        add_options(command)
        if name in IN_JSON:
            command.add_argument("--json", action="store_true", help=say("cli.json"))
    return parser


class _ShowVersion(argparse.Action):
    """Say which version is installed, and end: what is installed is asked for then only."""

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        version = installed_version()
        print(say("cli.version_is", version=version) if version else say("cli.version_unknown"))
        parser.exit()


def _none(command: ArgumentParser) -> None:
    """Add no option."""


def _sync(command: ArgumentParser) -> None:
    way = command.add_mutually_exclusive_group()
    way.add_argument("--rebuild", action="store_true", help=say("cli.rebuild"))
    way.add_argument("--dry-run", action="store_true", help=say("cli.dry_run"))
    way.add_argument("--watch", action="store_true", help=say("cli.watch"))
    command.add_argument("--accept-removals", action="store_true", help=say("cli.accept_removals"))
    way.add_argument("--rights-only", action="store_true", help=say("cli.rights_only"))
    command.add_argument("--ray", default="", metavar="ADRESSE", help=say("cli.ray"))


def _ask(command: ArgumentParser) -> None:
    _question(command)
    _reader(command)
    command.add_argument("--previous", default="", metavar="QUESTION", help=say("cli.previous"))
    command.add_argument("--explain", action="store_true", help=say("cli.explain"))


def _search(command: ArgumentParser) -> None:
    _question(command)
    _reader(command)
    command.add_argument("-k", type=_positive, default=10, metavar="N", help=say("cli.k"))


def _sheet(command: ArgumentParser) -> None:
    command.add_argument(
        "session", nargs="?", default="", metavar="SÉANCE", help=say("cli.sheet_of")
    )
    command.add_argument("--event", default="", metavar="ÉVÉNEMENT", help=say("cli.sheet_event"))
    _reader(command)


def _question(command: ArgumentParser) -> None:
    command.add_argument("question", metavar="QUESTION", help=say("cli.question"))
    for facet in FACETS:
        words = say(f"cli.{facet}")
        command.add_argument(
            f"--{facet}", action="append", default=[], metavar="VALEUR", help=words
        )


def _reader(command: ArgumentParser) -> None:
    command.add_argument(
        "--as-group", action="append", default=[], metavar="GROUPE", help=say("cli.as_group")
    )


def _transcript(command: ArgumentParser) -> None:
    command.add_argument("document", metavar="DOCUMENT", help=say("cli.document_id"))


def _evaluate(command: ArgumentParser) -> None:
    command.add_argument("--baseline", type=Path, metavar="FICHIER", help=say("cli.baseline"))
    command.add_argument("--save", type=Path, metavar="FICHIER", help=say("cli.save"))
    _questions(command)


def _calibrate(command: ArgumentParser) -> None:
    command.add_argument("--output", type=Path, metavar="FICHIER", help=say("cli.output"))
    _questions(command)


def _questions(command: ArgumentParser) -> None:
    command.add_argument("questions", type=Path, metavar="QUESTIONS", help=say("cli.questions"))
    command.add_argument("--prefix", default="", metavar="CHEMIN/", help=say("cli.prefix"))


def _password(command: ArgumentParser) -> None:
    command.add_argument("name", nargs="?", default="", metavar="NOM", help=say("cli.name"))
    command.add_argument("--agent", action="store_true", help=say("cli.agent"))
    command.add_argument(
        "--group", action="append", default=[], metavar="GROUPE", help=say("cli.group")
    )
    either = command.add_mutually_exclusive_group()
    either.add_argument("--remove", action="store_true", help=say("cli.remove"))
    either.add_argument("--list", action="store_true", help=say("cli.list"))
    either.add_argument("--groups-only", action="store_true", help=say("cli.groups_only"))


def _serve(command: ArgumentParser) -> None:
    command.add_argument("--host", metavar="ADRESSE", help=say("cli.host"))
    command.add_argument("--port", type=int, metavar="PORT", help=say("cli.port"))


def _forget(command: ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--document", action="append", default=[], metavar="DOCUMENT", help=say("cli.forgotten")
    )
    what.add_argument("--before", type=_day, metavar="AAAA-MM-JJ", help=say("cli.before"))
    what.add_argument("--expired", action="store_true", help=say("cli.expired"))
    what.add_argument("--speaker", default="", metavar="NOM", help=say("cli.forget_speaker"))
    command.add_argument("--undo", action="store_true", help=say("cli.forget_undo"))
    command.add_argument("--yes", action="store_true", help=say("cli.yes"))
    command.add_argument("--dry-run", action="store_true", help=say("cli.forget_dry_run"))


def _doctor(command: ArgumentParser) -> None:
    command.add_argument("--deep", action="store_true", help=say("cli.deep"))


def _backup(command: ArgumentParser) -> None:
    command.add_argument("--without-corpus", action="store_true", help=say("cli.without_corpus"))
    command.add_argument("--force", action="store_true", help=say("cli.force"))
    command.add_argument("--keep", type=_positive, metavar="N", help=say("cli.keep"))
    command.add_argument("--drill", action="store_true", help=say("cli.drill"))
    _backup_file(command)


def _backup_file(command: ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FICHIER", help=say("cli.backup_file"))


def _restore(command: ArgumentParser) -> None:
    command.add_argument("--with-erased", action="store_true", help=say("cli.with_erased"))
    _backup_file(command)


def _milvus(command: ArgumentParser) -> None:
    either = command.add_mutually_exclusive_group()
    either.add_argument("--roll-back", action="store_true", help=say("cli.roll_back"))
    either.add_argument("--take-over", action="store_true", help=say("cli.take_over"))


def _database(command: ArgumentParser) -> None:
    command.add_argument("--take-over", action="store_true", help=say("cli.database_take_over"))


#: What adds the options of each command, in the order in which help lists them.
_OPTIONS: dict[str, Callable[[ArgumentParser], None]] = {
    "sync": _sync,
    "ask": _ask,
    "search": _search,
    "sheet": _sheet,
    "status": _none,
    "transcript": _transcript,
    "evaluate": _evaluate,
    "calibrate": _calibrate,
    "password": _password,
    "serve": _serve,
    "mcp": _reader,
    "forget": _forget,
    "doctor": _doctor,
    "backup": _backup,
    "restore": _restore,
    "milvus": _milvus,
    "database": _database,
}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(say("cli.not_positive", value=text))
    return number
