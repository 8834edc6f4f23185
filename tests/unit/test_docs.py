"""The documentation says what the code does: nothing public is missing, no link is broken."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote

import pytest

from assistant.cli.parser import build_parser
from assistant.feedback import store
from assistant.index import building, manifest
from assistant.index.catalog import schema
from assistant.readers import READERS
from assistant.settings import Settings
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PACKAGE = ROOT / "assistant"
GUIDE = DOCS / "guide-personnel.md"

#: What a default is called in the table where it is not written as it is.
SAID = {
    "encoder": "vide",
    "question_prefix": "vide",
    "passage_prefix": "vide",
    "reranker": "vide",
    "gate": "vide",
    "lexicon": "vide",
    "organisation": "vide",
    "contact": "vide",
    "transcriber": "vide",
    "title": "vide",
    "public_names": "vide",
    "public_path": "vide",
    "sso_secret": "vide",
    "sso_staff_group": "vide",
    "oidc_issuer": "vide",
    "oidc_client_id": "vide",
    "oidc_client_secret": "vide",
    "oidc_staff_groups": "vide",
    "oidc_only": "vide",
    "oidc_ca": "vide",
    "ldap_servers": "vide",
    "ldap_base": "vide",
    "ldap_bind": "vide",
    "ldap_password": "vide",
    # It holds the bar that parts the columns of a table.
    "ldap_user_filter": "celui d'Active Directory et d'OpenLDAP",
    "ldap_group_base": "vide",
    "ldap_staff_groups": "vide",
    "ldap_ca": "vide",
    "milvus_address": "vide",
    "milvus_tenant": "vide",
    "milvus_token": "vide",
    "milvus_ca": "vide",
    "state_database": "vide",
    "log_file": "vide",
    "metrics_token": "vide",
    "sources": "vide",
    "antivirus": "vide",
    "api_token": "vide",
    "models": "`~/.cache/assistant-evenement`",
}
#: Folders that tools or users make, whose pages are not ours.
NOT_OURS = {"build", "dist", "node_modules"}
CORPUS = ROOT / "corpus"


def _pages() -> list[Path]:
    return [
        page
        for page in sorted(ROOT.rglob("*.md"))
        if not any(
            part.startswith(".") or part in NOT_OURS for part in page.relative_to(ROOT).parts
        )
        and not (page.is_relative_to(CORPUS) and page.parent != CORPUS)
    ]


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _relative_links(text: str) -> Iterator[str]:
    """Yield the files that a page links to, code left out."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    for link in re.findall(r"\]\(<?([^)\s>]+)", prose):
        path = unquote(link.partition("#")[0])
        if path and not re.match(r"[a-z][a-z0-9+.-]*:", path):
            yield path


# --- Settings ----------------------------------------------------------------------------------


def _default_in_words(name: str, value: object) -> str:
    if name in SAID:
        return SAID[name]
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


@pytest.mark.parametrize("name", [one.name for one in fields(Settings)])
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", _text(DOCS / "reglages.md"), re.MULTILINE)
    assert dict(rows).get(name) == _default_in_words(name, getattr(Settings(), name))


def test_no_setting_is_documented_that_does_not_exist() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", _text(DOCS / "reglages.md"), re.MULTILINE)
    assert set(rows) == {one.name for one in fields(Settings)}
    assert len(rows) == len(set(rows))


def test_the_default_of_the_models_folder_is_the_one_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert f"`{Settings().models}`".replace(str(Path.home()), "~") == SAID["models"]


# --- Commands ----------------------------------------------------------------------------------


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def _options(parser: argparse.ArgumentParser) -> set[str]:
    """Return the options of a parser and its commands, each by its longest spelling."""
    own = {max(one.option_strings, key=len) for one in parser._actions if one.option_strings}
    return own.union(*(_options(sub) for sub in _subparsers(parser).values()))


PARSER = build_parser()


@pytest.mark.parametrize("command", sorted(_subparsers(PARSER)))
def test_every_command_is_in_the_guide_for_staff(command: str) -> None:
    assert re.search(rf"`assistant {command}\b", _text(GUIDE))


@pytest.mark.parametrize("option", sorted(_options(PARSER)))
def test_every_option_is_in_the_guide_for_staff(option: str) -> None:
    in_code = " ".join(re.findall(r"`([^`\n]+)`", _text(GUIDE)))
    assert option in in_code.split()


def test_no_option_is_in_the_docs_that_does_not_exist() -> None:
    for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        for code in re.findall(r"`([^`\n]+)`", _text(page)):
            wrong = set(re.findall(r"(?<!\S)--[a-z-]+", code)) - _options(PARSER)
            assert not wrong, f"{page.name}: {code}"


# --- Links, make targets, formats --------------------------------------------------------------


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    missing = [link for link in _relative_links(_text(page)) if not (page.parent / link).exists()]
    assert not missing


#: How code names a page of ours: by its folder, or in capitals. Two names are those of any folder.
_NAMED = re.compile(r"\b(?:docs/[\w/-]+|[A-Z]{3,})\.md\b")
_ANYWHERE = {"README.md", "LISEZMOI.md"}


