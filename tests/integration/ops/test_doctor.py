"""`assistant doctor`: what is wrong is found, each with its remedy, and nothing is written."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.cli import main
from assistant.index.catalog import CATALOG
from assistant.index.manifest import current_name
from assistant.ingest.sync import sync
from assistant.ops.doctor import CheckResult, environment_checks, examine
from assistant.settings import Settings
from assistant.system import journal
from assistant.system.offline import SEALED_ENVIRONMENT
from assistant.system.processes import is_locked
from tests.conftest import ROOT
from tests.support.fakes import FakeEncoder
from tests.support.search_index_contract import CANTEEN, write_corpus


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small site, indexed once."""
    folder = tmp_path_factory.mktemp("indexed")
    write_corpus(folder / "corpus")
    sync(Settings(corpus=folder / "corpus", index=folder / "index"), FakeEncoder())
    return folder


@pytest.fixture
def site(indexed: Path, tmp_path: Path) -> Settings:
    """Return a copy of it, whose model is not built."""
    shutil.copytree(indexed, tmp_path / "site")
    (tmp_path / "site/index").chmod(0o700)
    return Settings(
        corpus=tmp_path / "site/corpus",
        index=tmp_path / "site/index",
        models=tmp_path / "models",
        accounts=tmp_path / "comptes.json",
    )


def found(site: Settings, check: str, *, deep: bool = False) -> list[CheckResult]:
    """Return what is wrong by a check."""
    every = examine(site, deep)
    return [one for one in every if one.check == check and one.severity != "ok"]


def snapshot_of(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in folder.rglob("*")
        # Readers of a database share what is in these.
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_sound_site_has_nothing_wrong_but_what_is_outside_of_it(site: Settings) -> None:
    wrong = {one.check for one in examine(site, deep=True) if one.severity != "ok"}
    assert wrong <= {"model", "egress", "versions", "disk"}


def test_whatever_is_wrong_has_its_remedy_in_both_languages(site: Settings) -> None:
    (site.index / CATALOG).write_bytes(b"rien")
    (site.index / "CURRENT").write_bytes(b"")
    for language in ("fr", "en"):
        for one in examine(site, language=language):
            assert bool(one.remedy) == (one.severity != "ok"), one


def test_looking_writes_nothing(site: Settings) -> None:
    before = snapshot_of(site.index.parent)
    examine(site, deep=True)
    assert snapshot_of(site.index.parent) == before
    assert not site.models.exists()


def test_a_site_without_index_nor_documents_is_looked_at_too(tmp_path: Path) -> None:
    bare = Settings(corpus=tmp_path / "c", index=tmp_path / "i", models=tmp_path / "m")
    checks = {one.check: one.severity for one in examine(bare, deep=True)}
    assert (checks["catalog"], checks["corpus"]) == ("warning", "error")
    assert not (tmp_path / "i").exists()


def test_a_sync_under_way_is_no_fault(site: Settings) -> None:
    (site.index / ".gen-000002.building").mkdir()
    assert found(site, "leftovers")
    with FileLock(site.index / "sync.lock"):
        assert is_locked(site.index / "sync.lock")
        assert not found(site, "leftovers")
    assert not is_locked(site.index / "sync.lock")


def test_an_interrupted_restore_is_an_error(site: Settings) -> None:
    journal.begin(site.index, [])
    (one,) = found(site, "leftovers")
    assert one.severity == "error"
    sync(site, FakeEncoder())
    assert not found(site, "leftovers")


@pytest.mark.parametrize(
    ("table", "severity"), [("encoded", "error"), ("vectors", "error"), ("passages", "warning")]
)
def test_orphans_in_the_catalog_are_counted(site: Settings, table: str, severity: str) -> None:
    with sqlite3.connect(site.index / CATALOG) as db:
        db.execute(f"DELETE FROM {table} WHERE rowid = 1")
    db.close()
    assert severity in {one.severity for one in found(site, "catalog")}


def test_a_document_that_changed_is_out_of_step(site: Settings) -> None:
    (site.corpus / CANTEEN).write_text("Autre chose.", encoding="utf-8")
    (one,) = found(site, "corpus")
    assert "--dry-run" in one.remedy


def test_a_catalog_that_moved_on_is_out_of_step_with_the_index(site: Settings) -> None:
    with sqlite3.connect(site.index / CATALOG) as db:
        db.execute("UPDATE meta SET value = '7' WHERE name = 'revision'")
    db.close()
    (one,) = found(site, "generation")
    assert current_name(site.index) in one.message


def test_files_that_others_may_read_are_named(site: Settings) -> None:
    site.index.chmod(0o755)
    site.accounts.write_text("{}")
    site.accounts.chmod(0o644)
    assert [one.severity for one in found(site, "permissions")] == ["warning", "error"]


def test_an_index_by_another_model_is_an_error(tmp_path: Path) -> None:
    own = Settings()
    if not (own.models / "multilingual-e5-small-q4" / "built.json").exists():
        pytest.skip("the default model is not built here")
    (one,) = environment_checks.model(own.model_options(), "autre-64", False, "fr")
    assert one.severity == "error" and "autre-64" in one.message


# --- The machine -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "needed", "severity"),
    [
        (100_000_000, 0, "error"),
        (600_000_000, 0, "warning"),
        (5_000_000_000, 0, "ok"),
        (5_000_000_000, 4_900_000_000, "error"),
        (5_000_000_000, 2_500_000_000, "warning"),
    ],
)
def test_free_space_is_judged_by_what_the_next_index_takes(
    free: int, needed: int, severity: str
) -> None:
    assert environment_checks.disk(Path("index"), free, needed, "fr").severity == severity


