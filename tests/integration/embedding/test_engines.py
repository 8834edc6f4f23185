"""OpenVINO and torch: the same vectors, a conversion made once, and torch where it can't be."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.embedding import conversion, conversion_child
from assistant.embedding.choice import choice, keeps_of
from assistant.embedding.conversion import Verdict, conversion_name, read_verdict
from assistant.embedding.encoder import SentenceTransformerEncoder
from assistant.embedding.models import Encoder
from assistant.embedding.openvino_engine import _Network
from assistant.embedding.site_models import open_encoder
from assistant.errors import ModelError
from assistant.i18n import Language
from assistant.ops.doctor.environment_checks import engine
from assistant.settings import Settings
from assistant.system import offline
from tests.support.contracts import PASSAGES, WEIRD_TEXTS, EncoderContract
from tests.support.tiny_models import write_encoder

TEXTS = [*PASSAGES, *WEIRD_TEXTS.values(), "la collecte " * 900, "mairie"]
FRENCH: Language = "fr"


def _site(place: Path, folder: Path, **changes: Any) -> Settings:
    settings = {"models": place / "models", "index": place / "index", "engine": "auto"} | changes
    return Settings(encoder=str(folder), **settings)


def _choice(settings: Settings) -> Any:
    keeps = keeps_of(settings.models, settings.index)
    return choice(Path(settings.encoder), settings.engine, keeps)


def _pooled_by(folder: Path, mode: str) -> Path:
    configuration = folder / "1_Pooling" / "config.json"
    configuration.write_text(configuration.read_text().replace('"mean"', f'"{mode}"'))
    return folder


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A site whose tiny model was converted, as the first text has it done."""
    place = tmp_path_factory.mktemp("site")
    settings = _site(place, write_encoder(place / "modele"))
    open_encoder(settings.model_options()).encode_question("Bonjour")
    return settings


