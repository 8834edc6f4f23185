"""What staff send through the real route: nothing of it escapes, acts, or stays by mistake."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from assistant.core import Assistant
from assistant.curation import uploads
from assistant.curation.opening import DEPOSIT_SECONDS, open_all
from assistant.curation.uploads import FOLDER, Staging
from assistant.settings import Settings
from assistant.web.documents.routes import document_routes
from assistant.web.http.authentication import COOKIE
from assistant.web.staff.document_list import document_list_routes
from assistant.web.staff.uploads import page
from assistant.web.staff.uploads.multipart import UploadBroken, received
from assistant.web.staff.uploads.page import HERE, upload_routes
from tests.support.fakes import FakeEncoder
from tests.support.loops import run
from tests.support.staffed import HOST, Staff, staffed

PLACE = {"lieu": "=forum/voirie"}
NOTES = ("notes.txt", b"Ancien texte, repris.")


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    site = Settings(
        corpus=tmp_path / "corpus", index=tmp_path / "index", accounts=tmp_path / "comptes.json",
        max_upload_megabytes=3,
    )  # fmt: skip
    (site.corpus / "forum/voirie").mkdir(parents=True)
    (site.corpus / "forum/voirie/notes.txt").write_text("Ancien texte.", encoding="utf-8")
    return site


@pytest.fixture
def assistant(site: Settings) -> Assistant:
    assistant = Assistant(site)
    assistant.__dict__["_encoder"] = FakeEncoder()
    return assistant


@pytest.fixture
def staff(site: Settings, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staff]:
    """Give a browser before the real routes; what is sent is not opened, in a process apart."""
    monkeypatch.setattr(page, "open_all", lambda staging, options: None)
    yield from opening_staff(site, assistant)


@pytest.fixture
def opening(
    site: Settings, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Staff]:
    """Give a browser before the real routes, which open what is sent however slow the machine."""
    monkeypatch.setattr("assistant.curation.opening.FILE_SECONDS", 300)
    monkeypatch.setattr("assistant.curation.opening.DEPOSIT_SECONDS", 300.0)
    yield from opening_staff(site, assistant)


def opening_staff(site: Settings, assistant: Assistant) -> Iterator[Staff]:
    routes = upload_routes(assistant), document_routes(assistant), document_list_routes(assistant)
    with staffed(site, *routes) as browser:
        yield browser


def send(staff: Staff, *files: tuple[str, bytes], **fields: str) -> str:
    """Send files as the form does, and return the page it leads to, in words."""
    sent = [("fichiers", (name, content, "application/octet-stream")) for name, content in files]
    answer = staff.post(HERE, data=PLACE | fields, files=sent, headers={"Origin": HOST})
    assert answer.status_code < 400, f"{answer.status_code} {answer.text}"
    return unescape(answer.text)


def key_in(page: str) -> str:
    found = re.search(rf'action="{HERE}/([\w-]{{22}})"', page)
    assert found, page
    return found[1]


def accept(staff: Staff, page: str, **choices: str) -> str:
    """Accept a deposit as its page proposes, with other choices for some files."""
    checked = dict(re.findall(r'name="(choix-\d+)" value="(\w+)" checked', page))
    form = {"evenement": "forum", "seance": "voirie", "geste": "accepter"} | checked
    form |= {name.replace("_", "-"): value for name, value in choices.items()}
    # Where it leads, the page of the indexing, is not among these routes.
    answer = staff.post(
        f"{HERE}/{key_in(page)}", data=form, headers={"Origin": HOST}, follow_redirects=False
    )
    assert answer.status_code == 303
    return answer.headers["location"]


def documents(site: Settings) -> set[str]:
    return {
        path.relative_to(site.corpus).as_posix()
        for path in site.corpus.rglob("*")
        if path.is_file() and FOLDER not in path.parts
    }


def kept_aside(site: Settings) -> list[Path]:
    return [*(site.corpus / FOLDER).glob("*")]


def zipped(members: dict[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


# --- Sending, checking, accepting --------------------------------------------------------------


def test_files_are_sent_checked_and_become_documents_once_accepted(
    staff: Staff, site: Settings
) -> None:
    page = send(staff, ("plan d'accès.md", b"# Plan"), ("bilan.txt", b"Le bilan."))
    assert "2 fichiers reçus" in page
    assert "Forum › Voirie" in page
    assert "forum/voirie/plan d'accès.md" in page
    assert documents(site) == {"forum/voirie/notes.txt"}

    assert accept(staff, page) == "/personnel/indexation"
    assert documents(site) == {
        "forum/voirie/notes.txt", "forum/voirie/plan d'accès.md", "forum/voirie/bilan.txt",
    }  # fmt: skip
    assert kept_aside(site) == []


def test_what_cannot_be_read_is_said_with_why_before_it_is_kept(
    opening: Staff, site: Settings
) -> None:
    page = send(
        opening,
        ("bilan.txt", b"Le bilan."),
        ("vide.pdf", pdf(words="")),
        ("ferme.pdf", pdf("Le plan", password="secret")),
        ("mars.mp3", b"ID3" + bytes(2000)),
    )
    staging = Staging(site.upload_options(), key_in(page))
    states = {one.staged.claimed: one.state for one in staging.check("forum", "voirie")}
    assert states == {
        "bilan.txt": "ok", "vide.pdf": "unreadable", "ferme.pdf": "unreadable", "mars.mp3": "ok",
    }  # fmt: skip
    assert "2 fichiers à ajouter, 2 illisibles" in page
    assert "mot de passe" in page
    assert "Ouvert à l'indexation seulement" in page
    accept(opening, page)
    assert "forum/voirie/bilan.txt" in documents(site)
    assert "forum/voirie/ferme.pdf" not in documents(site)
    assert kept_aside(site) == []


def test_what_cannot_be_read_is_kept_where_staff_say_so(opening: Staff, site: Settings) -> None:
    page = send(opening, ("ferme.pdf", pdf("Le plan", password="secret")))
    accept(opening, page, choix_1="anyway")
    assert "forum/voirie/ferme.pdf" in documents(site)


def test_a_deposit_is_opened_for_so_long_and_no_more(site: Settings) -> None:
    staging = Staging(site.upload_options())
    for number in range(3):
        staging.write(f"{number}.txt", [b"Le bilan."])
    clock = iter([0.0, 1.0, *[DEPOSIT_SECONDS + 1] * 9])
    open_all(staging, site.reading_options(), lambda: next(clock))
    told = [[one.key for one in check.reasons] for check in staging.check("forum", "voirie")]
    assert told == [
        [],
        ["deposit.twice", "deposit.read_later"],
        ["deposit.twice", "deposit.read_later"],
    ]


def pdf(words: str, password: str = "") -> bytes:
    """Return a page of a PDF, closed by a password where one is given."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=password or None)
    canvas.drawString(72, 720, words)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_a_new_event_and_a_new_session_are_made_for_what_is_accepted(
    staff: Staff, site: Settings
) -> None:
    page = send(
        staff, NOTES, lieu="+", nouvel_evenement="Assises 2026", nouvelle_seance="Ouverture"
    )
    assert "Assises 2026/Ouverture/notes.txt" in page
    place = {"evenement": "Assises 2026", "seance": "Ouverture"}
    accept(staff, page, **place)
    assert "Assises 2026/Ouverture/notes.txt" in documents(site)


