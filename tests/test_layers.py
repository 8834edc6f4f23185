"""The layers of DESIGN.md §3: who may import whom, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant

PACKAGE = Path(next(iter(assistant.__path__)))

#: A module imports only from lines above its own. `readers` and `web` count as one module each:
#: among their files, imports are free.
LAYERS = (
    {"records", "wording", "offline", "text", "prepared", "pace", "processes"} | {"memory"},
    {"errors", "runstate", "places", "locating", "kept_pictures", "exchange", "masking"},
    {"locking", "filing", "corrections", "findings"}
    | {"outputs", "metrics", "spelling", "phrasing", "asking", "interaction"}
    | {"alignment", "rows", "tables"},
    {"named_days", "named_speakers"},
    {"named_sessions"},
    {"scope", "encoded"},
    {"settings", "e5", "whisper", "modelfolders", "chunking", "vectors", "lexical", "catalog"}
    | {"gate", "followup", "lexicon", "ranking", "feedback", "accounts"},
    {"said", "overlay", "logs", "register", "leftovers"},
    {"readers", "models", "snapshot", "runs", "calibration", "rewriting", "judging"},
    {"intake", "programme", "generation", "questions", "drawing", "decks", "erasure", "unpacking"},
    {"planning", "verdicts", "search", "pictures", "programme_table", "rereading"},
    {"indexing", "deposit"},
    {"answering", "finding", "upkeep", "correcting"} | {"machine", "integrity", "backup"},
    {"core"},
    {"evaluation", "doctor", "restoration", "watching", "forgetting", "plain"},
    {"web", "reporting"},
    {"toolserver"},
    {"commands", "administration"},
    {"cli"},
    # The public names, and `python -m assistant`.
    {"__init__", "__main__"},
)
LEVEL = {module: number for number, modules in enumerate(LAYERS) for module in modules}

#: Only these modules touch these libraries.
OWNERS = {
    "torch": {"models"},
    "sentence_transformers": {"models"},
    "transformers": {"models"},
    "tokenizers": {"models"},
    "faiss": {"vectors"},
    "tantivy": {"lexical"},
    "gradio": {"web"},
    "odfdo": {"web"},
    "python_multipart": {"web"},
    "argon2": {"accounts"},
    "prometheus_client": {"web"},
    "mcp": {"toolserver"},
    "mcp_types": {"toolserver"},
    "rapidfuzz": {"spelling"},
    "spellchecker": {"spelling"},
    "ir_measures": {"metrics"},
    "scipy": {"metrics", "register"},
    "sklearn": {"calibration"},
    # Reading a pickle can run code: nothing here is kept in one.
    "pickle": set(),
}

SOURCES = sorted(PACKAGE.rglob("*.py"))
BY_PATH = pytest.mark.parametrize(
    "source", SOURCES, ids=[path.relative_to(PACKAGE).as_posix() for path in SOURCES]
)


def _module(source: Path) -> str:
    return source.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names imported anywhere in a file, functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import: write assistant.…"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _ours(source: Path) -> set[str]:
    """Return the modules of the package that a file imports; `__init__` for a public name."""
    names = set()
    for name in _imported(ast.parse(source.read_text(encoding="utf-8"))):
        if name.split(".")[0] == "assistant":
            second = name.split(".")[1] if "." in name else "__init__"
            is_module = (PACKAGE / f"{second}.py").exists() or (PACKAGE / second).is_dir()
            names.add(second if is_module else "__init__")
    return names


def test_every_module_has_its_layer() -> None:
    assert {_module(source) for source in SOURCES} <= LEVEL.keys()


@BY_PATH
def test_a_module_imports_only_from_layers_above_its_own(source: Path) -> None:
    module = _module(source)
    wrong = {name for name in _ours(source) if name != module and LEVEL[name] >= LEVEL[module]}
    assert not wrong, f"{module} (layer {LEVEL[module]}) imports {sorted(wrong)}"


@BY_PATH
def test_a_library_is_imported_by_the_module_in_charge_of_it_only(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    libraries = {name.split(".")[0] for name in _imported(tree)} & OWNERS.keys()
    assert not [name for name in libraries if _module(source) not in OWNERS[name]]
