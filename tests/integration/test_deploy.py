"""What `deploy/` holds works as it is written: units, nginx in front of a page, containers."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assistant.cli.parser import build_parser
from assistant.settings import load_settings
from assistant.settings.loading import NO_FILE
from tests.conftest import ROOT
from tests.support.asked import ask
from tests.support.pages import required, running, running_nginx, stand_in_command

DEPLOY = ROOT / "deploy"
UNITS = sorted(one for one in (DEPLOY / "systemd").glob("*.service") if "@" not in one.name)
#: Of several sites on one machine, each named by what stands after the "@".
TEMPLATES = sorted((DEPLOY / "systemd").glob("*@.*"))
#: Ten times the exposure that `systemd-analyze security` may find, from 0 to 100.
MOST_EXPOSED = "14"

# --- systemd -----------------------------------------------------------------------------------


def _settings(unit: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_units_are_well_written(tmp_path: Path) -> None:
    required("systemd-analyze")
    copies = []
    for unit in [*UNITS, *TEMPLATES, *(DEPLOY / "systemd").glob("*[!@].timer")]:
        # It looks whether the programs are there.
        text = re.sub(r"/opt/assistant/\S+/assistant", "/bin/true", unit.read_text("utf-8"))
        copies.append(tmp_path / unit.name)
        copies[-1].write_text(text, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *copies],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_little_exposed(unit: Path) -> None:
    required("systemd-analyze")
    checked = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         f"--threshold={MOST_EXPOSED}", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout[-300:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_what_a_unit_may_reach_is_this_machine_only(unit: Path) -> None:
    settings = _settings(unit)
    assert settings["IPAddressDeny"] == ["any"]
    assert settings["IPAddressAllow"] == ["localhost"]
    assert settings["User"] == ["assistant"]
    assert settings["CapabilityBoundingSet"] == [""]


def test_the_units_are_confined_alike() -> None:
    own = {"Description", "ExecStart", "Type", "MemoryMax", "After", "SuccessExitStatus", "Nice",
           "Restart", "RestartSec", "TimeoutStartSec", "TimeoutStopSec", "CPUWeight", "IOWeight",
           "StartLimitIntervalSec", "StartLimitBurst", "WantedBy"}  # fmt: skip
    alike = [
        {name: values for name, values in _settings(unit).items() if name not in own}
        for unit in UNITS
    ]
    assert len(alike) == 4
    assert all(one == alike[0] for one in alike)


@pytest.mark.parametrize("unit", TEMPLATES, ids=lambda unit: unit.name)
def test_a_site_of_several_has_the_same_unit_with_its_own_account_and_folders(unit: Path) -> None:
    alone = unit.with_name(unit.name.replace("@", ""))
    of_a_site = re.sub(r" \(%i\)$", "", unit.read_text("utf-8"), flags=re.MULTILINE)
    named = of_a_site.replace("/etc/assistant/%i.toml", "/etc/assistant/assistant.toml")
    assert named.replace("assistant-%i", "assistant") == alone.read_text("utf-8")
    if unit.suffix == ".service":
        assert _settings(unit)["User"] == ["assistant-%i"]
        assert not re.search(r"/var/\w+/assistant(?!-%i)", unit.read_text("utf-8"))


# --- nginx -------------------------------------------------------------------------------------

NAME = "assistant.exemple.fr"


@dataclass
class Front:
    """An nginx that runs in front of a page, and what it was given."""

    address: str
    port: int
    certificate: Path
    page: str
    log: Path

    def client(self) -> httpx.Client:
        """Return a client that finds the name here and trusts the certificate."""
        trusting = ssl.create_default_context(cafile=str(self.certificate))
        return httpx.Client(verify=trusting, headers={"Host": self.host}, timeout=60)

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _prefix(folder: Path, ours: str, identity: Path) -> list[str]:
    """Write an nginx's folder around our configuration; return how that nginx is called."""
    snippets = folder / "snippets"
    snippets.mkdir()
    shutil.copy(DEPLOY / "nginx" / "assistant-proxy.conf", snippets)
    shutil.copy(identity, snippets)
    text = ours.replace("/etc/ssl/assistant", str(folder)).replace("/var/log/nginx", str(folder))
    (folder / "assistant.conf").write_text(text, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{temporary}include assistant.conf;\n}}\n"
    )
    _certificate(folder)
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"),
            "-e", str(folder / "error.log")]  # fmt: skip


