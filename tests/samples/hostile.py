"""Writes the hostile files: what a folder may hold that a reader must survive.

Each function of `HOSTILE` writes one file (or what stands for one) at the path it is given. Most
are a few kilobytes; bombs are made of zeros, and large files of holes.
"""

from __future__ import annotations

import io
import os
import random
import socket
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import docx
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from assistant.readers.engines import ocr_engine

MEGABYTE = 1_000_000
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Write = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Hostile:
    """A hostile file: its name, what writes it, and the state that it ends in.

    There are two where the machine decides: what is read in a second here is too slow there.
    """

    name: str
    write: Write
    states: frozenset[str]


@dataclass(slots=True)
class _Collection:
    files: list[Hostile] = field(default_factory=list)

    def __call__(self, name: str, *states: str) -> Callable[[Write], Write]:
        def keep(write: Write) -> Write:
            self.files.append(Hostile(name, write, frozenset(states)))
            return write

        return keep


_hostile = _Collection()


def _data(name: str, content: bytes | str, *states: str) -> None:
    """Keep a file whose content is `content`."""
    data = content.encode() if isinstance(content, str) else content
    _hostile(name, *states)(lambda path: _put(path, data))


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


# --- PDF ---------------------------------------------------------------------------------------


def pdf(objects: Mapping[int, bytes], *, root: int = 1) -> bytes:
    """Return a PDF of numbered objects, with its table of references."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    starts = {}
    for number, body in objects.items():
        starts[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    most = max(objects)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (most + 1))
    for number in range(1, most + 1):
        out.write(
            b"%010d 00000 %s \n" % (starts.get(number, 0), b"n" if number in starts else b"f")
        )
    out.write(
        b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (most + 1, root, table)
    )
    return out.getvalue()


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """Return the body of a stream object."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), extra, data)


def page_of(content: bytes, resources: bytes = b"", **more: bytes) -> dict[int, bytes]:
    """Return the objects of a file of one page: 4 is its content, 5 its font."""
    return {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>%s>>>>" % resources,
        4: content,
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }


def _said(text: bytes) -> bytes:
    return b"BT /F1 12 Tf 60 700 Td (%s) Tj ET\n" % text


def _pages(path: Path, texts: Iterable[str]) -> None:
    made = canvas.Canvas(str(path), pagesize=A4, invariant=1)
    for text in texts:
        made.drawString(60, 700, text)
        made.showPage()
    made.save()


@_hostile("bombe-flate.pdf", "unreadable", "empty")
def _flate_bomb(path: Path) -> None:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b"\0" * MEGABYTE) for _ in range(200)) + packer.flush()
    _put(path, pdf(page_of(stream(data, b"/Filter/FlateDecode"))))


@_hostile("bombe-flate-double.pdf", "unreadable", "empty")
def _nested_flate_bomb(path: Path) -> None:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b"\0" * MEGABYTE) for _ in range(200)) + packer.flush()
    data = zlib.compress(data, 9)
    _put(path, pdf(page_of(stream(data, b"/Filter[/FlateDecode/FlateDecode]"))))


@_hostile("formulaire-qui-se-contient.pdf", "ok", "timed_out")
def _self_reference(path: Path) -> None:
    objects = page_of(stream(_said(b"Avant.") + b"/X Do"), b"/XObject<</X 6 0 R>>")
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 6 0 R>>>>"
    objects[6] = stream(b"/X Do /X Do", form)
    _put(path, pdf(objects))


@_hostile("formulaires-exponentiels.pdf", "ok", "timed_out")
def _exponential_forms(path: Path) -> None:
    objects = page_of(stream(_said(b"Avant.") + b"/X Do"), b"/XObject<</X 6 0 R>>")
    for number in range(6, 36):
        form = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>"
        objects[number] = stream(b"/X Do " * 10, form % (number + 1))
    objects[36] = stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    _put(path, pdf(objects))


@_hostile("arbre-de-pages-en-boucle.pdf", "unreadable")
def _page_tree_cycle(path: Path) -> None:
    objects = page_of(stream(b""))
    objects[2] = b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"
    del objects[3]
    _put(path, pdf(objects))