def test_without_a_place_the_files_are_kept_and_it_is_asked_for(staff: Staff) -> None:
    page = send(staff, NOTES, lieu="+forum")
    assert "Choisissez d'abord où ranger ces fichiers" in page
    page = staff.read(f"{HERE}/{key_in(page)}?lieu=%2Bforum&nouvelle_seance=Quai")
    assert "forum/Quai/notes.txt" in page


def test_a_place_that_cannot_be_is_said_and_the_files_are_kept(
    staff: Staff, site: Settings
) -> None:
    page = send(staff, NOTES, lieu="+", nouvel_evenement="../..")
    assert "ne peut pas servir" in page
    assert len(kept_aside(site)) == 1


@pytest.mark.parametrize(
    ("choice", "names", "content"),
    [
        ("leave", {"forum/voirie/notes.txt"}, "Ancien texte."),
        ("replace", {"forum/voirie/notes.txt"}, "Ancien texte, repris."),
        ("both", {"forum/voirie/notes.txt", "forum/voirie/notes (2).txt"}, "Ancien texte."),
    ],
)
def test_a_file_whose_name_is_taken_is_left_out_replaces_or_stands_beside(
    staff: Staff, site: Settings, choice: str, names: set[str], content: str
) -> None:
    page = send(staff, NOTES)
    assert "nom déjà pris" in page
    assert 'href="/personnel/document/forum/voirie/notes.txt"' in page
    accept(staff, page, choix_1=choice)
    assert documents(site) == names
    assert (site.corpus / "forum/voirie/notes.txt").read_text(encoding="utf-8") == content
    assert kept_aside(site) == []


