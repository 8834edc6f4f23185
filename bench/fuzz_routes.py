"""Requests that make no sense, to every route of a page that serves → how many failed, what leaked.

python -m bench.fuzz_routes [REQUESTS] [SEED]: a small site with accounts is indexed in a folder of
its own and served on this machine; each route is asked by every method, signed in as staff, as an
agent and not at all, with paths, queries, headers and bodies drawn at random around a word that is
found again. Printed: requests by status, those answered by a 500, and whether the word stands in
what the process wrote on standard error, in its journal or in the index folder.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode

from starlette.routing import Mount

from assistant.core import open_assistant
from assistant.settings import Settings
from assistant.web.app import ROUTERS, build_app
from assistant.web.services import Services
from tests.support.small_site import AGENT, DOCUMENTS, PASSWORD, STAFF, environment, write_site

#: What is sent, and must be found nowhere afterwards.
WORD = "zygomorphe"
METHODS = ("GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND")
#: Left out: they end what is measured, or its sessions.
_LEFT = ("/deconnexion",)
#: Within a mount, which lists none.
_MORE = (
    "/api/question", "/api/recherche", "/api/openapi.json", "/api/sante", "/langue/fr",
    "/apparence/style.css", "/en/seance/{id}", "/en/evenement",
)  # fmt: skip
_FIELDS = (
    "q", "question", "page", "geste", "chemin", "tri", "etat", "lieu", "lecteurs", "groupes", "nom",
    "mots", "genre", "du", "au", "compte", "cles", "periode", "retour", "version", "n", "k", "data",
    "fn_index", "session_hash", "event_id", "filters", "previous", "seance", "document",
)  # fmt: skip
_ODD = ("", "0", "-1", "1e99", "99999999999999999999", "%00", "\0", "../../etc/passwd", "'\"<>",
        "é" * 300, "\ud83d\ude00", "a" * 9_000, "null", "[]", "{}", "NaN", "\r\nX: y")  # fmt: skip
_BODIES = (
    "application/json", "application/x-www-form-urlencoded", "text/plain", "",
    "multipart/form-data; boundary=b", "application/octet-stream",
)  # fmt: skip


def paths_of(site: Settings) -> list[str]:
    """Return the addresses of every route, with their parameters between braces."""
    with open_assistant(site) as assistant:
        services = Services.over(assistant)
        ours = (route for routes in ROUTERS for one in routes(services) for route in one.routes)
        found = {getattr(route, "path", "") for route in ours}
        found |= {
            f"{mount.path}{getattr(route, 'path', '')}"
            for mount in build_app(assistant).routes
            if isinstance(mount, Mount)
            for route in getattr(mount.app, "routes", ())
        }
        services.close()
    return sorted({*_MORE, *found} - {"", *_LEFT})


class Sender:
    """Sends requests drawn at random to a page, as somebody or nobody."""

    def __init__(self, port: int, paths: Sequence[str], cookies: Sequence[str], seed: int) -> None:
        self._port = port
        self._paths = paths
        self._cookies = cookies
        self._draw = random.Random(seed)
        self.statuses: Counter[int] = Counter()
        self.failed: list[str] = []

    def send(self, number: int) -> None:
        """Send so many requests."""
        for _ in range(number):
            path = self._draw.choice(self._paths)
            method = self._draw.choice(METHODS)
            try:
                status = self._sent(method, path)
            except (OSError, http.client.HTTPException):
                status = 0  # cut off by the server, or no request at all
            self.statuses[status] += 1
            # 503 is how a full queue and an index that can't be read are told.
            if status >= 500 and status != 503:
                self.failed.append(f"{status} {method} {path}")

    def _sent(self, method: str, path: str) -> int:
        draw = self._draw
        filled = re.sub(r"\{[^}]*\}", lambda _: quote(self._value(), safe="/"), path)
        query = {draw.choice(_FIELDS): self._value() for _ in range(draw.randrange(4))}
        address = f"{filled}?{urlencode(query, errors='replace')}" if query else filled
        kind = draw.choice(_BODIES)
        body = self._body(kind) if method not in ("GET", "HEAD") else b""
        headers = {"Origin": f"http://127.0.0.1:{self._port}"} if draw.random() < 0.8 else {}
        if kind and body:
            headers["Content-Type"] = kind
        if cookie := draw.choice(self._cookies):
            headers["Cookie"] = cookie
        if draw.random() < 0.2:
            headers["Accept-Language"] = draw.choice(("fr", "en", "xx;q=9", WORD))
        if draw.random() < 0.1:
            headers["Range"] = draw.choice(("bytes=0-", "bytes=-5", "bytes=9-1", "bytes=a-b"))
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            answer.read(200_000)
            return answer.status
        finally:
            connection.close()

    def _value(self) -> str:
        draw = self._draw
        chosen = draw.choice((*_ODD, *DOCUMENTS, "forum", "forum/cantine", WORD, WORD))
        value = f"{chosen}{WORD}" if draw.random() < 0.3 else chosen
        return value.encode("utf-8", "replace").decode()

    def _body(self, kind: str) -> bytes:
        draw = self._draw
        fields = {draw.choice(_FIELDS): self._value() for _ in range(draw.randrange(6))}
        if draw.random() < 0.15:
            return draw.randbytes(draw.randrange(400)) + WORD.encode()
        if kind.startswith("application/json"):
            value: object = draw.choice((fields, list(fields), WORD, None, 3, [[[fields]]]))
            return json.dumps(value).encode()
        if kind.startswith("multipart"):
            parts = [
                f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{WORD}.txt"\r\n'
                f"\r\n{value}\r\n"
                for name, value in fields.items()
            ]
            return ("".join(parts) + draw.choice(("--b--\r\n", ""))).encode()
        return urlencode(fields).encode()


def signed_in(port: int, name: str) -> str:
    """Return the cookie of somebody who signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = urlencode({"nom": name, "mot_de_passe": PASSWORD})
    headers = {
        "Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded"
    }  # fmt: skip
    connection.request("POST", "/connexion", body, headers)
    cookie = connection.getresponse().getheader("Set-Cookie", "")
    connection.close()
    return cookie.partition(";")[0]


