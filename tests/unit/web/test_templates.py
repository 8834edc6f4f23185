"""The templates: text stays text, nothing acts in a page, and what is missing is an error."""

from __future__ import annotations

import re
from pathlib import Path
from traceback import extract_tb

import pytest
from jinja2 import DictLoader, Environment, UndefinedError, nodes
from jinja2.exceptions import TemplateError

from assistant.web.shared import templates
from assistant.web.shared.page_shell import Aside, message_page
from assistant.web.shared.templates import Unindented, render

FOLDER = Path(templates.__file__).parents[1] / "templates"
SOURCES = sorted(FOLDER.rglob("*.html"))
NAMES = [one.relative_to(FOLDER).as_posix() for one in SOURCES]
BY_NAME = pytest.mark.parametrize("name", NAMES)
#: The sheet is a file that stands alone: its look is in it, under a policy of its own.
ALONE = {"sheets/sheet.html", "sheets/said.html"}
HOSTILE = "<script>alert(1)</script> \" ' & **x** $$y$$ \u202e\x07"


def _environment(written: str) -> Environment:
    return getattr(templates, f"_for_{written}")("fr")  # type: ignore[no-any-return]


@BY_NAME
@pytest.mark.parametrize("written", ["pages", "markdown"])
def test_a_template_can_be_read(name: str, written: str) -> None:
    assert _environment(written).get_template(name)


@BY_NAME
def test_no_template_turns_the_escaping_off(name: str) -> None:
    tree = _environment("pages").parse((FOLDER / name).read_text(encoding="utf-8"))
    kinds = (nodes.ScopedEvalContextModifier, nodes.EvalContextModifier, nodes.MarkSafe)
    assert not [*tree.find_all(kinds)]
    with pytest.raises(TemplateError, match="safe"):
        _environment("pages").from_string("{{ x|safe }}")


@BY_NAME
def test_values_are_put_together_for_keys_of_the_catalogue_only(name: str) -> None:
    """Put together with HTML, a value would be escaped for a page, not for Markdown."""
    tree = _environment("pages").parse((FOLDER / name).read_text(encoding="utf-8"))
    keys = [
        call.args[0]
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("say", "count")
    ]
    assert all(any(one is key for key in keys) for one in tree.find_all(nodes.Concat))
    assert {one.name for one in tree.find_all(nodes.Filter)} <= {"length", "format", "under_path"}


@BY_NAME
def test_nothing_in_a_template_acts_or_looks_by_itself(name: str) -> None:
    source = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.findall(r"""[\s"']on[a-z]+=|javascript:|[\s"']style=""", source)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", source))
    assert "<style" not in source or name in ALONE


@BY_NAME
def test_every_attribute_is_between_quotes(name: str) -> None:
    source = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.findall(r"=\{\{|=\{%", re.sub(r"\{%.*?%\}", "", source, flags=re.DOTALL))


def test_a_value_stays_text_in_a_page() -> None:
    page = message_page(HOSTILE, HOSTILE, "fr", aside=Aside(HOSTILE, HOSTILE))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &#34; &#39; &amp; **x** $$y$$ <" in page
    assert "\u202e" not in page and "\x07" not in page


def test_a_value_holds_nothing_that_markdown_reads() -> None:
    environment = _environment("markdown").overlay(loader=DictLoader({"t": "<b>{{ x }}</b>"}))
    made = environment.get_template("t").render(x=HOSTILE)
    assert made.startswith("<b>") and made.endswith("</b>")
    assert not set(made[3:-4]) & set("<>\"'*_`[]!$\\~|(){}\n")


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("shared/message.html", "fr")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>\n  <b>a</b>\n  c\n</p>\n", "<p><b>a</b>c</p>"),
        ("<p>{{ x }}\n   {{ x }}</p>", "<p>11</p>"),
        ("<p>{{ x }} {{ x }}</p>", "<p>1 1</p>"),
        ('<a id="{{ x }}"\n   href="/">a</a>', '<a id="1" href="/">a</a>'),
        ("<p>a\n   b</p>", "<p>a b</p>"),
        ("<input name\n       {% if x %}checked{% endif %}\n       required>",
         "<input name checked required>"),
        ("<b>a</b> <i>b</i>", "<b>a</b> <i>b</i>"),
    ],
)  # fmt: skip
def test_line_ends_and_indentation_are_for_who_reads_the_template(source: str, shown: str) -> None:
    assert Environment(extensions=[Unindented]).from_string(source).render(x=1) == shown


def test_an_error_names_the_line_of_the_template() -> None:
    with pytest.raises(UndefinedError) as caught:
        _environment("pages").from_string("<p>\n  <b>\n  {{ missing.part }}\n").render()
    assert ("<template>", 3) in [
        (one.filename, one.lineno) for one in extract_tb(caught.value.__traceback__)
    ]
