"""The drawing process: `python -m assistant.rendering.worker`, which `rendering` starts.

In, on standard input: one request a line. Out: the picture of a page, or a copy of a PDF file with
words highlighted, in one line as JSON. Each is drawn in a fork under limits
(`readers.sandbox.child`): a file may crash, hang or bloat PDFium or Pillow, and ends that fork
only. No answer: no picture.
"""

from __future__ import annotations

import ctypes
import json
import sys
import warnings
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageOps

from assistant.readers.pictures import formats
from assistant.readers.sandbox.child import serve_with
from assistant.rendering.highlights import HighlightedWords, Span, spans_of

#: What Pillow may open: an A4 page at 600 dots per inch is 35.
_MOST_PIXELS = 50_000_000
_MOST_CHARACTERS = 200_000
#: Around a page that has not the shape of its frame.
_MARGIN = (230, 233, 238)
#: The yellow of a marker: PDFium multiplies it with what lies under it.
_HIGHLIGHT = (255, 226, 92, 255)
_QUALITY = 78


@dataclass(frozen=True, slots=True)
class _Rectangle:
    """A rectangle in points, the origin at the bottom left."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def joined(self, other: _Rectangle) -> _Rectangle:
        return _Rectangle(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )

    def is_followed_by(self, other: _Rectangle) -> bool:
        """Tell whether another stands on the same line, where writing goes on."""
        shared = min(self.top, other.top) - max(self.bottom, other.bottom)
        gap = other.left - self.right
        least, most = sorted((self.height, other.height))
        return shared > least / 2 and -most < gap < 3 * most


def draw(request: dict[str, Any], answers: Any, tell: int) -> None:
    """Write the answer to a request; nothing where there is nothing to show."""
    path = Path(request["path"])
    quote = HighlightedWords(**request["quote"]) if request.get("quote") else None
    if request["what"] == "copy":
        content = highlighted_copy(path, request["number"], quote or HighlightedWords(""))
    else:
        picture = _picture(path, request, quote)
        content = _webp(picture, request["width"], request["height"]) if picture else None
    if content:
        answers.write(json.dumps({"content": b64encode(content).decode()}) + "\n")


def _picture(
    path: Path, request: dict[str, Any], quote: HighlightedWords | None
) -> Image.Image | None:
    number, size = request["number"], (request["width"], request["height"])
    if path.suffix.lower() != ".pdf":
        return picture_of_image(path, number, size)
    return picture_of_page(path, number, size, quote, pages=request["pages"])


def picture_of_page(
    path: Path,
    number: int,
    size: tuple[int, int],
    quote: HighlightedWords | None = None,
    *,
    pages: int = 0,
) -> Image.Image | None:
    """Return a page within `size`, the words of a quote highlighted; None where it has no such.

    `pages` is how many the file must have, 0 for any number.
    """
    pdf = pypdfium2.PdfDocument(path)
    if not 1 <= number <= len(pdf) or pages not in (0, len(pdf)):
        return None
    page = pdf[number - 1]
    if quote:
        _highlight(page, quote)
    width, height = page.get_size()
    scale = min(size[0] / max(width, 1), size[1] / max(height, 1))
    return page.render(scale=scale, may_draw_forms=False).to_pil()  # type: ignore[no-any-return]


def picture_of_image(path: Path, number: int, size: tuple[int, int]) -> Image.Image | None:
    """Return a frame of an image within `size`; None where it has no such."""
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(path, formats=formats()) as image:
        if not 1 <= number <= getattr(image, "n_frames", 1):
            return None
        image.seek(number - 1)
        image.draft("RGB", size)
        shown = ImageOps.exif_transpose(image)
        if shown.mode in ("RGBA", "LA", "PA", "P"):
            shown = shown.convert("RGBA")
            under = Image.new("RGBA", shown.size, "white")
            shown = Image.alpha_composite(under, shown)
        elif shown.mode.startswith("I"):
            # 16 bits a pixel, of which a picture on a screen shows 8.
            shown = shown.point(lambda level: level / 256).convert("L")
        shown = shown.convert("RGB")
        shown.thumbnail(size)
        return shown


def highlighted_copy(path: Path, number: int, quote: HighlightedWords) -> bytes | None:
    """Return a PDF file with the words highlighted on a page.

    None where they aren't found, and for a file that may not be changed: encrypted or signed.
    """
    pdf = pypdfium2.PdfDocument(path)
    encrypted = pdfium.FPDF_GetSecurityHandlerRevision(pdf) != -1
    if encrypted or pdfium.FPDF_GetSignatureCount(pdf) > 0 or not 1 <= number <= len(pdf):
        return None
    if not _highlight(pdf[number - 1], quote):
        return None
    copy = BytesIO()
    # What the file holds stays byte for byte; the highlights are written after it.
    pdf.save(copy, flags=pdfium.FPDF_INCREMENTAL)
    return copy.getvalue()


def _webp(picture: Image.Image, width: int, height: int) -> bytes:
    """Return a picture as WEBP, in a frame of just this size."""
    frame = Image.new("RGB", (width, height), _MARGIN)
    picture = picture.convert("RGB")
    frame.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    written = BytesIO()
    frame.save(written, "WEBP", quality=_QUALITY)
    return written.getvalue()


# --- Highlights --------------------------------------------------------------------------------


def _highlight(page: Any, quote: HighlightedWords) -> bool:
    """Add an annotation over the words quoted; tell whether they are on the page."""
    text = page.get_textpage()
    count = min(pdfium.FPDFText_CountChars(text), _MOST_CHARACTERS)
    codes = (pdfium.FPDFText_GetUnicode(text, at) for at in range(count))
    characters = "".join(chr(code) if 0 < code <= sys.maxunicode else " " for code in codes)
    boxes = [box for span in spans_of(characters, quote) for box in _lines(text, characters, span)]
    if not boxes:
        return False
    note = pdfium.FPDFPage_CreateAnnot(page, pdfium.FPDF_ANNOT_HIGHLIGHT)
    pdfium.FPDFAnnot_SetColor(note, pdfium.FPDFANNOT_COLORTYPE_Color, *_HIGHLIGHT)
    pdfium.FPDFAnnot_SetFlags(note, pdfium.FPDF_ANNOT_FLAG_PRINT)
    whole = boxes[0]
    for box in boxes:
        whole = whole.joined(box)
        corners = (box.left, box.top, box.right, box.top, box.left, box.bottom, box.right)
        points = pdfium.FS_QUADPOINTSF(*corners, box.bottom)
        pdfium.FPDFAnnot_AppendAttachmentPoints(note, points)
    around = pdfium.FS_RECTF(whole.left, whole.top, whole.right, whole.bottom)
    pdfium.FPDFAnnot_SetRect(note, around)
    pdfium.FPDFPage_CloseAnnot(note)
    return True


def _lines(text: Any, characters: str, span: Span) -> Iterator[_Rectangle]:
    """Yield a box for each line that a span of characters takes."""
    line: _Rectangle | None = None
    for at in range(*span):
        box = None if characters[at].isspace() else _box(text, at)
        if box is None:
            continue
        if line is None:
            line = box
        elif line.is_followed_by(box):
            line = line.joined(box)
        else:
            yield line
            line = box
    if line is not None:
        yield line


def _box(text: Any, at: int) -> _Rectangle | None:
    """Return the box of a character, as high as its line; None where it has none."""
    found = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, at, ctypes.byref(found)):
        return None
    box = _Rectangle(found.left, found.bottom, found.right, found.top)
    return box if box.right > box.left and box.top > box.bottom else None


if __name__ == "__main__":
    Image.init()  # so that forks needn't
    serve_with(draw)
