#!/usr/bin/env bash
# ranx 0.3.21: fused by "min-max", the only document that a search found counts as nothing.
#
# Guess: normalised between 0 and 1, the best document of each run has 1; so has one that is alone,
# which is found by both searches and therefore first.
# Seen: alone it has 0, as the worst of a longer run: the document that both searches found comes
# after one that only the second found. Divided by the greatest ("max") it has 1.
# For us: a question with one rare word finds one passage by words, the best one; scores are fused
# as they are, without the run's least and greatest.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" ranx==0.3.21
# Interpreted, since numba compiles the same functions for three minutes.
NUMBA_DISABLE_JIT=1 PYTHONPATH="$folder" python3 - <<'PY'
from ranx import Run, fuse

words = Run({"question": {"right": 9.0}})
meaning = Run({"question": {"other": 0.9, "right": 0.8, "far": 0.1}})
found = {
    norm: dict(fuse([words, meaning], norm=norm, method="sum").to_dict()["question"])
    for norm in ("min-max", "max")
}
for norm, scores in found.items():
    print(norm, {name: round(float(score), 3) for name, score in scores.items()})
assert max(found["max"], key=found["max"].get) == "right"
assert max(found["min-max"], key=found["min-max"].get) == "other", "changed"
assert found["min-max"]["right"] == (0.8 - 0.1) / (0.9 - 0.1), "changed"
PY
