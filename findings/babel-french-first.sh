#!/usr/bin/env bash
# babel 2.18.0 (CLDR): in French, the first of a month is written « 1 mars », not « 1er mars ».
#
# Guess: the long French format writes « 1er mars 2025 », the only right form in French.
# Seen: « 1 mars 2025 » and « samedi 1 mars 2025 ».
# For us: the programme of an event on the first of a month was written wrongly.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" babel==2.18.0
PYTHONPATH="$folder" python3 - <<'PY'
from datetime import date

from babel.dates import format_date

found = [format_date(date(2025, 3, 1), width, locale="fr") for width in ("long", "full")]
print(found)
assert found == ["1 mars 2025", "samedi 1 mars 2025"], "changed"
PY
