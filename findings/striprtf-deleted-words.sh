#!/usr/bin/env bash
# striprtf 0.0.35: words that were deleted or hidden are text like any other.
#
# Guess: an RTF file in which « 10 000 » was deleted under track changes and « 12 000 » put in gives
# « 12 000 euros », what Word shows when changes are accepted; hidden words are left out.
# Seen: « 10 000 12 000 euros », with the hidden words after it, and nothing tells them apart.
# For us: a figure that was taken back would be quoted; readers/formats/rtf.py leaves both out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" striprtf==0.0.35
PYTHONPATH="$folder" python3 - <<'PY'
from striprtf.striprtf import rtf_to_text

source = (
    r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}{\*\revtbl{Inconnu;}{Service;}}"
    r"\pard Budget : {\deleted\revauthdel1\revdttmdel0 10 000 }"
    r"{\revised\revauth1\revdttm0 12 000 }euros{\v  (reste secret)}.\par}"
)
found = " ".join(rtf_to_text(source).split())
print(found)
assert found == "Budget : 10 000 12 000 euros (reste secret).", "changed"
PY
