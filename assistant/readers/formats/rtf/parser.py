"""The groups and control words of an RTF file → what is shown of it: paragraphs, tables, notes.

In: the source of a file. Out: `RtfParser`, with what was found in order, its properties, and the
lines of its margins.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from assistant.errors import ReadError
from assistant.readers.formats.rtf.state import DEFINING, RtfGroup, RtfParagraph, RtfTable
from assistant.readers.formats.rtf.words import (
    APART,
    CHARACTERS,
    ENDS,
    FIRST_MARGINS,
    INFO,
    LABELS,
    MARGINS,
    SHOWN,
    SKIPPED,
    SYMBOLS,
)
from assistant.readers.formats.table_text import lays_out, table_text
from assistant.readers.raised import raised
from assistant.readers.titles import may_head
from assistant.records.documents import BlockKind

_TOKEN = re.compile(
    r"\\([A-Za-z]{1,32})(-?\d{1,9})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n]+"
    r"|([^\\{}\r\n]{1,5000})"
)
_NUMBER = re.compile(r"(?=.{0,59}\d).{1,60}|[(]?[A-Za-z]{1,5}[.)]{1,2}")
#: A value of a ticked box that means: as its default has it.
_DEFAULT = 25
_HEADING = re.compile(r"^(?:heading|titre) ?(\d)$", re.IGNORECASE)
#: The groups that hold the properties of a formula.
_PROPERTIES = re.compile(r"m[a-zA-Z]{1,12}Pr")
MAX_DEPTH = 2_000


#: Kind, level, text, whether it is one bold line, and whether it counts among the paragraphs.
_Found = tuple[BlockKind, int, str, bool, bool]


class RtfParser:
    """Follows the groups and control words of one file, and gathers what is shown."""

    def __init__(self, *, hidden: bool, first: bool) -> None:
        """`hidden`: read hidden text too. `first`: the first page has margins of its own."""
        self.found: list[_Found] = []
        self.info: dict[str, list[str]] = {word: [] for word in INFO}
        self.margins: list[str] = []
        self.hides = self.strikes = False
        self.remarks = 0
        self._reads_hidden = hidden
        self._in_margins = MARGINS | (FIRST_MARGINS if first else frozenset())
        self._field: dict[str, int] = {}
        self._styles: dict[int, int] = {}
        self._groups = [RtfGroup()]
        self._paragraph = RtfParagraph()
        self._outer: list[tuple[int, RtfParagraph, list[str]]] = []
        self._apart: list[str] = []
        self._labels: list[str] = []
        self._table = RtfTable()
        self._bytes = bytearray()
        self._encoding = "cp1252"
        self._to_skip = 0
        self._starred = False
        self._style_name: tuple[int, list[str]] = (-1, [])

    def read(self, source: str) -> None:
        at = 0
        while token := _TOKEN.match(source, at) or _TOKEN.match(source, at + 1):
            at = token.end()
            word, argument, byte, symbol, brace, text = token.groups()
            if byte is None:
                self._decode()
            if word == "bin":
                at += max(0, int(argument or 0))
            elif word:
                self._word(word, int(argument) if argument else None)
            elif byte is not None:
                self._byte(int(byte, 16))
            elif symbol is not None:
                self._symbol(symbol)
            elif brace:
                self._brace(brace)
            elif text:
                self._text(text)
        self._decode()
        self._end_paragraph()
        self._end_table()

    # --- Tokens

    def _brace(self, brace: str) -> None:
        self._to_skip = 0
        self._starred = False
        if brace == "{":
            if len(self._groups) >= MAX_DEPTH:
                raise ReadError("file_damaged", cause="trop de groupes imbriqués")
            self._groups.append(self._groups[-1])
        elif len(self._groups) > 1:
            ended = self._groups.pop()
            if self._outer and len(self._groups) < self._outer[-1][0]:
                _, outer, texts = self._outer.pop()
                texts.append(self._paragraph.text)
                self._paragraph = outer
                if texts is self._labels:
                    self._number(self._labels.pop())
            if ended.destination == "formfield" != self._groups[-1].destination:
                self._end_field()

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._starred = True
        elif symbol in SYMBOLS:
            self._shown(SYMBOLS[symbol])

    def _byte(self, value: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(value)

    def _text(self, text: str) -> None:
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        self._shown(text[skipped:].encode("latin-1").decode(self._encoding, errors="replace"))

    def _decode(self) -> None:
        if self._bytes:
            self._shown(bytes(self._bytes).decode(self._encoding, errors="replace"))
            self._bytes.clear()

    def _word(self, word: str, argument: int | None) -> None:
        starred, self._starred = self._starred, False
        group = self._groups[-1]
        if word in ("fftype", "ffres", "ffdefres"):
            self._field[word] = argument or 0
        elif word == "formfield":
            self._field = {}
            self._groups[-1] = replace(group, destination=word, skipped=True)
        elif word == "stylesheet" or word in INFO:
            self._groups[-1] = replace(group, destination=word)
        elif word in LABELS and not group.skipped:
            self._begin_apart(self._labels)
        elif word in APART and not group.skipped:
            self._begin_apart(self._apart)
        elif word in MARGINS or word in FIRST_MARGINS:
            self._begin_apart(self.margins if word in self._in_margins else [])
        elif word in SKIPPED or (starred and word not in SHOWN) or _PROPERTIES.fullmatch(word):
            self.remarks += word == "annotation"
            self._groups[-1] = replace(group, skipped=True)
        elif word == "ansicpg" and argument:
            self._encoding = _known(f"cp{argument}")
        elif word == "uc":
            self._groups[-1] = replace(group, fallback=min(8, max(0, argument or 0)))
        elif word == "u" and argument is not None:
            self._shown(_character(argument))
            self._to_skip = group.fallback
        elif word == "b":
            self._groups[-1] = replace(group, bold=argument != 0)
        elif word == "plain":
            self._groups[-1] = replace(
                group, bold=False, hidden=False, struck=False, deleted=False, above=False
            )
        elif word == "v":
            self._groups[-1] = replace(group, hidden=argument != 0)
        elif word in ("strike", "striked"):
            self._groups[-1] = replace(group, struck=argument != 0)
        elif word == "deleted":
            self._groups[-1] = replace(group, deleted=argument != 0)
        elif word in ("super", "up", "msup"):
            self._groups[-1] = replace(group, above=argument != 0)
        elif word in ("sub", "dn", "nosupersub"):
            self._groups[-1] = replace(group, above=False)
        elif word == "mden":
            self._shown("/")
        elif word in CHARACTERS:
            self._shown(CHARACTERS[word])
        elif group.destination == "stylesheet":
            if word == "s":
                self._style_name = (argument or 0, [])
        elif not group.skipped:
            self._layout(word, argument)

    def _layout(self, word: str, argument: int | None) -> None:
        paragraph = self._paragraph
        match word:
            case "pard":
                paragraph.style = paragraph.outline = -1
                paragraph.item = paragraph.in_table = False
                paragraph.depth = 0
            case "s":
                paragraph.style = argument or 0
            case "outlinelevel":
                paragraph.outline = argument or 0
            case "ls" | "pnlvlblt" | "pnlvlbody":
                paragraph.item = True
            case "ilvl":
                paragraph.depth = min(9, max(0, argument or 0))
            case "intbl":
                paragraph.in_table = True
            case "cell":
                self._table.end_cell(paragraph.text)
                self._renewed()
            case "nestcell":
                self._table.end_nested_cell(paragraph.text)
                self._renewed()
            case "row":
                self._table.end_row()
            case _ if word in DEFINING:
                self._table.define(word, argument or 0)
            case _ if word in ENDS:
                self._end_paragraph()

    # --- What is shown

    def _shown(self, text: str) -> None:
        group = self._groups[-1]
        if group.destination in self.info:
            self.info[group.destination].append(text)
            return
        if group.skipped or group.deleted or group.struck or not text:
            left_out = group.skipped or group.deleted
            self.strikes |= group.struck and not left_out and any(map(str.isalnum, text))
            return
        self.hides |= group.hidden and any(map(str.isalnum, text))
        if group.hidden and not self._reads_hidden:
            return
        if group.destination == "stylesheet":
            self._named(text)
        else:
            if group.above:
                text = raised("".join(self._paragraph.pieces[-3:]), text)
            self._paragraph.pieces.append(text)
            self._paragraph.bold &= group.bold or not text.strip()

    def _named(self, text: str) -> None:
        number, pieces = self._style_name
        pieces.append(text)
        found = _HEADING.match("".join(pieces).partition(";")[0].strip())
        if found and number >= 0 and ";" in text:
            self._styles[number] = max(1, int(found[1]))

    def _end_paragraph(self) -> None:
        paragraph = self._paragraph
        if self._outer or paragraph.in_table:
            paragraph.pieces.append("\n")  # a paragraph of a note or of a cell
            return
        self._end_table()
        if text := paragraph.text:
            level = paragraph.outline + 1 if paragraph.outline >= 0 else 0
            level = level or self._styles.get(paragraph.style, 0)
            if 0 < level < 10:
                self.found.append(("heading", level, " ".join(text.split()), False, True))
            elif paragraph.item:
                self.found.append(("item", paragraph.depth, text, False, True))
            else:
                bold = paragraph.bold and may_head(text) and "\n" not in text
                self.found.append(("paragraph", 0, text, bold, True))
        self._end_apart()
        self._renewed()

    def _renewed(self) -> None:
        """Start the next paragraph; its layout stays until `pard`."""
        last = self._paragraph
        self._paragraph = replace(last, pieces=[], bold=True)

    def _end_table(self) -> None:
        if self._table.is_empty:
            return
        rows = self._table.taken()
        if lays_out([[cell.split("\n") for cell in row] for row in rows]):
            for text in (line for row in rows for cell in row for line in cell.split("\n")):
                if text.strip():
                    self.found.append(("paragraph", 0, text.strip(), False, True))
        elif text := table_text(rows):
            self.found.append(("table", 0, text, False, True))
        self._end_apart()

    def _begin_apart(self, texts: list[str]) -> None:
        """Gather what follows, until the group ends, as one of `texts`."""
        self._outer.append((len(self._groups), self._paragraph, texts))
        self._paragraph = RtfParagraph()

    def _number(self, label: str) -> None:
        """Put the number of a list's item before it; a bullet says nothing."""
        if _NUMBER.fullmatch(label):
            self._paragraph.pieces.append(f"{label} ")

    def _end_field(self) -> None:
        """Show the box of a form, ticked or not."""
        if self._field.get("fftype") == 1:
            state = self._field.get("ffres", _DEFAULT)
            ticked = self._field.get("ffdefres", 0) if state == _DEFAULT else state
            # Its group shows nothing itself.
            self._paragraph.pieces.append("☒ " if ticked else "☐ ")
        self._field = {}

    def _end_apart(self) -> None:
        """Yield notes and text boxes after what they hang on, in its place."""
        for text in filter(None, self._apart):
            self.found.append(("paragraph", 0, text, False, not self.found))
        self._apart.clear()


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"


def _character(code: int) -> str:
    """Return the character of a signed 16-bit number, which may be half of one."""
    code += 0x10000 if code < 0 else 0
    return chr(code) if code < 0x110000 else ""