def _free_ports() -> tuple[int, int]:
    """Return two ports; held together, they are not the same."""
    any_port = ("127.0.0.1", 0)
    with socket.create_server(any_port) as one, socket.create_server(any_port) as other:
        return one.getsockname()[1], other.getsockname()[1]


def _ours(page: str, plain: int, secure: int) -> str:
    """Return our configuration for this machine: free ports, the page's, "localhost"."""
    text = (DEPLOY / "nginx" / "assistant.conf").read_text("utf-8")
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 80", f"listen 127.0.0.1:{plain}")
    text = text.replace("listen 443", f"listen 127.0.0.1:{secure}")
    text = text.replace("server 127.0.0.1:7860;", f"server {page.removeprefix('http://')};")
    # Browsers on a port of its own name it: what stands in for the usual 443.
    return text.replace(NAME, "localhost")


def _checked(command: list[str]) -> None:
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    # From 1.25 on: said so in the file.
    warned = [line for line in checked.stderr.splitlines() if "[warn]" in line]
    assert [line for line in warned if '"listen ... http2" directive' not in line] == []


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    required("nginx")
    folder = tmp_path_factory.mktemp("nginx")
    with running(
        stand_in_command(tmp_path_factory.mktemp("page")),
        {"ASSISTANT_PUBLIC_NAMES": "localhost"},
    ) as page:
        plain, secure = _free_ports()
        identity = DEPLOY / "nginx" / "assistant-identity.conf"
        command = _prefix(folder, _ours(page, plain, secure), identity)
        _checked(command)
        certificate = folder / "fullchain.pem"
        with running_nginx(command, secure):
            yield Front(f"https://localhost:{secure}", secure, certificate, page, folder)


def test_the_page_comes_through_nginx_over_https(front: Front) -> None:
    with front.client() as client:
        page = client.get(f"{front.address}/")
    assert page.status_code == 200
    assert "gradio" in page.text
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert "script-src 'self' 'nonce-" in page.headers["content-security-policy"]
    assert page.headers["server"] == "nginx"


# Several web servers, and what keeps a browser with one of them.

_ROUTE = "assistant_serveur"


class _Told(BaseHTTPRequestHandler):
    """Answers every request with the port that it came to."""

    def do_GET(self) -> None:  # the library's name
        """Say which server this is."""
        body = str(self.server.server_port).encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _three() -> Iterator[list[ThreadingHTTPServer]]:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Told) for _ in range(3)]
    for one in servers:
        Thread(target=one.serve_forever, daemon=True).start()
    try:
        yield servers
    finally:
        for one in servers:
            one.shutdown()
            one.server_close()


