#!/usr/bin/env bash
# PyStemmer 3.1.0 (Snowball): a French plural in -ois or -us doesn't meet its singular.
#
# Guess: a stemmer made for French gives « emploi » and « emplois », « élu » and « élus » one stem,
# and keeps « loyer » apart from « loi ».
# Seen: the plurals keep their s, since the rule for a final s leaves it after a, i, o, u; « loyer »
# and « loi » have one stem, and so have « maire » and « mairie ».
# For us: "Quels emplois…" was refused where "Quel emploi…" was answered; plurals are now brought to
# their singular before the stemmer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" PyStemmer==3.1.0
PYTHONPATH="$folder" python3 - <<'PY'
import Stemmer

words = ["emploi", "emplois", "élu", "élus", "loi", "loyer", "maire", "mairie"]
stems = dict(zip(words, Stemmer.Stemmer("french").stemWords(words)))
print(stems)
assert stems["emploi"] != stems["emplois"] and stems["élu"] != stems["élus"], "changed"
assert stems["loi"] == stems["loyer"] and stems["maire"] == stems["mairie"], "changed"
PY
