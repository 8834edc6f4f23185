"""Plain text: Markdown and TXT become blocks that know their lines.

In: a text file. Out: blocks in place `line first–last`, counted from 1 in the file as it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence

from assistant.readers.encodings import read_text_file
from assistant.readers.formats.raised import raised
from assistant.readers.formats.table_text import table_text
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.speech.plain_transcripts import plain_transcript
from assistant.readers.titles import usable_title
from assistant.records import Block, BlockKind, Place
from assistant.text.analysis import clean

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.{1,500}?)[ \t]*#{0,6}[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_ITEM = re.compile(r"^([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_FACT = re.compile(r"^([A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,40}?)[ \t]*:[ \t]*(.{0,500})$")
#: Facts that front matter may state, by the names people write.
_FACT_NAMES = {
    "title": "title", "titre": "title", "author": "author", "auteur": "author",
    "auteurs": "author", "authors": "author", "lang": "language", "language": "language",
    "langue": "language", "date": "date", "lieu": "room", "salle": "room",
    "intervenants": "speakers", "intervenant": "speakers", "intervenante": "speakers",
    "intervenantes": "speakers", "speakers": "speakers", "licence": "licence",
    "license": "licence", "durée": "duration",
}  # fmt: skip


def _raised(found: re.Match[str]) -> str:
    return found[1] + raised(found[1], found[2])


_INLINE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"!\[([^\]\n]{0,500})\]\([^()\n]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{1,500})\]\([^()\n]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{1,500})\]\[[^\]\n]{0,100}\]"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>"), r"\1"),
    (re.compile(r"<(del|s|strike)>[^<>\n]{0,1000}</\1>"), ""),
    (re.compile(r"(.{0,12})<sup>([^<>\n]{1,100})</sup>"), _raised),
    (re.compile(r"</?[A-Za-z][^<>\n]{0,500}>"), ""),
    (re.compile(r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]{1,1000}?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![\w_])(_{1,3})(?=\S)([^_\n]{1,1000}?)(?<=\S)\1(?![\w_])"), r"\2"),
    (re.compile(r"~~(?=\S)[^~\n]{1,1000}~~"), ""),
    (re.compile(r"(`{1,3})([^`\n]{1,1000})\1"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!~>|-])"), r"\1"),
)  # fmt: skip


def read_text(path: Source, options: Options) -> Iterator[Part]:
    """Yield the paragraphs of a text file: what blank lines separate.

    A first line in capitals is the heading of its paragraph. What is plainly a transcript is
    read as one.
    """
    text = read_text_file(path)
    transcript = plain_transcript(text)
    if transcript is not None:
        yield from transcript
        return
    yield Fact("kind", "report")
    run: list[str] = []
    first = 0
    lines = text.split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            first = first if run else number
            run.append(line)
        elif run:
            if _is_capitals(run[0]):
                yield from _paragraph(run[:1], first, "heading")
                run, first = run[1:], first + 1
            yield from _paragraph(run, first)
            run = []


def _is_capitals(line: str) -> bool:
    """Tell whether a line is written like "VENIR AU FORUM"."""
    return line.isupper() and 3 <= len(line.strip()) <= 100


def _paragraph(lines: Sequence[str], first: int, kind: BlockKind = "paragraph") -> Iterator[Block]:
    if text := clean("\n".join(lines)):
        level = 1 if kind == "heading" else 0
        yield Block(text, kind, Place("line", first, first + len(lines) - 1), level=level)


# --- Markdown ----------------------------------------------------------------------------------


def read_markdown(path: Source, options: Options) -> Iterator[Part]:
    """Yield the blocks of a Markdown file, without their marks."""
    yield Fact("kind", "report")
    whole = read_text_file(path)
    text = whole if options.hidden_slides else _without_comments(whole)
    lines = text.split("\n")
    start, facts = _front_matter(lines)
    for name, value in facts.items():
        yield Fact(name, value)
    title = facts.get("title", "")
    for block in _markdown_blocks(lines, start):
        if block.kind == "heading" and not title:
            title = block.text
            yield Fact("title", title)
        yield block
    if text != whole:
        yield Defect("text_hidden", {})


def _without_comments(text: str) -> str:
    """Take out what a file says to who edits it; the lines that follow keep their numbers."""
    kept: list[str] = []
    reached = 0
    while (start := text.find("<!--", reached)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept += text[reached:start], re.sub(r"[^\n]", "", text[start:end])
        reached = end + 3
    return "".join((*kept, text[reached:]))


def _front_matter(lines: Sequence[str]) -> tuple[int, dict[str, str]]:
    """Return where the text starts, and the facts stated between two lines of "---"."""
    stated: dict[str, list[str]] = {}
    name = ""
    if not lines or lines[0].rstrip() != "---":
        return 0, {}
    for at, line in enumerate(lines[1:201], start=1):
        if line.rstrip() in ("---", "..."):
            return at + 1, _stated(stated)
        if item := _ITEM.match(line):
            stated.setdefault(name, []).append(line[item.end() :])
        elif found := _FACT.match(line):
            name = _FACT_NAMES.get(found[1].lower(), "")
            value = found[2].strip()
            listed = value.startswith("[") and value.endswith("]")
            stated.setdefault(name, []).extend(value[1:-1].split(",") if listed else [value])
    return 0, {}


def _stated(stated: dict[str, list[str]]) -> dict[str, str]:
    """Return the facts by name; the values of a list are joined by " / "."""
    facts: dict[str, str] = {}
    for name, values in stated.items():
        kept = [value for one in values if (value := usable_title(one.strip().strip("\"'")))]
        if name == "language":
            kept = [values[0].strip().strip("\"'")[:2].lower()]
        if name and any(kept):
            facts[name] = " / ".join(kept)
    return facts


def _markdown_blocks(lines: Sequence[str], start: int) -> Iterator[Block]:
    at = start
    while at < len(lines):
        line = lines[at]
        end = at + 1
        if not line.strip() or _RULE.match(line):
            pass
        elif fence := _FENCE.match(line):
            while end < len(lines) and not lines[end].strip().startswith(fence[1]):
                end += 1
            yield from _paragraph(lines[at + 1 : end], at + 2)
            end += 1
        elif heading := _HEADING.match(line):
            if text := _plain(heading[2]):
                yield Block(text, "heading", Place("line", at + 1, at + 1), level=len(heading[1]))
        elif _starts_table(lines, at):
            while end < len(lines) and "|" in lines[end]:
                end += 1
            rows = [_cells(row) for row in (line, *lines[at + 2 : end])]
            if text := table_text(rows):
                yield Block(text, "table", Place("line", at + 1, end))
        else:
            end = _run_end(lines, at)
            yield from _run(lines[at:end], at + 1)
        at = end


def _starts_table(lines: Sequence[str], at: int) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return "|" in lines[at] and "|" in following and _TABLE_RULE.match(following) is not None


def _run_end(lines: Sequence[str], at: int) -> int:
    """Return the line after the paragraph or item that starts at `at`."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        if _UNDERLINE.match(lines[end]) and not _ITEM.match(lines[at]):
            return end + 1
        stops = (_HEADING, _ITEM, _FENCE, _RULE)
        if any(pattern.match(lines[end]) for pattern in stops):
            break
        end += 1
    return end


