"""Pictures of pages and highlighted copies: real files, files made to harm, a real browser."""

from __future__ import annotations

import io
import os
import signal
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import expect
from pptx import Presentation
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from assistant import rendering as module
from assistant.readers.formats import legacy_office
from assistant.records import Mark, Passage, Place
from assistant.rendering import FRAMES, Pictures, may_show
from assistant.rendering.cache import FOLDER
from assistant.rendering.decks import CONVERTED, NOT_CONVERTED
from assistant.rendering.highlights import HighlightedWords
from assistant.system.files import sha256_of
from assistant.web.documents.pictures import EMPTY, picture_routes
from assistant.web.shared.figures import Quoted, highlighted_address, large_of, thumbnail_of
from assistant.web.shared.sources import links_of
from tests.samples import hostile as make
from tests.support.pages import Visit, required
from tests.support.patient import until
from tests.support.stand_in import NOTE, REPORT, SLIDES, StandIn

#: Broken over lines, and hyphenated, as below on the page.
QUOTE = "La conservation des enregistrements est fixée à trente jours."
LINES = ["La conservation des enre-", "gistrements est fixée à", "trente jours. Ensuite, rien."]


def report(path: Path, size: tuple[float, float] = A4) -> Path:
    """Write three pages; the second holds the quote."""
    made = Canvas(str(path), pagesize=size)
    made.drawString(60, 400, "Première page.")
    made.showPage()
    for line, words in enumerate(LINES):
        made.drawString(60, 400 - 20 * line, words)
    made.showPage()
    made.drawString(60, 400, "Troisième page.")
    made.save()
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[Pictures]:
    opened = Pictures(tmp_path / "index")
    yield opened
    opened.close()


def seen(content: bytes | None) -> Image.Image:
    assert content is not None
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "WEBP"
    return picture.convert("RGB")


def yellow(picture: Image.Image) -> int:
    """Return how many pixels have the highlights' yellow."""
    return sum(
        number
        for number, (red, green, blue) in picture.getcolors(1 << 24)
        if red > 220 and green > 190 and blue < 140
    )


# --- Drawing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "shape"), [(A4, "page"), (landscape(A4), "slide")], ids=["page", "slide"]
)
def test_a_page_is_drawn_in_the_frame_of_its_shape(
    tmp_path: Path, pictures: Pictures, size: tuple[float, float], shape: module.Shape
) -> None:
    picture = seen(pictures.thumbnail(report(tmp_path / "a.pdf", size), 2, shape))
    assert picture.size == FRAMES["small", shape]
    levels = picture.convert("L").getextrema()
    assert levels[0] < 130 and levels[1] > 250  # ink on paper


@pytest.mark.parametrize("number", [0, -1, 4, 10**9])
def test_a_page_that_does_not_exist_has_no_picture(
    tmp_path: Path, pictures: Pictures, number: int
) -> None:
    assert pictures.thumbnail(report(tmp_path / "a.pdf"), number, "page") is None


@pytest.mark.parametrize(
    "hostile", [one for one in make.HOSTILE if one.name.endswith(".pdf")], ids=lambda one: one.name
)
def test_a_hostile_pdf_gives_a_picture_or_none_and_harms_nothing(
    tmp_path: Path, pictures: Pictures, hostile: make.Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 3)
    path = tmp_path / hostile.name
    path.parent.mkdir(parents=True, exist_ok=True)
    hostile.write(path)
    if not path.is_file():
        pytest.skip("nothing to draw")
    for drawn in (pictures.thumbnail(path, 1, "page"), pictures.page(path, 1, "page")):
        assert drawn is None or seen(drawn).size in FRAMES.values()
    copy = pictures.highlighted(path, 1, HighlightedWords("Seulement du texte"))
    assert copy is None or copy.startswith(b"%PDF-")
    assert pictures.thumbnail(report(tmp_path / "sound.pdf"), 1, "page")


def encrypted(path: Path, password: str) -> Path:
    writer = PdfWriter(clone_from=report(path))
    writer.encrypt(user_password=password, owner_password="maître", algorithm="AES-256")
    writer.write(path)
    writer.close()
    return path


