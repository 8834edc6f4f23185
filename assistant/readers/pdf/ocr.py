"""Scans: pictures of text become lines, by recognition; each picture is a page.

In: an image, or the pages of a PDF that hold no text. Out: the blocks of each page, and which
pages were recognised, so that what is quoted from them can be marked. Tesseract with its French
data where it is installed (better order, a tenth of the memory), else RapidOCR.
"""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from statistics import median
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

from assistant.errors import ReadError
from assistant.readers.engines import ocr_engine
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.pdf.layout import blocks_of, clean_page
from assistant.readers.pdf.minutes_titles import with_minutes_titles
from assistant.readers.pdf.running_lines import Survey
from assistant.readers.pictures import can_open, formats
from assistant.records.documents import Place

#: docs/reading.md, Pictures of text was measured at this resolution.
DOTS_PER_INCH = 200
MAX_PIXELS = 50_000_000
#: A picture is made smaller than this before it is read: an A4 page at 300 dots per inch is 9.
_MOST_PIXELS = 16_000_000
MAX_FRAMES = 200
PAGE_SECONDS = 60
#: Tesseract is sure of a word from 0 to 100; pictures without text give lines well below this.
_LEAST_CONFIDENCE = 45.0

#: A paragraph, as its lines.
Paragraph = list[str]


