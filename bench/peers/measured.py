"""What every peer's script does: index passages, or answer questions, and say what that took.

python with_NAME.py index FOLDER MODEL PASSAGES     writes the peer's index into FOLDER
python with_NAME.py ask FOLDER MODEL QUESTIONS      prints JSON: what was found, and the times

PASSAGES and QUESTIONS are JSON lists, of {"document", "text"} and of texts. A peer is two
functions: one indexes passages, the other opens the index and returns what finds the documents of
a question.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "DO_NOT_TRACK": "1"}
os.environ |= {"HAYSTACK_TELEMETRY_ENABLED": "False", "TOKENIZERS_PARALLELISM": "false"}

#: How many passages are asked for: the documents of the first ten count.
PASSAGES = 30
Passage = dict[str, str]
Find = Callable[[str], Sequence[str]]


def run(
    index: Callable[[list[Passage], str, Path], None], opened: Callable[[Path, str], Find]
) -> None:
    """Do what the command line asks for."""
    _, what, folder, model, file = sys.argv
    texts = json.loads(Path(file).read_text(encoding="utf-8"))
    if what == "index":
        index(texts, model, Path(folder))
        return
    find = opened(Path(folder), model)
    find(texts[0])
    found, clock, processor = [], [], []
    for text in texts:
        before = perf_counter(), process_time()
        found.append(list(dict.fromkeys(find(text)))[:10])
        clock.append(1000 * (perf_counter() - before[0]))
        processor.append(1000 * (process_time() - before[1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"found": found, "clock": clock, "processor": processor, "peak": peak}))
