"""A text alone is cut by its own pieces of the vocabulary: as the whole tokenizer cuts it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

from assistant.embedding import vocabulary
from assistant.embedding.tokens import Tokens

PREFIX, MOST = "query: ", 40
_LIKELY = ("▁la", "▁ville", "ville", "▁de", "cantine", "can", "tine", "▁", "é", "▁q", "uery", ":")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _write(folder: Path, **changes: Any) -> Path:
    """Write a small unigram tokenizer as models have: special tokens first, a mask last."""
    pieces = [("<s>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(one, -1.0 - at / 3) for at, one in enumerate(_LIKELY)]
    pieces += [(one, -9.0) for one in _LETTERS if one not in "xz"]
    made = Tokenizer(models.Unigram([*pieces, ("<mask>", 0.0)], unk_id=2, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    ends = [("<s>", 0), ("</s>", 1)]
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=ends
    )
    special = ("<s>", "</s>", "<unk>", "<mask>")
    made.add_special_tokens([AddedToken(one, normalized=False) for one in special])
    whole = json.loads(made.to_str())
    whole["model"] |= changes
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(whole), encoding="utf-8")
    return folder


def _tokens(folder: Path, *keeps: Path) -> Tokens:
    return Tokens(folder, lambda: "", keeps)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tokens, Tokens]:
    """The whole tokenizer, and the one that its vocabulary is kept for."""
    place = tmp_path_factory.mktemp("model")
    folder = _write(place / "model")
    whole = _tokens(folder, place / "models")
    whole.count(["la ville"])
    return whole, _tokens(folder, place / "models")


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(["la", "ville", "Cantine", "été", "xyz", " ", "\n"])).map("".join),
    )
)
def test_a_text_alone_has_the_tokens_that_it_has_among_others(
    both: tuple[Tokens, Tokens], text: str
) -> None:
    whole, small = both
    (wanted,) = whole.tokenise([text], PREFIX, MOST)
    found = small.tokenise_alone(text, PREFIX, MOST)
    assert (found.text, found.ids) == (wanted.text, wanted.ids)
    assert found.ends.tolist() == wanted.ends.tolist()
    assert found.special.tolist() == wanted.special.tolist()
    assert "_tokenizer" not in small.__dict__


@pytest.mark.parametrize("text", ["la <mask> de la ville", "</s>", "<s>"])
def test_a_text_with_a_special_token_is_cut_by_the_whole_tokenizer(
    both: tuple[Tokens, Tokens], tmp_path: Path, text: str
) -> None:
    whole, _ = both
    small = _tokens(_write(tmp_path / "model"), tmp_path)
    vocabulary.keep_vocabulary(tmp_path / "model", [tmp_path])
    assert small.tokenise_alone(text, "", MOST).ids == whole.tokenise([text], "", MOST)[0].ids
    assert "_tokenizer" in small.__dict__


def test_a_tokenizer_that_is_loaded_is_used(tmp_path: Path) -> None:
    tokens = _tokens(_write(tmp_path / "model"), tmp_path)
    tokens.count(["ville"])
    tokens.tokenise_alone("ville", PREFIX, MOST)
    assert "_vocabulary" not in tokens.__dict__


@pytest.mark.parametrize(
    "model",
    [
        {"type": "Unigram", "byte_fallback": True},
        {"type": "WordPiece", "vocab": {"<unk>": 0, "la": 1}, "unk_token": "<unk>"},
    ],
    ids=["bytes", "other"],
)
def test_other_vocabularies_are_left_alone(tmp_path: Path, model: dict[str, Any]) -> None:
    folder = _write(tmp_path / "model", **model)
    vocabulary.keep_vocabulary(folder, [tmp_path])
    assert vocabulary.place_of(folder, tmp_path).is_dir()
    assert vocabulary.open_vocabulary(folder, [tmp_path]) is None


def test_it_is_kept_where_it_can_be(tmp_path: Path) -> None:
    folder = _write(tmp_path / "model")
    occupied = tmp_path / "file"
    occupied.write_text("")
    vocabulary.keep_vocabulary(folder, [occupied, tmp_path / "index"])
    assert vocabulary.open_vocabulary(folder, [occupied, tmp_path / "index"])
    assert vocabulary.open_vocabulary(folder, [occupied]) is None
    vocabulary.keep_vocabulary(folder, [occupied])


def test_another_tokenizer_never_meets_it(tmp_path: Path) -> None:
    folder = _write(tmp_path / "model")
    vocabulary.keep_vocabulary(folder, [tmp_path])
    _write(tmp_path / "model", vocab=[["<unk>", 0.0], ["ville", -1.0]], unk_id=0)
    assert vocabulary.open_vocabulary(folder, [tmp_path]) is None