def fuzz(requests: int, seed: int, threads: int = 4) -> bool:
    """Send requests to a page and print what came of it; tell whether all was well."""
    with TemporaryDirectory() as folder:
        site = write_site(Path(folder))
        with open_assistant(site) as assistant:
            assistant.sync()
        paths = paths_of(site)
        errors = Path(folder) / "stderr"
        with errors.open("wb") as heard:
            page = subprocess.Popen(
                [sys.executable, "-m", "tests.support.small_site", folder],
                stdout=subprocess.PIPE, stderr=heard, text=True,
                env={**os.environ, **environment(site)},
            )  # fmt: skip
        try:
            assert page.stdout is not None
            port = int(page.stdout.readline().strip().rpartition(":")[2].rstrip("/ "))
            cookies = ("", signed_in(port, STAFF), signed_in(port, AGENT))
            senders = [Sender(port, paths, cookies, seed + number) for number in range(threads)]
            runs = [
                threading.Thread(target=one.send, args=[requests // threads]) for one in senders
            ]
            for one in runs:
                one.start()
            for one in runs:
                one.join()
            alive = page.poll() is None
        finally:
            page.terminate()
            page.wait(30)
        leaked = WORD in errors.read_text(encoding="utf-8", errors="replace")
    statuses = sum((one.statuses for one in senders), Counter[int]())
    failed = [line for one in senders for line in one.failed]
    print(f"{len(paths)} routes, {statuses.total()} requests, seed {seed}")
    print("  " + ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items())))
    print(f"  failed (5xx but 503): {len(failed)}; {sorted(set(failed))[:20]}")
    print(f"  the word on standard error: {leaked}; the page still runs: {alive}")
    return not failed and not leaked and alive


if __name__ == "__main__":
    asked = [int(one) for one in sys.argv[1:]]
    sys.exit(not fuzz(*(asked or [20_000]), *([] if len(asked) > 1 else [18])))
