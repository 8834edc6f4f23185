"""A `sync` on a real Ray cluster of two nodes: a worker, the driver and a node are killed.

Only where the extra `cluster` is installed: Ray is no dependency of the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.compared_catalogs import catalog_of, committed
from tests.support.ray_nodes import nodes
from tests.support.tiny_models import write_encoder

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="the extra “cluster” is missing")


def write_corpus(corpus: Path) -> None:
    for number in range(60):
        file = corpus / "forum" / f"atelier-{number}" / "notes.txt"
        file.parent.mkdir(parents=True)
        said = " ".join(f"Le point {n} de l'atelier {number} a été voté." for n in range(40))
        file.write_text("\n" if number == 9 else said, encoding="utf-8")


def test_a_worker_a_node_and_the_driver_are_killed_and_the_catalog_is_that_of_one_process(
    tmp_path: Path,
) -> None:
    write_corpus(tmp_path / "corpus")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "ASSISTANT_CORPUS": str(tmp_path / "corpus"),
        "ASSISTANT_ENCODER": str(write_encoder(tmp_path / "encoder")),
        "ASSISTANT_ENGINE": "torch",
        "ASSISTANT_MODELS": str(tmp_path / "models"),
    }

    def sync(index: str, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "assistant", "--index", str(tmp_path / index), "sync"]
        return subprocess.Popen(
            [*command, *options], cwd=tmp_path, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def until(running: subprocess.Popen[str], documents: int) -> None:
        while committed(tmp_path / "there") < documents:
            assert running.poll() is None, running.communicate()
            time.sleep(0.02)

    alone = sync("here")
    with nodes(environment) as cluster:
        told, _ = alone.communicate(timeout=600)
        assert alone.returncode == 4, told
        driver = sync("there", "--ray", cluster.address)
        until(driver, 5)
        cluster.kill_worker("EncodingWorker")
        until(driver, committed(tmp_path / "there") + 5)
        driver.kill()
        driver.communicate()
        before = committed(tmp_path / "there")
        assert 0 < before < 59
        again = sync("there", "--ray", cluster.address)
        until(again, before + 5)
        cluster.kill(2)
        told, _ = again.communicate(timeout=600)
        assert again.returncode == 4, told
    assert f"{before} inchangés" in told
    assert catalog_of(tmp_path / "there") == catalog_of(tmp_path / "here")