@_hostile("imbrications.pdf", "ok")
def _deep_nesting(path: Path) -> None:
    objects = page_of(stream(_said(b"Sous un empilement.")))
    objects[6] = b"[" * 200_000 + b"]" * 200_000
    objects[1] = b"<</Type/Catalog/Pages 2 0 R/Names 6 0 R>>"
    _put(path, pdf(objects))


@_hostile("deux-cent-mille-operateurs.pdf", "ok", "timed_out")
def _many_operators(path: Path) -> None:
    lines = b"".join(b"1 0 0 1 %d %d cm (a) Tj\n" % (n % 7, n % 5) for n in range(200_000))
    _put(path, pdf(page_of(stream(b"BT /F1 12 Tf " + lines + b"ET"))))


@_hostile("page-lente-parmi-d-autres.pdf", "ok", "partial")
def _one_slow_page(path: Path) -> None:
    lines = b"".join(b"1 0 0 1 %d %d cm (a) Tj\n" % (n % 7, n % 5) for n in range(200_000))
    objects = page_of(stream(_said(b"La page qui se lit.")))
    objects[2] = b"<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>"
    objects[6] = objects[3].replace(b"4 0 R", b"7 0 R")
    objects[7] = stream(b"BT /F1 12 Tf " + lines + b"ET")
    _put(path, pdf(objects))


@_hostile("mot-d-un-megaoctet.pdf", "ok")
def _long_word_pdf(path: Path) -> None:
    _put(path, pdf(page_of(stream(_said(b"a" * MEGABYTE)))))


@_hostile("page-immense.pdf", "ok")
def _huge_page(path: Path) -> None:
    objects = page_of(stream(_said(b"Une page de deux millions de points.")))
    objects[3] = objects[3].replace(b"595 842", b"2000000 2000000")
    _put(path, pdf(objects))


@_hostile("cinquante-pages-d-un-meme-flux.pdf", "ok", "partial")
def _shared_stream(path: Path) -> None:
    data = zlib.compress(b" " * 25_000_000 + _said(b"Encore."), 9)
    objects = page_of(stream(data, b"/Filter/FlateDecode"))
    objects[2] = b"<</Type/Pages/Kids[%s]/Count 50>>" % (b"3 0 R " * 50)
    _put(path, pdf(objects))


