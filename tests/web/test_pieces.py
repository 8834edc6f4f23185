"""Document text as HTML: whatever it holds, it stays text."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Place
from assistant.web.media import media_of, text_encoding
from assistant.web.pieces import UNSEEN, escape
from assistant.web.sources import document_address, question_address


class Read(HTMLParser):
    """Gathers the text and the tags of HTML, as a browser would read it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@given(st.text())
def test_escaped_text_reads_as_itself_and_holds_no_markup(text: str) -> None:
    escaped = escape(text)
    read = Read(escaped)
    assert read.tags == []
    assert read.text == UNSEEN.sub("", text).replace("\r", "\r")
    assert not set(escaped) & set("<>\"'*_`[]!$\\~|(){}\n")


def test_what_would_reorder_the_page_is_left_out() -> None:
    assert escape("a\u202eb\x00c") == "abc"


@pytest.mark.parametrize(
    ("document", "place", "address"),
    [
        ("f/s/a b.pdf", Place("page", 3, 4), "/document/f/s/a%20b.pdf#page=3"),
        ("f/s/é#?.pdf", None, "/document/f/s/%C3%A9%23%3F.pdf"),
        ("f/s/a.pptx", Place("slide", 3, 3), "/document/f/s/a.pptx"),
    ],
    ids=["page", "signs", "no page"],
)
def test_an_address_leads_to_the_page(document: str, place: Place | None, address: str) -> None:
    assert document_address(document, place) == address


def test_the_address_of_a_question_carries_its_sessions() -> None:
    assert question_address("à & b ?", ["f/a", "f/b"]) == (
        "/?q=%C3%A0+%26+b+%3F&seance=f%2Fa&seance=f%2Fb"
    )


@pytest.mark.parametrize(
    ("name", "treatment"),
    [("a.PDF", "open"), ("a.html", "text"), ("a.svg", "text"), ("a.xml", "text"),
     ("a.docx", "download"), ("a.exe", "download"), ("a", "download"), ("a.mp4", "open")],
)  # fmt: skip
def test_only_what_cannot_act_is_opened(name: str, treatment: str) -> None:
    assert media_of(name).treatment == treatment


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [("utf-8", "utf-8"), ("cp1252", "windows-1252"), ("utf-16", "utf-16")],
)
def test_the_encoding_of_a_text_is_recognised(tmp_path: Path, encoding: str, charset: str) -> None:
    file = tmp_path / "a.txt"
    file.write_text("été", encoding=encoding)
    assert text_encoding(file) == charset
