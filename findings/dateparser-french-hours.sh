#!/usr/bin/env bash
# dateparser 1.5.0: « 18 h 30 », as French typography writes a time, is taken for 18 hours ago.
#
# Guess: « lundi 24 mars 2025 à 18 h 30 » is that moment, as « 18h30 » is; or the hour is left out.
# Seen: with "18h30" it is. With spaces `search_dates` finds two dates: the day, and « 2025 à 18 h »,
# which is 18 hours before now; `parse` gives None for the whole, and yesterday for « 20 h » alone.
# For us: the programme of a session would have a moment that it doesn't state; hours are found by
# patterns of our own, with and without spaces.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" dateparser==1.5.0
PYTHONPATH="$folder" python3 - <<'PY'
from datetime import datetime

import dateparser
from dateparser.search import search_dates

now = datetime(2025, 3, 10, 9, 0)
given = {"languages": ["fr"], "settings": {"RELATIVE_BASE": now}}
close, apart = (
    search_dates(f"La séance du lundi 24 mars 2025 à {hour} est publique.", **given)
    for hour in ("18h30", "18 h 30")
)
print("close", close)
print("apart", apart)
alone = dateparser.parse("20 h", **given)
print("20 h:", alone)
assert [moment for _, moment in close] == [datetime(2025, 3, 24, 18, 30)]
assert [moment for _, moment in apart] == [datetime(2025, 3, 24), datetime(2025, 3, 9, 15)], "changed"
assert dateparser.parse("lundi 24 mars 2025 à 18 h 30", **given) is None, "changed"
assert alone == datetime(2025, 3, 9, 13), "changed"
PY
