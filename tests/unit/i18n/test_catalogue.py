"""The catalogue of what people read: complete, used, in both languages, well set."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache

import pytest
from jinja2 import Environment
from jinja2 import nodes as jinja

from assistant import errors
from assistant.errors import AssistantError
from assistant.i18n import catalogue, count, say
from assistant.records import Progress
from assistant.records.documents import PlaceKind
from assistant.records.messages import Severity
from tests.support.sources import PACKAGE, SOURCES, all_nodes, nodes

KEYS = sorted(catalogue())
LANGUAGES = ("fr", "en")
#: Plain, or one that doesn't break the line.
_SPACE = "[ \u00a0\u202f]"
WHOLE = re.compile(r"[a-z]+\.[a-z0-9_]+")
_ERRORS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, AssistantError)
}
#: Where a key is given to something that looks it up in a section.
_SECTIONS = {"_problem": "reading", "_report": "reading", "Defect": "reading"}
#: Those whose key is not their first text: which argument it is.
_AT = {"correction_problem": ("corrections", 1), "say_wrong": ("programme", 2)}
_SECTIONS |= dict.fromkeys(_ERRORS, "errors")
#: Where a key of one section is given without its name: the page's refusals.
_PARTIAL = {"_message": "page"}


def _called(node: ast.Call) -> str:
    """Return the name of what is called; a text's own `count` is not ours."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "count":
        return ""
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _spelled(node: ast.expr) -> Iterator[str]:
    """Yield the keys that an expression may be, as patterns."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = [
            re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"[a-z0-9_]+"
            for one in node.values
        ]
        yield "".join(parts)
    elif isinstance(node, ast.IfExp):
        yield from _spelled(node.body)
        yield from _spelled(node.orelse)


@cache
def _templates() -> tuple[jinja.Template, ...]:
    """Return the templates of the pages, read."""
    files = sorted(PACKAGE.glob("web/templates/**/*.html"))
    return tuple(Environment().parse(one.read_text(encoding="utf-8")) for one in files)


def _written(node: jinja.Node) -> Iterator[str]:
    """Yield the keys that an expression of a template may be, as patterns."""
    if isinstance(node, jinja.Const):
        yield re.escape(str(node.value))
    elif isinstance(node, jinja.Concat):
        yield "".join(
            re.escape(str(one.value)) if isinstance(one, jinja.Const) else r"[a-z0-9_]+"
            for one in node.nodes
        )
    elif isinstance(node, jinja.CondExpr):
        yield from _written(node.expr1)
        if node.expr2:
            yield from _written(node.expr2)


@cache
def _asked() -> tuple[frozenset[str], frozenset[str]]:
    """Return the patterns of the keys the code asks for: spelled out, and put together."""
    whole: set[str] = {r"reading\.range"}  # by `say` itself
    parts: set[str] = set()
    for source in SOURCES:
        if source == PACKAGE / "i18n" / "__init__.py":
            continue
        for node in nodes(source):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                # Keys kept in a table are looked up later.
                if WHOLE.fullmatch(node.value) and node.value in catalogue():
                    whole.add(re.escape(node.value))
                continue
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = _called(node)
            if called in ("say", "count", "AssistantLine"):
                for one in _spelled(node.args[0]):
                    # What `records.answers.AssistantLine` tells is counted where it has a plural.
                    plural = rf"{one}_many"
                    counted = re.sub(r"\\(.)", r"\1", plural) in catalogue()
                    is_plural = called == "count" or (called == "AssistantLine" and counted)
                    many = [plural] if is_plural else []
                    (parts if "[a-z0-9_]+" in one else whole).update([one, *many])
            elif called in _AT:
                section, place = _AT[called]
                for one in _spelled(node.args[place]):
                    key = rf"{section}\.{one}"
                    many = [f"{key}_many"] if _exists(f"{key}_many") else []
                    whole.update([key, f"{key}_remedy", *many])
            elif called == "Message":
                # What is to be said later: with its remedy and its plural, where it has them.
                for one in _spelled(node.args[0]):
                    endings = ("", "_remedy", "_many")
                    keys = [f"{one}{ending}" for ending in endings if _exists(f"{one}{ending}")]
                    (parts if "[a-z0-9_]+" in one else whole).update(keys)
            elif called in _PARTIAL:
                for arg in node.args:
                    for one in _spelled(arg):
                        key = rf"{_PARTIAL[called]}\.{one}"
                        if "[a-z0-9_]+" in one:
                            parts.add(key)
                        elif re.sub(r"\\(.)", r"\1", key) in catalogue():
                            whole.add(key)
            elif called in _SECTIONS:
                at = next((n for n, one in enumerate(node.args) if [*_spelled(one)]), None)
                for arg in node.args if at is not None else ():
                    for one in _spelled(arg):
                        key = rf"{_SECTIONS[called]}\.{one}"
                        composed = "[a-z0-9_]+" in one
                        (parts if composed else whole).update([key, f"{key}_remedy"])
    for template in _templates():
        for call in template.find_all(jinja.Call):
            named = call.node.name if isinstance(call.node, jinja.Name) else ""
            if named in ("say", "count"):
                for one in _written(call.args[0]):
                    many = [f"{one}_many"] if named == "count" else []
                    (parts if "[a-z0-9_]+" in one else whole).update([one, *many])
    # Keys that only say that a section is looked into cover nothing: the callers are above.
    every = {rf"{section}\.[a-z0-9_]+" for section in ("reading", "errors")}
    every |= {f"{one}_remedy" for one in every} | {"[a-z0-9_]+_remedy"}
    return frozenset(whole), frozenset(parts - every)


@cache
def _constants() -> frozenset[str]:
    """Return every text that stands in the code: what keys are put together from."""
    spelled = {one.value for one in all_nodes() if isinstance(one, ast.Constant)}
    spelled |= {one.value for page in _templates() for one in page.find_all(jinja.Const)}
    return frozenset(one for one in spelled if isinstance(one, str))


def _uses(pattern: str, key: str) -> bool:
    """Tell whether the code that asks for `pattern` can mean `key`."""
    found = re.fullmatch(pattern.replace("[a-z0-9_]+", "([a-z0-9_]+?)"), key)
    return found is not None and all(one in _constants() for one in found.groups())


def _exists(pattern: str) -> bool:
    """Tell whether a pattern means a key, or several."""
    return any(re.fullmatch(pattern, key) for key in KEYS)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_what_the_code_asks_for_exists() -> None:
    whole, parts = _asked()
    patterns = sorted(whole - {re.escape(key) for key in KEYS}) + sorted(parts)
    assert [one for one in patterns if not any(re.fullmatch(one, key) for key in KEYS)] == []


def test_every_message_is_used() -> None:
    whole, parts = _asked()
    left = [key for key in KEYS if re.escape(key) not in whole]
    assert [key for key in left if not any(_uses(one, key) for one in parts)] == []


def test_every_message_has_both_languages_filled_in_alike() -> None:
    for key in KEYS:
        texts = catalogue()[key]
        assert set(texts) == set(LANGUAGES), key
        assert all(text.strip() for text in texts.values()), key
        assert _placeholders(texts["fr"]) == _placeholders(texts["en"]), key


def test_every_error_has_its_remedy_and_every_remedy_its_error() -> None:
    errors = {key for key in KEYS if key.startswith("errors.") and not key.endswith("_remedy")}
    remedies = {key for key in KEYS if key.startswith("errors.") and key.endswith("_remedy")}
    assert remedies == {f"{key}_remedy" for key in errors}


def test_a_remedy_is_filled_in_with_what_its_message_knows() -> None:
    for key in KEYS:
        if key.endswith("_remedy"):
            message = catalogue()[key.removesuffix("_remedy")]["fr"]
            more = _placeholders(catalogue()[key]["fr"]) - _placeholders(message)
            # What a message leaves unsaid but its error knows.
            assert more <= {"nearest", "wanted", "known", "formats", "path", "remedy"}, key


def test_every_plural_has_its_singular() -> None:
    plurals = [key for key in KEYS if key.endswith("_many")]
    assert [key for key in plurals if key.removesuffix("_many") not in KEYS] == []


#: What no French text of ours holds.
BADLY_SET = {
    "two spaces": rf"{_SPACE}{{2}}",
    "« » without a space inside": rf"«(?!{_SPACE})|(?<!{_SPACE})»",
    ": ; ? ! without a space before": rf"(?!{_SPACE}).[:;?!](?!\w)",
    "a space before , or .": r" [,.](?!\w)",
    "a quotation without « »": '"',
    "an ellipsis in three points": r"\.\.\.",
    "an apostrophe that is not straight": "’",
    "œ in two letters": "(?i:oeu)",
}


@pytest.mark.parametrize("fault", BADLY_SET)
def test_the_french_is_well_set(fault: str) -> None:
    assert [key for key in KEYS if re.search(BADLY_SET[fault], _read(key))] == []


def _read(key: str) -> str:
    """Return a French text with what is filled in as a word."""
    text = re.sub(r"\{+[^{}]*\}+", "mot", catalogue()[key]["fr"])
    return re.sub(r"https?://\S+|mot:mot|ASSISTANT_\w+=\S+", "mot", text)


def test_errors_and_remedies_are_sentences() -> None:
    for key in KEYS:
        if key.startswith("errors."):
            french = catalogue()[key]["fr"]
            assert french[0].isupper(), key
            assert french.endswith((".", "}", "7861 python app.py", "»")), key


def test_french_counts_zero_in_the_singular_and_english_in_the_plural() -> None:
    assert [count("cli.documents", n) for n in (0, 1, 2)] == [
        "0 document",
        "1 document",
        "2 documents",
    ]
    assert [count("cli.documents", n, "en") for n in (0, 1, 2)] == [
        "0 documents",
        "1 document",
        "2 documents",
    ]


def test_every_kind_of_place_step_and_severity_has_its_words() -> None:
    kinds = PlaceKind.__args__  # type: ignore[attr-defined]
    stages = Progress.__annotations__["stage"]
    named = re.findall(r"\w+", stages.removeprefix("Literal"))
    assert len(named) == 7
    assert {f"places.{kind}" for kind in kinds} <= set(KEYS)
    assert {f"cli.stage_{stage}" for stage in named} <= set(KEYS)
    assert {f"cli.{one}" for one in Severity.__args__} <= set(KEYS)  # type: ignore[attr-defined]


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("cli.no_such_message")