def test_the_same_content_is_left_out_unless_asked_otherwise(staff: Staff, site: Settings) -> None:
    page = send(staff, ("autre nom.txt", b"Ancien texte."))
    assert "Le même contenu est déjà là" in page
    assert "Rien n'a été ajouté" in staff.read(accept(staff, page))
    assert documents(site) == {"forum/voirie/notes.txt"}


def test_what_became_another_matter_meanwhile_is_shown_again_not_dropped(
    staff: Staff, site: Settings
) -> None:
    page = send(staff, ("bilan.txt", b"Le bilan."))
    (site.corpus / "forum/voirie/bilan.txt").write_text("Celui d'un autre.", encoding="utf-8")
    again = staff.read(accept(staff, page))
    assert "n'est plus dans l'état" in again
    assert "nom déjà pris" in again
    accept(staff, again, choix_1="replace")
    assert (site.corpus / "forum/voirie/bilan.txt").read_text(encoding="utf-8") == "Le bilan."


def test_a_deposit_that_is_given_up_leaves_nothing(staff: Staff, site: Settings) -> None:
    page = send(staff, NOTES)
    assert "rien n'a été ajouté" in staff.sent(f"{HERE}/{key_in(page)}", {"geste": "abandonner"})
    assert kept_aside(site) == []


def test_a_script_is_told_where_to_go(staff: Staff) -> None:
    headers = {"Origin": HOST, "Accept": "text/plain"}
    answer = staff.post(HERE, data=PLACE, files={"fichiers": NOTES}, headers=headers)
    assert answer.text.startswith(f"{HERE}/")
    assert "1 fichier reçu" in staff.read(answer.text)


def test_two_tabs_hold_two_deposits(staff: Staff, site: Settings) -> None:
    one, other = send(staff, ("un.txt", b"un")), send(staff, ("deux.txt", b"deux"))
    assert key_in(one) != key_in(other)
    accept(staff, other)
    accept(staff, one)
    assert {"forum/voirie/un.txt", "forum/voirie/deux.txt"} < documents(site)


def test_a_key_that_is_guessed_opens_nothing(staff: Staff, site: Settings) -> None:
    send(staff, NOTES)
    for key in ("A" * 22, "%2e%2e%5c", "%2e%2e%2f%2e%2e", "notes.txt", "A" * 22 + "%00", "%20"):
        assert staff.get(f"{HERE}/{key}").status_code == 404, key
    gone = staff.post(
        f"{HERE}/{'A' * 22}", data={"evenement": "forum", "geste": "abandonner"},
        headers={"Origin": HOST},
    )  # fmt: skip
    assert "Ce dépôt n'existe plus" in unescape(gone.text)
    assert len(kept_aside(site)) == 1


