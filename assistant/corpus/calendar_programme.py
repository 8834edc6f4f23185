"""A calendar as the programme of an event: its ICS file → what `programme.csv` would state.

In: the calendar that lies in the event's folder, and the folders of its sessions. Out: values by
column. An event of the calendar is the session whose folder's words it has in its title; the others
(a lunch, a welcome) are no sessions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.text.analysis import fold

if TYPE_CHECKING:
    from assistant.readers.calendars import CalendarEvent

SUFFIX = ".ics"
#: "Intervenantes : A, B", "Avec A / B", at the start of a line of a description.
_SPEAKERS = re.compile(
    r"^[ \t]*(?:intervenant\w{0,4}|orateurs?|oratrices?|speakers?|avec|with)[ \t]*:?[ \t]+"
    r"(.{1,300})$",
    re.IGNORECASE | re.MULTILINE,
)
_BETWEEN = re.compile(r"\s*(?:;|,|\s/\s|\bet\b|\band\b)\s*")
_LINKING = frozenset({"le", "la", "les", "l", "de", "des", "du", "d", "et", "a", "au", "aux", "un"})


def rows_of(file: Path, folders: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """Yield what a calendar states of each session, by the columns of a programme.

    Raises ReadError.
    """
    # Loaded here: asking a question reads no calendar.
    from assistant.readers.calendars import events_of

    events = events_of(file)
    titles = [_words(event.title) for event in events]
    for folder in folders:
        wanted = _words(folder)
        found = [at for at, title in enumerate(titles) if wanted <= title]
        if wanted and found:
            # The one that says least else is it: "Atelier 1", not "Pause après l'atelier 1".
            yield _row(folder, events[min(found, key=lambda at: len(titles[at]))])


def _words(text: str) -> frozenset[str]:
    """Return the telling words of a title or a folder's name, numbers without zeros before."""
    words = re.findall(r"\d+|[^\W\d_]+", fold(text))
    return frozenset(word.lstrip("0") or "0" for word in words) - _LINKING


def _row(folder: str, event: CalendarEvent) -> Mapping[str, str]:
    speakers = _SPEAKERS.search(event.text)
    return {
        "seance": folder,
        "titre": event.title,
        "type": next(iter(_types(event)), ""),
        "intervenants": " / ".join(_BETWEEN.split(speakers[1].strip())) if speakers else "",
        "date": f"{event.begins:%Y-%m-%d}",
        "heure": event.hour,
        "salle": event.place,
    }


def _types(event: CalendarEvent) -> Iterator[str]:
    """Yield the categories that are types of session."""
    for category in event.categories:
        if fold(category).rstrip("s") in ("atelier", "conference"):
            yield category


def calendar_in(files: Sequence[Path]) -> Path | None:
    """Return the calendar among the files of an event: the only one; None where several are."""
    found = [file for file in files if file.suffix.lower() == SUFFIX]
    return found[0] if len(found) == 1 else None
