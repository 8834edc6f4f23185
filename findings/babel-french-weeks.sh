#!/usr/bin/env bash
# babel 2.18.0 (CLDR): the weeks of the locale "fr" are not those that France counts.
#
# Guess: `format_date(…, "w", locale="fr")` gives the number of the week as French calendars have it
# (ISO 8601): Monday 4 January 2027 is in week 1.
# Seen: week 2, and so all through 2027. Rules of weeks belong to a country, and where a locale names
# none babel takes the world's instead of those of the country it stands for: "fr_FR" is right.
# For us: « semaines paires » of a collection would be the odd ones; no week is written with it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" babel==2.18.0
PYTHONPATH="$folder" python3 - <<'PY'
from datetime import date, timedelta

from babel.dates import format_date


def right(day, locale):
    return int(format_date(day, "w", locale=locale)) == day.isocalendar().week


monday = date(2027, 1, 4)
seen = {name: format_date(monday, "w", locale=name) for name in ("fr_FR", "fr")}
print(monday, "ISO", monday.isocalendar().week, "·", seen)
days = [date(2027, 1, 1) + timedelta(number) for number in range(365)]
assert all(right(day, "fr_FR") for day in days)
assert not any(right(day, "fr") for day in days), "changed"
PY
