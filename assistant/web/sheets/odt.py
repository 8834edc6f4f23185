"""A sheet as an OpenDocument text: `Sheet` → the bytes of an .odt; alone touches odfdo."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO

from odfdo import Document, Header, Link, Paragraph, Style

from assistant.i18n import Language, say
from assistant.web.shared.escaping import plain
from assistant.web.sheets import Proof, Sheet, events_line, quoted

#: The language and the country of a document's words: LibreOffice checks the spelling by both.
LOCALES: dict[Language, str] = {"fr": "fr-FR", "en": "en-GB"}
#: A language that an attribute may name.
CODE = re.compile(r"[a-z]{2,3}")


def sheet_odt(sheet: Sheet, origin: str) -> bytes:
    """Return the sheet as a file; `origin` ("http://name:port") begins its addresses."""
    document = empty_document(sheet.question, sheet.language)
    body = document.body
    body.append(heading(1, sheet.question))
    for note in (events_line(sheet), *sheet.notes):
        body.append(paragraph(note))
    body.append(heading(2, sheet.outcome))
    for line in (*(() if sheet.is_quoted else sheet.lines), sheet.hint):
        body.append(paragraph(line))
    if sheet.proofs:
        body.append(heading(2, sheet.proofs_title))
    add_quotations(document, {one.spoken for one in sheet.proofs}, sheet.language)
    for proof in sheet.proofs:
        _add(document, proof, origin, sheet.language)
    body.append(heading(2, say("around.about", sheet.language)))
    body.append(paragraph(sheet.dates))
    body.append(linked("", origin + sheet.address, say("around.ask_again", sheet.language)))
    return written_out(document)


def written_out(document: Document) -> bytes:
    """Return a document as a file."""
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def empty_document(title: str, language: Language) -> Document:
    """Return a document of the library's own template, in our language and under our title."""
    document = Document("text")
    document.body.clear()
    # The template numbers its headings, which says nothing here.
    for numbering in document.styles.get_elements("//text:outline-style"):
        numbering.delete()
    locale = LOCALES[language]
    document.language = locale
    document.meta.language = locale
    document.meta.title = _written(title)
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    document.meta.creation_date = now
    document.meta.date = now
    return document


def _add(document: Document, proof: Proof, origin: str, language: Language) -> None:
    """Add one passage: its title with its number, where it stands, its words, its address."""
    number = f"[{proof.number}] " if proof.number else ""
    document.body.append(heading(3, number + proof.title))
    for line in (proof.trail, proof.place):
        if line:
            document.body.append(paragraph(line))
    style = quotation_style(proof.spoken, language)
    document.body.append(paragraph(quoted(proof.quote, language), style))
    address = origin + proof.address
    document.body.append(linked(f"{say('around.passage', language)} – ", address, address))


def add_quotations(document: Document, spoken: Iterable[str], language: Language) -> None:
    """Add the styles of words quoted in these languages, for a sheet in another perhaps."""
    for foreign in sorted({_foreign(one, language) for one in spoken}):
        document.insert_style(_quotation(foreign))


def quotation_style(spoken: str, language: Language) -> str:
    """Return the name of the style of words quoted in a language."""
    return f"Passage{_foreign(spoken, language)}"


def _foreign(spoken: str, language: Language) -> str:
    """Return a passage's language where it isn't the sheet's, else nothing."""
    return spoken if CODE.fullmatch(spoken) and spoken != language else ""


def _quotation(spoken: str) -> Style:
    """Return the style of a passage's words, which says their language."""
    style = Style("paragraph", name=f"Passage{spoken}", parent_style="Text_20_body")
    style.set_properties(
        {"fo:margin-left": "0.6cm", "fo:padding-left": "0.3cm", "fo:border-left": "1pt solid #777"},
        area="paragraph",
    )
    if spoken:
        country = LOCALES["en"][3:] if spoken == "en" else LOCALES["fr"][3:]
        known = country if spoken in LOCALES else "none"
        style.set_properties({"fo:language": spoken, "fo:country": known}, area="text")
    return style


def heading(level: int, text: str) -> Header:
    """Return a heading of a level from 1 on."""
    made = Header(level, _written(text))
    made.style = f"Heading_20_{level}"
    return made


def paragraph(text: str, style: str = "Text_20_body") -> Paragraph:
    """Return a paragraph of a text, which needs no escaping."""
    return Paragraph(_written(text), style=style)


def linked(before: str, address: str, words: str) -> Paragraph:
    """Return a paragraph that ends with a link."""
    made = paragraph(before)
    made.append(Link(plain(address), text=_written(words)))
    return made


def _written(text: str) -> str:
    """Return a text as the library takes it: its line ends only one way."""
    return plain(text).replace("\r\n", "\n").replace("\r", "\n")
