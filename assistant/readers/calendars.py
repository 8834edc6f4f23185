"""Calendars: an ICS file becomes a table of its events, a row each, in order of time.

In: what Outlook, Google and others export. Out: blocks in place `row n`, or records for who makes a
programme of them. Times are those of the place where it happens.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from assistant.errors import ReadError
from assistant.i18n import say
from assistant.readers.encodings import read_text_file
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.titles import usable_title
from assistant.records.documents import Block, Place
from assistant.text.analysis import clean

#: Where an event states its time in no zone, or in universal time, and its calendar none either.
_ZONE = "Europe/Paris"
#: A calendar of a lifetime has fewer.
MAX_EVENTS = 10_000
_LONGEST_TEXT = 5_000
_BREAK = re.compile(r"<br\s?/?>|</(?:p|div|li)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event of a calendar; `begins` and `ends` are local, a date alone for a whole day."""

    title: str
    begins: datetime | date
    ends: datetime | date | None = None
    place: str = ""
    text: str = ""
    categories: tuple[str, ...] = ()
    repeats: bool = False

    @property
    def hour(self) -> str:
        """When it begins, as programmes write it: "9h30"; "" for a whole day."""
        return _hour(self.begins) if isinstance(self.begins, datetime) else ""


def read_ics(path: Source, options: Options) -> Iterator[Part]:
    """Yield the events of a calendar, a row each. Raises ReadError."""
    calendar = _ParsedCalendar(read_text_file(path))
    if not calendar.events:
        raise ReadError("file_without_text")
    yield Fact("kind", "table")
    if title := usable_title(calendar.title):
        yield Fact("title", title)
    for number, event in enumerate(calendar.events, start=1):
        yield Block(_row(event), "table", Place("row", number, number))
    if calendar.undated:
        yield Defect("events_undated", {"number": str(calendar.undated)})
    if calendar.cancelled:
        yield Defect("events_cancelled", {"number": str(calendar.cancelled)})
    if repeated := sum(event.repeats for event in calendar.events):
        yield Defect("events_repeated", {"number": str(repeated)})


def events_of(path: Source) -> Sequence[CalendarEvent]:
    """Return the events of a calendar in order of time. Raises ReadError."""
    return _ParsedCalendar(read_text_file(path)).events


class _ParsedCalendar:
    """A calendar that was read: its events in order, and how many were left out."""

    def __init__(self, text: str) -> None:
        calendars = _parsed(text)
        self.title = str(calendars[0].get("X-WR-CALNAME", ""))
        self.undated = self.cancelled = 0
        events = [
            event
            for calendar in calendars
            for component in calendar.walk("VEVENT")[:MAX_EVENTS]
            if (event := self._event(component, _zone(calendar)))
        ]
        self.events = sorted(events, key=lambda event: _instant(event.begins))

    def _event(self, component: Any, zone: tzinfo) -> CalendarEvent | None:
        if str(component.get("STATUS", "")).upper() == "CANCELLED":
            self.cancelled += 1
            return None
        begins = _local(_value(component, "DTSTART"), zone)
        title = " ".join(clean(str(component.get("SUMMARY", ""))).split())
        if begins is None or not title:
            self.undated += 1
            return None
        return CalendarEvent(
            title=title,
            begins=begins,
            ends=_end(component, begins, zone),
            place=" ".join(clean(str(component.get("LOCATION", ""))).split()),
            text=_described(str(component.get("DESCRIPTION", ""))),
            categories=tuple(_categories(component)),
            repeats="RRULE" in component or "RDATE" in component,
        )


def _parsed(text: str) -> list[Any]:
    start = text.find("BEGIN:VCALENDAR")
    if start < 0:
        raise ReadError("file_damaged", cause="BEGIN:VCALENDAR")
    try:
        calendars = Calendar.from_ical(text[start:], multiple=True)
    except (ValueError, KeyError, IndexError, TypeError) as e:
        raise ReadError("file_damaged", cause=type(e).__name__) from e
    if not calendars:
        raise ReadError("file_damaged", cause="END:VCALENDAR")
    return list(calendars)


