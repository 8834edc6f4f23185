#!/usr/bin/env bash
# icalendar 7.3.2: an event of three hours lasts four in the night when clocks go back.
#
# Guess: DURATION:PT3H is three hours that pass, as RFC 5545 (3.3.6) says of hours, where days are
# those of the calendar: what begins at 1:30 in Paris on 26 October 2025 ends at 3:30 winter time.
# Seen: `event.end` is 4:30 winter time, four hours later; `event.duration` says three. In March,
# one hour from 1:30 ends at 2:30, which no clock shows that night.
# For us: readers/calendars.py counts the hours of a duration as they pass.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" icalendar==7.3.2 tzdata
PYTHONPATH="$folder" python3 - <<'PY'
from datetime import UTC, timedelta

from icalendar import Calendar


def event(start, length):
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nuit//FR", "BEGIN:VEVENT", "UID:nuit",
        "DTSTAMP:20250101T000000Z", f"DTSTART;TZID=Europe/Paris:{start}", f"DURATION:{length}",
        "SUMMARY:Nuit des arts", "END:VEVENT", "END:VCALENDAR", "",
    )
    return Calendar.from_ical("\r\n".join(lines)).walk("VEVENT")[0]


autumn, spring = event("20251026T013000", "PT3H"), event("20250330T013000", "PT1H")
lasts = autumn.end.astimezone(UTC) - autumn.start.astimezone(UTC)
print("autumn:", autumn.end, "after", lasts, "instead of", autumn.duration, "· spring:", spring.end)
assert autumn.duration == timedelta(hours=3)
assert lasts == timedelta(hours=4) and f"{spring.end:%H:%M}" == "02:30", "changed"
PY
