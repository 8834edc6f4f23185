"""The rooms of the package: who may import whom, and which room touches which library.

docs/architecture.md says in words what each room is for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from tests.support.sources import PACKAGE, SOURCES, nodes

#: From the top down. A room imports from the lines below its own; rooms of one line don't import
#: each other. A folder that is not named belongs to the room around it.
ROOMS = (
    {"__init__", "__main__"},
    {"cli"},
    {"mcp_server"},
    {"web/app"},
    {"web/agents", "web/staff"},
    {"web/api", "web/sheets", "web/sessions"},
    {"web/documents"},
    {"web/ops/router"},
    {"web/services"},
    {"web/ops"},
    {"web/http"},
    {"web/shared"},
    {"web"},
    {"serving", "serialize", "ops", "evaluation"},
    {"core"},
    {"audience", "view"},
    {"indexed_content"},
    {"curation", "jobs"},
    {"ingest"},
    {"cluster"},
    {"sources"},
    {"document_view", "sheets"},
    {"retrieval", "rendering"},
    {"query", "index", "corpus"},
    {"audit", "embedding", "feedback"},
    {"readers/second_pass"},
    {"readers/formats", "readers/pdf"},
    {"readers/speech"},
    {"readers/sandbox"},
    {"readers"},
    {"readers/file_states"},
    {"readers/limits", "readers/numbered_headings", "readers/sniffing", "readers/titles"},
    {"readers/encodings", "readers/timeouts", "readers/engines"},
    {"readers/parts"},
    {"identity"},
    {"accounts", "rights", "text"},
    {"state"},
    {"system"},
    {"settings"},
    {"errors"},
    {"i18n"},
    {"records", "version"},
)
FLOOR = {room: -level for level, rooms in enumerate(ROOMS) for room in rooms}

#: Who touches a library; every other module goes through them.
OWNERS = {
    "torch": {
        "embedding/torch_models",
        "embedding/conversion_child",
        "readers/speech/voices/encoder_model",
    },
    "openvino": {"embedding/openvino_engine", "embedding/conversion_child"},
    "nncf": {"embedding/conversion_child"},
    "sentence_transformers": {"embedding/torch_models"},
    "transformers": {"embedding/torch_models"},
    "tokenizers": {"embedding/tokens", "embedding/vocabulary"},
    "faiss": {"index/dense"},
    "tantivy": {"index/older_lexical"},
    "gradio": {"web"},
    "odfdo": {"web/sheets", "web/staff"},
    "python_multipart": {"web/staff"},
    "argon2": {"accounts"},
    # HTML comes out of templates: nothing else says what is escaped already.
    "jinja2": {"web/shared/templates"},
    "markupsafe": {"web/shared/templates"},
    "authlib": {"identity/provider"},
    "httpx2": {"identity/provider"},
    "joserfc": {"identity/id_tokens"},
    "ldap3": {"identity/directory"},
    "psycopg": {"state/postgresql"},
    "pymilvus": {"cluster/connection"},
    "grpc": {"cluster/connection"},
    "ray": {"ingest/on_ray/cluster"},
    "prometheus_client": {"web/ops"},
    "pydantic": {"web/api", "web/http"},
    "mcp": {"mcp_server"},
    "mcp_types": {"mcp_server"},
    "rapidfuzz": {"text/spelling"},
    "spellchecker": {"text/spelling"},
    "ir_measures": {"evaluation/metrics"},
    "scipy": {"evaluation/intervals", "feedback/clusters", "readers/speech/voices/clustering"},
    "sklearn": {"evaluation/cross_validation"},
    # Reading a pickle can run code: nothing here is kept in one.
    "pickle": set(),
}

#: At most so many modules in one folder, and half of the folders hold no more than so many.
MOST_MODULES = 22
USUAL_MODULES = 8
#: At most so many modules import one another in a row.
LONGEST_CHAIN = 20

#: The doors that may take all the settings of a site: the facade and the entry functions of a room.
#: Inside, functions take the few values that they use. This list only gets shorter.
DOORS = {
    "cli/admin_commands",
    "cli/commands",
    "cli/forget",
    "core",
    "ingest/sync",
    "jobs/runs",
    "jobs/watch",
    "mcp_server",
    "ops/backup",
    "ops/doctor",
    "ops/restore",
    "web/app",
    "web/services",
}

BY_PATH = pytest.mark.parametrize(
    "source", SOURCES, ids=[path.relative_to(PACKAGE).as_posix() for path in SOURCES]
)


def _name(source: Path) -> str:
    """Return a module's name under the package, a folder's own for its `__init__`."""
    path = source.relative_to(PACKAGE).with_suffix("")
    named = path.parent if path.name == "__init__" and path.parent != Path() else path
    return named.as_posix()


NAMES = {_name(source) for source in SOURCES}


def _room(module: str) -> str:
    """Return the room of a module: the longest beginning of its name that is a room."""
    parts = module.split("/")
    rooms = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((room for room in rooms if room in FLOOR), "__init__")


def _imported(source: Path) -> Iterator[str]:
    """Yield the dotted names imported anywhere in a file, functions included."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import: write assistant.…"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _ours(source: Path) -> frozenset[str]:
    """Return the modules of the package that a file imports; `__init__` for a public name."""
    found = set()
    for name in _imported(source):
        first, *rest = name.split(".")
        if first == "assistant":
            beginnings = ("/".join(rest[:length]) for length in range(len(rest), 0, -1))
            found.add(next((one for one in beginnings if one in NAMES), "__init__"))
    return frozenset(found - {_name(source)})


