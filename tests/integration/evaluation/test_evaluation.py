"""`evaluate` and `calibrate`, from a question file to what is printed and written."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.core import Assistant
from assistant.errors import QuestionError
from assistant.evaluation import Evaluation, calibrate, evaluate, metrics, read_baseline, save
from assistant.evaluation.question_files import read_questions
from assistant.evaluation.report import evaluation_lines
from assistant.retrieval.gate_files import read_gate
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder
from tests.support.search_index_contract import CANTEEN, ROADS, WASTE, write_corpus

LINES = [
    {"id": "pain", "kind": "figure", "question": "Combien de repas la cantine sert-elle ?",
     "document": CANTEEN, "answer": "2 300 repas"},
    {"id": "nid", "kind": "sentence", "question": "En combien de temps un trou est-il bouché ?",
     "document": ROADS, "answer": "deux jours"},
    {"id": "bennes", "kind": "sentence", "question": "Quand passe la collecte des déchets ?",
     "document": WASTE, "place": {"kind": "second", "first": 1, "last": 5},
     "answer": "mardi matin"},
    {"id": "lune", "kind": "far-off", "question": "Quelle est la distance de la Lune ?",
     "document": None},
    {"id": "tarte", "kind": "far-cooked", "question": "Comment réussir une tarte au sucre ?",
     "document": None},
]  # fmt: skip

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Return an assistant over a tiny corpus, indexed with the real encoder."""
    folder = tmp_path_factory.mktemp("town")
    settings = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    with Assistant(settings) as opened:
        opened.sync()
        yield opened


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Return a question file on the tiny corpus."""
    return write(tmp_path / "questions.jsonl", LINES)


@pytest.fixture
def run(
    town: Assistant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command over the tiny corpus; the real encoder was loaded once."""
    encoder = town._encoder
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: encoder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSISTANT_GATE", raising=False)

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        folders = ("--corpus", town.settings.corpus, "--index", town.settings.index)
        status = main([str(one) for one in (*folders, *arguments)])
        return (status, *capsys.readouterr())

    return run