def test_browsers_stay_with_a_server_and_go_to_one_other_where_it_is_gone(tmp_path: Path) -> None:
    required("nginx")
    nginx, (plain, secure) = DEPLOY / "nginx", _free_ports()
    with _three() as servers:
        text = _ours("http://127.0.0.1:1", plain, secure)
        text = re.sub(r"^upstream assistant \{.*?^\}\n", "", text, flags=re.MULTILINE | re.DOTALL)
        _, staff, rest = text.partition("location /personnel {")
        assert staff
        rest = rest.replace("http://assistant;", "http://assistant_staff;", 1)
        shared = (nginx / "several-servers.conf").read_text("utf-8")
        for number, one in enumerate(servers, 11):
            shared = shared.replace(f"10.0.0.{number}:7860", f"127.0.0.1:{one.server_port}")
        assert "10.0.0" not in re.sub(r"#.*", "", shared)
        ours = shared + text.partition(staff)[0] + staff + rest
        command = _prefix(tmp_path, ours, nginx / "assistant-identity.conf")
        shutil.copy(nginx / "assistant-sticky.conf", tmp_path / "snippets")
        _checked(command)
        front = Front(
            f"https://localhost:{secure}", secure, tmp_path / "fullchain.pem", "", tmp_path
        )
        with running_nginx(command, secure), front.client() as client:

            def asked(key: str, path: str = "/") -> str:
                cookie = {"Cookie": f"{_ROUTE}={key}"} if key else {}
                return client.get(front.address + path, headers=cookie).text

            first = client.get(f"{front.address}/")
            put = first.headers["set-cookie"]
            assert re.fullmatch(
                rf"{_ROUTE}=[0-9a-f]{{2}}; Path=/; Secure; HttpOnly; SameSite=Lax", put
            )
            client.cookies.clear()
            key = put[len(_ROUTE) + 1 :][:2]
            assert {asked(key) for _ in range(5)} == {first.text}
            kept = client.get(front.address, headers={"Cookie": f"{_ROUTE}={key}"})
            assert "set-cookie" not in kept.headers
            # What isn't one of ours is drawn anew.
            odd = client.get(front.address, headers={"Cookie": f"{_ROUTE}=abcdef"})
            assert re.match(rf"{_ROUTE}=[0-9a-f]{{2}};", odd.headers["set-cookie"])
            client.cookies.clear()
            keys = [f"{number:02x}" for number in range(0, 256, 8)]
            before = {one: asked(one) for one in keys}
            assert len(set(before.values())) == 3
            assert {asked(one, "/personnel") for one in keys[:9]} == {str(servers[0].server_port)}
            gone = servers[1]
            gone.shutdown()
            gone.server_close()
            after = {one: asked(one) for one in keys}
            assert str(gone.server_port) not in after.values()
            for one in keys:
                assert after[one] == asked(one)
                if before[one] != str(gone.server_port):
                    assert after[one] == before[one]


def test_browsers_are_offered_http2(front: Front) -> None:
    trusting = ssl.create_default_context(cafile=str(front.certificate))
    trusting.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", front.port), timeout=60) as raw,
        trusting.wrap_socket(raw, server_hostname="localhost") as connection,
    ):
        assert connection.selected_alpn_protocol() == "h2"


def test_an_answer_streams_through_piece_by_piece(front: Front) -> None:
    came: dict[str, float] = {}
    # The stand-in takes two seconds over a slow question, after it was said to have begun.
    with front.client() as client:
        for message in ask(client, front.address, "Une question lente"):
            came.setdefault(message["msg"], time.monotonic())
    assert came["process_completed"] - came["process_starts"] > 1, came


def test_only_staff_may_send_much(front: Front) -> None:
    body = b"x" * 300_000
    with front.client() as client:
        headers = {"Origin": front.address}
        for path in ("/avis", "/gradio_api/queue/join"):
            sent = client.post(front.address + path, content=body, headers=headers)
            assert sent.status_code == 413
            assert "nginx" in sent.text
        sent = client.post(f"{front.address}/personnel/depot", content=body, headers=headers)
        assert "nginx" not in sent.text


@pytest.mark.parametrize("path", ["/mesures", "/mesures/", "/mesures?x=1", "/%6desures"])
def test_the_measures_are_not_to_be_had_through_nginx(front: Front, path: str) -> None:
    with front.client() as client:
        assert client.get(front.address + path).status_code == 404


def test_an_address_is_logged_without_what_was_asked(front: Front) -> None:
    with front.client() as client:
        client.get(front.address, params={"q": "Quatrebarbe"}, headers={"Referer": "x?q=Zephyr"})
    logged = "".join(one.read_text() for one in front.log.glob("*.log"))
    assert '"GET /" 200' in logged
    assert "Quatrebarbe" not in logged
    assert "Zephyr" not in logged


CLAIMED = (
    "X-Assistant-Secret", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username", "X-Forwarded-Host", "X-Real-IP", "Forwarded",
    "X_Forwarded_User",
)  # fmt: skip


@pytest.fixture(scope="module")
def through(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[socket.socket, int, Path]]:
    """Give what listens behind an nginx, that nginx's port and its certificate."""
    required("nginx")
    folder = tmp_path_factory.mktemp("through")
    with socket.create_server(("127.0.0.1", 0)) as behind:
        page = f"http://127.0.0.1:{behind.getsockname()[1]}"
        plain, secure = _free_ports()
        identity = DEPLOY / "nginx" / "assistant-identity.conf"
        command = _prefix(folder, _ours(page, plain, secure), identity)
        with running_nginx(command, secure):
            yield behind, secure, folder / "fullchain.pem"


