"""What is raised or struck out: a note's mark is no figure, and what is struck out is not said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from pptx import Presentation
from pptx.util import Inches

from assistant.readers import read
from assistant.readers.raised import raised
from tests.unit.readers.test_formats import write_opendocument

#: Pieces of one sentence: the text, and whether it is "raised", "struck" or neither.
SENTENCE = (
    ("Les 1 250", ""), ("3", "raised"), (" repas sur 40 m", ""), ("2", "raised"),
    (" coûtent 42", ""), ("1", "raised"), (" millions, le 1", ""), ("er", "raised"),
    (" mai, soit le ", ""), ("12 mai ", "struck"), ("19 mai", ""), ("(2)", "raised"), (".", ""),
)  # fmt: skip
READ = "Les 1 250 repas sur 40 m² coûtent 42 millions, le 1er mai, soit le 19 mai."


def word(folder: Path) -> Path:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for text, how in SENTENCE:
        run = paragraph.add_run(text)
        run.font.superscript = how == "raised" or None
        run.font.strike = how == "struck" or None
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


def powerpoint(folder: Path) -> Path:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(6), Inches(2))
    for text, how in SENTENCE:
        run = box.text_frame.paragraphs[0].add_run()
        run.text = text
        properties = run.font._element
        if how == "raised":
            properties.set("baseline", "30000")
        if how == "struck":
            properties.set("strike", "sngStrike")
    deck.save(str(folder / "a.pptx"))
    return folder / "a.pptx"


def opendocument(folder: Path) -> Path:
    spans = "".join(
        f'<text:span text:style-name="{how}">{text}</text:span>' if how else text
        for text, how in SENTENCE
    )
    styles = (
        '<office:automatic-styles><style:style style:name="raised"><style:text-properties'
        ' style:text-position="super 58%"/></style:style><style:style style:name="struck">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
        "</office:automatic-styles>"
    )
    body = f"<office:body><office:text><text:p>{spans}</text:p></office:text></office:body>"
    return write_opendocument(folder / "a.odt", "text", styles + body)


def rtf(folder: Path) -> Path:
    marks = {"": "", "raised": "\\super ", "struck": "\\strike "}
    escaped = "".join("{" + marks[how] + text + "}" for text, how in SENTENCE)
    escaped = "".join(c if ord(c) < 128 else f"\\'{ord(c):02x}" for c in escaped)
    (folder / "a.rtf").write_text("{\\rtf1\\ansi " + escaped + "\\par}", "ascii")
    return folder / "a.rtf"


def web(folder: Path) -> Path:
    tags = {"": "{}", "raised": "<sup>{}</sup>", "struck": "<del>{}</del>"}
    text = "".join(tags[how].format(text) for text, how in SENTENCE)
    (folder / "a.html").write_text(f"<html><body><p>{text}</p></body></html>", "utf-8")
    return folder / "a.html"


def markdown(folder: Path) -> Path:
    tags = {"": "{}", "raised": "<sup>{}</sup>", "struck": "~~{}~~ "}
    text = "".join(tags[how].format(text.strip() if how else text) for text, how in SENTENCE)
    (folder / "a.md").write_text(text + "\n", "utf-8")
    return folder / "a.md"


@pytest.mark.parametrize("written", [word, powerpoint, opendocument, rtf, web, markdown])
def test_a_sentence_reads_without_note_marks_and_struck_words(
    written: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = written(tmp_path)
    document = read(path, f"e/s/{path.name}")
    (block,) = document.blocks
    assert block.text == READ
    assert [problem.key for problem in document.problems] == ["reading.text_struck"]


SURFACES = {
    "a.html": "<p>Salle de 40 <b>m</b><sup>2</sup>, 1 250<b><sup>3</sup></b> repas.</p>",
    "a.odt": (
        '<office:automatic-styles><style:style style:name="a"><style:text-properties'
        ' style:text-position="super 58%"/></style:style></office:automatic-styles>'
        '<office:body><office:text><text:p>Salle de 40 m<text:span><text:span text:style-name="a">'
        '2</text:span></text:span>, 1 250<text:span><text:span text:style-name="a">3</text:span>'
        "</text:span> repas.</text:p></office:text></office:body>"
    ),
}


@pytest.mark.parametrize("name", SURFACES)
def test_an_exponent_is_known_by_the_word_before_whatever_holds_either(
    name: str, tmp_path: Path
) -> None:
    if name == "a.odt":
        write_opendocument(tmp_path / name, "text", SURFACES[name])
    else:
        (tmp_path / name).write_text(SURFACES[name], "utf-8")
    (block,) = read(tmp_path / name, f"e/s/{name}").blocks
    assert block.text == "Salle de 40 m², 1 250 repas."


@pytest.mark.parametrize(
    ("before", "text", "reads"),
    [
        ("12 m", "2", "²"),
        ("3 km", "2", "²"),
        ("10", "6", "⁶"),
        ("10", "-3", "⁻³"),
        ("kg par m", "−2", "⁻²"),
        ("de 2", "-3", "-3"),
        ("y = x", "2", "²"),
        ("110", "6", ""),
        ("0,10", "6", ""),
        ("le budget", "12", ""),
        ("le budget", "(1)", ""),
        ("la cheffe", "2345", ""),
        ("le budget", "1, 2", ""),
        ("le budget", "*", ""),
        ("1", "ère", "ère"),
        ("XXI", "e", "e"),
        ("n", "o", "o"),
        ("Marque", "®", "®"),
    ],
)
def test_an_exponent_belongs_to_its_word_and_a_mark_to_none(
    before: str, text: str, reads: str
) -> None:
    assert raised(before, text) == reads