def test_a_pdf_with_a_password_has_no_picture(tmp_path: Path, pictures: Pictures) -> None:
    assert pictures.thumbnail(encrypted(tmp_path / "a.pdf", "secret"), 1, "page") is None


def test_a_truncated_pdf_has_no_picture_or_a_whole_one(tmp_path: Path, pictures: Pictures) -> None:
    path = report(tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes()[:900])
    assert pictures.thumbnail(path, 2, "page") is None


def _slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    """Have the drawing of a file called "bad" do something first."""
    script = tmp_path / "drawing.py"
    source = f"""
        import os, signal, time
        from assistant.rendering import worker
        from assistant.readers.sandbox.child import serve_with

        def draw(request, answers, tell):
            if "bad" in request["path"]:
                {deed}
            worker.draw(request, answers, tell)

        serve_with(draw)
    """
    script.write_text(textwrap.dedent(source), encoding="utf-8")
    monkeypatch.setattr(module, "DRAWING_PROCESS", (str(script),))


@pytest.mark.parametrize(
    "deed",
    [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.abort()",
        "while True: pass",
        "held = [bytearray(10**7) for _ in range(10**4)]",
        "os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)",
        "answers.write('{\"content\": 3}\\n')",
    ],
    ids=["killed", "aborts", "never ends", "fills memory", "process killed", "nonsense"],
)
def test_a_page_that_kills_or_hangs_its_drawing_costs_its_own_picture_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pictures: Pictures, deed: str
) -> None:
    monkeypatch.setattr(module, "SECONDS", 3)
    _slow(tmp_path, monkeypatch, deed)
    assert pictures.thumbnail(report(tmp_path / "bad.pdf"), 1, "page") is None
    assert pictures.thumbnail(report(tmp_path / "good.pdf"), 1, "page")


def test_a_page_that_failed_is_not_tried_at_every_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pictures: Pictures
) -> None:
    tries = tmp_path / "tries"
    _slow(tmp_path, monkeypatch, "os.abort()")
    counted = (tmp_path / "drawing.py").read_text(encoding="utf-8")
    # A fork may write no file: it is counted by the folders it makes.
    counted = counted.replace(
        "os.abort()", f"os.mkdir({str(tries)!r} + str(time.time())); os._exit(1)"
    )
    (tmp_path / "drawing.py").write_text(counted, encoding="utf-8")
    path = report(tmp_path / "bad.pdf")
    for _ in range(3):
        assert pictures.thumbnail(path, 1, "page") is None
    assert len(list(tmp_path.glob("tries*"))) == 1


def test_who_comes_while_the_process_is_busy_goes_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pictures: Pictures
) -> None:
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.05)
    path = report(tmp_path / "a.pdf")
    with pictures._drawing:
        assert pictures.thumbnail(path, 1, "page") is None
    assert pictures.thumbnail(path, 1, "page")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "I;16"])
def test_a_scanned_image_is_drawn(tmp_path: Path, pictures: Pictures, mode: str) -> None:
    path = tmp_path / "scan.png"
    Image.new(mode, (900, 1200), 0 if mode in ("P", "L", "1", "I;16") else "navy").save(path)
    picture = seen(pictures.thumbnail(path, 1, "page"))
    assert picture.size == FRAMES["small", "page"]
    assert max(picture.getpixel((160, 226))[:2]) < 60


def test_an_image_that_would_fill_the_memory_has_no_picture(
    tmp_path: Path, pictures: Pictures
) -> None:
    Image.new("1", (30_000, 30_000)).save(tmp_path / "a.png")
    assert pictures.thumbnail(tmp_path / "a.png", 1, "page") is None


def test_a_picture_is_kept_by_content_and_taken_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pictures: Pictures
) -> None:
    path = report(tmp_path / "a.pdf")
    first = pictures.thumbnail(path, 1, "page")
    monkeypatch.setattr(module, "DRAWING_PROCESS", ("-c", "raise SystemExit"))
    pictures._process._forget()
    assert pictures.thumbnail(path.rename(tmp_path / "b.pdf"), 1, "page") == first
    report(path, landscape(A4))
    assert pictures.thumbnail(path, 1, "page") is None


