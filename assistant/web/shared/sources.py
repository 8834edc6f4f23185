"""Citations and hits as the page shows them: passage → `ShownSource`, with its words and addresses.

What comes in are records; what goes out are plain strings, not yet HTML. Addresses name a
document by its id; the routes in `documents` look that id up in the index, never on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from assistant.i18n import Language, say
from assistant.i18n.names import names_in_words
from assistant.i18n.places import clock, in_notes, label_of, place_in_words
from assistant.indexed_content import IndexedContent
from assistant.records.answers import Citation, Said, Shown
from assistant.records.documents import (
    CONTEXT_SEPARATOR,
    Automatic,
    Passage,
    Place,
    speakers_of,
)
from assistant.records.hits import Hit
from assistant.rendering import may_show
from assistant.web.shared.addresses import (
    document_address,
    moment_address,
    passage_address,
    place_asked,
    reading_address,
    span_asked,
)
from assistant.web.shared.figures import (
    Figure,
    Quoted,
    has_figure,
    highlighted_address,
    thumbnail_of,
)
from assistant.web.shared.media_types import media_of

#: How much of the passage is shown on each side of the words quoted, in characters.
SURROUNDING_CHARACTERS = 160
#: How much of a passage is shown where nothing in it is quoted.
EXCERPT_CHARACTERS = 320
#: A recording is played from so long before the sentence, in seconds: time to follow.
LEAD_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Link:
    """Where one can go from a source."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Listening:
    """A sentence of a recording that can be heard, and where its transcript is read meanwhile.

    `recording`, `lines` and `captions` are addresses: the file, the player with the transcript
    around the sentence, the captions. `second` is when the sentence begins.
    """

    words: str
    recording: str
    lines: str
    captions: str
    second: float
    is_video: bool = False

    @property
    def start(self) -> float:
        """The second to play from: a little before the sentence."""
        return max(0.0, self.second - LEAD_SECONDS)

    def recording_at(self, second: float) -> str:
        """Return the address of the recording at a second, as browsers understand it."""
        return f"{self.recording}#t={int(second)}"


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A passage shown as a proof (numbered), or as a suggestion (number 0).

    `trail` reads "event › session › speaker"; `before` and `after` surround the quote. `language`
    is that of the document, empty where it is not known.
    """

    number: int
    title: str
    trail: tuple[str, ...]
    place: str
    before: str
    quote: str
    after: str
    links: tuple[Link, ...]
    language: str = ""
    listening: Listening | None = None
    figure: Figure | None = None


def listening_of(
    view: IndexedContent,
    passage: Passage,
    start: int,
    end: int,
    language: Language,
    said: Said | None = None,
    at: Place | None = None,
) -> Listening | None:
    """Return how to hear what is quoted of a passage, or the passage; None without recording.

    It is heard from `at` where that is known better. Of a slide one hears what was `said` while it
    was shown.
    """
    document_id = passage.document_id
    place = at or (passage.place_of(start, end) if end > start else passage.place)
    asked = span_asked(passage, start, end)
    if said:
        document_id, place, asked = said.document_id, said.place, {"lieu": place_asked(said.place)}
    recording = view.document(document_id).recording
    if recording is None or place.kind != "second":
        return None
    is_video = media_of(recording.name).type.startswith("video/")
    address = quote(document_id)
    return Listening(
        words=say(
            "page.watch_at" if is_video else "page.listen_at", language, time=clock(place.first)
        ),
        recording=f"/enregistrement/{address}",
        lines=moment_address(document_id, asked, language),
        captions=f"/sous-titres/{address}.vtt",
        second=place.first,
        is_video=is_video,
    )


def links_of(
    view: IndexedContent,
    document_id: str,
    place: Place,
    language: Language,
    quoted: Quoted | None = None,
) -> tuple[Link, ...]:
    """Return the ways to the original of a document at `place`.

    A PDF is opened with the words `quoted` highlighted, where there are any.
    """
    links = []
    if view.document(document_id).file is not None:
        media = media_of(document_id)
        if place.kind in ("page", "slide") and media.type == "application/pdf":
            words = say("page.open_at_page", language, number=int(place.first))
            address = document_address(document_id, place)
            if quoted and quoted.end > quoted.start:
                address = highlighted_address(quoted)
            links.append(Link(words, address))
        elif media.treatment == "download":
            links.append(
                Link(say("page.download_document", language), document_address(document_id))
            )
        elif not media.is_recording:
            links.append(Link(say("page.open_document", language), document_address(document_id)))
    return tuple(links)


@dataclass(frozen=True, slots=True)
class Aligned:
    """When a slide was spoken about, or the slide on screen when something was said."""

    said: Said | None = None
    shown: Shown | None = None
    #: What is printed as the number of the page, where it is another.
    label: str = ""


def aligned_at(view: IndexedContent, passage: Passage, place: Place) -> Aligned:
    """Return what goes with words at a place of a passage."""
    label = label_of(view.document(passage.document_id).facts, place)
    return Aligned(view.said_at(passage), view.slide_of(passage, place), label)


def where(
    passage: Passage, place: Place, automatic: Automatic, aligned: Aligned, language: Language
) -> str:
    """Say where a quote of a passage stands, when it was said, or what was then on screen."""
    return place_in_words(
        place,
        language,
        automatic=automatic,
        said=aligned.said.place if aligned.said else None,
        shown=aligned.shown.place if aligned.shown else None,
        notes=in_notes(passage),
        label=aligned.label,
    )


def aligned_links(aligned: Aligned, language: Language) -> Iterator[Link]:
    """Give the ways from a slide to what was said of it, from speech to the slide on screen."""
    if said := aligned.said:
        words = say("page.see_said", language, time=clock(said.place.first))
        yield Link(words, reading_address(said.document_id, language, said.place))
    if shown := aligned.shown:
        words = say("page.see_slide", language, number=round(shown.place.first))
        yield Link(words, reading_address(shown.document_id, language, shown.place))


def trail_of(passage: Passage, facts: Mapping[str, str]) -> tuple[str, ...]:
    """Return "event › session › speaker" for a passage, leaving out what isn't known."""
    speaker = passage.speaker or names_in_words(speakers_of(facts))
    return (*_known(facts), speaker) if speaker else _known(facts)


