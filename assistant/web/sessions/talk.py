"""The recording of a session and its transcript: the documents of a sheet → what the page plays.

One transcript is shown: the first that can be heard, else the first there is. Its lines are those
of the player of answers, some at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.document_view import DocumentView
from assistant.i18n import Language, say
from assistant.records.answers import ListedDocument
from assistant.records.documents import Passage
from assistant.view import View
from assistant.web.documents.found import FoundPage, found_page
from assistant.web.documents.player import Transcript, TranscriptPage, transcript_page
from assistant.web.documents.transcript import lines_of
from assistant.web.shared.addresses import moment_address
from assistant.web.shared.sources import listening_of

#: How many lines are given with the page; the player asks for more.
LINES_GIVEN = 40
_KINDS = ("transcript", "recording")


@dataclass(frozen=True, slots=True)
class TalkBox:
    """What was said: the lines, and the recording if there is one (`transcript.listening`).

    `found` are the lines that have the words looked for, None where none are.
    """

    document_id: str
    notice: str
    transcript: TranscriptPage
    found: FoundPage | None

    @property
    def heard(self) -> str:
        """The id of the transcript that the page plays; empty where nothing can be heard."""
        return self.document_id if self.transcript.listening else ""


def talk_box(
    documents: Sequence[ListedDocument], words: str, view: View, language: Language
) -> TalkBox | None:
    """Return what was said in a session, None where there is no transcript.

    `words` are looked for in it.
    """
    spoken = [view.document(document.id) for document in documents if document.kind in _KINDS]
    ordered = sorted(spoken, key=lambda one: one.recording is None)
    found = ((one, _passages(one)) for one in ordered)
    return next((_talk(view, one, held, words, language) for one, held in found if held), None)


def _passages(document: DocumentView) -> list[Passage]:
    return [passage for passage in document.passages if passage.place.kind == "second"]


def _talk(
    view: View,
    document: DocumentView,
    passages: Sequence[Passage],
    words: str,
    language: Language,
) -> TalkBox:
    lines = lines_of(passages)
    first = lines[0].passage
    automatic = document.automatic(first.place)
    listening = listening_of(view, first, 0, 0, language)
    spoken = document.language
    transcript = Transcript(
        lines=lines,
        first=0,
        last=min(LINES_GIVEN, len(lines)),
        quoted=first,
        span=(0, 0),
        address=moment_address(document.id, {"p": str(first.id)}, language),
        listening=listening,
        spoken=spoken,
        language=language,
    )
    return TalkBox(
        document_id=document.id,
        notice=say(f"page.automatic_{automatic}", language) if automatic else "",
        transcript=transcript_page(transcript),
        found=found_page(lines, words, listening, spoken, language) if words.strip() else None,
    )
