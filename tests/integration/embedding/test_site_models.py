"""Encoders of a site: prefixes, lengths, kinds of folder, and an index made by another one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from assistant.core import Assistant
from assistant.embedding.default_model import default_encoder_folder
from assistant.embedding.encoder import SentenceTransformerEncoder
from assistant.embedding.site_models import open_encoder
from assistant.errors import IndexMismatch, ModelError, SettingsError
from assistant.settings import Settings
from tests.support.contracts import PASSAGES
from tests.support.tiny_models import POSITIONS, write_encoder, write_reranker

TEXT = PASSAGES[0]


def _opened(folder: Path, **prefixes: str) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(folder, 1, **prefixes)


def _edit(file: Path, **changes: object) -> None:
    content = json.loads(file.read_text())
    file.unlink()  # a link to the model's own file, it may be
    file.write_text(json.dumps(content | changes))


# --- prefixes -----------------------------------------------------------------------------------


def test_the_prompts_of_the_configuration_stand_before_each_text(tmp_path: Path) -> None:
    prompts = {"query": "question : ", "passage": "texte : "}
    with_prompts = _opened(write_encoder(tmp_path / "a", prompts=prompts))
    bare = _opened(write_encoder(tmp_path / "b"))
    np.testing.assert_allclose(
        with_prompts.encode_question(TEXT).vector,
        bare.encode_question(f"question : {TEXT}").vector,
        atol=1e-5,
    )
    np.testing.assert_allclose(
        with_prompts.encode_passages([TEXT]), bare.encode_passages([f"texte : {TEXT}"]), atol=1e-5
    )


def test_a_prefix_of_the_settings_wins_over_the_models_own(tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "a", prompts={"query": "query : ", "passage": "texte : "})
    encoder = open_encoder(
        Settings(encoder=str(folder), question_prefix="question : ", engine="torch").model_options()
    )
    bare = _opened(write_encoder(tmp_path / "b"))
    np.testing.assert_allclose(
        encoder.encode_question(TEXT).vector,
        bare.encode_question(f"question : {TEXT}").vector,
        atol=1e-5,
    )
    np.testing.assert_allclose(
        encoder.encode_passages([TEXT]), bare.encode_passages([f"texte : {TEXT}"]), atol=1e-5
    )


def test_prefixes_are_part_of_the_identity_wherever_they_come_from(tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "modele")
    identities = [
        _opened(folder).identity,
        _opened(folder, question_prefix="question : ").identity,
        _opened(folder, passage_prefix="question : ").identity,
    ]
    (folder / "README.md").write_text("---\nmodel-index:\n- name: e5-base\n---\n")
    identities.append(_opened(folder).identity)
    configuration = folder / "config_sentence_transformers.json"
    _edit(configuration, prompts={"query": "query : "})
    identities.append(_opened(folder).identity)
    assert len(set(identities)) == len(identities)


def test_a_prefix_said_twice_over_is_the_same_identity(tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "modele", prompts={"query": "query : "})
    assert _opened(folder, question_prefix="query : ").identity == _opened(folder).identity


# --- folders ------------------------------------------------------------------------------------


def test_other_weights_are_another_identity(tmp_path: Path) -> None:
    first, second = (write_encoder(tmp_path / f"{seed}" / "modele", seed=seed) for seed in (1, 2))
    assert _opened(first).identity != _opened(second).identity


def test_a_folder_of_today_says_its_sizes_without_being_loaded(tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "modele")
    (folder / "model.safetensors").unlink()
    encoder = _opened(folder)
    assert (encoder.dim, encoder.max_tokens) == (32, POSITIONS)


def test_a_length_that_the_folder_says_is_where_texts_are_cut(tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "modele")
    _edit(folder / "tokenizer_config.json", model_max_length=12)
    encoder = _opened(folder)
    assert encoder.max_tokens == 12
    short, long = encoder.encode_passages(["la mairie " * 5, "la mairie " * 5 + TEXT])
    assert short @ long == pytest.approx(1.0, abs=1e-5)


def test_a_model_kept_in_16_bits_gives_vectors_of_length_1(tmp_path: Path) -> None:
    encoder = _opened(write_encoder(tmp_path / "modele", dtype=torch.bfloat16))
    vectors = encoder.encode_passages(PASSAGES)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_reranker_is_no_encoder(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    reranker = CrossEncoder(str(write_reranker(tmp_path / "hub")), device="cpu")
    reranker.save(str(tmp_path / "reranker"))
    with pytest.raises(ModelError) as caught:
        open_encoder(Settings(encoder=str(tmp_path / "reranker")).model_options())
    assert caught.value.key == "model_other_kind"
    assert "CrossEncoder" in str(caught.value)
    assert "« reranker »" in caught.value.remedy


def test_weights_that_could_hold_code_are_refused_with_how_to_convert_them(tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "modele")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError) as caught:
        _opened(folder).encode_question("Bonjour")
    assert caught.value.key == "model_old_weights"
    assert "docs/modeles.md" in caught.value.remedy


# --- an index made by another one ---------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Settings]:
    """Return the settings of a small site, with some changed."""
    corpus = tmp_path / "corpus" / "forum"
    corpus.mkdir(parents=True)
    (corpus / "notes.txt").write_text("\n\n".join(PASSAGES), encoding="utf-8")

    def settings(**changes: Any) -> Settings:
        # Converting tiny models would take longer than all they encode.
        return Settings(corpus=corpus.parent, index=tmp_path / "index", engine="torch", **changes)

    return settings


def _refused_then_rebuilt(before: Settings, after: Settings) -> None:
    """Index by one encoder, see the other refused with the remedy, and follow the remedy."""
    with Assistant(before) as assistant:
        assert assistant.sync().encoded > 0
    with Assistant(after) as assistant:
        for refused in (assistant.sync, lambda: assistant.search("la crèche")):
            with pytest.raises(IndexMismatch) as caught:
                refused()
            assert caught.value.key == "index_other_encoder"
            assert "« assistant sync --rebuild »" in caught.value.remedy
        report = assistant.sync(rebuild=True)
        assert report.encoded == report.passages > 0
        assert assistant.search("la crèche")
        assert assistant.sync().encoded == 0


def test_another_encoder_asks_for_a_rebuild_which_encodes_again(
    site: Callable[..., Settings], tmp_path: Path
) -> None:
    first, second = (write_encoder(tmp_path / f"encodeur-{seed}", seed=seed) for seed in (1, 2))
    _refused_then_rebuilt(site(encoder=str(first)), site(encoder=str(second)))


def test_another_prefix_asks_for_a_rebuild_which_encodes_again(
    site: Callable[..., Settings], tmp_path: Path
) -> None:
    folder = str(write_encoder(tmp_path / "encodeur"))
    _refused_then_rebuilt(site(encoder=folder), site(encoder=folder, passage_prefix="texte : "))


def test_the_default_model_with_other_prompts_is_another_encoder(
    site: Callable[..., Settings], tmp_path: Path
) -> None:
    source, folder = default_encoder_folder(Settings().models), tmp_path / "e5-de-la-ville"
    shutil.copytree(source, folder, copy_function=lambda old, new: Path(new).symlink_to(old))
    prompts = {"query": "question : ", "document": "extrait : "}
    _edit(folder / "config_sentence_transformers.json", prompts=prompts)
    _refused_then_rebuilt(site(), site(encoder=str(folder)))
    ours, usual = _opened(folder), _opened(source)
    assert ours.encode_question(TEXT).vector @ usual.encode_question(TEXT).vector < 0.999


def test_a_model_that_reads_less_than_a_passage_says_which_setting_to_lower(
    site: Callable[..., Settings], tmp_path: Path
) -> None:
    folder = write_encoder(tmp_path / "encodeur")
    _edit(folder / "tokenizer_config.json", model_max_length=128)
    with Assistant(site(encoder=str(folder))) as assistant, pytest.raises(SettingsError) as caught:
        assistant.sync()
    assert "« max_passage_tokens »" in str(caught.value)
    assert "64" in caught.value.remedy