@pytest.mark.parametrize("folder", ["assistant", "bench", "tests", "deploy", "docs"])
def test_every_document_that_code_names_exists(folder: str) -> None:
    sources = [
        path
        for suffix in ("py", "toml", "js", "css", "sh", "md")
        for path in (ROOT / folder).rglob(f"*.{suffix}")
    ]
    missing = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in sources
        for name in _NAMED.findall(_text(path))
        if name not in _ANYWHERE and not (ROOT / name).exists()
    }
    assert not missing


def _make_targets_named(page: Path) -> set[str]:
    in_code = re.findall(r"`([^`\n]+)`|```\n(.*?)```", _text(page), re.DOTALL)
    return set(re.findall(r"^make ([a-z-]+)", "\n".join(map("\n".join, in_code)), re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("README.md", {"run", "test", "test-fast"}),
        ("CONTRIBUTING.md", {"install-dev", "test-fast", "check", "test", "bench"}),
    ],
)
def test_every_make_target_that_is_named_exists(name: str, at_least: set[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text(ROOT / "Makefile"), re.MULTILINE))
    assert at_least <= _make_targets_named(ROOT / name) <= targets


def test_contributing_names_what_exists() -> None:
    """Paths are from the repository, or from the package."""
    text = _text(ROOT / "CONTRIBUTING.md")
    named = re.findall(r"`([\w./-]+/[\w./-]*|[\w/]+\.(?:py|md|toml))`", text)
    paths = {one for one in named if not one.startswith(("/", ".venv"))}
    assert len(paths) > 10
    missing = [one for one in paths if not ((ROOT / one).exists() or (PACKAGE / one).exists())]
    assert missing == []


@pytest.mark.parametrize("page", [ROOT / "README.md", GUIDE], ids=lambda page: page.name)
@pytest.mark.parametrize("suffix", sorted(READERS.keys() - {".htm"}))
def test_every_format_read_is_documented(page: Path, suffix: str) -> None:
    assert re.search(rf"\b{suffix[1:].upper()}\b", _text(page))


# --- Architecture and index --------------------------------------------------------------------

#: The folders of the package, and the modules beside them.
ROOMS = sorted(
    path.relative_to(PACKAGE).with_suffix("").as_posix().removesuffix("/__init__")
    for path in PACKAGE.rglob("*.py")
    if (path.parent == PACKAGE or path.stem == "__init__") and path.stem != "__main__"
)
ROOMS.remove("__init__")


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_in_the_architecture(room: str) -> None:
    assert f"`{room}`" in _text(DOCS / "architecture.md")


def test_the_architecture_names_no_room_that_does_not_exist() -> None:
    rows = re.findall(r"^\| `([^`|]+)` \|", _text(DOCS / "architecture.md"), re.MULTILINE)
    for name in rows:
        assert (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists(), name


#: "`retrieval.quoting`": a room, a module of it, perhaps what that holds; no file's name.
_WITHIN = re.compile(r"`([a-z_]+(?:\.\w+)+)(?<!\.toml)(?<!\.sqlite3)(?:\(\))?`")


def _holds(named: str) -> bool:
    """Tell whether a dotted name leads to a module, or to a word of one."""
    parts = named.split(".")
    for length in range(len(parts), 0, -1):
        place = PACKAGE.joinpath(*parts[:length])
        for module in (place / "__init__.py", place.with_suffix(".py")):
            if module.exists():
                word = parts[length] if length < len(parts) else ""
                return bool(re.search(rf"\b{word}\b", _text(module)))
    return False


def test_every_name_within_a_room_exists() -> None:
    rooms = {room for room in ROOMS if "/" not in room}
    pages = [*DOCS.glob("*.md"), ROOT / "CONTRIBUTING.md", *PACKAGE.rglob("*.py")]
    wrong = {
        f"{page.relative_to(ROOT)}: {named}"
        for page in pages
        for named in _WITHIN.findall(_text(page))
        if named.split(".")[0] in rooms and not _holds(named)
    }
    assert wrong == set()


def _tables(statements: str) -> list[str]:
    return re.findall(r"CREATE TABLE (\w+)", statements)


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        pytest.param(heading, one, id=f"{heading}-{one}")
        for heading, module in (
            ("The catalog", schema),
            ("A generation", building),
            ("Feedback", store),
        )
        for one in _tables("".join(module._TABLES))
    ],
)
def test_every_table_of_the_index_is_documented(heading: str, table: str) -> None:
    _, _, section = _text(DOCS / "index-format.md").partition(f"\n## {heading}\n")
    section = section.split("\n## ")[0]
    assert re.search(rf"^\| `{table}` \| ", section, re.MULTILINE)


@pytest.mark.parametrize("module", [schema, manifest, store], ids=lambda one: one.__name__)
def test_the_formats_said_are_those_written(module: object) -> None:
    name = re.escape(str(vars(module)["__name__"]).removeprefix("assistant."))
    said = re.search(rf"Format `(\d+)` \(`{name}\.FORMAT`", _text(DOCS / "index-format.md"))
    assert said and said[1] == str(vars(module)["FORMAT"])
