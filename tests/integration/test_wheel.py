"""The wheel, installed in an empty environment: complete, started from anywhere, and typed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: A program of three lines that uses the assistant.
USER_FILE = """from assistant import Answer, open_assistant
with open_assistant() as assistant:
    answer: Answer = assistant.ask("Combien de pain est jeté ?")
"""
#: Their sources take mypy a minute to read, and no name of ours comes from them.
MYPY = """[mypy]
[mypy-sentence_transformers.*,torch.*,transformers.*,gradio.*]
follow_imports = skip
"""


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder where nothing leads to the repository."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [*map(str, command)], cwd=folder, env=kept, capture_output=True, text=True, check=False
    )


def data_files(names: Iterable[str]) -> set[str]:
    """Return the files of the package that are no code."""
    return {name for name in names if not name.endswith((".py", ".pyc"))}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel out of a copy of the sources, so that nothing is left among them."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "sources"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "assistant", copy / "assistant", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    build = "from setuptools import build_meta; build_meta.build_wheel('..')"
    built = run(sys.executable, "-c", build, folder=copy)
    assert built.returncode == 0, built.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that holds the wheel; what it depends on comes from this one."""
    folder = tmp_path_factory.mktemp("environment")
    for command in (
        (sys.executable, "-m", "venv", "--without-pip", "."),
        (sys.executable, "-m", "pip", "--quiet", "--python", "bin/python", "install",
         "--no-deps", "--no-index", "--disable-pip-version-check", wheel),
    ):  # fmt: skip
        done = run(*command, folder=folder)
        assert done.returncode == 0, done.stderr
    (packages,) = folder.glob("lib/python*/site-packages")
    shared = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # Folders named so are searched, but the links in them are not followed: not to the repository.
    (packages / "shared.pth").write_text("\n".join(sorted(shared)) + "\n", encoding="utf-8")
    return folder


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    on_disk = data_files(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "assistant").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    packed = [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("assistant/")]
    assert "assistant/py.typed" in packed
    assert data_files(packed) == on_disk


def test_the_command_runs_anywhere(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "bin" / "assistant", "--help", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "sync" in done.stdout and "ask" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_program_imports_it_from_where_it_is_installed(installed: Path, tmp_path: Path) -> None:
    program = "import assistant; from assistant import open_assistant; print(assistant.__file__)"
    done = run(installed / "bin" / "python", "-c", program, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed)


def test_what_a_program_gets_from_it_has_types(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(USER_FILE, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(USER_FILE.replace("Answer =", "int ="), encoding="utf-8")
    (tmp_path / "mypy.ini").write_text(MYPY, encoding="utf-8")
    checked = run(
        sys.executable, "-m", "mypy", "--strict", "--python-executable",
        installed / "bin" / "python", "user.py", "wrong.py", folder=tmp_path,
    )  # fmt: skip
    # The right program has no error; the wrong one is told the type that it was given.
    (error, *_) = checked.stdout.splitlines()
    assert error.startswith("wrong.py:3: error: Incompatible types in assignment"), checked.stdout
    assert '"Answer"' in error
    assert "user.py" not in checked.stdout, checked.stdout