# --- Highlighted copies ------------------------------------------------------------------------


def noted(copy: bytes | None) -> list[list[dict[str, object]]]:
    """Return the highlights of each page."""
    assert copy is not None
    return [
        [one.get_object() for one in page.get("/Annots") or ()]
        for page in PdfReader(io.BytesIO(copy)).pages
    ]


def test_a_copy_has_the_words_highlighted_line_by_line_on_their_page(
    tmp_path: Path, pictures: Pictures
) -> None:
    copy = pictures.highlighted(report(tmp_path / "a.pdf"), 2, HighlightedWords(QUOTE))
    assert copy is not None
    first, second, third = noted(copy)
    assert (first, third) == ([], [])
    (note,) = second
    assert note["/Subtype"] == "/Highlight"
    quads = list(map(float, note["/QuadPoints"]))  # type: ignore[arg-type]
    assert len(quads) == 8 * len(LINES)
    text = pypdfium2.PdfDocument(copy)[1].get_textpage()
    covered = []
    for at in range(0, len(quads), 8):
        xs, ys = quads[at : at + 8 : 2], quads[at + 1 : at + 8 : 2]
        covered.append(text.get_text_bounded(min(xs), min(ys), max(xs), max(ys)).strip())
    assert covered[1:] == ["gistrements est fixée à", "trente jours"]
    assert covered[0].startswith("La conservation des enre")


def test_a_copy_keeps_the_file_byte_for_byte_before_its_highlights(
    tmp_path: Path, pictures: Pictures
) -> None:
    path = report(tmp_path / "a.pdf")
    copy = pictures.highlighted(path, 2, HighlightedWords(QUOTE))
    assert copy is not None and copy.startswith(path.read_bytes()) and copy != path.read_bytes()


def _signed(path: Path) -> Path:
    writer = PdfWriter(clone_from=report(path))
    value = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Sig"),
            NameObject("/Filter"): NameObject("/Adobe.PPKLite"),
            NameObject("/ByteRange"): ArrayObject([NumberObject(0)] * 4),
            NameObject("/Contents"): TextStringObject("00"),
        }
    )
    field = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Sig"),
            NameObject("/T"): TextStringObject("Signature"),
            NameObject("/V"): writer._add_object(value),
        }
    )
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
    writer.root_object[NameObject("/AcroForm")] = form
    writer.write(path)
    writer.close()
    return path


@pytest.mark.parametrize(
    "made",
    [
        lambda folder: encrypted(folder / "a.pdf", ""),
        lambda folder: encrypted(folder / "a.pdf", "secret"),
        lambda folder: _signed(folder / "a.pdf"),
    ],
    ids=["owner's password", "password", "signed"],
)
def test_a_protected_or_signed_pdf_is_not_copied(
    tmp_path: Path, pictures: Pictures, made: Callable[[Path], Path]
) -> None:
    assert pictures.highlighted(made(tmp_path), 2, HighlightedWords(QUOTE)) is None


def test_a_copy_of_a_file_that_is_too_large_is_not_made(
    tmp_path: Path, pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_COPIED", 1000)
    assert pictures.highlighted(report(tmp_path / "a.pdf"), 2, HighlightedWords(QUOTE)) is None


def test_the_large_picture_shows_the_highlights(tmp_path: Path, pictures: Pictures) -> None:
    path = report(tmp_path / "a.pdf")
    marked = seen(pictures.page(path, 2, "page", HighlightedWords(QUOTE)))
    assert marked.size == FRAMES["large", "page"]
    assert yellow(marked) > 5000
    assert yellow(seen(pictures.page(path, 2, "page"))) == 0


def test_a_turned_page_is_highlighted_where_it_shows(tmp_path: Path, pictures: Pictures) -> None:
    # As scanners and spreadsheets write landscape: text that goes up, on a page shown turned.
    made = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    made.translate(200, 60)
    made.rotate(90)
    for line, words in enumerate(LINES):
        made.drawString(0, -20 * line, words)
    made.save()
    writer = PdfWriter(clone_from=tmp_path / "a.pdf")
    writer.pages[0].rotate(90)
    writer.write(tmp_path / "b.pdf")
    writer.close()
    marked = seen(pictures.page(tmp_path / "b.pdf", 1, "slide", HighlightedWords(QUOTE)))
    assert yellow(marked) > 2000


# --- Decks -------------------------------------------------------------------------------------


def deck(path: Path, slides: int = 3, hidden: int = 0) -> Path:
    made = Presentation()
    for number in range(1, slides + 1):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = f"Diapositive {number}"
        slide.placeholders[1].text = "Relire chaque courrier."
        if number == hidden:
            slide.element.set("show", "0")
    made.save(str(path))
    return path


@pytest.fixture
def without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "can_convert", lambda: False)


