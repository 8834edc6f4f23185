"""A quote as it was laid out: titles, paragraphs, lists and tables, and no word lost or twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.shared.quote_blocks import QuoteBlock, Words, quote_blocks

SLIDE = "La restauration\n9 restaurants scolaires\n1 420 repas par jour"
TABLE = "Étape : Pesées | Période : mars 2024\nÉtape : Bilan | Période : juin 2025"


def _text(words: Words) -> str:
    return "".join(part.text for part in words)


def _laid(block: QuoteBlock) -> tuple[object, ...]:
    lines = [_text(line) for line in block.lines]
    rows = [[_text(cell) for cell in row] for row in block.rows]
    return (block.kind, *(lines or [list(block.headers), *rows]))


@pytest.mark.parametrize(
    ("quote", "is_titled", "blocks"),
    [
        ("Une phrase.", False, [("text", "Une phrase.")]),
        ("Une ligne seule", True, [("text", "Une ligne seule")]),
        (
            SLIDE,
            True,
            [
                ("title", "La restauration"),
                ("list", "9 restaurants scolaires", "1 420 repas par jour"),
            ],
        ),
        (SLIDE, False, [("list", *SLIDE.split("\n"))]),
        ("Qui ?\n236 agents", True, [("title", "Qui ?"), ("text", "236 agents")]),
        (
            "Les règles sont :\naucun détour ;\naucun demi-tour\nVoilà.",
            False,
            [
                ("text", "Les règles sont :"),
                ("list", "aucun détour ;", "aucun demi-tour"),
                ("text", "Voilà."),
            ],
        ),
        (
            TABLE,
            False,
            [("table", ["Étape", "Période"], ["Pesées", "mars 2024"], ["Bilan", "juin 2025"])],
        ),
        ("Pain | 2 €", False, [("table", ["", ""], ["Pain", "2 €"])]),
        (
            "Objet : Pain | Prix : 2 €\nVille : Caen | Habitants : 100",
            False,
            [("table", ["Objet", "Prix"], ["Pain", "2 €"]),
             ("table", ["Ville", "Habitants"], ["Caen", "100"])],
        ),
    ],
    ids=["sentence", "line", "slide", "lines", "asking title",
         "list in prose", "table", "bare row", "two tables"],
)  # fmt: skip
def test_a_quote_is_laid_out_as_its_document_is(
    quote: str, is_titled: bool, blocks: list[tuple[object, ...]]
) -> None:
    assert [_laid(one) for one in quote_blocks(quote, is_titled=is_titled)] == blocks


def test_what_answers_stays_bold_in_a_line_and_in_a_cell() -> None:
    at = TABLE.index("juin 2025")
    (table,) = quote_blocks(TABLE, [(at, at + 9)])
    assert [part.text for row in table.rows for cell in row for part in cell if part.is_strong] == [
        "juin 2025"
    ]
    (line,) = quote_blocks("Il en faut 12.", [(11, 13)])
    assert [(part.text, part.is_strong) for part in line.lines[0]] == [
        ("Il en faut ", False),
        ("12", True),
        (".", False),
    ]


PIECES = st.sampled_from(["mot", " ", "\n", " | ", " : ", ".", "a", "À ;", "\t"])


@given(
    st.lists(PIECES, max_size=30).map("".join),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
    st.booleans(),
)
def test_no_word_is_lost_or_said_twice(
    quote: str, marked: list[tuple[int, int]], is_titled: bool
) -> None:
    spans = [span for span in marked if span[0] < span[1]]
    words = []
    for block in quote_blocks(quote, spans, is_titled=is_titled):
        words += [_text(line) for line in block.lines]
        for row in block.rows:
            words += [
                f"{h} : {_text(c)}" if h else _text(c)
                for h, c in zip(block.headers, row, strict=True)
            ]
    letters = [one for one in quote if one.isalpha()]
    assert [one for one in "".join(words) if one.isalpha()] == letters
