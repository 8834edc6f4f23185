"""Mutated files for `fuzz_reading`: what is damaged, cut short, or built to mislead.

In: the small files of the demonstration and of the tests. Out: one of them with its bytes
changed, or the elements of its XML, which stays well formed and so reaches further into a reader.
"""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from assistant.readers import READERS

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "corpus", ROOT / "tests" / "readers" / "samples")
MAX_BYTES = 300_000
EXTREMES = (
    "", "-1", "0", "1", "99999999999", "1e999", "NaN", "x", "é\u202e", "#REF!", "../../a", "true",
    "1048576", "-2147483649", "A1:XFD1048576",
)  # fmt: skip
Files = Mapping[str, Sequence[bytes]]


def originals() -> Files:
    """Return the files to mutate, by suffix. PDF files also come with their pages in clear."""
    files: dict[str, list[bytes]] = {}
    for path in sorted(path for folder in FOLDERS for path in folder.rglob("*")):
        suffix = path.suffix.lower()
        if suffix not in READERS or suffix in _IN_TEXTS or path.stat().st_size > MAX_BYTES:
            continue
        files.setdefault(suffix, []).append(path.read_bytes())
    files[".pdf"] += [_in_clear(data) for data in files[".pdf"]]
    return files


#: `fuzz_texts` makes them.
_IN_TEXTS = frozenset({".txt", ".md", ".srt", ".vtt", ".html", ".csv", ".tsv", ".json"})


def _in_clear(data: bytes) -> bytes:
    """Return a PDF whose pages are drawn by streams that are not compressed."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        reader.decrypt("")
    writer = PdfWriter(clone_from=reader)
    for page in writer.pages:
        if (contents := page.get_contents()) is not None:
            stream = DecodedStreamObject()
            stream.set_data(contents.get_data())
            page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def mutated_file(files: Files, chance: Random) -> tuple[str, bytes]:
    """Return a suffix and a file; the same for the same state of `chance`."""
    # PDF has two readers, and the least regular structure.
    suffix = ".pdf" if chance.random() < 0.25 else chance.choice(sorted(files))
    data = chance.choice(files[suffix])
    if data.startswith(b"PK") and chance.random() < 0.85:
        data = _archive(data, chance)
    else:
        data = _bytes(data, chance)
    if chance.random() < 0.03:
        suffix = chance.choice(sorted(files))
    return suffix, data


def _bytes(data: bytes, chance: Random) -> bytes:
    """Return bytes with a few of them changed, cut, doubled, moved or made extreme."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 10, 100))):
        if not changed:
            break
        at, length = chance.randrange(len(changed)), chance.choice((1, 2, 8, 100, 2000))
        match chance.randrange(8):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + length] = chance.randbytes(length)
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = changed[at : at + length] * chance.choice((1, 2, 20))
            case 4:
                other = chance.randrange(len(changed))
                changed[at : at + length] = changed[other : other + length]
            case 5:
                changed[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"9999", b"-1 <"))
            case 6:
                digits = [
                    n for n in range(at, min(at + 400, len(changed))) if changed[n] in b"0123456789"
                ]
                for one in digits[: chance.choice((1, 3))]:
                    changed[one] = chance.choice(b"0123456789-")
            case _:
                if chance.random() < 0.1:
                    del changed[at:]
    return bytes(changed)


def _archive(data: bytes, chance: Random) -> bytes:
    """Return a zip archive with some of its members mutated, dropped or exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as made:
        names = source.namelist()
        told = [name for name in names if name.endswith((".xml", ".rels"))]
        hit = set(chance.sample(names, min(len(names), chance.choice((0, 1, 3)))))
        hit |= set(chance.sample(told, min(len(told), chance.choice((1, 2, 5)))))
        for name in names:
            member = source.read(name)
            if name in hit:
                if chance.random() < 0.05:
                    continue
                if chance.random() < 0.05:
                    member = source.read(chance.choice(names))
                is_xml = name in told and chance.random() < 0.85
                member = _xml(member, chance) if is_xml else _bytes(member, chance)
            made.writestr(name, member)
    return out.getvalue()


def _xml(data: bytes, chance: Random) -> bytes:
    """Return XML, still well formed, with some of its elements changed."""
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return _bytes(data, chance)
    for _ in range(chance.choice((1, 5, 30))):
        elements = [one for one in root.iter() if isinstance(one.tag, str) and one is not root]
        if not elements:
            break
        one, other = chance.choice(elements), chance.choice(elements)
        parent = one.getparent()
        assert parent is not None
        match chance.randrange(8):
            case 0:
                parent.remove(one)
            case 1:
                times = chance.choice((1, 3, 50)) if len(elements) < 2000 else 1
                for _ in range(times):
                    parent.append(copy.deepcopy(one))
            case 2:
                if one not in other.iterancestors() and one is not other:
                    one.append(copy.deepcopy(other))
            case 3:
                one.tag = other.tag
            case 4:
                one.text = chance.choice((*EXTREMES, other.text))
            case 5:
                for _ in range(chance.choice((1, 20, 400))):
                    copied = {str(name): str(value) for name, value in one.attrib.items()}
                    one = etree.SubElement(one, one.tag, copied)
                    one.text = "a"
            case _:
                named = one.attrib or {"x": ""}
                name = chance.choice(sorted(map(str, named)))
                one.set(name, chance.choice((*EXTREMES, *map(str, other.attrib.values()))))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
