"""Editable Markdown sources → decks, talks and reports, as plain records.

What comes in: the files of `diaporamas/`, `transcriptions/` and `rapports/`.
What goes out: `Deck`, `Talk`, `Report`, which the other makers write in their own format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DISCLAIMER = "Document de démonstration : le forum, la ville et tous les chiffres sont fictifs."
FOOTER = "Démonstration, contenu fictif"

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level from 1), a paragraph, a list item (level from 0) or a table."""

    kind: Literal["heading", "paragraph", "item", "numbered", "table", "notes"]
    text: str = ""
    level: int = 0
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide; `subtitle` is the text under the title of an opening slide."""

    title: str
    subtitle: str
    items: tuple[Block, ...]
    rows: Rows
    notes: str


@dataclass(frozen=True, slots=True)
class Source:
    """What every source begins with: `destination` is a path under the event's folder."""

    title: str
    destination: str
    author: str


@dataclass(frozen=True, slots=True)
class Deck:
    """A slide deck."""

    source: Source
    slides: tuple[Slide, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A written document; its first block is its title, its second the disclaimer."""

    source: Source
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Speech:
    """A spoken paragraph, its speaker's role, and the slide on screen (0 where there is none)."""

    text: str
    speaker: str
    slide: int


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said in one session."""

    source: Source
    speeches: tuple[Speech, ...]


def read_deck(path: Path) -> Deck:
    """Read a deck: `# ` opens a slide, `- ` is a bullet, `| ` a table row, `> ` a note."""
    source, body = _front_matter(path)
    slides = []
    for part in re.split(r"^# ", body, flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        blocks = _blocks(rest)
        tables = [block.rows for block in blocks if block.kind == "table"]
        slides.append(
            Slide(
                title=title.strip(),
                subtitle=" ".join(block.text for block in blocks if block.kind == "paragraph"),
                items=tuple(block for block in blocks if block.kind == "item"),
                rows=tables[0] if tables else (),
                notes=" ".join(block.text for block in blocks if block.kind == "notes"),
            )
        )
    return Deck(source, tuple(slides))


def read_report(path: Path) -> Report:
    """Read a report and put the disclaimer under its title."""
    source, body = _front_matter(path)
    title, *rest = _blocks(body)
    return Report(source, (title, Block("paragraph", DISCLAIMER), *rest))


def read_talk(path: Path) -> Talk:
    """Read a talk: `@diapositive n` changes the slide, `@voix role` the speaker."""
    source, body = _front_matter(path)
    speeches = []
    speaker, slide = "", 0
    for line in body.splitlines():
        if line.startswith("@diapositive "):
            slide = int(line.split()[1])
        elif line.startswith("@voix "):
            speaker = line.removeprefix("@voix ").strip()
        elif line.startswith("@"):
            raise ValueError(f"{path}: unknown marker {line!r}")
        elif line.strip():
            speeches.append(Speech(line.strip(), speaker, slide))
    return Talk(source, tuple(speeches))


def _front_matter(path: Path) -> tuple[Source, str]:
    """Split a source into its header (`key: value` lines between `---`) and its body."""
    _, header, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in header.strip().splitlines())
    return Source(fields["titre"], fields["destination"], fields.get("auteur", "")), body


def _blocks(body: str) -> list[Block]:
    """Read the small Markdown of the sources: one block per line, a table per run of rows."""
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*body.splitlines(), ""]:
        if line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
            if not all(set(cell) == {"-"} for cell in cells):
                rows.append(cells)
            continue
        if rows:
            blocks.append(Block("table", rows=tuple(rows)))
            rows = []
        if block := _line(line):
            blocks.append(block)
    return blocks


def _line(line: str) -> Block | None:
    if match := re.match(r"(#+) (.*)", line):
        return Block("heading", match[2].strip(), len(match[1]))
    if match := re.match(r"( *)- (.*)", line):
        return Block("item", match[2].strip(), len(match[1]) // 2)
    if match := re.match(r"\d+\. (.*)", line):
        return Block("numbered", match[1].strip())
    if line.startswith("> "):
        return Block("notes", line[2:].strip())
    return Block("paragraph", line.strip()) if line.strip() else None