@pytest.fixture
def copied(converted: Settings, tmp_path: Path) -> Settings:
    """The same site, to be spoilt."""
    for name in ("modele", "models"):
        shutil.copytree(converted.models.parent / name, tmp_path / name)
    return _site(tmp_path, tmp_path / "modele")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The default model, by OpenVINO; converted where it is built."""
    return open_encoder(
        Settings(engine="openvino", index=tmp_path_factory.mktemp("index")).model_options()
    )


class TestOpenVinoEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self, real: Encoder) -> Encoder:
        return real


# --- the same vectors ---------------------------------------------------------------------------


def test_both_engines_give_the_same_vectors_and_words(converted: Settings) -> None:
    ours, torchs = (
        open_encoder(converted.model_options()),
        SentenceTransformerEncoder(Path(converted.encoder), 1),
    )
    assert _choice(converted).engine == "openvino"
    assert ours.identity == torchs.identity
    for one, other in zip(
        ours.encode_with_words(TEXTS), torchs.encode_with_words(TEXTS), strict=True
    ):
        assert one.vector @ other.vector > 0.999
        assert one.words.ends.tolist() == other.words.ends.tolist()
    for text in TEXTS:
        assert ours.encode_question(text).vector @ torchs.encode_question(text).vector > 0.999


def test_the_first_token_stands_for_the_text_where_the_model_says_so(tmp_path: Path) -> None:
    folder = _pooled_by(write_encoder(tmp_path / "modele"), "cls")
    verdict = conversion_child.convert(folder, tmp_path)
    assert verdict.cosine > 0.999
    assert verdict.weights


def test_a_model_kept_in_16_bits_is_converted(tmp_path: Path) -> None:
    import torch

    folder = write_encoder(tmp_path / "modele", dtype=torch.bfloat16)
    assert conversion_child.convert(folder, tmp_path).weights


# --- made once ----------------------------------------------------------------------------------


def test_what_is_converted_is_not_converted_again(
    converted: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "make", lambda *_: pytest.fail("converted again"))
    encoder = open_encoder(converted.model_options())
    assert encoder.is_prepared
    encoder.encode_question("Bonjour")


def test_other_weights_never_meet_the_conversion_of_the_former(copied: Settings) -> None:
    folder = Path(copied.encoder)
    before = conversion_name(folder)
    write_encoder(folder.with_name("autre"), seed=1)
    (folder.with_name("autre") / "model.safetensors").replace(folder / "model.safetensors")
    assert conversion_name(folder) != before
    assert _choice(copied).engine == ""
    assert not open_encoder(copied.model_options()).is_prepared


def test_another_recipe_or_library_never_meets_the_conversion_of_the_former(
    copied: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "RECIPE", 0)
    assert _choice(copied).engine == ""
    monkeypatch.undo()
    assert _choice(copied).engine == "openvino"
    monkeypatch.setattr(conversion.metadata, "version", lambda name: "2020.1")
    assert _choice(copied).engine == ""


def test_a_conversion_that_lacks_a_byte_is_made_again(
    copied: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", _without_a_process)
    weights = next(copied.models.glob("*/network.bin"))
    content = weights.read_bytes()
    weights.write_bytes(content[:-1])
    assert _choice(copied).engine == ""
    open_encoder(copied.model_options()).encode_question("Bonjour")
    assert weights.read_bytes() == content


def test_a_conversion_that_is_killed_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _site(tmp_path, write_encoder(tmp_path / "modele"))
    place = keeps_of(settings.models, settings.index)[0] / conversion_name(Path(settings.encoder))
    place.parent.mkdir()
    command = [sys.executable, "-m", "assistant.embedding.conversion_child"]
    with subprocess.Popen([*command, settings.encoder, str(place)]) as process:
        while not any(place.parent.glob(".*.building")) and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert read_verdict(place) is None
    assert any(place.parent.glob(".*.building"))
    monkeypatch.setattr(subprocess, "run", _without_a_process)
    open_encoder(settings.model_options()).encode_question("Bonjour")
    assert read_verdict(place) is not None
    assert not any(place.parent.glob(".*.building"))


def test_it_goes_to_the_index_where_the_models_cant_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fichier").touch()
    settings = _site(
        tmp_path, write_encoder(tmp_path / "modele"), models=tmp_path / "fichier" / "models"
    )
    monkeypatch.setattr(subprocess, "run", _without_a_process)
    open_encoder(settings.model_options()).encode_question("Bonjour")
    assert _choice(settings).converted.parent == settings.index / "models"


def _without_a_process(command: list[str], **_: object) -> None:
    """Do in this process, which has imported torch, what is done in one apart."""
    folder, place = map(Path, command[-2:])
    conversion_child.build_folder(
        place,
        lambda aside: conversion.write_verdict(aside, conversion_child.convert(folder, aside)),
    )


# --- where it can't be --------------------------------------------------------------------------


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level("INFO", "assistant.events"):
        yield caplog


def test_torch_computes_where_nothing_can_be_written_and_says_so(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "fichier").touch()
    folder, here = write_encoder(tmp_path / "modele"), tmp_path / "fichier"
    settings = _site(tmp_path, folder, models=here / "models", index=here / "index")
    vector = open_encoder(settings.model_options()).encode_question("mairie").vector
    assert vector @ SentenceTransformerEncoder(folder, 1).encode_question("mairie").vector > 0.9999
    assert "engine engine=torch reason=unwritable" in logged.text
    found = engine(settings.model_options(), folder, FRENCH)
    assert found.severity == "warning"
    assert "PyTorch" in found.message
    assert "assistant sync" in found.remedy


def test_a_model_of_another_kind_is_torchs_and_nothing_is_converted(
    tmp_path: Path, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "make", lambda *_: pytest.fail("converted"))
    folder = _pooled_by(write_encoder(tmp_path / "modele"), "max")
    settings = _site(tmp_path, folder)
    open_encoder(settings.model_options()).encode_question("Bonjour")
    assert "engine engine=torch reason=structure" in logged.text
    assert "PyTorch" in engine(settings.model_options(), folder, FRENCH).message


def test_vectors_that_are_others_than_torchs_are_told_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_encoder(tmp_path / "modele")
    settings = _site(tmp_path, folder)
    monkeypatch.setattr(conversion_child, "LEAST_COSINE", 1.1)
    monkeypatch.setattr(subprocess, "run", _without_a_process)
    open_encoder(settings.model_options()).encode_question("Bonjour")
    found = _choice(settings)
    assert (found.engine, found.reason) == ("torch", "differs")
    assert {one.name for one in found.converted.iterdir()} == {"built.json", "verdict.json"}
    assert "autres vecteurs" in engine(settings.model_options(), folder, FRENCH).message


def test_an_error_of_the_libraries_is_told_and_not_met_at_each_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("no such operation")

    monkeypatch.setattr(conversion_child, "_write_network", fails)
    verdict = conversion_child.convert(write_encoder(tmp_path / "modele"), tmp_path)
    assert verdict == Verdict("", reason="failed", cause="RuntimeError: no such operation")


def test_a_full_disk_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(conversion_child, "_write_network", fails)
    with pytest.raises(OSError, match="No space"):
        conversion_child.convert(write_encoder(tmp_path / "modele"), tmp_path)


def test_a_site_that_wants_openvino_is_told_that_it_cant_have_it(tmp_path: Path) -> None:
    folder = _pooled_by(write_encoder(tmp_path / "modele"), "max")
    with pytest.raises(ModelError) as caught:
        open_encoder(_site(tmp_path, folder, engine="openvino").model_options()).encode_question(
            "Bonjour"
        )
    assert caught.value.key == "engine_unusable"
    assert "« auto »" in caught.value.remedy


def test_a_site_that_wants_torch_converts_nothing(tmp_path: Path) -> None:
    settings = _site(tmp_path, write_encoder(tmp_path / "modele"), engine="torch")
    open_encoder(settings.model_options()).encode_question("Bonjour")
    assert not settings.models.exists()
    assert engine(settings.model_options(), Path(settings.encoder), FRENCH).severity == "ok"


# --- what is loaded -----------------------------------------------------------------------------


def test_asking_loads_no_torch(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus" / "forum"
    corpus.mkdir(parents=True)
    (corpus / "notes.txt").write_text("\n\n".join(PASSAGES), encoding="utf-8")
    code = """
