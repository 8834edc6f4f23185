"""What is shown as cards: citations or hits with their sources → cards, session by session.

Each quote stands once. Lines of one slide, and of one passage that nobody said, share a card: one
place, one picture, one row of links. A session's title and its speakers are said once, above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from assistant.i18n import Language, count
from assistant.i18n.names import names_in_words
from assistant.i18n.places import in_notes
from assistant.records.answers import Answer, Citation
from assistant.records.documents import CONTEXT_SEPARATOR, Passage, speakers_of
from assistant.records.hits import Filters, Hit
from assistant.view import View
from assistant.web.shared.addresses import question_address, reading_address, session_address
from assistant.web.shared.arranging import group_of, spot_of
from assistant.web.shared.card_records import Card, CardGroup, CardPart
from assistant.web.shared.facets import kind_words
from assistant.web.shared.quote_blocks import GAP, QuoteBlock, joined, quote_blocks
from assistant.web.shared.sources import (
    Link,
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
        by_session.setdefault(group_of(view, one[0].passage), []).append(one)
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
        for _, run in groupby(found, key=lambda one: spot_of(one[0]))
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
    return [*speakers_of(facts)] or said


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
