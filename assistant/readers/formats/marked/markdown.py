"""Markdown becomes headings, paragraphs, items and tables that know their lines.

In: a Markdown file. Out: blocks in place `line first–last`, counted from 1 in the file as it is,
without marks: neither those of Markdown, nor those of the programs that make sites out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.readers.encodings import read_text_file
from assistant.readers.formats.marked.markdown_marks import (
    bold_title,
    strikes_out,
    without_marks,
)
from assistant.readers.formats.marked.markup import html_blocks
from assistant.readers.formats.plaintext import paragraph_block
from assistant.readers.formats.table_text import table_text
from assistant.readers.parts import Fact, Options, Part, Source, left_unread
from assistant.readers.speech.document_transcripts import as_spoken
from assistant.readers.titles import day_in, usable_title
from assistant.records.documents import Block, Place

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.{1,500}?)[ \t]*#{0,6}[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
#: Where an item begins, and the marks of a heading within it: "- #### Liens".
_ITEM = re.compile(r"^([ \t]*)(?:[-*+]|(\d{1,9}[.)]))[ \t]+(?:#{1,6}[ \t]+)?(?=\S)")
#: Where a note that is called in the text begins.
_NOTE = re.compile(r"^ {0,3}\[\^[^\]\s]{1,100}\]:")
#: Where an element of HTML begins that the page doesn't show.
_HIDING = re.compile(
    r"<([a-z][a-z0-9]{0,12})\b(?:[^<>]{0,300}?\shidden\b(?!-)"
    r"|[^<>]{0,300}?\sstyle=[\"'][^<>\"']{0,300}?"
    r"(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden)\b)[^<>]{0,300}>",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^ {0,3}(?:> ?)+")
_BREAKING = re.compile(r"(?: {2,}|\\)$")
_RULE = re.compile(r"^[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_FACT = re.compile(r"^([A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,40}?)[ \t]*[:=][ \t]*(.{0,500})$")
#: Lines that only programs read: definitions of links, tables of contents, template instructions.
_UNSHOWN = re.compile(
    r"^[ \t]{0,8}(?:\[(?!\^)[^\]\n]{1,200}\]:[ \t]*\S.{0,2000}|\[\[?_?TOC_?\]\]?|\[\[_TOC_\]\]"
    r"|:{3,}[ \t]*|%%.{0,1000}%%|\\(?:newpage|pagebreak|tableofcontents)|\{%.{0,1000}%\}"
    r"|\{\{[<%].{0,1000}[%>]\}\}|\{:.{0,500}\})[ \t]*$"
)
#: A box: "> [!NOTE] Titre", `!!! note "Titre"`, ":::tip Titre".
_ALERT = re.compile(
    r"^[ \t]{0,8}(?:> ?)*"
    r"(?:\[!\w{1,20}\][+-]?|(?:!!!|\?\?\?\+?)[ \t]*[\w-]{1,20}|:{3,}[ \t]*[\w-]{1,20})"
    r"[ \t]*[\[\"]?([^\]\"\n]{0,200})[\]\"]?[ \t]*$"
)
_HTML_TABLE = re.compile(r"^[ \t]{0,8}<table\b", re.IGNORECASE)
_MOST_LINES = 2_000
_MOST_HIDDEN = 20_000
#: Facts that front matter may state, by the names people write.
_FACT_NAMES = {
    "title": "title", "titre": "title", "author": "author", "auteur": "author",
    "auteurs": "author", "authors": "author", "lang": "language", "language": "language",
    "langue": "language", "date": "date", "lieu": "room", "salle": "room",
    "intervenants": "speakers", "intervenant": "speakers", "intervenante": "speakers",
    "intervenantes": "speakers", "speakers": "speakers", "speaker": "speakers",
    "orateur": "speakers", "orateurs": "speakers", "oratrice": "speakers",
    "oratrices": "speakers", "invité": "speakers", "invités": "speakers", "invitée": "speakers",
    "invitées": "speakers", "guest": "speakers", "guests": "speakers", "people": "speakers",
    "licence": "licence", "license": "licence", "durée": "duration",
}  # fmt: skip
#: Between people: "Anne, Marc et Lucie Martin".
_BETWEEN_PEOPLE = re.compile(r",\s*|\s+(?:et|and|&)\s+")


def read_markdown(path: Source, options: Options) -> Iterator[Part]:
    """Yield the blocks of a Markdown file, without their marks; of a transcript, what is said."""
    return as_spoken(_markdown_parts(path, options))


def _markdown_parts(path: Source, options: Options) -> Iterator[Part]:
    yield Fact("kind", "report")
    whole = read_text_file(path)
    text = whole if options.hidden_slides else _shown(whole)
    lines = text.split("\n")
    start, facts = _front_matter(lines)
    title = facts.get("title", "")
    if "date" in facts and (day := day_in(title)):
        facts["date"] = day  # the other is the day when the page was published
    for name, value in facts.items():
        yield Fact(name, value)
    for block in _markdown_blocks(lines, start):
        if block.kind == "heading" and not title:
            title = block.text
            yield Fact("title", title)
        yield block
    yield from left_unread(hidden=text != whole, struck=strikes_out(text))


def _shown(text: str) -> str:
    """Take out what the page made of a file doesn't show; lines that follow keep their numbers.

    These are remarks to who edits it, and elements of HTML that are hidden.
    """
    return _without_elements(_without_comments(text)) if "<" in text else text


def _without_comments(text: str) -> str:
    kept: list[str] = []
    reached = 0
    while (start := text.find("<!--", reached)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept += text[reached:start], re.sub(r"[^\n]", "", text[start:end])
        reached = end + 3
    return "".join((*kept, text[reached:]))


def _without_elements(text: str) -> str:
    kept: list[str] = []
    reached = 0
    while found := _HIDING.search(text, reached):
        end = _element_end(text, found.end(), found[1])
        if end < 0:
            break
        kept += text[reached : found.start()], re.sub(r"[^\n]", "", text[found.start() : end])
        reached = end
    return "".join((*kept, text[reached:]))


def _element_end(text: str, at: int, name: str) -> int:
    """Return where an element ends that began before `at`; -1 where it doesn't soon."""
    depth = 1
    marks = re.compile(rf"<(/?){name}\b[^<>]{{0,500}}>", re.IGNORECASE)
    for mark in marks.finditer(text, at, at + _MOST_HIDDEN):
        depth += -1 if mark[1] else 1
        if depth == 0:
            return mark.end()
    return -1