@pytest.mark.parametrize("path", ["/", "/personnel", "/gradio_api/queue/data", "/connexion",
                                  "/document/a.pdf", "/gradio_api/queue/join"])  # fmt: skip
def test_what_clients_claim_to_be_is_not_passed_on(
    through: tuple[socket.socket, int, Path], path: str
) -> None:
    received = _received(*through, path)
    assert received["host"] == "localhost"
    assert received["x-forwarded-proto"] == "https"
    assert received["x-forwarded-for"] == "127.0.0.1"
    assert "hostile" not in " ".join(received.values())


def _received(behind: socket.socket, port: int, certificate: Path, path: str) -> dict[str, str]:
    """Send hostile headers through nginx; return those that come out behind it."""
    trusting = ssl.create_default_context(cafile=str(certificate))
    claimed = "".join(f"{name}: hostile\r\n" for name in CLAIMED)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: hostile\r\n"
        f"X-Forwarded-Proto: hostile\r\n{claimed}Connection: close\r\n\r\n"
    )
    behind.settimeout(30)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as raw,
        trusting.wrap_socket(raw, server_hostname="localhost") as connection,
    ):
        connection.sendall(request.encode())
        accepted, _ = behind.accept()
        with accepted:
            lines = accepted.recv(65536).decode().split("\r\n")[1:]
            accepted.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    return {
        name.lower(): value for name, _, value in (line.partition(": ") for line in lines) if value
    }


def test_the_configuration_of_single_sign_on_is_well_written(tmp_path: Path) -> None:
    required("nginx")
    secret = tmp_path / "assistant-secret.conf"
    secret.write_text('proxy_set_header X-Assistant-Secret "s";\n')
    identity = tmp_path / "changed" / "assistant-identity.conf"
    identity.parent.mkdir()
    text = (DEPLOY / "oauth2-proxy" / "assistant-identity.conf").read_text("utf-8")
    identity.write_text(text.replace("/etc/nginx/assistant-secret.conf", str(secret)), "utf-8")
    folder = tmp_path / "prefix"
    folder.mkdir()
    command = _prefix(folder, _ours("http://127.0.0.1:1", *_free_ports()), identity)
    shutil.copy(DEPLOY / "oauth2-proxy" / "assistant-oauth2.conf", folder / "snippets")
    _checked(command)


def test_both_kinds_of_sign_in_settle_the_same_headers() -> None:
    plain, single = (
        set(re.findall(r"proxy_set_header (\S+)", (DEPLOY / folder / "assistant-identity.conf")
                       .read_text("utf-8")))
        for folder in ("nginx", "oauth2-proxy")
    )  # fmt: skip
    assert plain == single


# --- Containers --------------------------------------------------------------------------------


def _compose() -> dict[str, Any]:
    text = (DEPLOY / "docker" / "compose.yaml").read_text("utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


@pytest.mark.parametrize("name", ["assistant", "sync", "backup", "nginx"])
def test_a_container_is_confined(name: str) -> None:
    service = _compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "tmpfs"} <= service.keys()
    assert not {"privileged", "cap_add", "network_mode", "devices"} & service.keys()


def test_the_assistant_is_reached_through_nginx_only_and_has_no_way_out() -> None:
    composed = _compose()
    assistant, nginx = composed["services"]["assistant"], composed["services"]["nginx"]
    assert "ports" not in assistant
    assert [composed["networks"][one].get("internal") for one in assistant["networks"]] == [True]
    assert set(assistant["networks"]) < set(nginx["networks"])
    assert len(nginx["ports"]) == 2


@pytest.mark.parametrize("name", ["assistant", "sync", "backup"])
def test_what_must_outlive_a_container_is_in_a_volume(name: str) -> None:
    composed = _compose()
    mounted = [one.partition(":")[2] for one in composed["services"][name]["volumes"]]
    assert mounted[:3] == ["/data/corpus", "/data/index", "/data/accounts"]
    assert mounted[3:] == (["/sauvegardes"] if name == "backup" else [])


