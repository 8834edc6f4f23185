"""The reranker: the contract on the fake and on a real one, and which folders are refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from sentence_transformers import CrossEncoder

from assistant.embedding.model_folders import declared_length
from assistant.embedding.site_models import open_reranker
from assistant.embedding.torch_models import CrossEncoderReranker
from assistant.errors import AssistantError, ModelError
from assistant.settings import Settings
from tests.support.contracts import PASSAGES, QUESTIONS, RerankerContract
from tests.support.fakes import FakeReranker
from tests.support.tiny_models import POSITIONS, write_encoder, write_reranker

QUESTION, ANSWER = list(QUESTIONS.items())[2]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small reranker that has learnt the questions of the contract."""
    return write_reranker(tmp_path_factory.mktemp("rerankers") / "petit", steps=80)


@pytest.fixture(scope="module")
def real(trained: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(trained, threads=1)


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Path:
    """A copy of the small reranker, to be spoilt."""
    folder = tmp_path / "copie"
    shutil.copytree(trained, folder)
    return folder


class TestFakeReranker(RerankerContract):
    @pytest.fixture
    def reranker(self) -> FakeReranker:
        return FakeReranker()


class TestCrossEncoderReranker(RerankerContract):
    @pytest.fixture
    def reranker(self, real: CrossEncoderReranker) -> CrossEncoderReranker:
        return real


# --- its scores ---------------------------------------------------------------------------------


def _logits(folder: Path, question: str, texts: list[str]) -> torch.Tensor:
    """Return what the network says by transformers alone, without sentence-transformers."""
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    batch = tokenizer([question] * len(texts), texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        return model(**batch).logits[:, 0]


@pytest.mark.parametrize(
    "activation", ["", "torch.nn.modules.linear.Identity", "torch.nn.modules.activation.Sigmoid"]
)
def test_scores_are_the_sigmoid_of_what_the_network_says_of_each_pair(
    tmp_path: Path, activation: str
) -> None:
    folder = write_reranker(tmp_path / "modele", activation=activation)
    expected = torch.sigmoid(_logits(folder, QUESTION, PASSAGES)).numpy()
    found = CrossEncoderReranker(folder, 1).scores(QUESTION, PASSAGES)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_passage_that_answers_goes_from_last_to_first(real: CrossEncoderReranker) -> None:
    texts = [*(one for one in PASSAGES if one != PASSAGES[ANSWER]), PASSAGES[ANSWER]]
    order = np.argsort(-real.scores(QUESTION, texts), kind="stable")
    assert texts[order[0]] == PASSAGES[ANSWER]


def test_a_long_text_is_read_from_its_beginning(real: CrossEncoderReranker) -> None:
    padding = "mairie " * (2 * POSITIONS)
    with_answer = real.scores(QUESTION, [f"{PASSAGES[ANSWER]} {padding}"])
    without = real.scores(QUESTION, [f"{padding} {PASSAGES[ANSWER]}"])
    assert with_answer[0] != pytest.approx(without[0], abs=1e-4)


@pytest.mark.parametrize("kind", ["xlm-roberta", "bert"])
def test_no_text_is_longer_than_the_networks_positions(copy: Path, kind: str) -> None:
    config = json.loads((copy / "config.json").read_text())
    padding = {"model_type": kind, "pad_token_id": 1, "max_position_embeddings": 130}
    (copy / "config.json").write_text(json.dumps(config | padding))
    assert declared_length(copy) == {"xlm-roberta": 128, "bert": 130}[kind]


def test_a_folder_saved_by_sentence_transformers_gives_the_same_scores(
    trained: Path, real: CrossEncoderReranker, tmp_path: Path
) -> None:
    CrossEncoder(str(trained), device="cpu").save(str(tmp_path / "enregistre"))
    saved = CrossEncoderReranker(tmp_path / "enregistre", 1)
    np.testing.assert_allclose(
        saved.scores(QUESTION, PASSAGES), real.scores(QUESTION, PASSAGES), atol=1e-5
    )


def test_another_training_is_another_identity(trained: Path, tmp_path: Path) -> None:
    other = write_reranker(tmp_path / trained.name, steps=2)
    assert CrossEncoderReranker(other, 1).identity != CrossEncoderReranker(trained, 1).identity


# --- the setting --------------------------------------------------------------------------------


def test_there_is_no_reranker_unless_a_folder_is_named() -> None:
    assert open_reranker(Settings().model_options()) is None


def test_the_reranker_is_the_folder_named(trained: Path) -> None:
    reranker = open_reranker(Settings(reranker=str(trained)).model_options())
    assert reranker is not None
    assert reranker.identity.startswith(f"{trained.name}-")


def _refused(folder: Path | str) -> AssistantError:
    with pytest.raises(ModelError) as caught:
        open_reranker(Settings(reranker=str(folder)).model_options())
    assert str(folder) in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", ["BAAI/bge-reranker-v2-m3", "/nowhere/at/all"])
def test_a_name_that_is_no_folder_is_refused_and_no_hub_asked(name: str) -> None:
    error = _refused(name)
    assert error.key == "reranker_not_a_folder"
    assert "téléchargé" in str(error)
    assert "« reranker »" in error.remedy


@pytest.mark.parametrize("content", [None, "not JSON", "[]", "{}"])
def test_a_folder_without_a_configuration_is_no_reranker(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    error = _refused(tmp_path)
    assert error.key == "reranker_not_one"
    assert "config.json" in error.remedy


def test_an_encoder_is_no_reranker(tmp_path: Path) -> None:
    error = _refused(write_encoder(tmp_path / "encodeur"))
    assert error.key == "reranker_not_one"
    assert "« encoder »" in error.remedy


def test_a_network_without_its_last_layer_is_no_reranker(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"architectures": ["BertModel"]}))
    assert _refused(copy).key == "reranker_not_one"


@pytest.mark.parametrize("labels", [2, 3])
def test_a_model_that_sorts_into_classes_is_no_reranker(tmp_path: Path, labels: int) -> None:
    error = _refused(write_reranker(tmp_path / "classes", labels=labels))
    assert error.key == "reranker_classes"
    assert f"{labels} classes" in str(error)
    assert "CrossEncoder" in error.remedy


def test_missing_weights_are_an_error_at_first_use(copy: Path) -> None:
    (copy / "model.safetensors").unlink()
    reranker = open_reranker(Settings(reranker=str(copy)).model_options())
    assert reranker is not None
    with pytest.raises(ModelError) as caught:
        reranker.scores("Bonjour", ["Bonjour"])
    assert caught.value.key == "model_unreadable"
    assert "safetensors" in caught.value.remedy


def test_weights_that_could_hold_code_are_never_opened(copy: Path) -> None:
    marker = copy / "executed"
    (copy / "model.safetensors").unlink()
    (copy / "pytorch_model.bin").write_bytes(f"cposix\nsystem\n(S'touch {marker}'\ntR.".encode())
    with pytest.raises(ModelError) as caught:
        CrossEncoderReranker(copy, 1).scores("Bonjour", ["Bonjour"])
    assert caught.value.key == "model_old_weights"
    assert "docs/modeles.md" in caught.value.remedy
    assert not marker.exists()


def test_loading_and_scoring_ask_nothing_of_the_network(trained: Path) -> None:
    code = f"""
import sys
sys.addaudithook(lambda event, of: event in ("socket.connect", "socket.getaddrinfo") and print(of))
from pathlib import Path; from assistant.embedding.torch_models import CrossEncoderReranker
CrossEncoderReranker(Path({str(trained)!r}), 1).scores("Bonjour", ["Bonjour"])
import huggingface_hub.constants as hub; print(hub.HF_HUB_OFFLINE)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0"},
    )
    assert done.stdout.strip() == "True"
