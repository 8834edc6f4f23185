"""Nothing leaves: the server's system calls watched, then everything run without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.support import patient
from tests.support.egress import FOREIGN, audit, failed, file_refused
from tests.support.pages import ROOT, Visit, real_environment, required, running

QUESTION = "Comment les tournées de collecte des déchets ont-elles été ajustées ?"
LOCAL = re.compile(r'inet_addr\("127\.|inet_pton\(AF_INET6, "::1"|AF_UNIX|AF_NETLINK|AF_UNSPEC')
ADDRESSED = re.compile(r"sa_family=AF_\w+")


def foreign_calls(trace: str) -> list[str]:
    """Return the lines of a trace that name an address outside this machine."""
    return [
        line for line in trace.splitlines() if ADDRESSED.search(line) and not LOCAL.search(line)
    ]


def test_a_foreign_address_is_seen_in_a_trace(tmp_path: Path) -> None:
    required("strace")
    trace = tmp_path / "trace"
    code = "import socket; socket.socket(2, 2).connect(('192.0.2.1', 53))"
    subprocess.run([*_strace(trace), sys.executable, "-c", code], check=False)
    assert len(foreign_calls(trace.read_text())) == 1


def test_every_check_holds_on_the_page_as_it_ships(stand_in: str, visit: Visit) -> None:
    checks = audit(stand_in, visit)
    assert failed(checks) == []
    assert len(checks) >= 17


#: What each way of leaking must be found by, at least.
LEAKS = {
    "policy": {
        "the policy begins by refusing all",
        "the policy names no other site",
        "scripts need the page's nonce",
        "a remote image is refused",
        "a remote script is refused",
        "a remote request is refused",
    },
    "markup": {
        "no element names another site",
        "no markup of a document became an element",
    },
}


@pytest.mark.parametrize("how", LEAKS)
def test_a_page_that_leaks_is_found_out(how: str, tmp_path: Path, visit: Visit) -> None:
    with running([sys.executable, "-m", "tests.support.leaky", how, str(tmp_path)]) as address:
        assert set(failed(audit(address, visit))) >= LEAKS[how]


def test_a_server_that_tells_its_makers_is_found_out(tmp_path: Path) -> None:
    required("strace")
    trace = tmp_path / "trace"
    command = [sys.executable, "-m", "tests.support.leaky", "analytics", str(tmp_path)]
    with running([*_strace(trace), *command]) as address:
        patient.get(address)
        patient.until(lambda: foreign_calls(trace.read_text()), "no foreign call is seen")


def test_the_server_speaks_to_this_machine_only(
    demonstration: Settings, tmp_path: Path, visit: Visit
) -> None:
    required("strace")
    trace = tmp_path / "trace"
    command = [*_strace(trace), sys.executable, "app.py"]
    with running(command, real_environment(demonstration)) as address:
        visit.ask(address, QUESTION)
        # What stock Gradio resolves for whoever asks.
        patient.get(f"{address}/gradio_api/file={FOREIGN}/x")
        assert file_refused(address)
        assert visit.foreign_requests(address) == []
    calls = trace.read_text()
    assert foreign_calls(calls) == []


def test_the_page_works_without_a_network(demonstration: Settings) -> None:
    required("unshare", "ip")
    script = 'ip link set lo up && exec "$0" -m tests.support.alone "$1"'
    isolated = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    ended = subprocess.run(
        [*isolated, "sh", "-c", script, sys.executable, QUESTION],
        cwd=ROOT, env={**os.environ, **real_environment(demonstration)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    heading, requests, *foreign = ended.stdout.split("\n")
    assert heading == "Réponse"
    assert int(requests) > 10
    assert [one for one in foreign if one] == []


def _strace(trace: Path) -> list[str]:
    # -D: the server stays our own child, so that ending it ends it.
    return [
        "strace",
        "-D",
        "-f",
        "--seccomp-bpf",
        "-e",
        "trace=connect,sendto,sendmsg,sendmmsg",
        "-o",
        str(trace),
    ]