@pytest.mark.usefixtures("without_libreoffice")
def test_a_deck_shows_the_pdf_beside_it_if_it_has_as_many_pages(
    tmp_path: Path, pictures: Pictures
) -> None:
    path = deck(tmp_path / "a.pptx")
    assert pictures.thumbnail(path, 2, "slide", 3) is None
    assert not may_show(path)
    report(tmp_path / "a.pdf", landscape(A4))
    assert may_show(path)
    assert seen(pictures.thumbnail(path, 2, "slide", 3)).size == FRAMES["small", "slide"]
    assert pictures.thumbnail(path, 2, "slide", 4) is None


@pytest.mark.usefixtures("without_libreoffice")
def test_a_link_beside_a_deck_is_not_followed(tmp_path: Path, pictures: Pictures) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.pdf").symlink_to(report(tmp_path / "secret.pdf"))
    path = deck(tmp_path / "corpus" / "a.pptx")
    assert pictures.thumbnail(path, 1, "slide", 3) is None


def test_a_deck_is_converted_once_in_the_background_hidden_slides_too(
    tmp_path: Path, pictures: Pictures
) -> None:
    required("soffice")
    path = deck(tmp_path / "a.pptx", hidden=2)
    assert pictures.thumbnail(path, 3, "slide", 3) is None
    picture = until(lambda: pictures.thumbnail(path, 3, "slide", 3))
    assert isinstance(picture, bytes) and seen(picture).size == FRAMES["small", "slide"]
    kept = tmp_path / "index" / FOLDER / sha256_of(path) / CONVERTED
    assert "Diapositive 3" in PdfReader(kept).pages[2].extract_text()
    assert (
        yellow(seen(pictures.page(path, 3, "slide", HighlightedWords("Relire chaque courrier."))))
        > 2000
    )


def test_an_open_document_deck_is_converted(tmp_path: Path, pictures: Pictures) -> None:
    required("soffice")
    (path,) = sorted(Path("corpus").glob("*/atelier-3*/*.odp"))
    pictures.prepare([path])
    assert until(lambda: pictures.thumbnail(path, 1, "slide"))


@pytest.fixture
def failing_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put in LibreOffice's place what counts its starts and makes nothing."""
    starts = tmp_path / "starts"
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho start >> "{starts}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    legacy_office._soffice.cache_clear()
    yield starts
    legacy_office._soffice.cache_clear()


def test_a_deck_that_could_not_be_converted_is_not_tried_again(
    tmp_path: Path, failing_libreoffice: Path
) -> None:
    path = deck(tmp_path / "a.pptx")
    failed = tmp_path / "index" / FOLDER / sha256_of(path) / NOT_CONVERTED
    for _ in range(2):
        opened = Pictures(tmp_path / "index")
        assert opened.thumbnail(path, 1, "slide") is None
        until(failed.exists)
        assert opened.thumbnail(path, 1, "slide") is None
        opened.close()
    assert failing_libreoffice.read_text(encoding="utf-8").split() == ["start"]


def test_closing_ends_the_conversion_under_way(
    tmp_path: Path, failing_libreoffice: Path, pictures: Pictures
) -> None:
    program = tmp_path / "bin" / "soffice"
    told = tmp_path / "pid"
    program.write_text(f'#!/bin/sh\necho $$ > "{told}"\nexec sleep 300\n', encoding="utf-8")
    path = deck(tmp_path / "a.pptx")
    assert pictures.thumbnail(path, 1, "slide") is None
    until(lambda: told.exists() and told.read_text())
    pictures.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), signal.SIG_DFL)
    assert not (tmp_path / "index" / FOLDER / sha256_of(path)).exists()


