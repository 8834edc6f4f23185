"""The command line: what an agent types, what comes out, and what is said when it can't be."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import assistant
from assistant import records, version
from assistant.cli import main
from assistant.core import Assistant
from assistant.ingest.sync import sync
from assistant.records import Place
from assistant.settings import Settings
from tests.conftest import EVENT, ROOT
from tests.support.fakes import FakeEncoder
from tests.support.search_index_contract import CANTEEN, write_corpus

QUESTIONS = {
    one["id"]: one
    for line in (ROOT / "docs/demonstration/questions.jsonl").read_text("utf-8").splitlines()
    for one in [json.loads(line)]
}
#: At least one question on each format; what is asked is where the answer stands, not the gate.
ASKED = {
    "vtt": "q54", "srt": "q42", "pptx": "q03", "odp": "q24", "pdf": "q38", "docx": "q57",
    "odt": "q48", "html": "q59", "md": "q61", "txt": "q60",
}  # fmt: skip

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no setting of whoever runs the tests through."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; return its status, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([str(one) for one in arguments])
        except SystemExit as e:
            status = int(e.code or 0)
        out, error = capsys.readouterr()
        return status, out, error

    return run


@pytest.fixture
def shown(
    run: Run, demonstration: Settings, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run commands over the demonstration, with the real encoder, loaded once."""
    encoder = assistant._encoder
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: encoder)
    return lambda *arguments: run(
        "--corpus", demonstration.corpus, "--index", demonstration.index, *arguments
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a small site, indexed by a fake encoder: `corpus` and `index` in a folder."""
    write_corpus(tmp_path / "corpus")
    sync(Settings(corpus=tmp_path / "corpus", index=tmp_path / "index"), FakeEncoder())
    return tmp_path


@pytest.fixture
def quick(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands over `site`, with a fake encoder."""
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    return lambda *arguments: run(
        "--corpus", tmp_path / "corpus", "--index", tmp_path / "index", *arguments
    )


def still_answers(quick: Run) -> bool:
    _, out, _ = quick("search", "repas de la cantine", "-k", 1, "--json")
    return bool(json.loads(out)[0]["passage"]["document_id"] == CANTEEN)


def names(record: type) -> set[str]:
    return {one.name for one in dataclasses.fields(record)}


# --- Over the demonstration --------------------------------------------------------------------


@pytest.mark.parametrize("id_", ASKED.values(), ids=ASKED)
def test_an_answer_cites_the_document_and_the_place(
    shown: Run, monkeypatch: pytest.MonkeyPatch, id_: str
) -> None:
    monkeypatch.setenv("ASSISTANT_ANSWER_THRESHOLD", "0")
    question = QUESTIONS[id_]
    status, out, error = shown("ask", question["question"], "--json")
    assert (status, error) == (0, "")
    cited = {
        one["passage"]["document_id"]
        for one in json.loads(out)["citations"]
        if Place(**one["place"]).overlaps(Place(**question["place"]))
    }
    assert question["document"] in cited


def test_the_questions_asked_cover_every_format() -> None:
    for suffix, id_ in ASKED.items():
        assert QUESTIONS[id_]["document"].endswith(f".{suffix}")


def test_an_answer_as_json_is_one_document_with_the_records_fields(
    shown: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_ANSWER_THRESHOLD", "0")
    answer: dict[str, Any] = json.loads(shown("ask", QUESTIONS["q03"]["question"], "--json")[1])
    assert set(answer) == names(records.Answer)
    beside = {"shown", "said"}
    assert set(answer["hits"][0]) == names(records.Hit) | beside
    assert set(answer["citations"][0]) == names(records.Citation) | {"quote", "place"} | beside
    assert set(answer["hits"][0]["passage"]) == names(records.Passage) | {"id"}
    citation = answer["citations"][0]
    assert citation["quote"] == citation["passage"]["text"][citation["start"] : citation["end"]]


def test_an_answer_in_words_gives_the_quote_its_number_and_its_place(
    shown: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_ANSWER_THRESHOLD", "0")
    status, out, _ = shown("ask", QUESTIONS["q24"]["question"])
    assert status == 0
    assert out.startswith("« ")
    assert "24 %" in out
    assert "diapositive 5" in out.splitlines()[-1]
    assert f"({QUESTIONS['q24']['document']})" in out.splitlines()[-1]


def test_a_search_tells_the_slide_of_words_and_the_moment_of_a_slide(shown: Run) -> None:
    asked = ("search", "protection des données : les incidents de 2024", "-k", 6)
    _, out, _ = shown(*asked)
    assert re.search(r"\bpage 6, dite à \d[^,]* s \(", out)
    assert re.search(r"à \d[^,]* s, pendant la diapositive 6 \(", out)
    hits = json.loads(shown(*asked, "--json")[1])
    on = [one["shown"] for one in hits if one["shown"]]
    assert on and set(on[0]) == names(records.Shown)
    at = [one["said"] for one in hits if one["said"]]
    assert at and set(at[0]) == names(records.Said)
    assert at[0]["place"]["kind"] == "second"


def test_a_refusal_has_status_3_and_names_the_nearest_passages(
    shown: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_ANSWER_THRESHOLD", "1")
    status, out, error = shown("ask", "Quelle est la recette de la tarte au sucre ?")
    assert (status, error) == (3, "")
    assert out.splitlines()[:2] == [
        "Je n'ai pas trouvé.",
        "Passages les plus proches :",
    ]
    status, out, _ = shown("ask", "Quelle est la recette de la tarte au sucre ?", "--json")
    assert (status, json.loads(out)["status"]) == (3, "refused")


# --- The question before, and "perhaps" ---------------------------------------------------------

BEFORE = "Combien de repas la cantine sert-elle ?"


@pytest.fixture
def certain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have whatever is found given as the answer."""
    monkeypatch.setenv("ASSISTANT_ANSWER_THRESHOLD", "0")


def test_a_follow_up_is_searched_with_its_subject(site: Path, quick: Run, certain: None) -> None:
    asked = ("ask", "Et chaque jour ?", "--json")
    alone = json.loads(quick(*asked)[1])
    answer = json.loads(quick(*asked, "--previous", BEFORE)[1])
    assert answer["hits"][0]["passage"]["document_id"] == CANTEEN
    assert (answer["question"], answer["subject"]) == ("Et chaque jour ?", BEFORE)
    assert alone["subject"] == ""


def test_the_subject_kept_is_said(site: Path, quick: Run, certain: None) -> None:
    _, out, _ = quick("ask", "Et chaque jour ?", "--previous", BEFORE)
    assert out.startswith(f"Suite de : « {BEFORE} »\n")
    _, out, _ = quick("ask", "Combien de kilomètres compte la voirie ?", "--previous", BEFORE)
    assert "Suite de" not in out


def test_a_follow_up_that_its_subject_does_not_have_is_asked_alone_and_that_is_said(
    site: Path, quick: Run, certain: None
) -> None:
    _, out, _ = quick("ask", "Et chaque mardi ?", "--previous", BEFORE)
    assert out.startswith("Cherché sans la question précédente : « chaque mardi ? »\n")
    assert "le mardi matin" in out


def test_a_subject_that_makes_the_question_too_long_is_left_out(
    site: Path, quick: Run, certain: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MAX_QUESTION_CHARACTERS", "40")
    answer = json.loads(quick("ask", "Et chaque mardi ?", "--previous", BEFORE, "--json")[1])
    assert answer["subject"] == ""


def test_perhaps_shows_its_passages_and_has_status_0(
    site: Path, quick: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_ANSWER_THRESHOLD", "1")
    monkeypatch.setenv("ASSISTANT_PERHAPS_THRESHOLD", "0")
    status, out, error = quick("ask", BEFORE)
    assert (status, error) == (0, "")
    assert out.splitlines()[0] == (
        "Peut-être dans ces passages (l'assistant n'est pas assez sûr pour répondre) :"
    )
    assert f"({CANTEEN})" in out
    answer = json.loads(quick("ask", BEFORE, "--json")[1])
    assert (answer["status"], answer["text"]) == ("perhaps", "")
    assert answer["citations"]


def test_search_gives_as_many_passages_as_asked_for(shown: Run) -> None:
    status, out, _ = shown("search", "pain jeté à la cantine", "-k", 4, "--json")
    assert status == 0
    assert [one["rank"] for one in json.loads(out)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("option", "value", "fact"),
    [
        ("--kind", "transcript", ".vtt|.srt"),
        ("--session", f"{EVENT}/atelier-6-entretien-de-la-voirie", "/atelier-6"),
        ("--event", EVENT, EVENT),
    ],
)
def test_a_filter_keeps_only_what_it_says(shown: Run, option: str, value: str, fact: str) -> None:
    found = json.loads(shown("search", "intelligence artificielle", option, value, "--json")[1])
    ids = {one["passage"]["document_id"] for one in found}
    assert ids
    assert all(any(part in id_ for part in fact.split("|")) for id_ in ids)


def test_the_sheet_of_a_session_as_json_has_the_records_fields(shown: Run) -> None:
    status, output, _ = shown("sheet", "atelier 3", "--json")
    sheet = json.loads(output)
    assert status == 0
    assert set(sheet) == {one.name for one in dataclasses.fields(assistant.SessionSheet)}
    assert [one["place"]["first"] for one in sheet["synthesis"]] == [9]


def test_the_sheets_of_the_demonstration_say_what_their_sessions_do(shown: Run) -> None:
    status, output, _ = shown("sheet", "atelier 3")
    assert status == 0
    sections = [line for line in output.splitlines() if line.startswith("== ")]
    assert "Commencer par peser" in output.split(sections[1])[0]
    points = output.split(sections[1])[1].split(sections[2])[0]
    assert "Gaspillage : de 128 à 84 grammes par plateau" in points
    assert points.index("Le problème") < points.index("Les résultats à mi-parcours")
    assert "Bonjour" not in output and "bon appétit" not in output
    assert "Est-ce que vous avez pensé à demander aux enfants" in output
    _, event, _ = shown("sheet")
    assert "Former 300 agents d'ici à la fin de l'année 2026." in event


def test_an_unknown_session_is_told_with_the_nearest(shown: Run) -> None:
    status, _, errors = shown("sheet", "le plan de la voirie")
    assert status == 1
    assert "atelier-6-entretien-de-la-voirie" in errors


def test_status_says_what_is_indexed(shown: Run, demonstration: Settings) -> None:
    state = json.loads(shown("status", "--json")[1])
    assert set(state) == {"generation", "documents", "passages", "problems", "states"}
    assert all(set(one) == names(records.DocumentState) for one in state["documents"])
    assert {one["document"] for one in QUESTIONS.values() if one["document"]} <= {
        one["id"] for one in state["documents"]
    }
    status, out, _ = shown("status")
    assert status == 0
    assert f"{len(state['documents'])} documents" in out


# --- What can go wrong -------------------------------------------------------------------------


def fails(result: tuple[int, str, str], *words: str) -> None:
    """Check that a command says once, in French, what is wrong and what to do."""
    status, out, error = result
    assert status != 0
    assert out == ""
    assert error.count("Que faire : ") == 1
    assert "Traceback" not in error
    for word in words:
        assert word in error


@pytest.mark.parametrize("question", ["", "   ", "?!"])
def test_an_empty_question_is_refused(site: Path, quick: Run, question: str) -> None:
    fails(quick("ask", question), "La question est vide.")
    assert still_answers(quick)


def test_a_question_of_10000_characters_is_refused(site: Path, quick: Run) -> None:
    fails(quick("ask", "repas " * 2000), "trop longue", "11999")
    assert still_answers(quick)


@pytest.mark.parametrize("command", [["ask", "repas"], ["search", "repas"], ["status"]])
def test_without_an_index_sync_is_named(quick: Run, tmp_path: Path, command: list[str]) -> None:
    fails(quick(*command), "Rien n'est encore indexé", "« assistant sync »")
    assert not (tmp_path / "index").exists()


def test_a_wrong_setting_names_the_nearest(site: Path, quick: Run) -> None:
    (site / "assistant.toml").write_text("candidate = 3", encoding="utf-8")
    fails(quick("ask", "repas"), "« candidate »", "« candidates »")


def test_a_wrong_setting_of_the_environment_is_said_too(
    site: Path, quick: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "beaucoup")
    fails(quick("ask", "repas"), "« port »", "« beaucoup »")


WRONG_USAGE = {
    "unknown_option": (["ask", "repas", "--toto"], "--toto"),
    "no_question": (["ask"], "QUESTION"),
    "no_command": ([], "COMMANDE"),
    "no_value": (["search", "repas", "-k"], "-k"),
    "not_a_number": (["search", "repas", "-k", "dix"], "« dix »"),
    "zero_passages": (["search", "repas", "-k", "0"], "« 0 »"),
    "unknown_command": (["chercher"], "au choix : "),
    "two_that_exclude_each_other": (["sync", "--watch", "--dry-run"], "retirer --watch"),
    "none_of_several": (["forget"], "--document --before --expired --speaker"),
    "a_value_too_many": (["sync", "--watch=1"], "« 1 »"),
    "no_day": (["forget", "--before", "hier"], "« hier »"),
    "two_options_begin_so": (["ask", "repas", "--s", "x"], "--session, --speaker"),
}
_ENGLISH = (
    "invalid", "expected", "required", "unrecognized", "choose", "usage:", "error:", "show",
    "argument ", "allowed", "ambiguous", "ignored",
)  # fmt: skip


@pytest.mark.parametrize(("arguments", "named"), WRONG_USAGE.values(), ids=WRONG_USAGE)
def test_wrong_usage_is_said_in_french(run: Run, arguments: list[str], named: str) -> None:
    status, out, error = run(*arguments)
    assert (status, out) == (2, "")
    assert named in error
    assert "Que faire : " in error
    assert not [word for word in _ENGLISH if word in error.lower()]


@pytest.mark.parametrize("command", [[], ["sync"], ["ask"], ["search"], ["status"], ["serve"]])
def test_help_is_french(run: Run, command: list[str]) -> None:
    status, out, _ = run(*command, "--help")
    assert status == 0
    assert out.startswith("Utilisation : ")
    english = (*_ENGLISH, "positional", "optional", "exit", "usage")
    assert not [word for word in english if word in out.lower()]


def test_the_version_is_that_of_what_is_installed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("--version") == (0, f"assistant {assistant.__version__}\n", "")
    monkeypatch.setattr(version, "DISTRIBUTION", "nothing-of-this-name")
    status, out, _ = run("--version")
    assert (status, "version inconnue" in out) == (0, True)


def test_an_empty_corpus_takes_nothing_away(site: Path, quick: Run) -> None:
    (site / "corpus").rename(site / "loin")
    (site / "corpus").mkdir()
    fails(quick("sync"), "aucun document lisible", "partage réseau")
    assert still_answers(quick)


def test_a_missing_corpus_takes_nothing_away(site: Path, quick: Run) -> None:
    (site / "corpus").rename(site / "loin")
    fails(quick("sync"), "introuvable")
    assert still_answers(quick)


def test_a_damaged_file_is_said_and_keeps_its_passages(site: Path, quick: Run) -> None:
    (site / "corpus/forum/atelier-1/repas.pdf").write_bytes(b"%PDF-1.7\nabime")
    status, out, _ = quick("sync")
    assert status == 4
    assert "Erreur, forum/atelier-1/repas.pdf : " in out
    assert out.count("Que faire : ") == 1
    assert still_answers(quick)


def test_a_file_of_an_unknown_suffix_is_said(site: Path, quick: Run) -> None:
    (site / "corpus/forum/atelier-1/plan.dwg").write_bytes(b"AC1032")
    status, out, _ = quick("sync", "--json")
    (problem,) = json.loads(out)["problems"]
    assert set(json.loads(out)) == names(records.SyncReport)
    assert problem["subject"] == "forum/atelier-1/plan.dwg"
    assert ".dwg" in problem["message"]
    assert status in (0, 4)
    assert still_answers(quick)


def test_a_broken_programme_is_said_and_the_rest_is_indexed(site: Path, quick: Run) -> None:
    (site / "corpus/forum/programme.csv").write_text("colonne\n1\n", encoding="utf-8")
    status, out, _ = quick("sync")
    assert status == 4
    assert "Erreur, forum/programme.csv : " in out
    assert "Que faire : " in out
    assert still_answers(quick)


def test_a_second_sync_at_the_same_time_is_refused(site: Path, quick: Run) -> None:
    with FileLock(site / "index" / "sync.lock"):
        fails(quick("sync"), "déjà en cours")
        assert still_answers(quick)
    assert quick("sync")[0] == 0


def test_an_index_of_another_encoder_is_never_mixed(
    site: Path, quick: Run, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder(name="other"))
        for command in (["ask", "repas"], ["sync"]):
            result = run("--corpus", site / "corpus", "--index", site / "index", *command)
            fails(result, "fake-64", "other-64", "« assistant sync --rebuild »")
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    assert still_answers(quick)


def _contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder; not SQLite's own, which come with reading too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_dry_run_says_what_would_change_and_changes_nothing(site: Path, quick: Run) -> None:
    before = _contents(site / "index")
    (site / "corpus/forum/nouveau.txt").write_text("Un texte.", encoding="utf-8")
    status, out, _ = quick("sync", "--dry-run")
    assert (status, out.splitlines()) == (0, ["+ forum/nouveau.txt", "3 inchangés"])
    assert _contents(site / "index") == before


def test_a_dry_run_names_the_files_that_fail_with_why(site: Path, quick: Run) -> None:
    (site / "corpus/forum/casse.pdf").write_bytes(b"%PDF-1.7\nrien de lisible")
    quick("sync")
    (site / "corpus/forum/tableau.xyz").write_text("Un texte.", encoding="utf-8")
    status, out, _ = quick("sync", "--dry-run")
    assert status == 0
    assert "! forum/casse.pdf" in out.splitlines()
    assert "Erreur, forum/casse.pdf :" in out
    assert "Erreur, forum/tableau.xyz :" in out


def test_whoever_stops_reading_the_output_is_not_shouted_at(site: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "assistant", "--index", str(site / "index"), "status"]
    done = subprocess.run(
        command,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        # Buffered as it is for people: what is left to write is then written at the end.
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
    )
    os.close(writer)
    assert done.stderr == ""
    assert done.returncode == 1
