"""The site under a path of a host that nginx serves, as `deploy/nginx/under-path` has it."""

from __future__ import annotations

import io
import re
import shutil
import socket
import sys
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from assistant.accounts import set_password
from assistant.settings import Settings
from tests.conftest import ROOT
from tests.support.pages import Visit, real_environment, required, running, running_nginx
from tests.support.small_site import PASSWORD, STAFF

DEPLOY = ROOT / "deploy" / "nginx"
TOKEN = "0123456789abcdef" * 2
PATH = "/assistant"
QUESTION = "Combien de repas sont servis chaque jour ?"
#: An attribute of a page that begins with "/": an address, and where it leads.
LOCAL = re.compile(r'(href|src|action|data-[a-z-]+)="(/[^"]*)"')


@pytest.fixture(scope="module")
def under(demonstration: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the demonstration's page under a path, through an nginx."""
    required("nginx")
    folder = tmp_path_factory.mktemp("under")
    (folder / "jeton").write_text(TOKEN)
    set_password(folder / "comptes.json", STAFF, PASSWORD)
    environment = real_environment(demonstration) | {
        "ASSISTANT_PUBLIC_PATH": PATH,
        "ASSISTANT_PUBLIC_NAMES": "localhost",
        "ASSISTANT_ACCOUNTS": str(folder / "comptes.json"),
        "ASSISTANT_API_TOKEN": str(folder / "jeton"),
    }
    with running([sys.executable, "app.py"], environment) as page:
        port = _free_port()
        command = _nginx(folder, page.removeprefix("http://"), port)
        with running_nginx(command, port):
            yield f"http://localhost:{port}{PATH}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _nginx(folder: Path, page: str, port: int) -> list[str]:
    """Write an nginx's folder around our two files; return how that nginx is called."""
    (folder / "snippets").mkdir()
    for name in ("assistant-proxy.conf", "assistant-identity.conf"):
        shutil.copy(DEPLOY / name, folder / "snippets")
    for name in ("assistant-http.conf", "assistant-locations.conf"):
        text = (DEPLOY / "under-path" / name).read_text("utf-8")
        text = text.replace("127.0.0.1:7860;", f"{page};").replace("/var/log/nginx", str(folder))
        (folder / "snippets" / name).write_text(text, "utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\n{temporary}access_log off;\n"
        "include snippets/assistant-http.conf;\n"
        f"server {{ listen 127.0.0.1:{port}; server_name localhost;\n"
        "location / { return 404; }\ninclude snippets/assistant-locations.conf;\n}\n}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"),
            "-e", str(folder / "error.log")]  # fmt: skip


def test_one_asks_and_reads_under_the_path(under: str, visit: Visit) -> None:
    page = visit.page
    visit.ask(f"{under}/", QUESTION)
    assert urlsplit(page.url).path == f"{PATH}/"
    page.locator("#resultat a[href*='/passage/'], #resultat a[href*='/lecture/']").first.evaluate(
        "link => { link.target = ''; link.click(); }"
    )
    page.wait_for_url(re.compile(rf"{PATH}/(passage|lecture)/"))
    page.goto(f"{under}/langue/en")
    page.wait_for_url(re.compile(rf"{PATH}/en/"))
    page.get_by_label("Your question").fill("How many meals are served each day?")
    page.locator("#chercher").click()
    page.wait_for_selector("#resultat .reponse")
    asked = [one for one in visit.requests if one.startswith("http")]
    assert len(asked) > 20
    assert not [one for one in asked if not one.startswith(f"{under}/")]
    assert not visit.errors


def test_every_address_that_a_page_shows_leads_somewhere_under_the_path(under: str) -> None:
    with httpx.Client(follow_redirects=True, timeout=60, headers={"Origin": _origin(under)}) as one:
        form = {"nom": STAFF, "mot_de_passe": PASSWORD}
        entered = one.post(f"{under}/connexion", data=form)
        assert entered.status_code == 200
        assert {cookie.path for cookie in one.cookies.jar} == {PATH}
        assert {cookie.name for cookie in one.cookies.jar} == {"__Secure-assistant-session"}
        # What is marked Secure goes over plain HTTP to this machine in a browser only.
        one.headers["Cookie"] = "; ".join(f"{c.name}={c.value}" for c in one.cookies.jar)
        left = [f"{PATH}/personnel", f"{PATH}/evenement", f"{PATH}/connexion",
                f"{PATH}/fiche.html?q={QUESTION}"]  # fmt: skip
        seen: dict[str, int] = {}
        kinds: set[str] = set()
        while left:
            address = left.pop()
            kind = re.sub(r"\?.*", "", address).removeprefix(PATH)
            # Of pages of one kind, one.
            kind = "/".join(kind.split("/")[: 3 if kind.startswith("/personnel") else 2])
            if address in seen or kind in kinds or "deconnexion" in address:
                continue
            kinds.add(kind)
            answer = one.get(urljoin(under, address))
            seen[address] = answer.status_code
            if answer.headers.get("content-type", "").startswith("text/html"):
                shown = [(name, unescape(found)) for name, found in LOCAL.findall(answer.text)]
                assert not [one for one in shown if not one[1].startswith(f"{PATH}/")], address
                left += [found for name, found in shown if name != "action"]
    assert len(seen) >= 20
    assert not {address: status for address, status in seen.items() if status >= 400}


def test_programs_and_files_name_addresses_under_the_path(under: str) -> None:
    with httpx.Client(timeout=60) as client:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        sent = client.post(f"{under}/api/question", json={"question": QUESTION}, headers=headers)
        cited = sent.json()["citations"][0]["addresses"]
        assert cited["passage"].startswith(f"{PATH}/passage/")
        assert client.get(urljoin(under, cited["passage"])).status_code == 200
        odt = client.get(f"{under}/fiche.odt", params={"q": QUESTION}).content
        with zipfile.ZipFile(io.BytesIO(odt)) as archive:
            text = archive.read("content.xml").decode()
        links = re.findall(r'xlink:href="(http[^"]+)"', text)
        assert links
        assert all(urlsplit(one).path.startswith(f"{PATH}/") for one in links)
        assert client.get(under).headers["location"].endswith(f"{PATH}/")
        assert client.get(f"{under}/mesures").status_code == 404


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