def _zone(calendar: Any) -> tzinfo:
    """Return the zone that a calendar says its place is in."""
    stated = [str(calendar.get("X-WR-TIMEZONE", ""))]
    stated += [str(component.get("TZID", "")) for component in calendar.walk("VTIMEZONE")]
    for name in (*stated, _ZONE):
        try:
            return ZoneInfo(name)
        except (OSError, ValueError):  # none, or one that only its program knows
            continue
    return UTC


def _value(component: Any, name: str) -> Any:
    """Return a property as Python has it; None where there is none, or none that can be read."""
    try:
        return getattr(component.get(name), "dt", None)
    except BrokenCalendarProperty:
        return None


def _local(value: Any, zone: tzinfo) -> datetime | date | None:
    """Return a time as clocks show it there; universal time is that of no place."""
    if not isinstance(value, datetime):
        return value if isinstance(value, date) else None
    when: datetime = value
    if when.tzinfo is not None and when.tzname() == "UTC":
        when = when.astimezone(zone)
    return when.replace(tzinfo=None)


def _end(component: Any, begins: datetime | date, zone: tzinfo) -> datetime | date | None:
    """Return when an event ends; of whole days the last one, where there are several."""
    end = _local(_value(component, "DTEND"), zone)
    if end is None and isinstance(length := _value(component, "DURATION"), timedelta):
        end = _local(_after(_value(component, "DTSTART"), length, zone), zone)
    if not isinstance(begins, datetime):
        last = end - timedelta(days=1) if end and not isinstance(end, datetime) else None
        return last if last and last > begins else None
    return end if isinstance(end, datetime) and end > begins else None


def _after(start: datetime | date, length: timedelta, zone: tzinfo) -> datetime | date:
    """Return the end of what lasts so long: days as the calendar has them, hours as they pass.

    So RFC 5545 (3.3.6) has it; icalendar 7.3.2 adds hours to what clocks show, which is wrong in
    the nights when they are changed (findings/icalendar-night-of-clock-change.sh).
    """
    if not isinstance(start, datetime):
        return start + length
    begins = start if start.tzinfo is not None else start.replace(tzinfo=zone)
    if begins.tzname() == "UTC":
        begins = begins.astimezone(zone)
    last_day = begins + timedelta(days=length.days)
    ends = last_day.astimezone(UTC) + timedelta(seconds=length.seconds)
    return ends.astimezone(begins.tzinfo)


def _instant(when: datetime | date) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time())


def _categories(component: Any) -> Iterator[str]:
    held = component.get("CATEGORIES", [])
    for one in held if isinstance(held, list) else [held]:
        for category in getattr(one, "cats", [one]):
            if name := clean(str(category)):
                yield name


def _described(text: str) -> str:
    """Return a description as text; some programs write it as a page."""
    if _TAG.search(text):
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    return clean(text)[:_LONGEST_TEXT]


def _row(event: CalendarEvent) -> str:
    """Return an event as the row of a table, as other tables are read."""
    cells = {
        "title": event.title,
        "date": _days(event),
        "time": _hours(event),
        "place": event.place,
        "text": " ".join(event.text.split()),
    }
    named = ((say(f"passages.calendar_{name}"), words) for name, words in cells.items())
    return " | ".join(f"{name} : {words}" for name, words in named if words)


def _days(event: CalendarEvent) -> str:
    first = f"{event.begins:%d/%m/%Y}"
    last = f"{event.ends:%d/%m/%Y}" if event.ends else first
    return first if first == last else f"{first} – {last}"


def _hours(event: CalendarEvent) -> str:
    """Return "9h00 – 10h30"; nothing of whole days."""
    return f"{event.hour} – {_hour(event.ends)}" if isinstance(event.ends, datetime) else event.hour


def _hour(when: datetime) -> str:
    return f"{when.hour}h{when.minute:02d}"