def test_an_old_deposit_is_dropped_when_another_comes(
    staff: Staff, site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(staff, NOTES)
    monkeypatch.setattr(uploads, "_FORGOTTEN_SECONDS", -1)
    send(staff, NOTES)
    assert len(kept_aside(site)) == 1


# --- Hostile names and contents ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("../../../mal.txt", "mal.txt"),
        ("/etc/mal.txt", "mal.txt"),
        (r"..\..\mal.txt", "mal.txt"),
        (r"C:\Windows\mal.txt", "mal.txt"),
        ("mal\x7f\x01.txt", "mal.txt"),
        ("CON.txt", "_CON.txt"),
        ("e\u0301te\u0301.txt", "\xe9t\xe9.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("<img src=x onerror=alert(1)>.txt", "-img src=x onerror=alert(1)-.txt"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one_in_its_folder(
    staff: Staff, site: Settings, claimed: str, kept: str
) -> None:
    page = send_named(staff, claimed)
    assert "<img" not in page
    accept(staff, unescape(page))
    assert documents(site) == {"forum/voirie/notes.txt", f"forum/voirie/{kept}"}
    assert {one.name for one in site.corpus.parent.iterdir()} == {"corpus", "index", "comptes.json"}


@pytest.mark.parametrize("claimed", ["..", ".htaccess", "a\0b", "/"])
def test_a_name_of_which_nothing_can_be_kept_is_refused(
    staff: Staff, site: Settings, claimed: str
) -> None:
    page = unescape(send_named(staff, claimed))
    assert "refusé" in page or "rien n'a été gardé" in page
    assert documents(site) == {"forum/voirie/notes.txt"}


def send_named(staff: Staff, claimed: str) -> str:
    """Send a file under a name written as it is: clients would put a better one."""
    body = (
        '--x\r\nContent-Disposition: form-data; name="lieu"\r\n\r\n=forum/voirie\r\n'
        f'--x\r\nContent-Disposition: form-data; name="fichiers"; filename="{claimed}"\r\n\r\n'
        "Du mal.\r\n--x--\r\n"
    ).encode()
    headers = {"Origin": HOST, "Content-Type": "multipart/form-data; boundary=x"}
    return staff.post(HERE, content=body, headers=headers).text


def test_a_hostile_zip_gives_its_harmless_files_only(staff: Staff, site: Settings) -> None:
    link = zipfile.ZipInfo("lien.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    page = send(
        staff,
        ("dossier.zip", zipped({
            "../../mal.txt": b"x", "/etc/mal.txt": b"x", link: b"/etc/passwd", "bon.txt": b"bon",
        })),
    )  # fmt: skip
    assert "mène hors du dossier" in page
    assert "lien ou un fichier spécial" in page
    accept(staff, page)
    assert documents(site) == {"forum/voirie/notes.txt", "forum/voirie/bon.txt"}
    assert kept_aside(site) == []


def test_a_zip_bomb_is_refused_and_the_files_beside_it_are_kept(
    staff: Staff, site: Settings
) -> None:
    page = send(staff, ("bombe.zip", zipped({"a.txt": bytes(40_000_000)})), ("bon.txt", b"bon"))
    assert "bombe.zip – Le contenu du fichier ZIP est trop gros" in page
    accept(staff, page)
    assert documents(site) == {"forum/voirie/notes.txt", "forum/voirie/bon.txt"}


def test_an_svg_is_refused_and_an_html_file_with_a_script_is_inert_once_indexed(
    staff: Staff, site: Settings, assistant: Assistant
) -> None:
    script = b"<html><title><script>alert(1)</script></title><body><p>Le quai rouvre.</p>"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    page = send(staff, ("logo.svg", svg), ("page.html", script), ("texte.txt", svg))
    assert "n'est pas lu" in page
    accept(staff, page)
    assistant.sync()
    assert "forum/voirie/logo.svg" not in documents(site)
    for name in ("page.html", "texte.txt"):
        opened = staff.get(f"/document/forum/voirie/{name}")
        assert opened.status_code == 200
        assert "sandbox" in opened.headers["content-security-policy"]
        assert "default-src 'none'" in opened.headers["content-security-policy"]
        is_plain = opened.headers["content-type"].startswith("text/plain")
        assert is_plain or "attachment" in opened.headers["content-disposition"]
    assert "<script>alert" not in staff.get("/personnel").text


# --- Who may send, and how much ----------------------------------------------------------------


def raw(staff: Staff, pieces: list[bytes], headers: dict[str, str]) -> tuple[int, str, int]:
    """Send a body piece by piece; return the status, the answer, and how many were asked for."""
    asked = 0

    async def request() -> tuple[int, str]:
        nonlocal asked
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            nonlocal asked
            asked += 1
            if asked > len(pieces):
                return {"type": "http.disconnect"}
            piece = pieces[asked - 1]
            return {"type": "http.request", "body": piece, "more_body": True}

        async def send(message: Any) -> None:
            messages.append(message)

        all_headers = {"Host": "assistant.ville.fr", "Origin": HOST, "Accept-Language": "fr"}
        scope = {
            "type": "http", "method": "POST", "path": HERE, "raw_path": HERE.encode(),
            "query_string": b"", "scheme": "https", "server": ("assistant.ville.fr", 443),
            "client": ("127.0.0.1", 1), "http_version": "1.1", "root_path": "",
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in (all_headers | headers).items()
            ],
        }  # fmt: skip
        await staff.app(scope, receive, send)  # type: ignore[arg-type]
        body = b"".join(one.get("body", b"") for one in messages)
        return (messages[0]["status"] if messages else 0), unescape(body.decode())

    status, body = run(request)
    return status, body, asked


MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
BEGINNING = b'--x\r\nContent-Disposition: form-data; name="fichiers"; filename="a.txt"\r\n\r\n'


def _signed_in(staff: Staff) -> dict[str, str]:
    return MULTIPART | {"Cookie": f"{COOKIE}={staff.cookies[COOKIE]}"}


def test_who_is_not_signed_in_is_refused_before_anything_is_read(
    staff: Staff, site: Settings
) -> None:
    status, _, asked = raw(staff, [BEGINNING, b"x"], MULTIPART)
    assert (status, asked) == (401, 0)
    assert kept_aside(site) == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_site_may_not_send(staff: Staff, site: Settings, origin: str) -> None:
    status, _, asked = raw(staff, [BEGINNING], _signed_in(staff) | {"Origin": origin})
    assert (status, asked) == (403, 0)
    assert kept_aside(site) == []