def read_image(path: Source, options: Options) -> Iterator[Part]:
    """Yield the text of an image, of each of its frames. Raises ReadError."""
    yield Fact("kind", "image")
    if ocr_engine() is None:
        raise ReadError("image_needs_extra")
    if not can_open(path.suffix):
        raise ReadError("heic_needs_extra")
    with _bounded(), path.open("rb") as file:
        try:
            image = Image.open(file, formats=formats())
            frames = getattr(image, "n_frames", 1)
            yield Fact("pages", str(min(frames, MAX_FRAMES)))

            def frame(number: int) -> Image.Image:
                image.seek(number - 1)
                return ImageOps.exif_transpose(image)

            yield from _recognised(frame, range(1, min(frames, MAX_FRAMES) + 1), dpi=0)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as e:
            raise ReadError("image_too_large", most=MAX_PIXELS // 1_000_000) from e
        except (OSError, SyntaxError, ValueError, EOFError) as e:
            raise ReadError("file_damaged", cause=type(e).__name__) from e


def read_scanned_pages(path: Source, options: Options) -> Iterator[Part]:
    """Yield the text of the pages `options.scanned` of a PDF. Raises ReadError."""
    try:
        pdf = pypdfium2.PdfDocument(path.open("rb").read())
    except pypdfium2.PdfiumError as e:
        raise ReadError("file_damaged", cause=type(e).__name__) from e
    pages = [page for page in options.scanned if 1 <= page <= len(pdf)]
    sizes = [pdf.get_page_size(page - 1) for page in pages]
    wide = sum(width > height for width, height in sizes)
    yield Fact("kind", "slides" if 2 * wide > len(sizes) else "report")

    def page(number: int) -> Image.Image:
        width, height = sizes[pages.index(number)]
        scale = min(DOTS_PER_INCH / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        shown = pdf[number - 1]
        try:
            return shown.render(scale=scale, grayscale=True).to_pil()  # type: ignore[no-any-return]
        finally:
            shown.close()

    try:
        with _bounded():
            yield from with_minutes_titles(_recognised(page, pages, dpi=DOTS_PER_INCH))
    finally:
        pdf.close()


@contextmanager
def _bounded() -> Iterator[None]:
    """Have Pillow refuse a picture whose size alone would fill the memory."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _recognised(picture: Callable[[int], Image.Image], pages: Any, *, dpi: int) -> Iterator[Part]:
    """Yield by what the pages are read and which they are, their blocks, and which had none."""
    engine = ocr_engine()
    read = _by_tesseract if engine == "tesseract" else _by_rapidocr()
    # First, so that a reading stopped midway leaves no page unmarked.
    yield Fact("engine", str(engine))
    yield Fact("automatic", "ocr")
    yield Fact("automatic_pages", " ".join(map(str, pages)))
    without: list[int] = []
    for number in pages:
        try:
            paragraphs = read(_prepared(picture(number)), dpi)
        except (subprocess.TimeoutExpired, pypdfium2.PdfiumError):
            paragraphs = []
        if not paragraphs:
            without.append(number)
        for paragraph in paragraphs:
            lines = clean_page("\n".join(paragraph), Survey(), report=True)
            yield from blocks_of("", lines, Place("page", number, number))
    if without:
        yield Defect("pages_unrecognised", {"pages": ", ".join(map(str, without))})


def _prepared(image: Image.Image) -> Image.Image:
    """Return a picture in grey on white, no larger than is useful."""
    if image.mode in ("RGBA", "LA", "PA", "P"):
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    grey = image.convert("L")
    if grey.width * grey.height > _MOST_PIXELS:
        share = (_MOST_PIXELS / (grey.width * grey.height)) ** 0.5
        grey = grey.resize((max(1, int(grey.width * share)), max(1, int(grey.height * share))))
    return grey


# --- Tesseract ---------------------------------------------------------------------------------


def _by_tesseract(image: Image.Image, dpi: int) -> list[Paragraph]:
    """Return the paragraphs of a picture. Nothing is written: picture and text go by pipes."""
    held = BytesIO()
    image.save(held, "PNG", compress_level=1)
    resolution = ["--dpi", str(dpi)] if dpi else []
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", "fra", *resolution, "tsv"],
        input=held.getvalue(),
        capture_output=True,
        # docs/reading.md, Pictures of text: with more threads it is four to ten times slower.
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        timeout=PAGE_SECONDS,
        check=False,
    )
    return _from_tsv(done.stdout.decode("utf-8", errors="replace"))


def _from_tsv(text: str) -> list[Paragraph]:
    """Return the paragraphs of Tesseract's table: one row a word, with its block, line and so on.

    Lines that it is not sure of are what it saw in a picture; they are left out.
    """
    lines: dict[tuple[str, ...], list[tuple[float, str]]] = {}
    for row in text.splitlines()[1:]:
        cells = row.split("\t", 11)
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            lines.setdefault(tuple(cells[1:5]), []).append((float(cells[10]), cells[11].strip()))
    paragraphs: dict[tuple[str, ...], Paragraph] = {}
    for key, words in lines.items():
        written = " ".join(word for _, word in words)
        if median(sure for sure, _ in words) >= _LEAST_CONFIDENCE and _says(written):
            paragraphs.setdefault(key[:3], []).append(written)
    return list(paragraphs.values())


def _says(text: str) -> bool:
    return any(character.isalnum() for character in text)


# --- RapidOCR ----------------------------------------------------------------------------------


def _by_rapidocr() -> Callable[[Image.Image, int], list[Paragraph]]:
    """Return a reader whose models are loaded once for all pages."""
    import numpy as np
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})

    def read(image: Image.Image, dpi: int) -> list[Paragraph]:
        found = engine(np.asarray(image.convert("RGB")))
        if found.boxes is None or found.txts is None:
            return []
        boxes = [(*_corner(box), text) for box, text in zip(found.boxes, found.txts, strict=True)]
        return _by_column(boxes)

    return read


def _corner(box: Any) -> tuple[float, float, float, float]:
    """Return a box of four points as left, top, right, bottom."""
    across, down = [float(x) for x, _ in box], [float(y) for _, y in box]
    return min(across), min(down), max(across), max(down)


def _by_column(boxes: list[tuple[float, float, float, float, str]]) -> list[Paragraph]:
    """Put boxes in reading order: those one above another are a column, and stay together."""
    columns: list[list[tuple[float, float, float, float, str]]] = []
    for box in sorted(boxes, key=lambda one: one[1]):
        left, top, right, bottom, _ = box
        for column in columns:
            last = column[-1]
            shared = min(right, last[2]) - max(left, last[0])
            near = top - last[3] < 1.5 * (bottom - top)
            if near and shared > 0.3 * min(right - left, last[2] - last[0]):
                column.append(box)
                break
        else:
            columns.append([box])
    return [[text for *_, text in column if _says(text)] for column in columns]