def test_every_module_has_its_room() -> None:
    assert {_name(source) for source in SOURCES if _room(_name(source)) not in FLOOR} == set()
    assert {room for room in FLOOR if not any(_room(name) == room for name in NAMES)} == set()


@BY_PATH
def test_a_room_imports_only_from_rooms_below(source: Path) -> None:
    here = _room(_name(source))
    wrong = {
        name for name in _ours(source) if _room(name) != here and FLOOR[_room(name)] >= FLOOR[here]
    }
    assert not wrong, f"{here} (floor {FLOOR[here]}) imports {sorted(wrong)}"


def test_the_architecture_lists_rooms_from_the_ground_up() -> None:
    text = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`|]+)` \|", text, re.MULTILINE)

    def row(module: str) -> str:
        parts = module.split("/")
        beginnings = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((one for one in beginnings if one in rows), "")

    wrong = {
        (_name(source), name)
        for source in SOURCES
        if (here := row(_name(source)))
        for name in _ours(source)
        if (there := row(name))
        and rows.index(there) > rows.index(here)
        # A folder within a room belongs to it.
        and not there.startswith(f"{here}/")
    }
    assert wrong == set()


def test_what_stands_before_every_page_knows_nothing_of_the_index() -> None:
    guards = [source for source in SOURCES if _room(_name(source)) == "web/http"]
    assert not [_name(source) for source in guards if "core" in _ours(source)]


#: What looks at all that is indexed, and shows none of it but to staff.
SEES_ALL = {"serving", "web/documents/pictures", "web/ops/health", "web/staff/unanswered/checking"}


def test_what_shows_the_index_to_somebody_asks_as_whom() -> None:
    asked = {
        _name(source)
        for source in SOURCES
        if _room(_name(source)).startswith(("web", "serving", "mcp_server"))
        for node in nodes(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr == "view" or ast.unparse(node.func).endswith("assistant.ask"))
    }
    assert asked == SEES_ALL


@BY_PATH
def test_a_library_is_imported_by_the_modules_in_charge_of_it_only(source: Path) -> None:
    name = _name(source)
    libraries = {one.split(".")[0] for one in _imported(source)} & OWNERS.keys()
    assert not [
        library
        for library in libraries
        if not any(f"{name}/".startswith(f"{owner}/") for owner in OWNERS[library])
    ]


def test_settings_travel_through_doors_only() -> None:
    importers = {
        _name(source)
        for source in SOURCES
        for name in _imported(source)
        if re.fullmatch(r"assistant\.settings(\.\w+)*\.Settings", name)
    }
    assert {one for one in importers if _room(one) not in {"__init__", "settings"}} == DOORS


@BY_PATH
def test_no_inner_function_takes_all_settings(source: Path) -> None:
    if _room(_name(source)) == "cli":
        return  # its commands are doors, found by name in a table
    inner = [
        node.name
        for node in nodes(source)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("_")
        and not node.name.startswith("__")
        and any(_is_settings(argument.annotation) for argument in _arguments(node))
    ]
    assert inner == []


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    arguments = node.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _is_settings(annotation: ast.expr | None) -> bool:
    return annotation is not None and "Settings" in ast.unparse(annotation).split(" | ")


def test_no_folder_is_crowded() -> None:
    sizes = [len(list(folder.glob("*.py"))) for folder in {source.parent for source in SOURCES}]
    assert max(sizes) <= MOST_MODULES
    assert median(sizes) <= USUAL_MODULES


def test_imports_go_through_few_modules_in_a_row() -> None:
    by_name = {_name(source): source for source in SOURCES}

    @cache
    def chain(name: str) -> tuple[str, ...]:
        if name not in by_name:
            return ()
        below = (chain(one) for one in _ours(by_name[name]))
        return (name, *max(below, key=len, default=()))

    longest = max((chain(name) for name in by_name), key=len)
    assert len(longest) <= LONGEST_CHAIN, " > ".join(longest)


@pytest.mark.parametrize(
    "room", sorted(path.parent for path in SOURCES if path.name == "__init__.py"), ids=str
)
def test_a_room_says_what_it_is(room: Path) -> None:
    text = ast.get_docstring(nodes(room / "__init__.py")[0])  # type: ignore[arg-type]
    assert text
