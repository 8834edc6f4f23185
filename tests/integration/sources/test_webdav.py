"""Sources on a real WebDAV server (wsgidav) of this machine: brought, counted, cut, refused."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from wsgidav.wsgidav_app import WsgiDAVApp

from assistant.core import Assistant
from assistant.ingest.erasure import forget
from assistant.ops.doctor.index_checks import brought
from assistant.records import Problem
from assistant.settings import Settings
from assistant.sources.bringing import bring
from tests.support.staffed import assistant_over

NAME, PASSWORD = "assistant", "mot de passe d'application"
FILES = 2_000
#: What a server answers in place of the application, or None.
Instead = Callable[[dict[str, Any]], tuple[str, list[tuple[str, str]], bytes] | None]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class Cloud:
    """A WebDAV server over a folder, that counts what it is asked, and may be made to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: Counter[str] = Counter()
        self.instead: Instead = lambda environ: None
        config = {
            "provider_mapping": {"/nuage": str(folder)},
            "simple_dc": {"user_mapping": {"*": {NAME: {"password": PASSWORD}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False},
            "logging": {"enable": False},
            "verbose": 0,
        }
        self._app = WsgiDAVApp(config)
        self._server = make_server("127.0.0.1", 0, self._answer, WSGIServer, _Quiet)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05])
        self._thread.start()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked[environ["REQUEST_METHOD"]] += 1
        if instead := self.instead(environ):
            status, headers, body = instead
            start_response(status, headers)
            return [body]
        return self._app(environ, start_response)

    def put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        moment = time.time() - 60
        os.utime(path, (moment, moment))

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    (tmp_path / "nuage").mkdir()
    opened = Cloud(tmp_path / "nuage")
    yield opened
    opened.close()


@pytest.fixture
def site(cloud: Cloud, tmp_path: Path) -> Settings:
    secret = tmp_path / "secret"
    secret.write_text(f"{NAME}\n{PASSWORD}\n", encoding="utf-8")
    secret.chmod(0o600)
    listed = tmp_path / "sources.toml"
    listed.write_text(
        f'[[source]]\nname = "nuage"\naddress = "http://127.0.0.1:{cloud.port}/nuage"\n'
        f'folder = "forum"\ncredentials = "{secret}"\n',
        encoding="utf-8",
    )
    return Settings(
        corpus=tmp_path / "corpus", index=tmp_path / "index", sources=str(listed),
        accounts=tmp_path / "comptes.json",
    )  # fmt: skip


def brought_of(site: Settings, **more: bool) -> list[Problem]:
    return bring(site.sources, site.corpus, site.index, 1_000_000, **more)


def here(site: Settings) -> dict[str, str]:
    files = (one for one in site.corpus.rglob("*") if one.is_file())
    return {one.relative_to(site.corpus).as_posix(): one.read_text("utf-8") for one in files}


def test_two_thousand_files_are_read_once(cloud: Cloud, site: Settings) -> None:
    for number in range(FILES):
        cloud.put(f"atelier-{number % 20}/note {number} #é 50%?.txt", f"Note {number}.")
    assert brought_of(site) == []
    assert cloud.asked == {"PROPFIND": 21, "GET": FILES}
    assert len(here(site)) == FILES
    assert here(site)["forum/atelier-7/note 7 #é 50%?.txt"] == "Note 7."
    cloud.asked.clear()
    assert brought_of(site) == []
    assert cloud.asked == {"PROPFIND": 21}


def test_a_sync_brings_what_is_there_and_answers_without_what_is_gone(
    cloud: Cloud, site: Settings
) -> None:
    cloud.put("cantine/notes.txt", "La cantine sert neuf cents repas par jour.")
    cloud.put("voirie/notes.txt", "Quarante nids-de-poule ont été signalés.")
    with assistant_over(site) as assistant:
        assert assistant.sync().added == 2
        (cloud.folder / "voirie/notes.txt").unlink()
        cloud.put("cantine/notes.txt", "La cantine sert mille repas par jour.")
        report = assistant.sync()
        assert (report.changed, report.removed, report.problems) == (1, 1, ())
        assert documents(assistant) == ["forum/cantine/notes.txt"]
    [state] = brought(site.index, site.sources, "fr")
    assert state.severity == "ok"
    assert "1 fichiers" in state.message


