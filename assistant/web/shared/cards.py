"""What is shown as cards: citations or hits with their sources → cards, session by session.

Each quote stands once. Lines of one slide, and of one passage that nobody said, share a card: one
place, one picture, one row of links. A session's title and its speakers are said once, above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from assistant.i18n import Language, count
from assistant.i18n.names import names_in_words
from assistant.i18n.places import in_notes
from assistant.records.answers import Answer, AnswerSection, Citation
from assistant.records.documents import CONTEXT_SEPARATOR, SPEAKER_SEPARATOR, Passage, Place
from assistant.records.hits import Filters, Hit
from assistant.records.messages import Message
from assistant.view import View
from assistant.web.shared.addresses import question_address, reading_address, session_address
from assistant.web.shared.facets import kind_words
from assistant.web.shared.figures import Figure
from assistant.web.shared.quote_blocks import GAP, QuoteBlock, joined, quote_blocks
from assistant.web.shared.sources import (
    Link,
    Listening,
    ShownSource,
    aligned_at,
    cited_source,
    near_source,
    where,
)

#: What is shown of a passage: its words quoted, or the passage itself where none are.
Found = tuple[Citation | Hit, ShownSource]
#: How many of the closest passages are offered.
MOST_SUGGESTED = 3


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


def arranged(view: View, answer: Answer) -> Answer:
    """Return an answer whose citations stand session by session and place by place, renumbered.

    Sessions and places keep the order in which they come first; only an answer in quotes changes.
    """
    if answer.engine != "extractive":
        return answer
    session_of = {
        citation.number: _session(view, citation.passage) for citation in answer.citations
    }
    sessions = [*dict.fromkeys(session_of.values())]
    spots = [*dict.fromkeys(_spot(citation) for citation in answer.citations)]
    ordered = sorted(
        answer.citations,
        key=lambda one: (
            sessions.index(session_of[one.number]),
            spots.index(_spot(one)),
            one.passage.ordinal,
            one.start,
        ),
    )
    numbers = {str(one.number): str(at) for at, one in enumerate(ordered, start=1)}
    citations = tuple(replace(one, number=at) for at, one in enumerate(ordered, start=1))
    renumbered = {old.number: new for old, new in zip(ordered, citations, strict=True)}
    return replace(
        answer,
        citations=citations,
        sections=tuple(_section(section, renumbered) for section in answer.sections),
        text=" ".join(citation.numbered for citation in citations) if answer.text else "",
        remarks=tuple(_renumbered(remark, numbers) for remark in answer.remarks),
    )


def _section(section: AnswerSection, renumbered: Mapping[int, Citation]) -> AnswerSection:
    """Return a section with its citations as they are arranged."""
    citations = [renumbered[citation.number] for citation in section.citations]
    return replace(section, citations=tuple(sorted(citations, key=lambda one: one.number)))


def found_of(view: View, answer: Answer, language: Language) -> list[Found]:
    """Return what proves an answer, or else what may answer or comes closest."""
    if answer.status == "refused" or not answer.citations:
        return [(hit, near_source(view, hit, language)) for hit in answer.hits[:MOST_SUGGESTED]]
    return [(citation, cited_source(view, citation, language)) for citation in answer.citations]


def sources_of(view: View, answer: Answer, language: Language) -> list[ShownSource]:
    """Return the sources of what `found_of` finds."""
    return [source for _, source in found_of(view, answer, language)]


def others_of(view: View, answer: Answer, language: Language) -> list[Found]:
    """Return the closest passages that an answer doesn't quote."""
    quoted = {citation.passage.id for citation in answer.citations}
    others = [hit for hit in answer.hits if hit.passage.id not in quoted]
    return [(hit, near_source(view, hit, language)) for hit in others[:MOST_SUGGESTED]]


def card_groups(view: View, found: Sequence[Found], language: Language) -> list[CardGroup]:
    """Return what was found as cards, session by session in the order in which they come first."""
    by_session: dict[str, list[Found]] = {}
    for one in found:
        by_session.setdefault(_session(view, one[0].passage), []).append(one)
    return [_group(view, one, language) for one in by_session.values()]


def leading_on(
    groups: Sequence[CardGroup], answer: Answer, filters: Filters, language: Language
) -> list[CardGroup]:
    """Return groups that lead to what else each session says, where several are quoted.

    The same question is asked there.
    """
    if len(answer.sections) < 2:
        return list(groups)
    left = {
        section.session: section.passages - len({cited.passage.id for cited in section.citations})
        for section in answer.sections
    }
    return [
        replace(group, more=_more(group.session, left[group.session], answer, filters, language))
        if left.get(group.session) and group.session
        else group
        for group in groups
    ]


def _more(session: str, number: int, answer: Answer, filters: Filters, language: Language) -> Link:
    """Return the link that asks the same question within a session."""
    there = replace(filters, sessions=(session,))
    address = question_address(answer.question, there, answer.subject, language)
    return Link(count("page.more_here", number, language), address)


