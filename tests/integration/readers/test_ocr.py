"""Scans: the text of pictures of pages, where Tesseract has its French data (or RapidOCR is)."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from assistant.corpus.walk import FileOnDisk
from assistant.errors import ReadError
from assistant.i18n.places import automatic_of, place_in_words
from assistant.i18n.problems import remedy_in_words
from assistant.ingest.reading_pool import ReadingPool
from assistant.readers import read, second_pass
from assistant.readers.engines import ocr_engine
from assistant.readers.parts import Defect
from assistant.readers.pdf import ocr
from assistant.records import Block, Document, Place
from assistant.settings import Settings
from tests.integration.readers.test_recordings import word_errors

LINES = (
    "Compte rendu de l'atelier",
    "Les services techniques ont présenté l'outil de suivi des déchets à l'éco-",
    "quartier. Il réduit de 12 % les tournées, à coût égal pour la collectivité.",
    "Les agents ont été formés en février ; une évaluation suivra à l'été.",
    "Contact : mairie, 3e étage, où l'accueil est ouvert dès 8 h 30.",
)
SAID = " ".join(LINES).replace("éco- quartier", "écoquartier")

recognising = pytest.mark.skipif(
    ocr_engine() is None, reason="needs tesseract-ocr-fra or the ocr extra"
)


def page(lines: tuple[str, ...] = LINES, turned: float = 0.7) -> Image.Image:
    """Return a page as a scanner gives it: a little turned, in grey."""
    held = BytesIO()
    pdf = canvas.Canvas(held, pagesize=A4)
    for at, line in enumerate(lines):
        pdf.setFont("Helvetica", 12)
        pdf.drawString(60, 760 - 18 * at, line)
    pdf.showPage()
    pdf.save()
    rendered = pypdfium2.PdfDocument(held.getvalue())[0].render(scale=200 / 72).to_pil()
    return rendered.convert("L").rotate(turned, fillcolor=255)


def write_pdf(path: Path, pages: list[Image.Image | str]) -> Path:
    """Write a PDF whose pages are pictures, or lines of text."""
    pdf = canvas.Canvas(str(path), pagesize=A4)
    for one in pages:
        if isinstance(one, str):
            pdf.drawString(60, 700, one)
        else:
            held = BytesIO()
            one.save(held, "JPEG", quality=55)
            pdf.drawImage(ImageReader(held), 0, 0, *A4)
        pdf.showPage()
    pdf.save()
    return path


def read_apart(path: Path, **settings: int) -> Document:
    status = path.stat()
    file = FileOnDisk(f"e/s/{path.name}", path, status.st_size, status.st_mtime_ns)
    with ReadingPool(Settings(**settings).reading_options()) as pool:  # type: ignore[arg-type]
        return pool.read(file)


def text_of(document: Document) -> str:
    return " ".join(block.text for block in document.blocks)


# --- Images ------------------------------------------------------------------------------------


@recognising
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".jpeg", ".tif", ".tiff"])
def test_the_text_of_an_image_is_read(
    tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"affiche{suffix}"
    page().save(path)
    document = read_apart(path)
    errors = word_errors(SAID, text_of(document))
    with capsys.disabled():
        print(f"\nscan in {suffix} ({ocr_engine()}): word error rate {errors:.1%}")
    assert errors < 0.1
    assert document.facts["kind"] == "image"
    assert document.problems == ()
    assert {block.place for block in document.blocks} == {Place("page", 1, 1)}


@recognising
def test_each_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "courrier.tiff"
    page(LINES[1:3]).save(path, save_all=True, append_images=[page(LINES[3:])])
    document = read_apart(path)
    by_page = {block.place.first: block.text for block in document.blocks}
    assert "tournées" in by_page[1] and "accueil" in by_page[2]


@recognising
def test_a_photograph_without_text_is_without_text(tmp_path: Path) -> None:
    path = tmp_path / "salle.png"
    Image.effect_noise((900, 700), 90).save(path)
    with pytest.raises(ReadError) as caught:
        read_apart(path)
    assert caught.value.key == "file_without_text"


@recognising
def test_a_picture_too_large_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "plan.png"
    Image.new("1", (10_000, 10_000)).save(path)
    assert path.stat().st_size < 100_000
    with pytest.raises(ReadError) as caught:
        read_apart(path)
    assert caught.value.key == "image_too_large"


@recognising
@pytest.mark.parametrize("cut", [30, 2000])
def test_a_damaged_image_is_reported(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.png"
    page().save(path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ReadError) as caught:
        read_apart(path)
    assert caught.value.key == "file_damaged"


def test_without_recognition_an_image_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "ocr_engine", lambda: None)
    path = tmp_path / "a.png"
    page().save(path)
    with pytest.raises(ReadError) as caught:
        read(path, "e/s/a.png")
    assert caught.value.key == "image_needs_extra"
    assert "tesseract-ocr-fra" in caught.value.remedy


# --- PDF ---------------------------------------------------------------------------------------


@recognising
def test_a_scanned_pdf_is_read_page_by_page_and_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_pdf(tmp_path / "scan.pdf", [page(LINES[:3]), page(LINES[3:], turned=-0.8)])
    document = read_apart(path)
    errors = word_errors(SAID, text_of(document))
    with capsys.disabled():
        print(f"\nscanned PDF ({ocr_engine()}): word error rate {errors:.1%}")
    assert errors < 0.1
    assert document.facts["kind"] == "report"
    assert document.problems == ()
    assert [block.place.first for block in document.blocks][-1] == 2
    place = document.blocks[0].place
    words = place_in_words(place, automatic=automatic_of(document.facts, place))
    assert words == "page 1 (texte reconnu automatiquement, OCR)"


@recognising
def test_scanned_pages_take_their_place_among_the_others_and_only_they_are_marked(
    tmp_path: Path,
) -> None:
    texts = "Ordre du jour de la séance.", "Fin de la séance."
    path = write_pdf(tmp_path / "mixte.pdf", [texts[0], page(LINES[3:]), texts[1]])
    document = read_apart(path)
    assert [block.place.first for block in document.blocks] == sorted(
        block.place.first for block in document.blocks
    )
    assert document.blocks[0].text == texts[0] and document.blocks[-1].text == texts[1]
    assert {block.place.first for block in document.blocks} == {1, 2, 3}
    marks = [automatic_of(document.facts, Place("page", at, at)) for at in (1, 2, 3)]
    assert marks == ["", "ocr", ""]
    assert document.facts["engine"].endswith(f"; {ocr_engine()}")


@recognising
def test_a_page_on_which_nothing_is_recognised_is_named(tmp_path: Path) -> None:
    noise = Image.effect_noise((900, 1200), 90).convert("L")
    path = write_pdf(tmp_path / "a.pdf", ["Ordre du jour de la séance.", noise])
    (problem,) = read_apart(path).problems
    assert problem.pages == "2" and problem.state == "scanned"


def test_without_recognition_scanned_pages_are_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_pass, "ocr_engine", lambda: None)
    part = write_pdf(tmp_path / "a.pdf", ["Ordre du jour de la séance.", page(), page()])
    (problem,) = read_apart(part).problems
    assert problem.pages == "2, 3" and "tesseract-ocr-fra" in remedy_in_words(problem)
    whole = write_pdf(tmp_path / "b.pdf", [page(), page()])
    with pytest.raises(ReadError) as caught:
        read_apart(whole)
    assert caught.value.key == "file_scanned"
    assert "1, 2" in str(caught.value) and "tesseract-ocr-fra" in caught.value.remedy


@recognising
def test_beyond_the_most_pages_those_left_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_pass, "MOST_PAGES", 1)
    path = write_pdf(tmp_path / "a.pdf", [page(LINES[3:]), page(LINES[3:])])
    document = read_apart(path)
    assert {block.place.first for block in document.blocks} == {1}
    assert [problem.pages for problem in document.problems] == ["2"]


# --- What Tesseract and RapidOCR give ------------------------------------------------------------


def row(block: int, line: int, sure: float, word: str) -> str:
    return f"5\t1\t{block}\t1\t{line}\t1\t0\t0\t9\t9\t{sure}\t{word}"


def test_lines_that_tesseract_is_not_sure_of_are_left_out() -> None:
    rows = ["level\t…", row(1, 1, 91, "La"), row(1, 1, 88, "voirie"), row(2, 1, 12, "|~é")]
    rows += [row(3, 1, 95, "—"), row(4, 1, 90, "Fin"), row(4, 2, 20, "douteux")]
    assert ocr._from_tsv("\n".join(rows)) == [["La voirie"], ["Fin"]]
    assert ocr._from_tsv("") == []


def test_boxes_in_two_columns_are_read_one_column_after_the_other() -> None:
    left = [(0, 20 * at, 100, 20 * at + 15, f"g{at}") for at in range(3)]
    right = [(150, 20 * at + 1, 250, 20 * at + 16, f"d{at}") for at in range(3)]
    assert ocr._by_column([*left, *right]) == [["g0", "g1", "g2"], ["d0", "d1", "d2"]]


def test_a_page_that_takes_too_long_is_named_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(image: Image.Image, dpi: int) -> list[list[str]]:
        if image.width == 2:
            raise subprocess.TimeoutExpired("tesseract", 60)
        return [["Du texte."]]

    monkeypatch.setattr(ocr, "ocr_engine", lambda: "tesseract")
    monkeypatch.setattr(ocr, "_by_tesseract", slow)
    parts = list(ocr._recognised(lambda at: Image.new("L", (at, 1)), [1, 2, 3], dpi=0))
    assert [part.place.first for part in parts if isinstance(part, Block)] == [1, 3]
    assert Defect("pages_unrecognised", {"pages": "2"}) in parts