@pytest.mark.parametrize("name", ["assistant", "sync", "backup"])
def test_a_container_runs_a_command_that_exists_under_settings_that_exist(name: str) -> None:
    service = _compose()["services"][name]
    (words,) = [*re.findall(r"assistant (.*?);", str(service.get("command")))] or [
        " ".join(service.get("command", ["serve"]))
    ]
    assert build_parser().parse_args(words.split()).command == words.split()[0]
    environment = {key: str(value) for key, value in service["environment"].items()}
    settings = load_settings(NO_FILE, environment=environment)
    assert settings.accounts == Path("/data/accounts/comptes.json")
    assert settings.public_names.split(",")[1] == "assistant"


def test_the_accounts_that_containers_run_under_own_what_the_guide_has_made_for_them() -> None:
    guide = (ROOT / "docs" / "guide-exploitation.md").read_text("utf-8")
    own = {
        name: re.findall(r"^USER (\d+)", (DEPLOY / "docker" / file).read_text("utf-8"), re.M)[-1]
        for name, file in (("backup", "Dockerfile"), ("nginx", "nginx.Dockerfile"))
    }
    for name, user in own.items():
        named = {one.split(":")[0] for one in _compose()["services"][name]["volumes"]}
        (folder,) = [one for one in named if one.startswith("/")]
        made = rf"install -d -m 0700 -o {user.split(':')[0]} -g \d+ {folder}\n"
        assert re.search(made, guide), (user, folder)


@pytest.mark.parametrize("name", ["Dockerfile", "nginx.Dockerfile"])
def test_an_image_runs_without_root_and_copies_what_exists(name: str) -> None:
    text = (DEPLOY / "docker" / name).read_text("utf-8").replace("\\\n", " ")
    (*_, last) = re.findall(r"^USER (\d+)", text, re.MULTILINE)
    assert last != "0"
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    kept = (ROOT / ".dockerignore").read_text("utf-8")
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source
        assert any(source.startswith(one) for one in re.findall(r"^!(\S+)", kept, re.MULTILINE))


def test_a_linter_finds_nothing_in_the_images() -> None:
    # Of the `dev` extra, beside this Python.
    linter = Path(sys.executable).parent / "hadolint"
    files = [DEPLOY / "docker" / name for name in ("Dockerfile", "nginx.Dockerfile")]
    checked = subprocess.run([linter, *files], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_nginx_in_a_container_has_the_same_configuration(tmp_path: Path) -> None:
    required("nginx")
    script = DEPLOY / "docker" / "nginx.sed"
    changed = subprocess.run(
        ["sed", "-f", script, DEPLOY / "nginx" / "assistant.conf"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert sorted(re.findall(r"^ *listen ([^ ;]+)", changed, re.MULTILINE)) == [
        "8080", "8080", "8443", "[::]:8080", "[::]:8080", "[::]:8443",
    ]  # fmt: skip
    assert "server assistant:7860;" in changed
    # The name is another container's, which isn't here.
    here = changed.replace("server assistant:7860;", "server 127.0.0.1:7860;")
    here = re.sub(r"^ *listen \[::\].*\n", "", here, flags=re.MULTILINE)
    plain, secure = _free_ports()
    here = here.replace("listen 8080", f"listen 127.0.0.1:{plain}")
    here = here.replace("listen 8443", f"listen 127.0.0.1:{secure}")
    _checked(_prefix(tmp_path, here, DEPLOY / "nginx" / "assistant-identity.conf"))


def test_the_models_of_the_image_are_those_that_the_first_start_opens() -> None:
    code = (DEPLOY / "docker" / "models.py").read_text("utf-8")
    assert "default_encoder_folder(folder)" in code
    assert "make(encoder, converted)" in code
    text = (DEPLOY / "docker" / "Dockerfile").read_text("utf-8")
    (built,) = re.findall(r"python models\.py (\S+)", text)
    assert f"ASSISTANT_MODELS={built} " in text
    assert os.path.isabs(built)


# --- A cluster ---------------------------------------------------------------------------------


def test_manifests_are_written_as_yaml_is() -> None:
    style = (
        "{extends: default, rules: {line-length: {max: 110}, document-start: disable,"
        " comments: {min-spaces-from-content: 1}}}"
    )
    command = [sys.executable, "-m", "yamllint", "--strict", "-d", style, str(DEPLOY / "cluster")]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (judged.returncode, judged.stdout) == (0, "")
