"""HTML out of templates: a template's name, a language and records → HTML in which text stays text.

Templates stand in `web/templates`, a folder a room. They hold HTML, loops and conditions; a record
made in Python holds what they show. Every value is escaped by itself, and nothing in a template can
say otherwise: there is no `safe` filter. `say` and `count` speak the language of the page.

What Gradio shows goes through its Markdown first: `render_for_markdown` writes every sign of a
value as an entity, so that neither HTML, Markdown nor LaTeX reads anything in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial

import markupsafe
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from assistant.i18n import Language, count, say
from assistant.i18n.places import clock
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.web.shared.assets import address_of
from assistant.web.shared.binding import bound_parts
from assistant.web.shared.escaping import escape, language_mark, plain
from assistant.web.shared.languages import home
from assistant.web.shared.public_path import under_path

#: What a template gave: HTML that another may hold as it is.
Html = Markup

_LINE_END = re.compile(r"\s*\n\s*")
#: An attribute that holds an address of ours; where a name of the server begins it, it is whole.
_ADDRESS = re.compile(
    r"\b(?P<name>href|src|action|data-(?:lecture|adresse|suite|ici|lignes|recherche|autres|accueil))"
    r'="\{\{ (?!origin \}\})(?P<value>.+?) \}\}'
)


def render(template: str, language: Language, /, **values: object) -> Html:
    """Return a template of `web/templates` filled in, as a page of ours or a piece of one."""
    return Markup(_for_pages(language).get_template(template).render(values))


def render_for_markdown(template: str, language: Language, /, **values: object) -> Html:
    """Return a template filled in, as HTML that Gradio's Markdown shows as it is."""
    return Markup(_for_markdown(language).get_template(template).render(values))


@cache
def _for_pages(language: Language) -> Environment:
    return _environment(language, _as_text)


@cache
def _for_markdown(language: Language) -> Environment:
    return _environment(language, escape)


def _as_text(text: str) -> str:
    """Return text as HTML; a browser would read a carriage return as a line end."""
    return str(markupsafe.escape(plain(text))).replace("\r", "&#13;")


def _environment(language: Language, as_html: Callable[[str], str]) -> Environment:
    """Return what templates are read with; `as_html` is what becomes of a text."""

    def shown(value: object) -> object:
        if isinstance(value, str) and not isinstance(value, Markup):
            return Markup(as_html(value))
        return value

    environment = Environment(
        loader=PackageLoader("assistant.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        auto_reload=False,
        extensions=[AddressesUnderPath, Unindented],
    )
    del environment.filters["safe"]
    environment.filters["under_path"] = under_path
    environment.globals = {
        "language": language,
        "say": lambda key, **values: say(key, language, **values),
        "problem_in_words": partial(problem_in_words, language=language),
        "remedy_in_words": partial(remedy_in_words, language=language),
        "count": lambda key, number, **values: count(key, number, language, **values),
        "clock": clock,
        "home": home(language),
        "language_mark": lambda spoken: Markup(language_mark(spoken, language)),
        "address_of": address_of,
        "bound_parts": bound_parts,
        "range": range,
    }
    return environment


class AddressesUnderPath(Extension):
    """Put every address that a template shows under the path where the site stands."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return a template's source, the addresses in its attributes passed by `under_path`."""
        return _ADDRESS.sub(r'\g<name>="{{ (\g<value>)|under_path }}', source)


class Unindented(Extension):
    """Leave out the line ends and indentation of templates, which are for who reads them.

    Beside a tag, and between two values, nothing is left of them; between words or attributes, a
    space. A space inside a line stays. Indented lines would be code for Gradio's Markdown, and
    between two links a space would be seen.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the tokens of a template, its text on one line."""
        for token in stream:
            text = _on_one_line(token.value) if token.type == "data" else token.value
            yield Token(token.lineno, token.type, text)


def _on_one_line(text: str) -> str:
    if "\n" in text and not text.strip():
        return ""

    def joined(found: re.Match[str]) -> str:
        after_tag = text[: found.start()].endswith(">")
        return "" if after_tag or text.startswith("<", found.end()) else " "

    return _LINE_END.sub(joined, text)