import runpy, sys
sys.argv = ["assistant", *sys.argv[1:]]
try:
    runpy.run_module("assistant", run_name="__main__")
finally:
    heavy = {"torch", "transformers", "sentence_transformers", "nncf", "sklearn"}
    print("loaded:", *sorted(heavy & set(sys.modules)))
"""
    environment = {
        "ASSISTANT_CORPUS": str(corpus.parent),
        "ASSISTANT_INDEX": str(tmp_path / "index"),
        "ASSISTANT_ENGINE": "openvino",
    }
    for command in (["sync"], ["ask", "Comment inscrire un enfant en crèche ?"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *command],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | environment,
        )
        assert done.stdout.splitlines()[-1:] == ["loaded:"], done.stderr


def test_no_network_runs_beside_the_first_run_of_one(
    converted: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two first runs at once stop the process for ever, now and then: the page, as it starts."""
    runs: list[str] = []
    states = _Network.states

    def slowly(network: _Network, *batch: Any) -> Any:
        runs.append("begun")
        time.sleep(0.05)
        runs.append("ended")
        return states(network, *batch)

    monkeypatch.setattr(_Network, "states", slowly)
    encoder, at_once = open_encoder(converted.model_options()), threading.Barrier(4)

    def ask() -> None:
        at_once.wait()
        encoder.encode_question("Bonjour")

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert runs[:2] == ["begun", "ended"]
    assert runs.count("ended") == 5


def test_what_reports_to_its_makers_cant_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in offline.BARRED_MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    offline.seal()
    with pytest.raises(ImportError):
        __import__("openvino_telemetry")