def _group(view: View, found: Sequence[Found], language: Language) -> CardGroup:
    passage = found[0][0].passage
    document = view.document(passage.document_id)
    facts = document.facts
    title = facts.get("session_title") or found[0][1].title
    speakers = _speakers(found, facts)
    events = {session.event for session in view.sessions}
    about = (
        facts.get("event_title", "") if len(events) > 1 else "",
        facts.get("type", "").capitalize() if facts.get("session") else "",
        names_in_words(speakers, language),
    )
    cards = [
        _card(view, [*run], title, language)
        for _, run in groupby(found, key=lambda one: _spot(one[0]))
    ]
    session = facts.get("session", "")
    return CardGroup(
        session=session,
        address=session_address(session, language)
        if session
        else reading_address(document.id, language),
        title=title,
        about=" · ".join(one for one in about if one),
        spoken=document.language,
        cards=[*_speakers_once(cards, speakers)],
    )


def _speakers(found: Sequence[Found], facts: Mapping[str, str]) -> list[str]:
    """Return who says what is shown, or else who spoke in the session by the programme."""
    said = [*dict.fromkeys(one.passage.speaker for one, _ in found if one.passage.speaker)]
    if len(said) == 1:
        return said
    return [part for part in facts.get("speakers", "").split(SPEAKER_SEPARATOR) if part] or said


def _speakers_once(cards: Iterable[Card], speakers: Sequence[str]) -> Iterator[Card]:
    """Yield cards that say who speaks only where that is somebody else than before."""
    before = speakers[0] if len(speakers) == 1 else ""
    for card in cards:
        yield replace(card, speaker="" if card.speaker == before else card.speaker)
        before = card.speaker or before


def _card(view: View, found: Sequence[Found], above: str, language: Language) -> Card:
    """Return one card of what was found at one place; `above` is what its group is called."""
    first, source = found[0]
    facts = view.document(first.passage.document_id).facts
    kind = kind_words(facts.get("kind", ""), language)
    named = source.title if source.title != above else kind
    parts = [[*run] for _, run in groupby(found, key=lambda one: (one[0].passage.id, type(one[0])))]
    places = [_place(view, run, language) for run in parts]
    return Card(
        numbers=tuple(shown.number for _, shown in found if shown.number),
        document=named or source.title,
        speaker=first.passage.speaker,
        place=places[0],
        title=source.title,
        spoken=source.language,
        parts=[
            _part(run, place[:1].upper() + place[1:] if place != places[0] else "")
            for run, place in zip(parts, places, strict=True)
        ],
        links=source.links,
        listening=source.listening,
        figure=next((shown.figure for _, shown in found if shown.figure), None),
    )


def _part(found: Sequence[Found], place: str) -> CardPart:
    """Return what is shown of one passage: one quote among its neighbours, or several together."""
    first, source = found[0]
    if not isinstance(first, Citation):
        blocks = quote_blocks(source.before, is_titled=_begins_with_title(first.passage))
        return CardPart(place, "", blocks, "", is_quoted=False)
    citations = [one for one, _ in found if isinstance(one, Citation)]
    blocks = _blocks(first)
    for before, one in pairwise(citations):
        left_out = one.passage.text[before.end : one.start].strip()
        more = _blocks(one)
        is_row = blocks[-1].kind == more[0].kind == "table"
        blocks += [GAP, *more] if left_out and not is_row else more
    if len(citations) > 1:
        return CardPart(place, "", joined(blocks), "")
    return CardPart(place, source.before, blocks, source.after)


def _blocks(citation: Citation) -> list[QuoteBlock]:
    marked = [(start - citation.start, end - citation.start) for start, end in citation.marked]
    is_titled = citation.start == 0 and _begins_with_title(citation.passage)
    return quote_blocks(citation.quote, marked, is_titled=is_titled)


def _begins_with_title(passage: Passage) -> bool:
    """Tell whether a passage begins as a slide does, or with the heading that it stands under."""
    if in_notes(passage):
        return False
    heading = passage.context.rpartition(CONTEXT_SEPARATOR)[2]
    is_slide = passage.place.kind == "slide"
    return is_slide or passage.text.partition("\n")[0] == heading


def _place(view: View, found: Sequence[Found], language: Language) -> str:
    """Say where all that is quoted of one passage stands."""
    first, source = found[0]
    citations = [one for one, _ in found if isinstance(one, Citation)]
    if len(citations) < 2:
        return source.place
    place = citations[0].place.until(citations[-1].place)
    aligned = aligned_at(view, first.passage, place)
    return where(first.passage, place, first.automatic, aligned, language)


def _session(view: View, passage: Passage) -> str:
    """Return what groups cards: a session, or a document of none."""
    return view.document(passage.document_id).facts.get("session", "") or passage.document_id


def _spot(found: Citation | Hit) -> tuple[object, ...]:
    """Return what makes one card of several citations: a page or slide, or a written passage.

    What was said is heard sentence by sentence: each has its own.
    """
    passage = found.passage
    place: Place = found.place if isinstance(found, Citation) else passage.place
    if place.kind in ("page", "slide"):
        return (passage.document_id, place)
    if place.kind == "second":
        return (passage.document_id, place, passage.id, _start(found))
    return (passage.document_id, passage.id)


def _start(found: Citation | Hit) -> int:
    return found.start if isinstance(found, Citation) else 0


def _renumbered(message: Message, numbers: Mapping[str, str]) -> Message:
    """Return a remark that names citations by their new numbers."""
    return Message(
        message.key,
        {
            name: _renumbered(value, numbers)
            if isinstance(value, Message)
            else numbers.get(value, value)
            if name == "number"
            else value
            for name, value in message.values.items()
        },
    )