def write(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def value(found: Evaluation, name: str) -> float:
    return next(one.value for one in found.measures if one.name == name)


# --- Measuring ---------------------------------------------------------------------------------


def test_an_evaluation_measures_what_the_assistant_answers(town: Assistant, asked: Path) -> None:
    found = evaluate(town, read_questions(asked), asked)
    assert (found.questions, found.answerable, found.unknown) == (5, 3, ())
    assert value(found, "document_recall_1") == 1
    assert value(found, "place_recall_1") == 1
    assert value(found, "auroc") == 1
    assert 0 < found.seconds_median <= found.seconds_p95
    for outcome, line in zip(found.outcomes, LINES, strict=True):
        answer = town.ask(str(line["question"]))
        assert (outcome.status, outcome.confidence) == (answer.status, answer.confidence)
        best = answer.hits[0].passage.document_id
        assert (outcome.document_rank == 1) == (best == line["document"])


def test_quotes_are_judged_as_if_nothing_were_refused(town: Assistant, asked: Path) -> None:
    mute = Assistant(dataclasses.replace(town.settings, answer_threshold=1.0))
    mute.__dict__["_encoder"] = town._encoder
    with mute:
        found = evaluate(mute, read_questions(asked), asked)
    assert value(found, "answered") == 0
    assert value(found, "declined") == 1
    assert value(found, "quoted") > 0


def test_questions_are_reported_by_kind_and_by_family_of_kinds(
    town: Assistant, asked: Path
) -> None:
    found = evaluate(town, read_questions(asked), asked)
    assert list(found.kinds) == ["far-cooked", "far-off", "far-…", "figure", "sentence"]
    family = {one.name: one.number for one in found.kinds["far-…"]}
    assert family["declined"] == 2


def test_questions_on_one_document_are_one_cluster(town: Assistant, tmp_path: Path) -> None:
    lines = [LINES[0], LINES[0] | {"id": "again"}, LINES[1], LINES[3] | {"title": "Cantine"}]
    asked = write(tmp_path / "q.jsonl", lines)
    found = evaluate(town, read_questions(asked), asked)
    first, again, other, titled = (one.cluster for one in found.outcomes)
    assert first == again == titled
    assert other != first


def test_a_question_that_cannot_be_asked_is_named_before_any_is(
    town: Assistant, tmp_path: Path
) -> None:
    lines = [LINES[0], LINES[1] | {"question": "?!"}]
    asked = write(tmp_path / "q.jsonl", lines)
    steps: list[int] = []
    with pytest.raises(QuestionError, match="ligne 2"):
        evaluate(town, read_questions(asked), asked, progress=lambda done, _: steps.append(done))
    assert steps == []


def test_documents_that_are_not_indexed_are_named(town: Assistant, tmp_path: Path) -> None:
    lines = [LINES[0], LINES[1] | {"document": "forum/absent.txt"}]
    asked = write(tmp_path / "q.jsonl", lines)
    found = evaluate(town, read_questions(asked), asked)
    assert found.unknown == ("forum/absent.txt",)
    assert "forum/absent.txt" in "\n".join(evaluation_lines(found))


def test_questions_of_another_corpus_are_refused(town: Assistant, tmp_path: Path) -> None:
    asked = write(tmp_path / "q.jsonl", [LINES[0] | {"document": "autre/absent.txt"}])
    with pytest.raises(QuestionError, match=r"autre/absent\.txt"):
        evaluate(town, read_questions(asked), asked)


# --- The command -------------------------------------------------------------------------------


def test_the_table_is_in_french_with_intervals_and_kinds(run: Run, asked: Path) -> None:
    status, out, error = run("evaluate", asked)
    assert (status, error) == (0, "")
    assert out.startswith("5 questions, dont 3 avec réponse ; index gen-000001")
    (row,) = [line for line in out.splitlines() if line.startswith("bon document au rang 1")]
    assert row.split() == "bon document au rang 1 1,000 [1,000 ; 1,000] 3".split()
    assert "far-…" in out
    assert "peut-être »  " not in out  # nothing is a "perhaps" here


def test_the_table_also_speaks_english(town: Assistant, asked: Path) -> None:
    text = "\n".join(evaluation_lines(evaluate(town, read_questions(asked), asked), "en"))
    assert "right document, recall@1" in text
    assert "1.000" in text


def test_json_is_one_document_with_the_records_fields(run: Run, asked: Path) -> None:
    found = json.loads(run("evaluate", asked, "--json")[1])
    assert set(found) == {one.name for one in dataclasses.fields(Evaluation)}
    assert set(found["outcomes"][0]) == {one.name for one in dataclasses.fields(metrics.Outcome)}
    assert set(found["measures"][0]) == {one.name for one in dataclasses.fields(metrics.Measure)}


def test_an_evaluation_is_compared_with_a_saved_one(run: Run, asked: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    assert run("evaluate", asked, "--save", before)[0] == 0
    worse = json.loads(before.read_text(encoding="utf-8"))
    worse["outcomes"][0]["document_rank"] = 0
    before.write_text(json.dumps(worse), encoding="utf-8")
    out = json.loads(run("evaluate", asked, "--baseline", before, "--json")[1])
    found = {one["name"]: one for one in out["comparison"]["differences"]}
    assert out["comparison"]["questions"] == 5
    assert found["document_recall_1"]["difference"] == pytest.approx(1 / 3)
    assert found["auroc"]["difference"] == 0
    assert "Comparaison sur 5 questions communes" in run("evaluate", asked, "--baseline", before)[1]


def test_what_json_prints_is_a_baseline_too(run: Run, asked: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    before.write_text(run("evaluate", asked, "--json")[1], encoding="utf-8")
    assert len(read_baseline(before)) == 5


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", '{"outcomes": [{}]}', '{"outcomes": 3}', '{"outcomes": ["q"]}',
        json.dumps({"outcomes": [dataclasses.asdict(metrics.Outcome(
            "q", "?", "", "", True, 1, None, None, "answered", "0.5", 0.1))]}),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_a_baseline_that_is_none_is_refused(run: Run, asked: Path, content: str) -> None:
    before = asked.with_name("before.json")
    before.write_text(content, encoding="utf-8")
    status, out, error = run("evaluate", asked, "--baseline", before)
    assert (status, out) == (1, "")
    assert "n'est pas une évaluation enregistrée" in error


def test_a_baseline_of_other_questions_is_refused(run: Run, town: Assistant, asked: Path) -> None:
    before = asked.with_name("before.json")
    save(evaluate(town, read_questions(asked), asked), before)
    other = write(asked.with_name("q.jsonl"), [LINES[0] | {"id": "autre"}])
    status, _, error = run("evaluate", other, "--baseline", before)
    assert status == 1
    assert "autres questions" in error


def test_saving_never_writes_over_the_questions(run: Run, asked: Path) -> None:
    text = asked.read_text(encoding="utf-8")
    status, _, error = run("evaluate", asked, "--save", asked)
    assert status == 1
    assert "contient autre chose" in error
    assert asked.read_text(encoding="utf-8") == text


def test_a_bad_line_ends_with_its_name_and_what_to_do(run: Run, asked: Path) -> None:
    asked.write_text(asked.read_text(encoding="utf-8") + "{oups}\n", encoding="utf-8")
    status, out, error = run("evaluate", asked)
    assert (status, out) == (1, "")
    assert f"{asked}, ligne 6" in error
    assert "Que faire" in error


# --- Calibrating -------------------------------------------------------------------------------


@pytest.fixture
def site(town: Assistant, tmp_path: Path) -> Path:
    """Return a file of 22 answerable questions and 22 that have no answer here."""
    answerable = [
        one | {"id": f"{one['id']}{at}", "question": f"{one['question']} {'Merci. ' * (at % 4)}"}
        for at in range(8)
        for one in LINES[:3]
    ][:22]
    themes = "lune tarte opéra tennis volcan baleine piano tramway vigne neige cinéma".split()
    asking = ("Que sait-on de ceci : {} ?", "Qui a inventé ceci : {} ?")
    unanswerable = [
        {"id": f"{theme}{at}", "question": text.format(theme), "document": None}
        for theme in themes
        for at, text in enumerate(asking)
    ]
    return write(tmp_path / "site.jsonl", [*answerable, *unanswerable])


def test_a_gate_is_fitted_written_and_explained(run: Run, site: Path) -> None:
    output = site.with_name("gate.json")
    status, out, error = run("calibrate", site)
    assert (status, error) == (0, "")
    gate = read_gate(output)
    assert gate.fitted_on.startswith("site.jsonl : 22 questions avec réponse, 22 sans")
    assert "confiance : AUROC" in out
    assert f"gate = '{output}'" in out
    assert "retirez la ligne « gate »" in out


def test_a_fitted_gate_judges_once_the_setting_names_it(run: Run, site: Path) -> None:
    run("calibrate", site)
    gate = json.loads(site.with_name("gate.json").read_text(encoding="utf-8"))
    gate["intercept"] = -30.0  # this one believes nothing
    site.with_name("gate.json").write_text(json.dumps(gate), encoding="utf-8")
    (site.parent / "assistant.toml").write_text('gate = "gate.json"\n', encoding="utf-8")
    question = str(LINES[0]["question"])
    assert json.loads(run("ask", question, "--json")[1])["confidence"] < 0.01
    out = run("calibrate", site)[1]
    assert "Le réglage « gate » le désigne déjà" in out
    assert json.loads(run("ask", question, "--json")[1])["confidence"] > 0.5


def test_the_setting_may_name_a_gate_that_is_yet_to_be_written(run: Run, site: Path) -> None:
    (site.parent / "assistant.toml").write_text('gate = "own.json"\n', encoding="utf-8")
    assert run("ask", str(LINES[0]["question"]))[0] == 1
    assert run("calibrate", site, "--json")[0] == 0
    assert read_gate(site.with_name("own.json")).features


def test_calibrating_reports_without_peeking(town: Assistant, site: Path) -> None:
    found = calibrate(town, read_questions(site), site, site.with_name("gate.json"))
    assert (found.questions, found.answerable) == (44, 22)
    assert {one.name for one in found.differences} == set(metrics.JUDGING)
    assert 0 < found.threshold_at_90 < 1


@pytest.mark.parametrize("kept", [slice(0, 30), slice(14, None)])
def test_too_few_questions_of_either_kind_fit_no_gate(run: Run, site: Path, kept: slice) -> None:
    lines = site.read_text(encoding="utf-8").splitlines()[kept]
    site.write_text("\n".join(lines), encoding="utf-8")
    status, out, error = run("calibrate", site)
    assert (status, out) == (1, "")
    assert "au moins 20 de chaque sorte" in error
    assert not site.with_name("gate.json").exists()


def test_calibrating_never_writes_over_the_questions(run: Run, site: Path) -> None:
    status, _, error = run("calibrate", site, "--output", site)
    assert status == 1
    assert "contient autre chose" in error
    assert len(read_questions(site)) == 44


def test_an_index_made_otherwise_is_an_error_as_for_ask(
    run: Run, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    status, _, error = run("evaluate", asked)
    assert status == 1
    assert "sync --rebuild" in error
