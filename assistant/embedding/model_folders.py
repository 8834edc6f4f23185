"""What a model's folder says of itself, read without loading the network.

In: a sentence-transformers folder. Out: whether it is fit for its use, its prefixes, its vectors'
length, the longest text it takes, and a hash of all that makes its results. `models` loads it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from assistant.errors import ModelError

#: How the vectors of tokens become that of their text: their mean, or that of the first.
Pooling = Literal["mean", "cls"]

_MEBIBYTE = 1 << 20
#: Begins the names of the flags that older folders say their pooling by.
_MODE = "pooling_mode_"

#: What a model takes that doesn't say: BERT's and its descendants' length. Also the most that a
#: reranker is given: a question, and a passage with its context.
USUAL_LENGTH = 512

#: Names of prompts, those of sentence-transformers first: `encode_query`, `encode_document`.
_QUESTION_PROMPTS = ("query", "question", "search_query", "retrieval.query", "Retrieval-query")
_PASSAGE_PROMPTS = (
    "document", "passage", "corpus", "search_document", "retrieval.passage", "Retrieval-document",
)  # fmt: skip

#: Prefixes that models state in their cards only, by a pattern of the model's name:
#: https://huggingface.co/intfloat/multilingual-e5-small#faq
#: https://huggingface.co/intfloat/multilingual-e5-large-instruct#usage
_FAMILIES = {
    r"\be5\b.*\binstruct\b": (
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
        "Query: ",
        "",
    ),
    r"\be5\b": ("query: ", "passage: "),
}

#: Networks whose positions are counted from behind that of the padding token.
_OFFSET_POSITIONS = {"roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "xmod", "mpnet"}


# --- Fitness -----------------------------------------------------------------------------------


def check_encoder(folder: Path) -> None:
    """Make sure that the folder holds a model that makes vectors. Raises ModelError."""
    if not isinstance(_read_json(folder / "modules.json"), list):
        raise ModelError("model_not_one", path=folder)
    kind = _kind(folder)
    if kind not in ("", "SentenceTransformer"):
        # The library would take out what makes it what it is, without a word.
        raise ModelError("model_other_kind", path=folder, kind=kind)


def check_reranker(folder: Path) -> None:
    """Make sure that the folder holds a model that scores pairs of texts. Raises ModelError.

    Of another model, the library would make a reranker with a last layer of random numbers.
    """
    config = _read_object(folder / "config.json")
    architecture = str((config.get("architectures") or [""])[0])
    classifies = architecture.endswith("ForSequenceClassification")
    kind = _kind(folder)
    if not kind and classifies and not (folder / "modules.json").exists():
        kind = "CrossEncoder"  # as they were kept before sentence-transformers 5
    if not config or kind != "CrossEncoder":
        raise ModelError("reranker_not_one", path=folder)
    if classifies:
        # Two classes are what transformers doesn't write down.
        classes = len(config.get("id2label") or ("no", "yes"))
        if classes != 1:
            raise ModelError("reranker_classes", path=folder, classes=classes)


def has_old_weights(folder: Path) -> bool:
    """Tell whether the weights are there in an older format only, which is never opened."""
    return not any(folder.rglob("*.safetensors")) and any(folder.rglob("pytorch_model*.bin"))


def _kind(folder: Path) -> str:
    """Return the class of sentence-transformers that a folder says it is; empty: not said."""
    return str(_read_object(folder / "config_sentence_transformers.json").get("model_type") or "")


# --- Prefixes ----------------------------------------------------------------------------------


def declared_prefixes(folder: Path) -> tuple[str, str] | None:
    """Return what stands before a question and a passage by the model's configuration.

    None where it says nothing of them.
    """
    prompts = _read_object(folder / "config_sentence_transformers.json").get("prompts")
    if not isinstance(prompts, dict):
        return None
    question, passage = (
        next((str(prompts[name]) for name in names if prompts.get(name)), "")
        for names in (_QUESTION_PROMPTS, _PASSAGE_PROMPTS)
    )
    return (question, passage) if question or passage else None


def known_prefixes(folder: Path) -> tuple[str, str]:
    """Return what stands before a question and a passage for models known by their name."""
    name = re.sub(r"[-_./]", " ", " ".join(_names(folder))).lower()
    for family, both in _FAMILIES.items():
        if re.search(family, name):
            return both
    return "", ""


def _names(folder: Path) -> list[str]:
    """Return what the model is called: by its folder, its configuration and its card."""
    place = folder.resolve()
    # A hub's cache names the model two folders above: models--organisation--name/snapshots/hash.
    names = [
        place.name,
        *(parent.name for parent in place.parents if parent.name.startswith("models--")),
    ]
    names.append(Path(str(_read_object(place / "config.json").get("_name_or_path", ""))).name)
    try:
        card = (place / "README.md").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return names
    return names + re.findall(r"^model-index:\s*\n\s*- name: *(\S+)", card, re.MULTILINE)[:1]


# --- Sizes -------------------------------------------------------------------------------------


def declared_dimension(folder: Path) -> int | None:
    """Return the vectors' length where the folder says it plainly, without loading the network."""
    config = _read_object(folder / "config_sentence_transformers.json")
    pooling = _declared_pooling(folder)
    declared = pooling.get("embedding_dimension", pooling.get("word_embedding_dimension"))
    if not _pooling_modes(pooling) or config.get("truncate_dim") or not isinstance(declared, int):
        return None
    return declared


