#!/usr/bin/env bash
# pyspellchecker 0.9.1: the same word is corrected differently from one process to the next.
#
# Guess: « périscolaire », an everyday word of French schools, is known; and where a word is unknown,
# `correction` gives one word, always the same.
# Seen: it is unknown, two words are as near and as frequent, and the one that is given depends on
# PYTHONHASHSEED: « préscolaire » in some processes, « parascolaire » in others.
# For us: a right word of a question was searched as another. Its dictionary only says which words
# are French; which known word a mistyped one was meant to be is found by our own code.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" pyspellchecker==0.9.1
export PYTHONPATH="$folder"
for seed in 0 1 2 3 4 5 6 7; do
    PYTHONHASHSEED=$seed python3 -c '
from spellchecker import SpellChecker
french = SpellChecker("fr")
print(french.correction("périscolaire") if french.unknown(["périscolaire"]) else "known")'
done | sort | uniq -c | tee "$folder/seen"
test "$(awk '{print $2}' "$folder/seen" | paste -sd ' ')" = "parascolaire préscolaire"
