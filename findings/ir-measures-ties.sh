#!/usr/bin/env bash
# ir-measures 0.4.3: on equal scores, measures of one call rank the same run differently.
#
# Guess: documents of equal score keep the order of the run, or some order that all measures share.
# Seen: with the right document tied with another, RR@10 is 1 (it is taken for the first) and P@1 is
# 0 (it is taken for the second), whichever of the two the run names first. Measures go to different
# providers, and each breaks ties in its own way.
# For us: a run is given to it with one score for each rank, never the search's own scores.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" ir-measures==0.4.3
PYTHONPATH="$folder" python3 - <<'PY'
import ir_measures
from ir_measures import RR, P

right = [ir_measures.Qrel("q", "a", 1)]
for order in ("ab", "ba"):
    run = [ir_measures.ScoredDoc("q", name, 1.0) for name in order]
    found = ir_measures.calc_aggregate([P @ 1, RR @ 10], right, run)
    print(order, found)
    assert found[RR @ 10] == 1.0 and found[P @ 1] == 0.0, "changed"
PY