# --- Routes ------------------------------------------------------------------------------------

PDF = "forum/atelier-3/a b'é.pdf"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[TestClient, StandIn]]:
    """Give our routes over the stand-in's documents, and one whose words go over lines."""
    assistant = StandIn(tmp_path)
    report(tmp_path / PDF)
    text = f"Avant. {QUOTE} Ensuite, rien."
    passage = Passage(PDF, 0, text, "", Place("page", 2, 2), 9, marks=(Mark(0, 2, 2),))
    assistant.by_document[PDF] = (passage,)
    opened = Pictures(assistant.settings.index)
    app = FastAPI()
    app.include_router(picture_routes(assistant, opened))  # type: ignore[arg-type]
    yield TestClient(app), assistant
    opened.close()


def quoted(assistant: StandIn) -> Quoted:
    passage = assistant.by_document[PDF][0]
    return Quoted(passage, 7, 7 + len(QUOTE))


def test_opening_a_quoted_pdf_gives_its_page_with_the_words_highlighted(
    site: tuple[TestClient, StandIn],
) -> None:
    client, assistant = site
    said = quoted(assistant)
    link = links_of(assistant, PDF, said.place, "fr", said)[0]  # type: ignore[arg-type]
    assert link.words == "Ouvrir à la page 2" and link.address.endswith("#page=2")
    answer = client.get(link.address.partition("#")[0])
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    assert "object-src 'self'" in answer.headers["content-security-policy"]
    assert [len(page) for page in noted(answer.content)] == [0, 1, 0]


@pytest.mark.parametrize(
    "query", ["", "p=1&de=0&a=5", "p=ID&de=x&a=y", "p=ID&de=9&a=3", "p=ID&de=0&a=99999"]
)
def test_a_pdf_opened_for_words_that_are_gone_is_the_plain_file(
    site: tuple[TestClient, StandIn], query: str
) -> None:
    client, assistant = site
    query = query.replace("ID", str(assistant.by_document[PDF][0].id))
    address = f"/surligne/{PDF.replace(' ', '%20')}?{query}"
    assert client.get(address).content == (assistant.settings.corpus / PDF).read_bytes()
    part = client.get(address, headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b"%PDF-")


@pytest.mark.parametrize("route", ["vignette", "page"])
def test_a_picture_may_be_kept_while_its_file_is_the_same(
    site: tuple[TestClient, StandIn], route: str
) -> None:
    client, assistant = site
    file = assistant.settings.corpus / PDF
    said = quoted(assistant)

    def address() -> str:
        known = {"title": "T", "facts": {}}
        figure = (
            thumbnail_of(said, file, "/", **known, language="fr")  # type: ignore[arg-type]
            if route == "vignette"
            else large_of(said, file, **known, language="fr")  # type: ignore[arg-type]
        )
        return figure.picture

    before = address()
    answer = client.get(before)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"].startswith("private, max-age=")
    report(file, landscape(A4))
    assert address() != before


def _removed(assistant: StandIn) -> None:
    del assistant.by_document[PDF]


def _deleted(assistant: StandIn) -> None:
    (assistant.settings.corpus / PDF).unlink()
    known = assistant.file
    assistant.file = lambda id_: found if (found := known(id_)) and found.is_file() else None  # type: ignore[method-assign]


@pytest.mark.parametrize("gone", [_removed, _deleted])
def test_a_document_that_is_gone_gives_an_empty_picture_and_a_page_that_says_so(
    site: tuple[TestClient, StandIn], gone: Callable[[StandIn], None]
) -> None:
    client, assistant = site
    address = highlighted_address(quoted(assistant)).partition("#")[0]
    document = address.partition("/surligne/")[2]
    assert client.get(f"/vignette/{document}&page=2").headers["content-type"] == "image/webp"
    gone(assistant)
    for route in ("vignette", "page"):
        answer = client.get(f"/{route}/{document}&page=2")
        assert (answer.status_code, answer.content) == (200, EMPTY)
        assert answer.headers["cache-control"] == "no-store"
    opened = client.get(address)
    assert opened.status_code == 404 and "Page introuvable" in opened.text