def test_what_is_announced_too_large_is_refused_before_anything_is_read(
    staff: Staff, site: Settings
) -> None:
    headers = _signed_in(staff) | {"Content-Length": "3000001"}
    status, _, asked = raw(staff, [BEGINNING], headers)
    assert (status, asked) == (413, 0)
    assert kept_aside(site) == []


def test_what_turns_out_too_large_is_refused_and_nothing_is_kept(
    staff: Staff, site: Settings
) -> None:
    status, _, asked = raw(staff, [BEGINNING, *[bytes(1_000_000)] * 9], _signed_in(staff))
    assert status == 413
    assert asked < 6
    assert kept_aside(site) == []


def test_a_connection_that_breaks_leaves_nothing(staff: Staff, site: Settings) -> None:
    status, _, _ = raw(staff, [BEGINNING, b"le debut"], _signed_in(staff))
    assert status in (0, 400)
    assert kept_aside(site) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", BEGINNING + b"coupe"),
        ("multipart/form-data; boundary=x", b"autre chose"),
        ("multipart/form-data", BEGINNING),
        ("application/octet-stream", b"\0\1\2"),
        ("application/x-www-form-urlencoded", b"fichiers=a.txt"),
        ("multipart/form-data; boundary=" + "x" * 5000, b"x"),
    ],
    ids=["cut", "other", "no-boundary", "binary", "plain-form", "long-boundary"],
)
def test_a_body_that_is_not_what_it_says_is_said_and_nothing_is_kept(
    staff: Staff, site: Settings, kind: str, body: bytes
) -> None:
    answer = staff.post(HERE, content=body, headers={"Origin": HOST, "Content-Type": kind})
    assert "rien n'a été gardé" in unescape(answer.text)
    assert kept_aside(site) == []


def test_a_form_without_files_is_said(staff: Staff, site: Settings) -> None:
    assert "Choisissez au moins un fichier" in send(staff, ("", b""))
    assert kept_aside(site) == []


def test_a_full_disk_is_said_and_nothing_is_kept(
    staff: Staff, site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "free_bytes", lambda corpus: 100_000_000)
    assert "il en reste 100" in send(staff, NOTES)
    assert kept_aside(site) == []


def test_a_folder_that_cannot_be_written_is_said(staff: Staff, site: Settings) -> None:
    (site.corpus / FOLDER).touch()
    assert "n'a pas pu être enregistré" in send(staff, NOTES)


def test_an_endless_form_of_choices_is_refused(staff: Staff) -> None:
    page = send(staff, NOTES)
    answer = staff.post(
        f"{HERE}/{key_in(page)}", content=b"a=" + b"x" * 2_500_000, headers={"Origin": HOST}
    )
    assert answer.status_code == 413


def test_a_file_is_written_as_it_comes_and_never_held(site: Settings) -> None:
    ahead: list[int] = []

    def pieces() -> Iterator[bytes]:
        yield BEGINNING
        for _ in range(20):
            written = sum(one.stat().st_size for one in site.corpus.glob(f"{FOLDER}/*/0*"))
            ahead.append(len(ahead) * 100_000 - written)
            yield b"x" * 100_000
        yield b"\r\n--x--\r\n"

    upload = received(partial(Staging, site), MULTIPART["Content-Type"], pieces())
    assert upload.staging
    assert [one.size for one in upload.staging.files()] == [2_000_000]
    # What is not on disk yet is a piece, and the file's own buffer.
    assert max(ahead) <= 300_000


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_a_form_is_read_the_same_in_pieces_of_any_size(site: Settings, size: int) -> None:
    tricky = b"\r\n--x\r\n-- x--\r\n--y--\r\n\r\n" * 3
    tricky = tricky.replace(b"--x", b"--X")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="lieu"\r\n\r\n=forum\r\n'
        + BEGINNING + tricky + b"\r\n--x--\r\n"
    )  # fmt: skip
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    upload = received(partial(Staging, site), MULTIPART["Content-Type"], pieces)
    assert upload.fields == {"lieu": "=forum"}
    assert upload.staging
    (staged,) = upload.staging.files()
    assert upload.staging.path(staged).read_bytes() == tricky


def test_a_field_that_is_a_file_in_disguise_is_refused(site: Settings) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="lieu"\r\n\r\n' + b"x" * 5000
    with pytest.raises(UploadBroken):
        received(partial(Staging, site), MULTIPART["Content-Type"], [body])