def _front_matter(lines: Sequence[str]) -> tuple[int, dict[str, str]]:
    """Return where the text starts, and the facts stated between two lines of "---" or "+++"."""
    stated: dict[str, list[str]] = {}
    name = ""
    folded = False
    fence = lines[0].lstrip("\ufeff").rstrip() if lines else ""
    if fence not in ("---", "+++"):
        return 0, {}
    for at, line in enumerate(lines[1:201], start=1):
        if line.rstrip() in (fence, "..."):
            return at + 1, _stated(stated)
        if folded and line[:1].isspace():
            stated[name][-1] += f" {line.strip()}"
        elif item := _ITEM.match(line):
            stated.setdefault(name, []).append(line[item.end() :])
        elif found := _FACT.match(line):
            name = _FACT_NAMES.get(found[1].lower(), "")
            value = found[2].strip()
            folded = value in (">", "|", ">-", "|-")
            value = "" if folded else value
            listed = value.startswith("[") and value.endswith("]")
            stated.setdefault(name, []).extend(value[1:-1].split(",") if listed else [value])
    return 0, {}


def _stated(stated: dict[str, list[str]]) -> dict[str, str]:
    """Return the facts by name; the values of a list are joined by " / "."""
    facts: dict[str, str] = {}
    for name, values in stated.items():
        if name == "speakers":
            values = [one for value in values for one in _BETWEEN_PEOPLE.split(value.strip("\"' "))]
        kept = [value for one in values if (value := usable_title(one.strip().strip("\"'")))]
        if name == "language":
            kept = [values[0].strip().strip("\"'")[:2].lower()]
        if name and any(kept):
            facts[name] = " / ".join(kept)
    return facts


