"""What cards are made of: the words of a passage, a place quoted, a session. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.web.shared.figures import Figure
from assistant.web.shared.quote_blocks import QuoteBlock
from assistant.web.shared.sources import Link, Listening


@dataclass(frozen=True, slots=True)
class CardPart:
    """Words of one passage; `before` and `after` surround them, in the document's own words.

    `place` says where they stand, empty where the card does. Where nothing `is_quoted`, they are
    the beginning of the passage.
    """

    place: str
    before: str
    blocks: Sequence[QuoteBlock]
    after: str
    is_quoted: bool = True

    @property
    def is_running(self) -> bool:
        """Whether the quote is a sentence among others, to be read with them in one go."""
        return len(self.blocks) == 1 and self.blocks[0].kind == "text"


@dataclass(frozen=True, slots=True)
class Card:
    """What is quoted of one place, and the ways to it. `numbers` are the citations', if any.

    `document` says what the words are from, `speaker` who said them, empty where the card before
    or the session says so. `title` is the document's own, for who hears a link alone.
    """

    numbers: tuple[int, ...]
    document: str
    speaker: str
    place: str
    title: str
    spoken: str
    parts: Sequence[CardPart]
    links: tuple[Link, ...]
    listening: Listening | None
    figure: Figure | None

    @property
    def has_surroundings(self) -> bool:
        """Whether something of what stands around the quote is at hand."""
        return bool(self.numbers) and any(part.before or part.after for part in self.parts)


@dataclass(frozen=True, slots=True)
class CardGroup:
    """The cards of one session, or of a document of none: its title, what it was and by whom.

    `session` is its id, empty where there is none; `address` is that of its page, or of the page
    where the document is read. `more` leads to what else it says of what was asked.
    """

    session: str
    address: str
    title: str
    about: str
    spoken: str
    cards: Sequence[Card]
    more: Link | None = None
