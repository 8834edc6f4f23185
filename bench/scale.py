"""Search among many passages: the demonstration, repeated and perturbed.

python -m bench.scale [--passages 60000] [--index INDEX]

INDEX is an index of the demonstration (made in a temporary folder if not given). Each copy of a
passage has one word in five replaced by another of the corpus, and noise on its vectors (its own,
its sentences', its words'), so that copies are neighbours and not ties. Prints the medians of a
whole search and of encoding the question alone, over the demonstration's questions, one thread
each, by the clock and in processor time, which other work on the machine disturbs less; and the
process's memory.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from assistant.core import Assistant
from assistant.embedding.vectors import normalized, quantized
from assistant.evaluation.question_files import read_questions
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.catalog.rows import KeyedPassage, Stamp, vector_key
from assistant.index.publishing import publish
from assistant.records import Document, Passage
from assistant.records.vectors import EncodedText, Vectors, Words
from assistant.settings import Settings
from assistant.sheets.making import sheets_of
from assistant.text.analysis import split_sentences

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "docs" / "demonstration" / "questions.jsonl"
#: Noise on vectors of length 1: copies stand at cosine 0.97 or so of their original.
NOISE = 0.25
REPLACED = 0.2
#: A passage of the demonstration with its vectors, and those of its sentences.
Original = tuple[Passage, EncodedText, Vectors]


def perturbed(text: str, vocabulary: list[str], chance: random.Random) -> str:
    """Replace some words by others; sentences stay where they are."""
    words = text.split(" ")
    for at, word in enumerate(words):
        if word.isalpha() and word.islower() and chance.random() < REPLACED:
            words[at] = chance.choice(vocabulary)
    return " ".join(words)


def noisy(vectors: Vectors, noise: np.random.Generator) -> Vectors:
    """Return vectors near the given ones, of length 1."""
    spread = noise.standard_normal(vectors.shape, np.float32)
    near = vectors + spread * np.float32(NOISE / np.sqrt(vectors.shape[-1]))
    of_length_1: Vectors = near / np.linalg.norm(near, axis=-1, keepdims=True)
    return of_length_1


def noisy_words(words: Words, noise: np.random.Generator) -> Words:
    """Return words near the given ones, which end where those did."""
    return Words(quantized(noisy(normalized(words.vectors), noise)), words.ends)


def enlarge(source: Path, target: Path, passages: int) -> None:
    """Write an index of `passages` passages into `target`, made from the one in `source`."""
    chance, noise = random.Random(18), np.random.default_rng(18)
    with Catalog(source / CATALOG, read_only=True) as small:
        originals = list(small.all_passages())
        titles = {id_: (title, facts) for id_, title, _, _, _, facts in small.documents()}
        meta = {name: small.meta(name) for name in ("identity", "fingerprint", "dim")}
    vocabulary = sorted(
        {w for passage, _, _ in originals for w in passage.text.split() if w.isalpha()}
    )
    with Catalog(target / CATALOG) as large:
        large.start_anew(**meta)
        made = 0
        for copy in range(passages):
            for document_id, group in _by_document(originals):
                entries = []
                encoded: list[EncodedText] = []
                for passage, own, parts in group[: passages - made]:
                    text = perturbed(passage.text, vocabulary, chance)
                    key = vector_key(str(copy), passage.encoded_text + str(passage.ordinal))
                    keys = [vector_key(key.hex(), str(at)) for at in range(len(parts))]
                    assert len(split_sentences(text)) == len(parts)
                    large.add_vectors(keys, noisy(parts, noise))
                    encoded.append(
                        EncodedText(noisy(own.vector, noise), noisy_words(own.words, noise))
                    )
                    entries.append(KeyedPassage(_moved(passage, copy, text), key, tuple(keys)))
                if not entries:
                    break
                large.add_encoded([entry.key for entry in entries], encoded)
                made += len(entries)
                name = f"copie-{copy}/{document_id}"
                title, _ = titles[document_id]
                facts = {"event": f"copie-{copy}"}
                document = Document(name, "", title, "fr", (), facts)
                large.put(document, entries, stamp=Stamp(name, 1, 1), given=facts)
            if made >= passages:
                break
        started = perf_counter()
        publish(large, target, keep=1, sheets=sheets_of)
        seconds = perf_counter() - started
    print(f"build and publish: {seconds:.1f} s, {peak():.0f} MB at most", flush=True)


def _by_document(originals: list[Original]) -> Iterator[tuple[str, list[Original]]]:
    groups: dict[str, list[Original]] = {}
    for one in originals:
        groups.setdefault(one[0].document_id, []).append(one)
    yield from groups.items()


def _moved(passage: Passage, copy: int, text: str) -> Passage:
    return Passage(
        document_id=f"copie-{copy}/{passage.document_id}",
        ordinal=passage.ordinal,
        text=text,
        context=passage.context,
        place=passage.place,
        tokens=passage.tokens,
        speaker=passage.speaker,
        marks=passage.marks,
    )


def timed(work: Callable[[str], object], question: str) -> tuple[float, float]:
    """Return how long something takes, in ms by the clock and of the processor."""
    clock, processor = perf_counter(), process_time()
    work(question)
    return 1000 * (perf_counter() - clock), 1000 * (process_time() - processor)


def measure(index: Path) -> None:
    """Print the medians of searching and of encoding, and the memory."""
    questions = [question.text for question in read_questions(QUESTIONS)]
    with Assistant(Settings(corpus=ROOT / "corpus", index=index)) as assistant:
        assistant.warm_up()
        ready = resident()
        encode = assistant._encoder.encode_question
        # In turns: what else runs on the machine slows both alike.
        pairs = [(timed(encode, one), timed(assistant.search, one)) for one in questions]
        count = len(assistant._opened.index)
    print(f"passages: {count}, searches: {len(pairs)}")
    medians = []
    named = zip(("encoding alone", "search, end to end"), zip(*pairs, strict=True), strict=True)
    for name, times in named:
        clock, processor = zip(*times, strict=True)
        medians.append((statistics.median(clock), statistics.median(processor)))
        p95 = statistics.quantiles(clock, n=20)[-1]
        print(
            f"{name}: median {medians[-1][0]:.1f} ms, p95 {p95:.1f} ms;"
            f" of the processor, median {medians[-1][1]:.1f} ms"
        )
    encoding, whole = medians
    print(f"ratio: {whole[0] / encoding[0]:.2f}; of the processor {whole[1] / encoding[1]:.2f}")
    print(f"memory: {ready:.0f} MB once open, {resident():.0f} MB after the searches")


def peak() -> float:
    """Return the most memory this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def resident(pid: int | None = None) -> float:
    """Return the memory that a process has now, this one by default, in MB."""
    pages = int(Path(f"/proc/{pid or 'self'}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Make the index if need be, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=60_000)
    parser.add_argument("--index", type=Path, help="an index of the demonstration")
    parser.add_argument("--large", type=Path, help="an index made by this bench, to measure again")
    options = parser.parse_args()
    if options.large:
        measure(options.large)
        return
    with tempfile.TemporaryDirectory() as folder:
        source = options.index or Path(folder) / "small"
        if not options.index:
            with Assistant(Settings(corpus=ROOT / "corpus", index=source)) as assistant:
                assistant.sync()
        large = Path(folder) / "large"
        large.mkdir()
        enlarge(source, large, options.passages)
        # In a process of its own, so that its memory is its own.
        command = [sys.executable, "-m", "bench.scale", "--large", str(large)]
        subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