def _markdown_blocks(lines: Sequence[str], start: int) -> Iterator[Block]:
    at, level = start, 0
    while at < len(lines):
        line = lines[at]
        end = at + 1
        if _is_plain(line) and not _starts_table(lines, at):
            end = _run_end(lines, at)
            yield from _run(lines[at:end], at + 1)
        elif not line.strip() or _RULE.match(line) or _UNSHOWN.match(line):
            pass
        elif _HTML_TABLE.match(line):
            end = _table_end(lines, at)
            for kind, level, text in html_blocks("\n".join(lines[at:end])):
                yield Block(text, kind, Place("line", at + 1, end), level=level)
        elif fence := _FENCE.match(line):
            while end < len(lines) and not lines[end].strip().startswith(fence[1]):
                end += 1
            yield from paragraph_block(lines[at + 1 : end], at + 2)
            end += 1
        elif heading := _HEADING.match(line):
            if text := without_marks(heading[2]):
                level = len(heading[1])
                yield Block(text, "heading", Place("line", at + 1, at + 1), level=level)
        elif title := _bold_title(lines, at):
            yield Block(title, "heading", Place("line", at + 1, at + 1), level=level + 1)
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


def _bold_title(lines: Sequence[str], at: int) -> str:
    """Return the title that a line in bold is for what follows it; "" if it is none.

    An item that is bold as a whole is one where a paragraph follows: "1. **Budget**".
    """
    line = lines[at]
    if "**" not in line and "__" not in line:
        return ""
    following = next(filter(str.strip, lines[at + 1 :]), "")
    item = _ITEM.match(line)
    if item is None:
        return bold_title(line) if following else ""
    alone = item[2] and not item[1] and not "".join(lines[at + 1 : at + 2]).strip()
    title = bold_title(line[item.end() :]) if alone and _is_plain(following[:1]) else ""
    return f"{item[2]} {title}" if title else ""


def _is_plain(line: str) -> bool:
    """Tell whether a line begins with a letter: most do, and no mark of a line."""
    return line.lstrip()[:1].isalpha()


def _table_end(lines: Sequence[str], at: int) -> int:
    """Return the line after a table of HTML that begins at `at`; without an end, after one line."""
    ends = (
        n for n in range(at, min(len(lines), at + _MOST_LINES)) if "</table" in lines[n].lower()
    )
    return next(ends, at) + 1


def _starts_table(lines: Sequence[str], at: int) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return "|" in lines[at] and "|" in following and _TABLE_RULE.match(following) is not None


def _run_end(lines: Sequence[str], at: int) -> int:
    """Return the line after the paragraph or item that starts at `at`."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        if _is_plain(lines[end]):
            end += 1
            continue
        if _UNDERLINE.match(lines[end]) and not _ITEM.match(lines[at]):
            return end + 1
        stops = (_HEADING, _ITEM, _FENCE, _RULE, _UNSHOWN, _HTML_TABLE, _NOTE)
        if any(pattern.match(lines[end]) for pattern in stops):
            break
        end += 1
    return end


def _run(lines: Sequence[str], first: int) -> Iterator[Block]:
    place = Place("line", first, first + len(lines) - 1)
    item = _ITEM.match(lines[0])
    if item:
        depth = len(item[1].replace("\t", "    ")) // 2
        if text := without_marks(" ".join([lines[0][item.end() :], *lines[1:]])):
            numbered = f"{item[2]} {text}" if item[2] else text
            yield Block(numbered, "item", place, level=depth)
        return
    if len(lines) > 1 and (line := _UNDERLINE.match(lines[-1])):
        if text := without_marks(" ".join(lines[:-1])):
            yield Block(text, "heading", place, level=1 if line[1][0] == "=" else 2)
        return
    joined = "".join(map(_joining, lines))
    if text := without_marks(joined):
        yield Block(text, "paragraph", place)


def _joining(line: str) -> str:
    """Return a line of a paragraph without the marks before it, as it goes on with the next.

    Two spaces, or a backslash, at the end of a line are a line break; else it is only full.
    """
    if not _is_plain(line):
        line = _QUOTED.sub("", _ALERT.sub(r"\1", line))
    if line.endswith(("  ", "\\")):
        return _BREAKING.sub("", line) + "\n"
    return f"{line} "


def _cells(row: str) -> list[str]:
    inside = row.strip().removeprefix("|").removesuffix("|")
    return [without_marks(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", inside)]