def declared_pooling(folder: Path) -> Pooling | None:
    """Return how a text's vector is made of its tokens', the prefix's among them.

    None where it is none of the ways known here.
    """
    pooling = _declared_pooling(folder)
    modes = _pooling_modes(pooling)
    if declared_dimension(folder) is None or not pooling.get("include_prompt", True):
        return None
    if modes == "mean":
        return "mean"
    return "cls" if modes == "cls" else None


def padding_token(folder: Path) -> int:
    """Return the number of the token that fills a batch up."""
    declared = _read_object(folder / "config.json").get("pad_token_id")
    return declared if isinstance(declared, int) else 0


def _declared_pooling(folder: Path) -> dict[str, Any]:
    """Return what the folder says of its pooling; empty where other modules change vectors."""
    modules = _read_json(folder / "modules.json")
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return {}
    return _read_object(folder / str(modules[1].get("path")) / "config.json")


def _pooling_modes(pooling: Mapping[str, Any]) -> str:
    """Return the mode of a pooling; empty for several at once, which are laid end to end."""
    if isinstance(declared := pooling.get("pooling_mode"), str):
        return declared
    named = [name for name, flag in pooling.items() if name.startswith(_MODE) and flag]
    mode = named[0].removeprefix(_MODE) if len(named) == 1 else ""
    return {"mean_tokens": "mean", "cls_token": "cls"}.get(mode, mode)


def declared_length(folder: Path) -> int | None:
    """Return the longest text that a model's folder says it takes, in tokens.

    sentence-transformers 6 writes it as its tokenizer's; a longer text than there are positions
    ends the process of some networks, so the least counts.
    """
    config = _read_object(folder / "config.json")
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int) and config.get("model_type") in _OFFSET_POSITIONS:
        positions -= 1 + int(config.get("pad_token_id") or 0)
    declared = (
        _read_object(folder / "sentence_bert_config.json").get("max_seq_length"),
        _read_object(folder / "tokenizer_config.json").get("model_max_length"),
        positions,
    )
    lengths = [length for length in declared if isinstance(length, int) and length > 0]
    return min(lengths, default=None)


# --- Identity ----------------------------------------------------------------------------------


def folder_hash(folder: Path, *more: str) -> str:
    """Return 12 hexadecimal digits over all that makes a model's results, and `more`.

    Small files count in full; of the weights, the size and 1 MiB out of every 32, the first and
    the last among them, which takes milliseconds and still differs after any training.
    """
    digest = hashlib.sha256()
    kinds = {".json", ".txt", ".model", ".safetensors", ".bin"}
    exports = {"onnx", "openvino"}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.suffix not in kinds or exports & set(name.parts) or not path.is_file():
            continue
        size = path.stat().st_size
        digest.update(f"{name.as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            step = _MEBIBYTE if size <= 32 * _MEBIBYTE else 32 * _MEBIBYTE
            for start in (*range(0, size, step), max(0, size - _MEBIBYTE)):
                file.seek(start)
                digest.update(file.read(_MEBIBYTE))
    for text in more:
        digest.update(f"{text}\0".encode())
    return digest.hexdigest()[:12]


def identity_of(folder: Path, *more: str) -> str:
    """Return the folder's name and the hash of what makes its results, and `more`."""
    return f"{folder.resolve().name}-{folder_hash(folder, *more)}"


def _read_object(path: Path) -> dict[str, Any]:
    """Return an object that a file of the model says; empty where there is none."""
    found = _read_json(path)
    return found if isinstance(found, dict) else {}


def _read_json(path: Path) -> Any:
    """Return what a file of the model says; None when it is absent or unreadable."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