def test_variables_that_would_let_a_library_out_are_named() -> None:
    assert environment_checks.sealed(SEALED_ENVIRONMENT, "fr").severity == "ok"
    opened = {**SEALED_ENVIRONMENT, "HF_HUB_OFFLINE": "0"}
    one = environment_checks.sealed(opened, "fr")
    assert one.severity == "error" and "HF_HUB_OFFLINE" in one.message


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False)],
)
def test_who_can_reach_the_page_is_said(host: str, here: bool) -> None:
    assert (environment_checks.listening(host, "fr").severity == "ok") == here


@pytest.mark.parametrize(
    ("shown", "denies"),
    [
        ("IPAddressDeny=::/0 0.0.0.0/0\nIPAddressAllow=127.0.0.0/8 ::1/128\n", True),
        ("IPAddressDeny=any\nIPAddressAllow=\n", True),
        ("IPAddressDeny=::/0 0.0.0.0/0\nIPAddressAllow=10.0.0.0/8\n", False),
        ("IPAddressDeny=\nIPAddressAllow=\n", False),
        ("", False),
    ],
)
def test_what_systemd_refuses_a_service_is_understood(shown: str, denies: bool) -> None:
    assert environment_checks.denies_all(shown) == denies


def test_the_service_is_found_in_its_control_group() -> None:
    assert environment_checks.unit_of("0::/system.slice/assistant.service\n") == "assistant.service"
    assert environment_checks.unit_of("0::/user.slice/user-1000.slice/session-2.scope\n") == ""


def test_without_a_route_nothing_can_get_out() -> None:
    code = (
        "from assistant.ops.doctor.environment_checks import way_out;print(way_out('fr').severity)"
    )
    command = ["unshare", "--net", sys.executable, "-c", code]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if run.returncode and "unshare" in run.stderr:
        pytest.skip(f"no empty network can be made here: {run.stderr.strip()}")
    assert run.stdout.strip() == "ok", run.stderr


@pytest.mark.parametrize(
    ("now", "dated", "severity"),
    [
        (0.0, 0.0, "error"),
        (1_800_000_000.0, 1_800_000_100.0, "ok"),
        (1_800_000_000.0, 1_800_200_000.0, "warning"),
        (9_000_000_000.0, 0.0, "error"),
    ],
)
def test_a_clock_that_is_wrong_is_noticed(now: float, dated: float, severity: str) -> None:
    assert environment_checks.clock(now, [(Path("a.txt"), dated)], "fr").severity == severity


def test_packages_out_of_range_are_named() -> None:
    wanted = ["numpy>=2", "numpy>=99", "absent-package>=1", "pytest; extra == 'dev'", "?"]
    wrong = environment_checks.wrong_packages(wanted)
    assert wrong is not None and [one.split()[0] for one in wrong] == ["numpy", "absent-package"]
    assert environment_checks.wrong_packages([]) is None


# --- The command -------------------------------------------------------------------------------


def test_the_command_fails_on_an_error_only_and_prints_one_json_document(
    site: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.index.parent)
    monkeypatch.setenv("ASSISTANT_MODELS", str(site.models))
    assert main(["doctor", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert {*shown[0]} == {"check", "severity", "message", "remedy"}
    (site.index / "CURRENT").write_bytes(b"../x")
    assert main(["doctor"]) == 1
    assert "Que faire : Lancez « assistant sync »" in capsys.readouterr().out


def test_looking_loads_no_network(site: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.ops.doctor import examine;"
        "from assistant.settings import Settings; r = Path(sys.argv[1]);"
        "examine(Settings(corpus=r / 'corpus', index=r / 'index'), True);"
        "print({'torch', 'gradio', 'transformers'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(site.index.parent)],
        capture_output=True, text=True, check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert run.stdout.strip() == "set()"


def test_the_day_is_not_far_off() -> None:
    (one,) = [
        one for one in [environment_checks.clock(time.time(), [], "fr")] if one.check == "clock"
    ]
    assert one.severity == "ok"
