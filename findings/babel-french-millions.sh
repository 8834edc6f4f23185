#!/usr/bin/env bash
# babel 2.18.0: in French, a million is « 1 millions », and nearly two « 2 million ».
#
# Guess: the long compact form is written as one reads it: « 1 million », « 1,5 million » (a French
# plural begins at two), « 2 millions », also for 1 990 000, which is rounded to 2.
# Seen: « 1 millions », and « 2 million » for 1 990 000: the form is chosen by the number before it
# is divided and rounded, for which 1 000 000 has a plural of its own.
# For us: nothing is written with it; amounts stay in digits.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" babel==2.18.0
PYTHONPATH="$folder" python3 - <<'PY'
from babel.numbers import format_compact_decimal

found = {
    number: format_compact_decimal(number, format_type="long", locale="fr", fraction_digits=1)
    for number in (1_000_000, 1_500_000, 1_990_000, 2_000_000)
}
print(found)
words = [" ".join(text.split()) for text in found.values()]
assert words == ["1 millions", "1,5 million", "2 million", "2 millions"], "changed"
PY