@_hostile("tronque.pdf", "unreadable")
def _truncated_pdf(path: Path) -> None:
    _pages(path, ["Un texte assez long pour un document."] * 10)
    _put(path, path.read_bytes()[: path.stat().st_size // 2])


@_hostile("sans-index.pdf", "ok")
def _without_references(path: Path) -> None:
    _pages(path, ["Un texte sans table."] * 3)
    _put(path, path.read_bytes().replace(b"startxref", b"startnada"))


@_hostile("octets-changes.pdf", "unreadable")
def _random_bytes(path: Path) -> None:
    _pages(path, [f"La page {n} d'un document." for n in range(10)])
    chance, data = random.Random(3), bytearray(path.read_bytes())
    for _ in range(len(data) // 20):
        data[chance.randrange(9, len(data))] = chance.randrange(256)
    _put(path, bytes(data))


@_hostile("mot-de-passe.pdf", "protected")
def _protected_pdf(path: Path) -> None:
    _pages(path, ["Secret."])
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(path.read_bytes())))
    writer.encrypt(user_password="secret", owner_password="maître", algorithm="AES-256")
    writer.write(path)
    writer.close()


@_hostile("numerise.pdf", "empty" if ocr_engine() else "scanned")
def _scanned(path: Path) -> None:
    image = b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
    objects = page_of(stream(b"595 0 0 842 0 0 cm /I Do"), b"/XObject<</I 6 0 R>>")
    objects[6] = stream(b"\x80", image)
    _put(path, pdf(objects))


_data("html.pdf", "<!doctype html><html><body><p>Une page du web.</p></body></html>", "ok")
_data("texte.pdf", "Seulement du texte.", "unreadable")
_data("entete-seule.pdf", b"%PDF-1.7\n", "unreadable")
_data("nul.pdf", b"\0" * 5000, "empty")


# --- Archives of Office ------------------------------------------------------------------------


def archive(path: Path, members: Mapping[str, bytes | str]) -> None:
    """Write a zip archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)


def _document(path: Path, body: bytes, prolog: bytes = b"") -> None:
    """Write a DOCX whose main part is `body`, within its element."""
    made = docx.Document()
    made.add_paragraph("Un texte.")
    kept = io.BytesIO()
    made.save(kept)
    word = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    main = b"<?xml version='1.0'?>%s<w:document %s><w:body>%s</w:body></w:document>"
    with zipfile.ZipFile(kept) as source:
        members = {name: source.read(name) for name in source.namelist()}
    members["word/document.xml"] = main % (prolog, word, body)
    archive(path, members)


def _paragraph(text: bytes) -> bytes:
    return b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % text


def _odt(path: Path, body: str, manifest: str = "") -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" xmlns:text="{office}text:1.0"'
        f' xmlns:table="{office}table:1.0"><office:body>{body}</office:body>'
        "</office:document-content>"
    )
    kind = "spreadsheet" if path.suffix == ".ods" else "text"
    members = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content}
    archive(path, members | ({"META-INF/manifest.xml": manifest} if manifest else {}))


@_hostile("bombe-zip.docx", "archive_bomb")
def _zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", "<a/>")
        with made.open("word/media/a.bin", "w", force_zip64=True) as member:
            for _ in range(60):
                member.write(b"\0" * MEGABYTE)


@_hostile("bombe-xml.docx", "archive_bomb")
def _xml_bomb(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
        made.open("word/document.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(101):
            member.write(b" " * MEGABYTE)


@_hostile("vingt-mille-membres.pptx", "archive_bomb")
def _many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("ppt/presentation.xml", "<a/>")
        for number in range(20_001):
            made.writestr(f"m/{number}", b"")


@_hostile("tailles-menties.docx", "unreadable")
def _lying_sizes(path: Path) -> None:
    _document(path, _paragraph(b"a" * 20 * MEGABYTE))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as made:
        info = made.getinfo("word/document.xml")
    size = struct.pack("<I", info.file_size)
    lie = struct.pack("<I", 1000)
    data = bytearray(bytes(data).replace(size, lie))
    _put(path, bytes(data))


@_hostile("membres-en-double.docx", "unreadable")
def _duplicates(path: Path) -> None:
    _document(path, _paragraph(b"Le premier."))
    with zipfile.ZipFile(path, "a") as made, _Quiet():
        made.writestr("word/document.xml", "<a/>")


class _Quiet:
    """Silences the warning that a member is there twice."""

    def __enter__(self) -> None:
        import warnings

        self._caught = warnings.catch_warnings()
        self._caught.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *error: object) -> None:
        self._caught.__exit__(None, None, None)


@_hostile("milliard-de-rires.docx", "unreadable")
def _billion_laughs(path: Path) -> None:
    entities = b'<!ENTITY a0 "rire">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    _document(path, _paragraph(b"&a9;"), b"<!DOCTYPE lolz [%s]>" % entities)


@_hostile("entite-externe.docx", "ok")
def _external_entity(path: Path) -> None:
    prolog = b'<!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    _document(path, _paragraph(b"Avant &secret; apr\xc3\xa8s."), prolog)


@_hostile("entite-externe.odt", "ok")
def _external_entity_odt(path: Path) -> None:
    _odt(path, "<office:text><text:p>Avant &secret; apres.</text:p></office:text>")
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    prolog = b'<!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    archive(path, members | {"content.xml": prolog + members["content.xml"]})


@_hostile("xml-profond.docx", "unreadable")
def _deep_xml(path: Path) -> None:
    _document(path, b"<w:p>" * 100_000 + b"</w:p>" * 100_000)


@_hostile("tableaux-imbriques.odt", "ok")
def _nested_tables(path: Path) -> None:
    opened = "<table:table><table:table-row><table:table-cell>"
    closed = "</table:table-cell></table:table-row></table:table>"
    inside = opened * 80 + "<text:p>Au fond.</text:p>" + closed * 80
    _odt(path, f"<office:text>{inside}</office:text>")


@_hostile("espaces-repetes.odt", "ok")
def _repeated_spaces(path: Path) -> None:
    _odt(path, '<office:text><text:p>a<text:s text:c="999999999"/>b</text:p></office:text>')


@_hostile("chemins-qui-remontent.docx", "ok")
def _climbing_members(path: Path) -> None:
    _document(path, _paragraph(b"Rien ne sort d'ici."))
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("../../../../tmp/hors.txt", "dehors")
        made.writestr("/etc/hors.txt", "dehors")


@_hostile("mot-d-un-megaoctet.docx", "ok")
def _long_word_docx(path: Path) -> None:
    _document(path, _paragraph(b"a" * MEGABYTE))


@_hostile("mot-de-passe.odt", "protected")
def _protected_odt(path: Path) -> None:
    manifest = '<manifest><file-entry><encryption-data checksum="x"/></file-entry></manifest>'
    _odt(path, "", manifest)


@_hostile("zip-chiffre.docx", "protected")
def _encrypted_zip(path: Path) -> None:
    _document(path, _paragraph(b"Secret."))
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 4)
    _put(path, bytes(data))


@_hostile("tronque.pptx", "unreadable")
def _truncated_zip(path: Path) -> None:
    _document(path, _paragraph(b"Un texte."))
    _put(path, path.read_bytes()[:2000])


@_hostile("colonnes-repetees.ods", "partial")
def _sparse_ods(path: Path) -> None:
    row = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
        ' table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell>'
        "</table:table-row>"
    )
    sheet = f'<table:table table:name="A">{row}</table:table>'
    _odt(path, f"<office:spreadsheet>{sheet}</office:spreadsheet>")


@_hostile("cellule-lointaine.xlsx", "partial")
def _sparse_xlsx(path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Début"
    sheet["XFD1048576"] = "Fin"
    book.save(path)


_data("ancien.doc", OLE2 + b"\0" * 2000, "old_format")
_data("mot-de-passe.docx", OLE2 + "EncryptedPackage".encode("utf-16-le"), "protected")
_data("archive.docx", b"", "empty")
_data(
    "image.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "unreadable" if ocr_engine() else "needs_extra",
)  # fmt: skip
_data("programme.md", b"\x7fELF\2\1\1" + b"\0" * 100, "unknown_format")


# --- Texts -------------------------------------------------------------------------------------

_data("mot-d-un-megaoctet.txt", b"a" * MEGABYTE, "ok")
_data("points-sans-fin.md", b"." * MEGABYTE, "ok")
_data("accents-sans-fin.txt", "e" + "\u0301\u0316" * 300_000, "ok")
_data("crochets.md", b"[" * MEGABYTE, "ok")
_data("etoiles.md", b"*a " * 200_000, "ok")
# Read within its time on a fast machine.
_data("lignes-d-un-tableau.md", "|a" * MEGABYTE + "\n" + "|-" * MEGABYTE, "timed_out", "ok")
_data("trop-de-texte.txt", "Une phrase ordinaire du texte. " * 200_000, "partial")
_data("lignes-sans-fin.txt", "a\n\n" * 110_000, "partial")
_data("octet-de-trop.txt", "Un texte en UTF-16.".encode("utf-16") + b"\x41", "ok")
_data("utf-16-sans-fin.vtt", "WEBVTT\n\n".encode("utf-16") + b"\xd8" * 2001, "unreadable")
_data("nul.txt", b"\0" * 5000, "empty")
_data("nul-au-milieu.txt", b"Avant.\0Apres.\n", "ok")
_data("blanc.md", b" \n\t\n" * 5000, "empty")
_data("million-de-sous-titres.srt", b"1\n00:00:01,000 --> 00:00:02,000\na\n\n" * 1_000_000,
      "timed_out", "out_of_memory")  # fmt: skip
_data("sous-titre-sans-fin.vtt", "WEBVTT\n\n00:00.000 --> 99:59:59.999\n" + "mot " * 500_000,
      "ok")  # fmt: skip
_data("sous-titres-a-l-envers.srt", "1\n00:00:09,000 --> 00:00:01,000\nA rebours.\n", "ok")
_data("minutages-fous.srt", "1\n99999999:99:99,999 --> 00:00:01,000\nFou.\n", "unreadable")
_data("elements-imbriques.html", b"<div>" * 100_000 + b"Au fond." + b"</div>" * 100_000,
      "empty")  # fmt: skip
_data("tableaux-imbriques.html", b"<table><tr><td>" * 5_000 + b"Au fond.", "empty")
_data("script.html", "<html><script>while(1);</script><p>Du texte.</p></html>", "ok")
_data("virgules.csv", b"," * 2_000_000, "unreadable")
_data("guillemet-ouvert.csv", b'a;b\n"' + b"x;y\n" * 300_000, "unreadable")
_data("imbrique.json", b"[" * 100_000, "unreadable")
_data("imbrique.rtf", b"{\\rtf1 " + b"{" * 200_000, "unreadable")
_data("parties-imbriquees.eml", b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
), "unreadable", "timed_out")  # fmt: skip


# --- What is no ordinary file, or has no ordinary name ------------------------------------------


@_hostile("trop-gros.pdf", "unreadable")
def _too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(60 * MEGABYTE)


@_hostile("tuyau.md", "unreadable")
def _pipe(path: Path) -> None:
    os.mkfifo(path)


@_hostile("prise.md", "unreadable")
def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


@_hostile("peripherique.md", "outside_link")
def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@_hostile("dehors.md", "outside_link")
def _link_outside(path: Path) -> None:
    path.symlink_to("/etc/passwd")


@_hostile("boucle.md", "unreadable")
def _link_loop(path: Path) -> None:
    path.symlink_to(path)


@_hostile("perdu.md", "unreadable")
def _link_broken(path: Path) -> None:
    path.symlink_to(path.with_name("rien.md"))


@_hostile("dossier-lie", "outside_link")
def _link_to_folder(path: Path) -> None:
    path.symlink_to("/etc", target_is_directory=True)


@_hostile("dossier.pdf/dedans.md", "ok")
def _folder_named_as_a_file(path: Path) -> None:
    path.parent.mkdir()
    _put(path, b"Un fichier dans un dossier.")


@_hostile("vide.pptx", "empty")
def _empty(path: Path) -> None:
    path.touch()


@_hostile("retour\nligne\x1b[31m.md", "unreadable")
def _control_name(path: Path) -> None:
    _put(path, b"Un nom sur deux lignes.")


@_hostile("\u202egnp.md", "unreadable")
def _reversed_name(path: Path) -> None:
    _put(path, b"Un nom qui se lit a l'envers.")


_data("a..deux..points...md", "Un nom plein de points.", "ok")
_data("a\\..\\..\\etc\\passwd.md", "Un nom qui remonte.", "ok")
_data(unicodedata.normalize("NFD", "décomposé.md"), "Un nom en NFD.", "ok")
_data("a" * 252 + ".md", "Un nom de 255 octets.", "ok")
_data("sans-suffixe", "Du texte.", "unknown_format")
_data("budget.xyz", "Du texte.", "unknown_format")


@_hostile("caf\udce9.md", "unreadable")
def _name_that_is_no_text(path: Path) -> None:
    _put(path, b"Un nom en latin-1.")


@_hostile("interdit.md", "ok" if os.geteuid() == 0 else "unreadable")
def _forbidden(path: Path) -> None:
    _put(path, b"Sauf pour qui a tous les droits.")
    path.chmod(0)


HOSTILE: tuple[Hostile, ...] = tuple(_hostile.files)


def write_all(folder: Path) -> None:
    """Write every hostile file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in HOSTILE:
        one.write(folder / one.name)
