"""Settings: where each value comes from, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings
from assistant.settings.loading import NO_FILE


def _written(folder: Path, text: str) -> Path:
    file = folder / "assistant.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_anything_the_settings_are_the_default_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}) == Settings()


def test_the_file_wins_over_the_defaults(tmp_path: Path) -> None:
    file = _written(tmp_path, 'candidates = 30\nhidden_slides = true\ntitle = "Forum"')
    assert load_settings(file, environment={}) == Settings(
        candidates=30, hidden_slides=True, title="Forum"
    )


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = _written(tmp_path, "candidates = 30\nmax_quotes = 2")
    found = load_settings(file, environment={"ASSISTANT_CANDIDATES": "40", "PATH": "/bin"})
    assert (found.candidates, found.max_quotes) == (40, 2)


def test_an_override_wins_over_all_but_none_is_no_override(tmp_path: Path) -> None:
    file = _written(tmp_path, "port = 8000")
    environment = {"ASSISTANT_PORT": "8001", "ASSISTANT_CORPUS": "ailleurs"}
    found = load_settings(file, environment=environment, port=8002, corpus=None)
    assert (found.port, found.corpus) == (8002, Path("ailleurs"))


def test_the_file_of_the_current_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _written(tmp_path, "port = 8000")
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}).port == 8000


def test_relative_folders_are_relative_to_the_file(tmp_path: Path) -> None:
    file = _written(tmp_path, 'corpus = "documents"\nindex = "/srv/index"\nencoder = "e5"')
    found = load_settings(file, environment={})
    assert found.corpus == tmp_path / "documents"
    assert found.index == Path("/srv/index")
    assert found.encoder == str(tmp_path / "e5")


@pytest.mark.parametrize(
    "name",
    ["corpus", "index", "models", "accounts", "encoder", "reranker", "transcriber", "gate",
     "lexicon", "sources", "antivirus", "sso_secret", "log_file", "metrics_token", "api_token",
     "oidc_client_secret", "oidc_ca", "ldap_password", "ldap_ca"],
)  # fmt: skip
def test_each_setting_that_is_a_path_is_relative_to_the_file(tmp_path: Path, name: str) -> None:
    found = load_settings(_written(tmp_path, f'{name} = "ici"'), environment={})
    assert Path(getattr(found, name)) == tmp_path / "ici"


def test_an_empty_encoder_stays_empty(tmp_path: Path) -> None:
    assert load_settings(_written(tmp_path, 'encoder = ""'), environment={}).encoder == ""


def test_a_tilde_is_the_home_folder() -> None:
    found = load_settings(environment={"ASSISTANT_CORPUS": "~/documents"})
    assert found.corpus == Path.home() / "documents"


@pytest.mark.parametrize(("name", "nearest"), [("corpuss", "corpus"), ("max_quote", "max_quotes")])
def test_an_unknown_setting_names_the_nearest(tmp_path: Path, name: str, nearest: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(_written(tmp_path, f"{name} = 1"), environment={})
    assert f"« {name} »" in str(caught.value)
    assert f"« {nearest} »" in caught.value.remedy


def test_an_unknown_setting_of_the_environment_is_refused_too() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment={"ASSISTANT_PROT": "1"})
    assert "« port »" in caught.value.remedy


WRONG = {
    "word_for_number": ("candidates", "beaucoup"),
    "fraction_for_whole_number": ("candidates", 1.5),
    "fraction_written_out": ("candidates", "1.5"),
    "boolean_for_number": ("candidates", True),
    "number_for_boolean": ("hidden_slides", 3),
    "word_for_boolean": ("hidden_slides", "peut-être"),
    "number_for_text": ("title", 3),
    "number_for_folder": ("corpus", 3),
    "list_for_text": ("title", ["a"]),
    "comma_for_point": ("answer_threshold", "0,5"),
    "not_a_number": ("answer_threshold", "nan"),
}


@pytest.mark.parametrize(("name", "value"), WRONG.values(), ids=WRONG)
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment={}, **{name: value})
    assert f"« {name} »" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("oui", True), ("True", True), (" 1 ", True), ("non", False), ("false", False), ("0", False)],
)
def test_yes_and_no_are_read_as_people_write_them(written: str, meant: bool) -> None:
    assert load_settings(environment={"ASSISTANT_HIDDEN_SLIDES": written}).hidden_slides is meant


OUT_OF_RANGE: dict[str, dict[str, Any]] = {
    "no_thread": {"encoding_threads": 0},
    "negative": {"candidates": -1},
    "too_few_tokens": {"max_passage_tokens": 31},
    "more_tokens_than_the_model_reads": {"max_passage_tokens": 449},
    "too_little_memory": {"reading_megabytes": 255},
    "port_too_high": {"port": 65536},
    "port_negative": {"port": -1},
    "days_negative": {"feedback_days": -1},
    "register_negative": {"unanswered_days": -1},
    "threshold_above_1": {"answer_threshold": 1.01},
    "threshold_below_0": {"answer_threshold": -0.01},
}


@pytest.mark.parametrize("chosen", OUT_OF_RANGE.values(), ids=OUT_OF_RANGE)
def test_a_value_out_of_its_range_is_refused(chosen: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(**chosen)
    assert f"« {next(iter(chosen))} »" in str(caught.value)


@pytest.mark.parametrize(
    "chosen",
    [
        {"port": 0},
        {"feedback_days": 0},
        {"unanswered_days": 0},
        {"port": 65535},
        {"max_passage_tokens": 448},
        {"answer_threshold": 1.0},
    ],
)  # fmt: skip
def test_the_ends_of_a_range_belong_to_it(chosen: dict[str, Any]) -> None:
    assert dataclasses.replace(Settings(), **chosen) == Settings(**chosen)


def test_a_file_that_is_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="n'existe pas"):
        load_settings(tmp_path / "absent.toml", environment={})


@pytest.mark.parametrize("content", [b"port = ", b'title = "\xe9"'], ids=["syntax", "encoding"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "assistant.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="ne peut pas être lu"):
        load_settings(file, environment={})


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


OTHER: dict[str, Any] = {
    "corpus": Path("x"), "index": Path("x"), "models": Path("x"), "encoder": "x",
    "question_prefix": "x", "passage_prefix": "x", "reranker": "x", "reranker_candidates": 7,
    "engine": "openvino",
    "encoding_threads": 7, "max_passage_tokens": 100, "max_file_megabytes": 7,
    "hidden_slides": True, "speaker_notes": False,
    "reading_seconds": 7, "reading_workers": 7, "reading_megabytes": 777,
    "keep_generations": 7, "candidates": 7, "answer_threshold": 0.7, "perhaps_threshold": 0.3,
    "sources": "x",
    "antivirus": "x", "document_days": 7,
    "gate": "x", "lexicon": "x", "thesaurus": "x",
    "transcriber": "x", "spoken_language": "en", "voices": True, "max_question_characters": 7,
    "max_quotes": 7, "host": "x", "port": 7, "title": "x", "public_names": "x", "public_path": "/x",
    "organisation": "x", "contact": "x", "accessibility": "full",
    "feedback_days": 7, "unanswered_days": 7, "audit_days": 7,
    "accounts": Path("x"), "public": False, "session_hours": 7,
    "sso_secret": "x", "sso_staff_group": "x",
    "oidc_issuer": "x", "oidc_client_id": "x", "oidc_client_secret": "x", "oidc_scopes": "x",
    "oidc_groups_claims": "x", "oidc_staff_groups": "x", "oidc_only": "x", "oidc_ca": "x",
    "ldap_servers": "x", "ldap_base": "x", "ldap_bind": "x", "ldap_password": "x",
    "ldap_user_filter": "x", "ldap_group_base": "x", "ldap_staff_groups": "x", "ldap_ca": "x",
    "milvus_address": "x", "milvus_tenant": "x", "milvus_token": "x", "milvus_ca": "x",
    "state_database": "postgresql://x/x",
    "max_upload_megabytes": 7,
    "watch_seconds": 7,
    "log_format": "json",
    "log_file": "journal.log",
    "metrics_token": "jeton",
    "api_token": "jeton",
}  # fmt: skip


def test_the_fingerprint_changes_with_exactly_what_changes_passages() -> None:
    names = {one.name for one in dataclasses.fields(Settings)}
    assert names == set(OTHER), "say here of each setting whether it changes passages"
    usual = Settings().fingerprint()
    changing = {
        name for name, value in OTHER.items() if Settings(**{name: value}).fingerprint() != usual
    }
    assert changing == {"max_passage_tokens", "hidden_slides", "speaker_notes"}


@pytest.mark.parametrize("settings", [Settings(), Settings(**OTHER)], ids=["default", "other"])
def test_the_environment_of_settings_gives_them_back_whatever_the_file_says(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _written(tmp_path, 'port = 8000\ntitle = "Autre"')
    assert load_settings(environment=settings.environment()) == settings


def test_where_no_file_is_asked_for_that_of_the_folder_may_be_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _written(tmp_path, "n'importe quoi")
    assert load_settings(NO_FILE, environment={}) == Settings()
