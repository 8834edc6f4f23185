"""Chunking: structure is respected, and not a character is lost, repeated or moved."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.chunking import chunk
from assistant.records import Block, Document, Passage, Place
from assistant.records.documents import BlockKind, PlaceKind

LONG = "Le service des espaces publics a relevé quarante défauts de voirie en un mois."


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def document(*blocks: Block, **facts: str) -> Document:
    return Document("e/s/d.txt", "0" * 64, "Titre", "fr", blocks, facts)


def paragraph(text: str, number: int = 1, kind: BlockKind = "paragraph", level: int = 0) -> Block:
    return Block(text, kind, Place("paragraph", number, number), level)


def on_slide(text: str, number: int, kind: BlockKind = "item") -> Block:
    return Block(text, kind, Place("slide", number, number))


def speech(text: str, first: float, last: float, speaker: str = "") -> Block:
    return Block(text, "speech", Place("second", first, last), speaker=speaker)


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


def test_two_slides_never_share_a_passage() -> None:
    passages = chunk(document(on_slide("Un", 1), on_slide("Deux", 2)), words, max_tokens=100)
    assert [(one.text, one.place) for one in passages] == [
        ("Un", Place("slide", 1, 1)),
        ("Deux", Place("slide", 2, 2)),
    ]


def test_the_bullets_of_a_slide_stay_together_under_its_title() -> None:
    slide = [on_slide("Coûts", 3, "heading"), on_slide("Licence", 3), on_slide("Formation", 3)]
    passages = chunk(document(*slide, kind="slides"), words, max_tokens=100)
    assert texts(passages) == ["Coûts\nLicence\nFormation"]


def test_speaker_notes_are_apart_and_say_that_they_are_notes() -> None:
    slide = [on_slide("Coûts", 3, "heading"), on_slide("Insister sur la reprise", 3, "notes")]
    passages = chunk(document(*slide, kind="slides"), words, max_tokens=100)
    assert texts(passages) == ["Coûts", "Insister sur la reprise"]
    assert passages[1].context == "Coûts › notes de l'orateur"


def test_a_slide_without_title_does_not_take_the_title_of_the_slide_before() -> None:
    blocks = [on_slide("Coûts", 1, "heading"), on_slide("Photo du carrefour", 2)]
    assert chunk(document(*blocks, kind="slides"), words, max_tokens=100)[1].context == ""


def test_a_speech_passage_has_one_speaker_and_its_exact_seconds() -> None:
    turns = [
        speech("Bonjour à tous.", 0.5, 2.0, "Animateur"),
        speech("Nous commençons.", 2.1, 4.0, "Animateur"),
        speech("Merci.", 4.2, 5.0, "Intervenante"),
    ]
    passages = chunk(document(*turns), words, max_tokens=100)
    assert [(one.text, one.speaker, one.place.first, one.place.last) for one in passages] == [
        ("Bonjour à tous. Nous commençons.", "Animateur", 0.5, 4.0),
        ("Merci.", "Intervenante", 4.2, 5.0),
    ]


def test_a_quote_of_speech_has_the_second_of_its_own_sentence() -> None:
    turns = [speech("Bonjour à tous.", 0.5, 2.0), speech("Nous commençons.", 2.1, 4.0)]
    (passage,) = chunk(document(*turns), words, max_tokens=100)
    start = passage.text.index("Nous")
    assert passage.place_of(start, len(passage.text)) == Place("second", 2.1, 4.0)


def test_a_long_silence_ends_a_passage() -> None:
    turns = [speech("Avant la pause.", 0, 2), speech("Après la pause.", 600, 602)]
    assert len(chunk(document(*turns), words, max_tokens=100)) == 2


def test_a_report_passage_carries_its_path_of_headings() -> None:
    report = [
        paragraph("Collecte", 1, "heading", 1),
        paragraph("Bilan", 2, "heading", 2),
        paragraph("Les bacs sont levés le mardi.", 3),
        paragraph("Suite", 4, "heading", 1),
        paragraph("Rien d'autre.", 5),
    ]
    found = chunk(
        document(*report, event_title="Forum", session_title="Atelier"), words, max_tokens=100
    )
    assert [(one.context, one.place.first, one.place.last) for one in found] == [
        ("Forum › Atelier › Collecte › Bilan", 1, 3),
        ("Forum › Atelier › Suite", 4, 5),
    ]


def test_headings_without_a_text_between_them_open_one_passage() -> None:
    report = [paragraph("A", 1, "heading", 1), paragraph("B", 2, "heading", 2), paragraph("c", 3)]
    assert texts(chunk(document(*report), words, max_tokens=100)) == ["A\nB\nc"]


def test_a_long_section_is_shared_out_evenly() -> None:
    passages = chunk(document(*[paragraph(LONG, n) for n in range(1, 12)]), words, max_tokens=100)
    tokens = [one.tokens for one in passages]
    assert max(tokens) <= 100
    assert max(tokens) - min(tokens) <= len(LONG.split())


def test_a_paragraph_above_the_budget_is_cut_between_its_sentences() -> None:
    block = paragraph(" ".join([LONG] * 6))
    passages = chunk(document(block), words, max_tokens=30)
    assert len(passages) == 3
    assert all(one.text.endswith("mois.") for one in passages)


def test_the_seconds_of_a_cut_are_those_of_its_share() -> None:
    block = speech(f"{LONG} {LONG}", 100, 120)
    first, second = chunk(document(block), words, max_tokens=14)
    assert (first.place.first, second.place.last) == (100, 120)
    assert 109 < first.place.last <= second.place.first < 111


KINDS: list[BlockKind] = ["heading", "paragraph", "item", "table", "notes", "speech"]
PLACES: list[PlaceKind] = ["page", "slide", "second", "paragraph"]
TEXT = st.text(st.sampled_from("ab éÀ.!?«»\n\t12'-…"), max_size=400)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    kind = draw(st.sampled_from(PLACES))
    blocks = []
    at = 1.0
    for text in draw(st.lists(TEXT, max_size=12)):
        at += draw(st.sampled_from([0.0, 1.0, 40.0]))
        block_kind = "speech" if kind == "second" else draw(st.sampled_from(KINDS))
        speaker = draw(st.sampled_from(["", "A", "B"])) if block_kind == "speech" else ""
        level = draw(st.integers(1, 3))
        blocks.append(Block(text, block_kind, Place(kind, at, at + 1), level, speaker))
    return document(*blocks, kind=draw(st.sampled_from(["slides", "report"])))


def visible(parts: Sequence[str]) -> str:
    return re.sub(r"\s", "", "".join(parts))


@given(documents(), st.integers(1, 60))
def test_no_text_is_lost_none_is_invented_and_order_is_kept(found: Document, budget: int) -> None:
    passages = chunk(found, words, max_tokens=budget)
    assert visible(texts(passages)) == visible([block.text for block in found.blocks])
    assert [one.ordinal for one in passages] == list(range(len(passages)))


@given(documents(), st.integers(1, 60))
def test_no_passage_exceeds_the_budget(found: Document, budget: int) -> None:
    for passage in chunk(found, words, max_tokens=budget):
        assert words([passage.text])[0] <= passage.tokens <= budget


@given(documents(), st.integers(1, 60))
def test_a_passage_keeps_to_one_place_and_one_speaker(found: Document, budget: int) -> None:
    sources = [(block, visible([block.text])) for block in found.blocks if block.text.strip()]
    for passage in chunk(found, words, max_tokens=budget):
        covered = ""
        rest = visible([passage.text])
        while len(covered) < len(rest):
            block, text = sources[0]
            take = min(len(text), len(rest) - len(covered))
            covered += text[:take]
            assert block.speaker == passage.speaker
            assert (
                passage.place.first <= block.place.last and block.place.first <= passage.place.last
            )
            if block.place.kind in ("page", "slide"):
                assert block.place == passage.place
            sources[0] = (block, text[take:])
            if not sources[0][1]:
                sources.pop(0)
        assert covered == rest


@given(documents(), st.integers(1, 60))
def test_marks_are_ordered_and_inside_the_passage(found: Document, budget: int) -> None:
    for passage in chunk(found, words, max_tokens=budget):
        offsets = [mark.offset for mark in passage.marks]
        assert offsets[0] == 0 and offsets == sorted(set(offsets))
        assert offsets[-1] < len(passage.text)
        assert min(mark.first for mark in passage.marks) == passage.place.first
        assert max(mark.last for mark in passage.marks) == passage.place.last
