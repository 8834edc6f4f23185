"""What is asked of the form that corrects a document: which blocks, and what was typed over them.

In: an address and the fields of the form. Out: records, and the address that asks for the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from assistant.curation.correcting import Correctable
from assistant.text.analysis import fold
from assistant.web.staff.layout import document_page
from assistant.web.staff.paging import number_of

CORRECTED = "corriges"


@dataclass(frozen=True, slots=True)
class BlockQuery:
    """Which blocks are asked for: those with these words, corrected only, and which page."""

    words: str = ""
    corrected_only: bool = False
    page: int = 1

    @classmethod
    def of(cls, page: str, words: str, state: str) -> BlockQuery:
        """Return what an address asks for."""
        return cls(words[:200], state == CORRECTED, number_of(page))

    def fits(self, block: Correctable) -> bool:
        """Tell whether a block is asked for."""
        if self.corrected_only and block.new_text is None:
            return False
        if block.forgotten:
            return not self.words
        text = fold(f"{shown_text(block)} {block.text} {block.speaker} {block.new_speaker}")
        return all(word in text for word in fold(self.words).split())


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed over a `version`: texts by block, names by the source's.

    None is what the source has. `numbers` are the blocks that the form showed. Where it could not
    be saved, `fault` says why in words, and `key` by its name.
    """

    version: str = ""
    texts: Mapping[int, str | None] = field(default_factory=dict)
    names: Mapping[str, str | None] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    fault: str = ""
    key: str = ""


def correction_address(document_id: str, asked: BlockQuery | None = None) -> str:
    """Return the address of the page that corrects a document."""
    asked = asked or BlockQuery()
    query = {
        "q": asked.words,
        "etat": CORRECTED if asked.corrected_only else "",
        "page": str(asked.page) if asked.page > 1 else "",
    }
    written = urlencode({name: value for name, value in query.items() if value})
    return f"{document_page(document_id)}/corriger{'?' if written else ''}{written}"


def shown_text(block: Correctable) -> str:
    """Return a block's text as it is now."""
    return block.text if block.new_text is None else block.new_text