def heading_of(passage: Passage, facts: Mapping[str, str]) -> str:
    """Return the heading a passage stands under, empty where there is none."""
    begins = CONTEXT_SEPARATOR.join(_known(facts))
    parts = passage.context.removeprefix(begins).split(CONTEXT_SEPARATOR)
    others = ("", passage.speaker, say("passages.speaker_notes"))
    return next((part for part in reversed(parts) if part not in others), "")


def _known(facts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the titles of the event and of the session, with which a context begins."""
    titles = (facts.get("event_title", ""), facts.get("session_title", ""))
    return tuple(title for title in titles if title)


def cited_source(view: IndexedContent, citation: Citation, language: Language) -> ShownSource:
    """Return a citation as the page shows it: the quote with a little of what surrounds it."""
    passage, document = citation.passage, view.document(citation.passage.document_id)
    aligned = aligned_at(view, passage, citation.place)
    quoted = Quoted(passage, citation.start, citation.end)
    seen_at = passage_address(passage, citation.start, citation.end, language)
    before = passage.text[: citation.start]
    after = passage.text[citation.end :]
    return ShownSource(
        number=citation.number,
        title=citation.title,
        trail=trail_of(passage, document.facts),
        language=document.language,
        place=where(passage, citation.place, citation.automatic, aligned, language),
        before=_tail(before),
        quote=citation.quote,
        after=_head(after, SURROUNDING_CHARACTERS),
        links=(
            Link(say("page.see_passage", language), seen_at),
            *links_of(view, passage.document_id, citation.place, language, quoted),
            *aligned_links(aligned, language),
        ),
        listening=listening_of(
            view, passage, citation.start, citation.end, language, aligned.said, citation.place
        ),
        figure=_figure(view, quoted, citation.title, seen_at, language),
    )


def _figure(
    view: IndexedContent, quoted: Quoted, title: str, opens: str, language: Language
) -> Figure | None:
    """Return the picture of the page quoted, None where it has no page or nothing can draw it."""
    document = view.document(quoted.passage.document_id)
    file = document.file
    if file is None or not has_figure(document.id, quoted.place) or not may_show(file):
        return None
    return thumbnail_of(
        quoted,
        file,
        opens,
        title=title,
        facts=document.facts,
        language=language,
    )


def near_source(view: IndexedContent, hit: Hit, language: Language) -> ShownSource:
    """Return a hit as the page suggests it: the beginning of its passage."""
    passage, document = hit.passage, view.document(hit.passage.document_id)
    aligned = aligned_at(view, passage, passage.place)
    return ShownSource(
        number=0,
        title=hit.title,
        trail=trail_of(passage, document.facts),
        language=document.language,
        place=where(passage, passage.place, hit.automatic, aligned, language),
        before=_head(passage.text, EXCERPT_CHARACTERS),
        quote="",
        after="",
        links=(
            Link(say("page.see_passage", language), passage_address(passage, language=language)),
            *links_of(view, passage.document_id, passage.place, language),
            *aligned_links(aligned, language),
        ),
        listening=listening_of(view, passage, 0, 0, language, aligned.said),
    )


def _head(text: str, most: int) -> str:
    """Return the beginning of `text`, cut between two words; a sentence that ends keeps its end."""
    if len(text) <= most:
        return text
    head = text[:most].rsplit(None, 1)[0].rstrip(" ,;:")
    return head + (" …" if head.endswith((".", "!", "?", "…")) else "…")


def _tail(text: str) -> str:
    if len(text) <= SURROUNDING_CHARACTERS:
        return text
    return "…" + text[-SURROUNDING_CHARACTERS:].split(None, 1)[-1]