def _run(lines: Sequence[str], first: int) -> Iterator[Block]:
    place = Place("line", first, first + len(lines) - 1)
    item = _ITEM.match(lines[0])
    if item:
        depth = len(item[1].replace("\t", "    ")) // 2
        if text := _plain(" ".join([lines[0][item.end() :], *lines[1:]])):
            yield Block(text, "item", place, level=depth)
        return
    if len(lines) > 1 and (line := _UNDERLINE.match(lines[-1])):
        if text := _plain(" ".join(lines[:-1])):
            yield Block(text, "heading", place, level=1 if line[1][0] == "=" else 2)
        return
    unquoted = [re.sub(r"^ {0,3}(?:> ?)+", "", one) for one in lines]
    # Two spaces, or a backslash, at the end of a line are a line break; else it is only full.
    joined = "".join(
        re.sub(r"(?: {2,}|\\)$", "", one) + ("\n" if re.search(r"(?: {2}|\\)$", one) else " ")
        for one in unquoted
    )
    if text := _plain(joined):
        yield Block(text, "paragraph", place)


def _cells(row: str) -> list[str]:
    inside = row.strip().removeprefix("|").removesuffix("|")
    return [_plain(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", inside)]


def _plain(text: str) -> str:
    """Return Markdown as the text one reads."""
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    return clean(html.unescape(text))
