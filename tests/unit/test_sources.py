"""Sources: what a run has to do, what is refused before it is asked, what is put where."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SourceError
from assistant.records import Problem
from assistant.sources import private_connections, state
from assistant.sources.bringing import ARRIVALS, bring
from assistant.sources.listed import credentials_of, sources_in
from assistant.sources.origins import RemoteFile, RemoteListing
from assistant.sources.planning import SourcePlan, plan_source
from assistant.sources.private_connections import connected
from assistant.sources.state import Brought, hash_of
from assistant.sources.webdav import WebDavOrigin
from assistant.system.networks import is_private

# --- What a run has to do ----------------------------------------------------------------------


def brought(*paths: str) -> dict[str, Brought]:
    return {path: Brought(path, "t", 1, path, 1, 1) for path in paths}


def planned(known: dict[str, Brought], *listed: RemoteFile, incomplete: str = "-") -> SourcePlan:
    folders = () if incomplete == "-" else (incomplete,)
    return plan_source(known, RemoteListing(listed, folders), dict.fromkeys(known, True))


def same(path: str, **changes: Any) -> RemoteFile:
    return RemoteFile(**({"path": path, "size": 1, "tag": "t"} | changes))


def test_only_what_changed_is_read() -> None:
    known = brought("a", "b", "c", "d")
    plan = planned(
        known, same("a"), same("b", tag="u"), same("c", size=2), same("d", tag=""), same("e")
    )
    assert [one.path for one in plan.to_read] == ["b", "c", "d", "e"]
    assert plan.unchanged == 1


def test_a_file_that_is_gone_here_is_read_again() -> None:
    plan = plan_source(brought("a"), RemoteListing((same("a"),)), {"a": False})
    assert [one.path for one in plan.to_read] == ["a"]


def test_what_is_gone_there_goes_unless_that_is_not_known() -> None:
    known = brought("a", "x/b", "x/c")
    plan = planned(known, same("a"), same("x/b"))
    assert [one.path for one in plan.gone] == ["x/c"]
    assert not plan.emptied
    assert planned(known, same("a"), incomplete="x").gone == []
    assert planned(known, same("a"), incomplete="").gone == []


@pytest.mark.parametrize(
    ("before", "after", "emptied"),
    [(1, 0, True), (20, 0, True), (20, 9, True), (20, 10, False), (6, 1, False)],
)
def test_a_source_that_is_suddenly_empty_asks_first(before: int, after: int, emptied: bool) -> None:
    names = [str(number) for number in range(before)]
    assert planned(brought(*names), *map(same, names[:after])).emptied is emptied


def test_what_was_erased_for_good_is_not_brought_back_as_it_was() -> None:
    known = {hash_of("a"): Brought(hash_of("a"), "t", 1, "")}
    assert planned(known, same("a")).to_read == []
    assert planned(known, same("a", tag="touched")).to_read == []
    assert len(planned(known, same("a", tag="u", size=9)).to_read) == 1
    assert planned(known, same("b")).erased == [hash_of("a")]


# --- Addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.31.0.1", "::1",
                                     "fd00::1", "::ffff:10.0.0.1"])  # fmt: skip
def test_addresses_of_one_s_own_networks_are_reached(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "169.254.169.254", "0.0.0.0", "::",
                                     "2001:4860:4860::8888", "::ffff:8.8.8.8", "fe80::1%eth0",
                                     "100.64.0.1", "nuage"])  # fmt: skip
def test_other_addresses_are_not(address: str) -> None:
    assert not is_private(address)


def test_a_name_is_looked_up_at_each_connection_and_refused_once_it_is_public(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = [["127.0.0.1"], ["127.0.0.1", "93.184.216.34"]]

        def looked_up(host: str, port: int, type: int = 0) -> list[Any]:
            return [(socket.AF_INET, type, 6, "", (one, port)) for one in found.pop(0)]

        monkeypatch.setattr(private_connections.socket, "getaddrinfo", looked_up)
        connected("nuage.ville.fr", port).close()
        with pytest.raises(SourceError, match="est publique"):
            connected("nuage.ville.fr", port)


def test_a_password_goes_over_no_open_line(tmp_path: Path) -> None:
    from assistant.sources.listed import Credentials

    who = Credentials("assistant", "secret")
    with pytest.raises(SourceError, match="en clair"):
        WebDavOrigin("http://nuage.ville.fr/dav", who)
    WebDavOrigin("http://127.0.0.1:8080/dav", who)
    WebDavOrigin("https://nuage.ville.fr/dav", who)


# --- The list ----------------------------------------------------------------------------------


def listed(folder: Path, text: str) -> str:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "table",
    [
        "",
        'address = "https://nuage.ville.fr/dav"',
        'name = "a"\naddress = "ftp://nuage.ville.fr"',
        'name = "a"\naddress = "https://moi:secret@nuage.ville.fr/dav"',
        'name = "a"\naddress = "partage/forum"',
        'name = "a"\naddress = "/mnt/forum"\nfolder = "../index"',
        'name = "a"\naddress = "/mnt/forum"\nfolder = "/etc"',
        'name = "a"\naddress = "/mnt/forum"\nfolder = ".corrections"',
        'name = "a"\naddress = "/mnt/forum"\nmotdepasse = "secret"',
        'name = "a"\naddress = "/mnt/a"\n[[source]]\nname = "a"\naddress = "/mnt/b"\nfolder="b"',
    ],
)
def test_a_list_that_will_not_do_is_refused_with_what_to_do(tmp_path: Path, table: str) -> None:
    with pytest.raises(SourceError) as refused:
        sources_in(listed(tmp_path, f"[[source]]\n{table}"))
    assert refused.value.remedy
    assert "secret" not in str(refused.value)


def test_credentials_are_two_lines_that_not_everybody_reads(tmp_path: Path) -> None:
    file = tmp_path / "nuage"
    file.write_text("assistant\nmot de passe\n")
    text = f'[[source]]\nname = "a"\naddress = "https://nuage.ville.fr"\ncredentials = "{file}"'
    (source,) = sources_in(listed(tmp_path, text))
    file.chmod(0o644)
    with pytest.raises(SourceError, match="lisible par tous"):
        credentials_of(source)
    file.chmod(0o640)
    who = credentials_of(source)
    assert who is not None
    assert (who.name, who.password) == ("assistant", "mot de passe")


# --- A mounted share ---------------------------------------------------------------------------


class Share:
    """A folder that the system mounts, and the site that it is brought to."""

    def __init__(self, folder: Path) -> None:
        self.there, self.corpus, self.index = folder / "mnt", folder / "corpus", folder / "index"
        self.there.mkdir()
        self.list = listed(
            folder, f'[[source]]\nname = "p"\naddress = "{self.there}"\nfolder = "forum"'
        )

    def put(self, name: str, text: str, *, age: float = 60.0) -> Path:
        path = self.there / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        moment = time.time() - age
        os.utime(path, (moment, moment))
        return path

    def bring(self, **more: bool) -> list[str]:
        return [one.key for one in self.problems(**more)]

    def problems(self, **more: bool) -> list[Problem]:
        return bring(self.list, self.corpus, self.index, 1_000_000, **more)

    def here(self) -> dict[str, str]:
        files = (one for one in self.corpus.rglob("*") if one.is_file())
        return {one.relative_to(self.corpus).as_posix(): one.read_text("utf-8") for one in files}


@pytest.fixture
def share(tmp_path: Path) -> Share:
    return Share(tmp_path)


def test_a_share_is_mirrored_with_what_changes_and_goes(share: Share) -> None:
    share.put("atelier-1/compte rendu #1 50%.md", "un")
    share.put("atelier-2/notes.txt", "deux", age=100)
    share.put("atelier-2/Thumbs.db", "x")
    share.put("atelier-2/~$notes.docx", "x")
    share.put("atelier-2/programme.exe", "x")
    assert share.bring() == []
    assert share.here() == {
        "forum/atelier-1/compte rendu #1 50%.md": "un",
        "forum/atelier-2/notes.txt": "deux",
    }
    share.put("atelier-2/notes.txt", "trois")
    (share.there / "atelier-1/compte rendu #1 50%.md").unlink()
    share.put("atelier-3/autre.txt", "quatre")
    assert share.bring() == []
    assert share.here() == {
        "forum/atelier-2/notes.txt": "trois",
        "forum/atelier-3/autre.txt": "quatre",
    }
    assert not (share.corpus / "forum/atelier-1").exists()
    assert not (share.corpus / ARRIVALS).exists()


def test_nothing_is_read_twice(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    share.put("a.txt", "un")
    share.put("jeune.txt", "vient de changer", age=0)
    share.bring()
    read: list[str] = []
    from assistant.sources.mounted import MountedOrigin

    whole = MountedOrigin.read

    def counted(self: MountedOrigin, file: RemoteFile, out: Any) -> str:
        read.append(file.path)
        return whole(self, file, out)

    monkeypatch.setattr(MountedOrigin, "read", counted)
    share.bring()
    # Within the same second it may have changed again.
    assert read == ["jeune.txt"]


def test_an_unmounted_share_deletes_nothing_and_says_what_to_do(share: Share) -> None:
    share.put("a.txt", "un")
    share.bring()
    (share.there / "a.txt").unlink()
    assert share.bring() == ["reading.source_emptied"]
    share.there.rmdir()
    assert share.bring() == ["reading.source_unreached"]
    assert list(share.here()) == ["forum/a.txt"]
    share.there.mkdir()
    assert share.bring(accept_removals=True) == []
    assert share.here() == {}


def test_one_bad_file_stops_no_other_and_leaves_no_half(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    share.put("a.txt", "un")
    share.put("b.txt", "deux")
    share.put("c.txt", "trois")
    share.put("gros.txt", "x" * 1_000_001)
    from assistant.sources.mounted import MountedOrigin

    whole: Callable[..., str] = MountedOrigin.read

    def cut(self: MountedOrigin, file: RemoteFile, out: Any) -> str:
        if file.path == "b.txt":
            out.write(b"de")
            raise OSError(5, "Input/output error")
        return whole(self, file, out)

    monkeypatch.setattr(MountedOrigin, "read", cut)
    problems = share.problems()
    assert [(one.key, one.subject) for one in problems] == [
        ("reading.too_large", "forum/gros.txt"),
        ("reading.source_file", "forum/b.txt"),
    ]
    assert share.here() == {"forum/a.txt": "un", "forum/c.txt": "trois"}
    monkeypatch.setattr(MountedOrigin, "read", whole)
    share.bring()
    assert share.here()["forum/b.txt"] == "deux"


def test_what_staff_put_here_is_not_written_over(share: Share) -> None:
    share.put("a.txt", "un")
    share.put("b.txt", "deux")
    (share.corpus / "forum").mkdir(parents=True)
    (share.corpus / "forum/a.txt").write_text("d'ici")
    assert share.bring() == ["reading.source_taken"]
    (share.corpus / "forum/b.txt").write_text("remplacé ici")
    share.put("b.txt", "changé là-bas")
    assert share.bring() == ["reading.source_taken", "reading.source_changed_here"]
    assert share.here() == {"forum/a.txt": "d'ici", "forum/b.txt": "remplacé ici"}


def test_a_lost_state_takes_up_the_files_that_are_the_same(share: Share) -> None:
    share.put("a.txt", "un")
    share.bring()
    (share.index / state.FILE).unlink()
    assert share.bring() == []
    (share.there / "a.txt").write_text("changé")
    assert share.bring() == []
    assert share.here() == {"forum/a.txt": "changé"}


def test_an_erased_document_s_name_is_nowhere_and_it_stays_away(share: Share) -> None:
    share.put("plainte de la voisine.txt", "un")
    share.bring()
    here = "forum/plainte de la voisine.txt"
    (share.corpus / here).unlink()
    state.erase(share.index, {here: here})
    kept = b"".join(one.read_bytes() for one in share.index.glob("sources.sqlite3*"))
    assert b"voisine" not in kept
    assert share.bring() == []
    assert share.here() == {}


def test_a_link_is_followed_neither_there_nor_here(share: Share, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (share.there / "lien.txt").symlink_to(tmp_path / "secret.txt")
    share.put("a/b.txt", "un")
    (share.corpus / "forum").mkdir(parents=True)
    (tmp_path / "ailleurs").mkdir()
    (share.corpus / "forum/a").symlink_to(tmp_path / "ailleurs")
    assert share.bring() == ["reading.source_name"]
    assert list((tmp_path / "ailleurs").iterdir()) == []