def documents(assistant: Assistant) -> list[str]:
    return [one.id for one in assistant.documents()]


def test_a_server_that_is_down_keeps_what_there_is_and_says_so(
    cloud: Cloud, site: Settings
) -> None:
    cloud.put("cantine/notes.txt", "La cantine sert neuf cents repas par jour.")
    with assistant_over(site) as assistant:
        assistant.sync()
        cloud.instead = lambda environ: ("503 Service Unavailable", [], b"")
        [problem] = assistant.sync().problems
        assert (problem.subject, problem.key) == ("nuage", "reading.source_unreached")
        assert documents(assistant) == ["forum/cantine/notes.txt"]
    [state] = brought(site.index, site.sources, "fr")
    assert state.severity == "warning"


def cut(environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes] | None:
    if environ["REQUEST_METHOD"] != "GET" or "b.txt" not in environ["PATH_INFO"]:
        return None
    return "200 OK", [("Content-Length", "100")], b"la moiti"


def test_a_file_that_comes_cut_is_left_and_the_others_come(cloud: Cloud, site: Settings) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        cloud.put(name, name)
    cloud.instead = cut
    [problem] = brought_of(site)
    assert (problem.subject, problem.key) == ("forum/b.txt", "reading.source_file")
    assert here(site) == {"forum/a.txt": "a.txt", "forum/c.txt": "c.txt"}
    cloud.instead = lambda environ: None
    assert brought_of(site) == []
    assert here(site)["forum/b.txt"] == "b.txt"


def test_a_folder_that_is_closed_deletes_nothing(cloud: Cloud, site: Settings) -> None:
    cloud.put("a/un.txt", "un")
    cloud.put("b/deux.txt", "deux")
    brought_of(site)
    cloud.instead = lambda environ: (
        ("403 Forbidden", [], b"") if environ["PATH_INFO"].startswith("/nuage/b") else None
    )
    assert [one.key for one in brought_of(site)] == ["reading.source_incomplete"]
    assert len(here(site)) == 2


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("302 Found", [("Location", "http://93.184.216.34/nuage")]),
        ("401 Unauthorized", []),
        ("200 OK", []),
        ("207 Multi-Status", []),
    ],
)
def test_a_server_that_leads_elsewhere_or_is_none_is_not_followed(
    cloud: Cloud, site: Settings, status: str, headers: list[tuple[str, str]]
) -> None:
    cloud.put("a.txt", "un")
    brought_of(site)
    cloud.instead = lambda environ: (status, headers, b"<html>")
    assert [one.key for one in brought_of(site)] == ["reading.source_unreached"]
    assert here(site) == {"forum/a.txt": "un"}


def test_a_listing_that_names_files_elsewhere_brings_none_of_them(
    cloud: Cloud, site: Settings
) -> None:
    hrefs = "/nuage/../../secret.txt", "/ailleurs/a.txt", "/nuage/%2e%2e/b.txt", "/nuage/x/c.txt"
    told = "".join(
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop><d:getcontentlength>1"
        "</d:getcontentlength></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
        "</d:response>"
        for href in hrefs
    )
    body = f'<d:multistatus xmlns:d="DAV:">{told}</d:multistatus>'.encode()
    cloud.instead = lambda environ: ("207 Multi-Status", [], body)
    assert brought_of(site) == []
    assert cloud.asked["GET"] == 0
    assert here(site) == {}


def test_a_change_in_the_second_of_the_last_run_is_not_missed(cloud: Cloud, site: Settings) -> None:
    (cloud.folder / "a.txt").write_text("un")
    brought_of(site)
    # wsgidav's ETag has the second and the size: it is the same.
    (cloud.folder / "a.txt").write_text("ni")
    brought_of(site)
    assert here(site) == {"forum/a.txt": "ni"}


def test_a_document_erased_here_is_not_brought_back(cloud: Cloud, site: Settings) -> None:
    cloud.put("a.txt", "Un compte rendu.")
    cloud.put("b.txt", "Un autre compte rendu.")
    with assistant_over(site) as assistant:
        assistant.sync()
        forget(site.index, site.corpus, ["forum/a.txt"])
        assistant.sync()
        assert documents(assistant) == ["forum/b.txt"]