@pytest.mark.parametrize("page", ["", "0", "-1", "99", "trois", "9" * 30, "1e3", "²"])
@pytest.mark.parametrize("route", ["vignette", "page"])
def test_nonsense_for_a_page_gives_an_empty_picture(
    site: tuple[TestClient, StandIn], route: str, page: str
) -> None:
    answer = site[0].get(f"/{route}/{REPORT}", params={"page": page})
    assert (answer.status_code, answer.content) == (200, EMPTY)


def test_what_has_no_pages_has_an_empty_picture(site: tuple[TestClient, StandIn]) -> None:
    assert site[0].get(f"/vignette/{NOTE}?page=1").content == EMPTY


def test_a_page_without_picture_opened_by_itself_says_so(
    site: tuple[TestClient, StandIn],
) -> None:
    answer = site[0].get(f"/page/{REPORT}?page=99", headers={"Sec-Fetch-Dest": "document"})
    assert "Image indisponible" in answer.text


def test_a_quote_over_two_pages_is_highlighted_on_the_first(
    site: tuple[TestClient, StandIn],
) -> None:
    client, assistant = site
    text = f"{QUOTE} Troisième page."
    marks = (Mark(0, 2, 2), Mark(len(QUOTE) + 1, 3, 3))
    passage = Passage(PDF, 0, text, "", Place("page", 2, 3), 9, marks=marks)
    assistant.by_document[PDF] = (passage,)
    address = highlighted_address(Quoted(passage, 0, len(text)))
    assert address.endswith("#page=2")
    assert [len(page) for page in noted(client.get(address.partition("#")[0]).content)] == [0, 1, 0]


# --- In a browser ------------------------------------------------------------------------------


def test_a_citation_shows_its_page_beside_the_quote(stand_in: str, visit: Visit) -> None:
    visit.ask(stand_in, "Quelle est la durée de conservation des enregistrements ?")
    picture = visit.page.locator("#source-1 .vue img")
    expect(picture).to_have_attribute(
        "alt", "Page 3 de « Compte rendu de l'atelier « données personnelles » »"
    )
    expect(picture).to_have_attribute("loading", "lazy")
    visit.wait_until("document.querySelector('.vue img').naturalWidth === 320")
    leads = visit.page.locator("#source-1 .vue a").get_attribute("href") or ""
    assert leads.startswith(f"/passage/{REPORT}?p=")
    visit.page.goto(stand_in + leads)
    visit.wait_until("document.querySelector('#extrait .vue img').naturalWidth === 1100")
    assert visit.errors == []
    assert visit.foreign_requests(stand_in) == []


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_a_picture_stands_beside_the_quote_or_below_where_there_is_no_room(
    stand_in: str, visit: Visit, width: int
) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.ask(stand_in, "Quelle est la durée de conservation des enregistrements ?")
    quote = visit.page.locator("#source-1 blockquote").bounding_box()
    shown = visit.page.locator("#source-1 .vue").bounding_box()
    assert quote and shown
    if width == 1280:
        assert shown["x"] >= quote["x"] + quote["width"]
    else:
        assert shown["y"] >= quote["y"] + quote["height"] and shown["x"] == quote["x"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_picture_no_empty_frame_stays(stand_in: str, visit: Visit) -> None:
    empty = {"body": EMPTY, "content_type": "image/gif"}
    visit.page.route("**/vignette/**", lambda route: route.fulfill(**empty))
    visit.ask(stand_in, "Chaque courrier est relu par un agent avant d'être signé ?")
    picture = visit.page.locator("#source-1 .vue img")
    assert SLIDES in (picture.get_attribute("src") or "")
    expect(picture).to_be_hidden()
    expect(visit.page.locator("#source-1 blockquote")).to_contain_text("Chaque courrier est relu")
