"""Corrections: real files, a small encoder that really works, and what the index then holds."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import docx
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cli import main
from assistant.corpus.corrections import (
    Corrections,
    TextCorrection,
    corrected,
    keyed,
    name_hash,
    names_someone,
    without_names,
)
from assistant.corpus.corrections_store import FOLDER, editing, load_corrections, save
from assistant.corpus.walk import walk
from assistant.curation.correcting import (
    MOST_CHARACTERS,
    MOST_NAME_CHARACTERS,
    blocks_of,
    correct,
    drop_unfit,
    rename_speakers,
    undo_all,
)
from assistant.curation.forgetting_speakers import find_speaker, forget_speaker, recall_speaker
from assistant.errors import AssistantError, CorpusError
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.generation import open_generation
from assistant.ingest.planning import preview
from assistant.ingest.sync import purge, sync
from assistant.readers.parts import Fact
from assistant.readers.speech import transcription_cache
from assistant.records import Block, Document, Passage, Place
from assistant.settings import Settings
from tests.support.fakes import FakeEncoder

VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v LOCUTEUR 1>La cantine sert neuf cent repas par jour.

00:00:20.000 --> 00:00:24.000
<v LOCUTEUR 2>Le pain vient d'une boulangerie voisine.

00:00:50.000 --> 00:00:53.000
<v LOCUTEUR 1>Le gaspillage a baissé de douze pour cent.
"""
TALK = "forum/cantine/propos.vtt"
DECK = "forum/cantine/diapos.pptx"
REPORT = "forum/cantine/rapport.docx"


def site_in(folder: Path) -> Settings:
    return Settings(
        corpus=folder / "corpus", index=folder / "index", models=folder, reading_workers=1
    )


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """Return a site of one transcript, not indexed yet."""
    folder = tmp_path / "corpus/forum/cantine"
    folder.mkdir(parents=True)
    (folder / "propos.vtt").write_text(VTT, encoding="utf-8")
    return site_in(tmp_path)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the full site is kept as indexed; empty before the first test that asks."""
    return tmp_path_factory.mktemp("indexed")


@pytest.fixture
def full(tmp_path: Path, indexed: Path) -> Settings:
    """Return a copy of the full site, indexed once for all tests."""
    if not (indexed / "index").exists():
        _write_full(indexed)
        sync(site_in(indexed), FakeEncoder())
    for one in ("corpus", "index"):
        shutil.copytree(indexed / one, tmp_path / one)
    return site_in(tmp_path)


def _write_full(folder: Path) -> None:
    """Write a transcript, a deck and a report."""
    talks = folder / "corpus/forum/cantine"
    talks.mkdir(parents=True)
    (talks / "propos.vtt").write_text(VTT, encoding="utf-8")
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Le menu végétal"
    slide.placeholders[1].text = "Deux menus vegetaux par semaine"
    deck.save(str(talks / "diapos.pptx"))
    report = docx.Document()
    report.core_properties.author = "Intervenante Une"
    report.add_paragraph("Le budget est de dix mille euro.")
    report.save(str(talks / "rapport.docx"))


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


def passages(site: Settings, document_id: str = TALK) -> list[Passage]:
    index = open_generation(site.index)
    found = list(index.passages_of(document_id))
    index.close()
    return found


def facts(site: Settings, document_id: str = TALK) -> Mapping[str, str]:
    index = open_generation(site.index)
    found = index.documents()[document_id].facts
    index.close()
    return found


def number_of(site: Settings, words: str, document_id: str = TALK) -> int:
    blocks = blocks_of(site.reading_options(), document_id).blocks
    return next(one.number for one in blocks if words in one.text)


def version(site: Settings, document_id: str = TALK) -> str:
    return blocks_of(site.reading_options(), document_id).version


def refused(error: CorpusError) -> str:
    assert error.remedy and error.remedy_in("en") and error.message("en")
    return error.key


def everything_on_disk(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


# --- Texts -------------------------------------------------------------------------------------


def test_a_corrected_sentence_is_answered_from_at_the_same_second_and_encoded_alone(
    full: Settings, encoder: FakeEncoder
) -> None:
    site = full
    before, source = passages(site), (site.corpus / TALK).read_bytes()
    new = "La cantine sert neuf cents repas par jour."
    correct(site.reading_options(), TALK, {number_of(site, "neuf cent"): new}, version(site))
    calls = encoder.calls
    report = sync(site, encoder)
    after = passages(site)
    assert (report.changed, report.unchanged) == (1, 2)
    assert [one.text for one in after] == [new, before[1].text, before[2].text]
    assert [one.place for one in after] == [one.place for one in before]
    assert report.encoded == 1 and encoder.calls - calls == 2  # the passage, and its sentence
    assert (site.corpus / TALK).read_bytes() == source
    assert preview(site.reading_options()).to_read == ()


@pytest.mark.parametrize(
    ("document_id", "words", "new"),
    [
        (DECK, "vegetaux", "Deux menus végétaux par semaine"),
        (REPORT, "budget", "Le budget est de dix mille euros."),
    ],
)
def test_a_slide_and_a_paragraph_are_corrected_where_they_stand(
    full: Settings, encoder: FakeEncoder, document_id: str, words: str, new: str
) -> None:
    site = full
    places = [one.place for one in passages(site, document_id)]
    number = number_of(site, words, document_id)
    correct(site.reading_options(), document_id, {number: new}, version(site, document_id))
    sync(site, encoder)
    after = passages(site, document_id)
    assert new in "\n".join(one.text for one in after)
    assert [one.place for one in after] == places


def test_taking_a_correction_back_gives_the_original_and_encodes_nothing_new(
    site: Settings, encoder: FakeEncoder
) -> None:
    generation = sync(site, encoder).generation
    before = passages(site)
    number = number_of(site, "pain")
    after = correct(site.reading_options(), TALK, {number: "Le pain est bio."}, version(site))
    sync(site, encoder)
    assert passages(site)[1].text == "Le pain est bio."
    back = correct(site.reading_options(), TALK, {number: None}, after)
    assert sync(site, encoder).generation != generation
    assert passages(site) == before
    assert back == version(site)
    assert not (site.corpus / FOLDER).exists()


def test_an_empty_text_drops_what_a_machine_heard_where_nobody_spoke(
    site: Settings, encoder: FakeEncoder
) -> None:
    correct(site.reading_options(), TALK, {number_of(site, "pain"): "\u200b  \n"}, version(site))
    sync(site, encoder)
    assert [one.place.first for one in passages(site)] == [1.0, 50.0]
    assert blocks_of(site.reading_options(), TALK).blocks[1].new_text == ""


def test_the_source_s_own_words_are_no_correction(site: Settings) -> None:
    correct(
        site.reading_options(),
        TALK,
        {1: "  Le pain vient d'une  boulangerie voisine.\x07"},
        version(site),
    )
    assert not load_corrections(site.corpus).by_content


def test_a_text_is_cleaned_as_readers_clean_theirs(site: Settings) -> None:
    correct(
        site.reading_options(), TALK, {1: "Le\x00 pain\u202e est\ud800 bio\u00a0!"}, version(site)
    )
    assert blocks_of(site.reading_options(), TALK).blocks[1].new_text == "Le pain est bio !"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({99: "x"}, "block_unknown"),
        ({-1: "x"}, "block_unknown"),
        ({0: "x" * (MOST_CHARACTERS + 1)}, "correction_too_long"),
    ],
)
def test_what_can_t_be_a_correction_is_refused_and_nothing_is_written(
    site: Settings, changes: dict[int, str | None], key: str
) -> None:
    with pytest.raises(CorpusError) as raised:
        correct(site.reading_options(), TALK, changes, version(site))
    assert refused(raised.value) == key
    assert not (site.corpus / FOLDER).exists()


@pytest.mark.parametrize("id_", ["../secret.txt", "/etc/passwd", "forum/rien.vtt", "", "a\0b"])
def test_only_a_document_of_the_corpus_is_opened(site: Settings, id_: str) -> None:
    (site.corpus.parent / "secret.txt").write_text("Un secret.")
    with pytest.raises(CorpusError) as raised:
        blocks_of(site.reading_options(), id_)
    assert refused(raised.value) == "document_unknown"


def test_who_comes_second_is_told_to_look_again_and_the_first_is_kept(site: Settings) -> None:
    opened = version(site)
    correct(site.reading_options(), TALK, {0: "La première."}, opened)
    for late in (
        lambda: correct(site.reading_options(), TALK, {0: "La seconde."}, opened),
        lambda: rename_speakers(site.reading_options(), TALK, {"LOCUTEUR 1": "Une agente"}, opened),
        lambda: undo_all(site.reading_options(), TALK, opened),
    ):
        with pytest.raises(CorpusError) as raised:
            late()
        assert refused(raised.value) == "corrections_changed"
    assert blocks_of(site.reading_options(), TALK).blocks[0].new_text == "La première."


def test_a_file_replaced_since_it_was_opened_is_to_be_opened_again(site: Settings) -> None:
    opened = version(site)
    (site.corpus / TALK).write_text(VTT.replace("pain", "beurre"), encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        correct(site.reading_options(), TALK, {0: "x"}, opened)
    assert refused(raised.value) == "corrections_changed"


def test_who_saves_while_another_saves_is_told_to_wait(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = version(site)
    monkeypatch.setattr("assistant.corpus.corrections_store._PATIENCE", 0)
    with editing(site.index, site.corpus), pytest.raises(CorpusError) as raised:
        correct(site.reading_options(), TALK, {0: "x"}, opened)
    assert refused(raised.value) == "corrections_busy"


def test_a_folder_that_can_t_be_written_is_said_and_changes_nothing(site: Settings) -> None:
    opened = version(site)
    (site.corpus / FOLDER).write_text("pas un dossier")
    with pytest.raises(CorpusError) as raised:
        save(site.corpus, Corrections("0" * 64, TALK, forgotten=frozenset({"x"})))
    assert refused(raised.value) == "corrections_unwritable"
    with pytest.raises(CorpusError) as raised:
        correct(site.reading_options(), TALK, {0: "x"}, opened)
    assert refused(raised.value) == "corrections_unreadable"


# --- Following the documents -------------------------------------------------------------------


def test_corrections_follow_a_document_that_is_moved_and_outlive_the_index(
    site: Settings, encoder: FakeEncoder
) -> None:
    correct(site.reading_options(), TALK, {1: "Le pain est bio."}, version(site))
    sync(site, encoder)
    moved = "autre/atelier/notes.vtt"
    (site.corpus / moved).parent.mkdir(parents=True)
    (site.corpus / TALK).rename(site.corpus / moved)
    shutil.rmtree(site.index)
    report = sync(site, encoder)
    assert "Le pain est bio." in [one.text for one in passages(site, moved)]
    assert report.problems == ()
    # A later version under the new name finds them by that name.
    (stored,) = load_corrections(site.corpus).by_content.values()
    assert stored.id == moved


def test_corrections_are_no_document(site: Settings) -> None:
    correct(site.reading_options(), TALK, {1: "Le pain est bio."}, version(site))
    (site.corpus / FOLDER / "reste.json.writing").write_text("{")
    files, problems, _ = walk(site.corpus, 10_000_000)
    assert [one.id for one in files] == [TALK] and problems == []


def test_a_replaced_source_keeps_what_fits_and_says_what_does_not(
    site: Settings, encoder: FakeEncoder
) -> None:
    correct(
        site.reading_options(), TALK, {0: "Neuf cents repas.", 1: "Le pain est bio."}, version(site)
    )
    rename_speakers(site.reading_options(), TALK, {"LOCUTEUR 2": "Une agente"}, version(site))
    sync(site, encoder)
    newer = VTT.replace("neuf cent", "mille").replace("LOCUTEUR 2", "Cheffe")
    (site.corpus / TALK).write_text(newer, encoding="utf-8")
    report = sync(site, encoder)
    assert [one.text for one in passages(site)][:2] == [
        "La cantine sert mille repas par jour.",
        "Le pain est bio.",
    ]
    first, second = report.problems
    assert "1 correction de texte est sans objet" in problem_in_words(first)
    assert (
        "LOCUTEUR 2" in problem_in_words(second)
        and remedy_in_words(first)
        and remedy_in_words(second)
    )
    opened = blocks_of(site.reading_options(), TALK)
    assert [one.text for one in opened.unfit.values()] == ["Neuf cents repas."]
    drop_unfit(site.reading_options(), TALK, opened.version)
    assert sync(site, encoder).problems == ()
    (kept_one,) = load_corrections(site.corpus).by_content.values()
    assert [one.text for one in kept_one.texts.values()] == ["Le pain est bio."]


def test_corrections_of_a_document_that_is_gone_are_kept_and_said(
    site: Settings, encoder: FakeEncoder
) -> None:
    correct(site.reading_options(), TALK, {1: "Le pain est bio."}, version(site))
    # A corpus without any document would be taken for a share that isn't mounted.
    (site.corpus / "forum/cantine/autre.txt").write_text("Un autre document.")
    sync(site, encoder)
    away = site.corpus.parent / "ailleurs.vtt"
    (site.corpus / TALK).rename(away)
    report = sync(site, encoder)
    assert report.removed == 1
    assert [(one.subject, one.severity) for one in report.problems] == [(TALK, "warning")]
    away.rename(site.corpus / TALK)
    assert sync(site, encoder).problems == ()
    assert "Le pain est bio." in [one.text for one in passages(site)]


@pytest.mark.parametrize("content", ["{", '{"format": 9}', '{"format": 1, "id": 3}', "[]", "\xff"])
def test_what_is_no_file_of_corrections_is_damaged(tmp_path: Path, content: str) -> None:
    file = tmp_path / FOLDER / f"{'0' * 64}.json"
    file.parent.mkdir()
    file.write_bytes(content.encode("latin-1"))
    stored = load_corrections(tmp_path)
    assert stored.damaged.keys() == {"0" * 64} and not stored.by_content


def test_damaged_corrections_leave_the_document_as_it_is_indexed(
    site: Settings, encoder: FakeEncoder
) -> None:
    correct(site.reading_options(), TALK, {1: "Le pain est bio."}, version(site))
    sync(site, encoder)
    (file,) = (site.corpus / FOLDER).glob("*.json")
    file.write_text("{")
    report = sync(site, encoder)
    assert [(one.subject, one.severity) for one in report.problems] == [(TALK, "error")]
    assert "Le pain est bio." in [one.text for one in passages(site)]
    with pytest.raises(CorpusError) as raised:
        blocks_of(site.reading_options(), TALK)
    assert refused(raised.value) == "corrections_damaged"


# --- Speakers ----------------------------------------------------------------------------------


def test_a_renamed_speaker_has_the_new_name_everywhere_in_the_document(
    full: Settings, encoder: FakeEncoder
) -> None:
    site = full
    first = rename_speakers(
        site.reading_options(), TALK, {"LOCUTEUR 1": " Intervenante,\n cantines "}, version(site)
    )
    sync(site, encoder)
    assert [one.speaker for one in passages(site)] == [
        "Intervenante, cantines",
        "LOCUTEUR 2",
        "Intervenante, cantines",
    ]
    second = rename_speakers(
        site.reading_options(), TALK, {"Intervenante, cantines": "Cheffe"}, first
    )
    assert blocks_of(site.reading_options(), TALK).blocks[0].new_speaker == "Cheffe"
    rename_speakers(site.reading_options(), TALK, {"Cheffe": None}, second)
    sync(site, encoder)
    assert passages(site)[0].speaker == "LOCUTEUR 1"


@pytest.mark.parametrize(
    "name", ["", " \u200b", "A / B", "A › B", "x" * (MOST_NAME_CHARACTERS + 1)]
)
def test_what_is_no_name_is_refused(site: Settings, name: str) -> None:
    with pytest.raises(CorpusError) as raised:
        rename_speakers(site.reading_options(), TALK, {"LOCUTEUR 1": name}, version(site))
    assert refused(raised.value) == "speaker_name_wrong"


def test_a_speaker_who_does_not_speak_can_t_be_renamed(site: Settings) -> None:
    with pytest.raises(CorpusError) as raised:
        rename_speakers(site.reading_options(), TALK, {"LOCUTEUR 9": "Une agente"}, version(site))
    assert refused(raised.value) == "speaker_unknown"


def test_a_forgotten_speaker_leaves_no_trace_in_the_index(
    full: Settings, encoder: FakeEncoder
) -> None:
    site = full
    programme = site.corpus / "forum/programme.csv"
    programme.write_text("seance;intervenants\ncantine;Intervenante Une / Un agent\n")
    rename_speakers(site.reading_options(), TALK, {"LOCUTEUR 1": "Intervenante Une"}, version(site))
    correct(
        site.reading_options(), TALK, {2: "Le gâchis baisse.", 1: "Le pain est bio."}, version(site)
    )
    sync(site, encoder)
    assert b"neuf cent repas" in everything_on_disk(site.index)
    found = find_speaker(site.reading_options(), " intervenante  UNE ")
    assert [(one.document_id, one.passages, one.named) for one in found.documents] == [
        (DECK, 0, True),
        (TALK, 2, True),
        (REPORT, 0, True),
    ]
    receipt = forget_speaker(site.reading_options(), "Intervenante Une")
    sync(site, encoder)
    purge(site)
    assert receipt.documents == found.documents
    assert [one.text for one in passages(site)] == ["Le pain est bio."]
    assert facts(site)["speakers"] == facts(site, DECK)["speakers"] == "Un agent"
    assert "author" not in facts(site, REPORT)
    left = everything_on_disk(site.index) + everything_on_disk(site.corpus / FOLDER)
    for words in ("neuf cent repas", "gâchis", "gaspillage", "Intervenante Une", "LOCUTEUR 1"):
        assert words.encode() not in left, words
    with pytest.raises(CorpusError) as raised:
        find_speaker(site.reading_options(), "Intervenante Une")
    assert refused(raised.value) == "speaker_unknown"
    # Nor does it come back with a rebuild, nor with another version of the file.
    (site.corpus / TALK).write_text(VTT.replace("pain", "beurre"), encoding="utf-8")
    sync(site, encoder, rebuild=True)
    assert [one.speaker for one in passages(site)] == ["LOCUTEUR 2"]


def test_a_speaker_is_forgotten_even_where_the_file_can_t_be_read_any_more(
    full: Settings, encoder: FakeEncoder
) -> None:
    site = full
    (site.corpus / TALK).write_text("WEBVTT\n\nplus rien de lisible", encoding="utf-8")
    assert sync(site, encoder).failed == 1
    assert len(passages(site)) == 3
    forget_speaker(site.reading_options(), "locuteur 1")
    sync(site, encoder)
    assert [one.speaker for one in passages(site)] == ["LOCUTEUR 2"]


def test_a_speaker_forgotten_by_mistake_is_called_back(
    full: Settings, encoder: FakeEncoder
) -> None:
    site = full
    before = passages(site)
    forget_speaker(site.reading_options(), "LOCUTEUR 1")
    assert sum(one.forgotten for one in blocks_of(site.reading_options(), TALK).blocks) == 2
    sync(site, encoder)
    assert len(passages(site)) == 1
    assert recall_speaker(site.reading_options(), "locuteur 1") == (TALK,)
    sync(site, encoder)
    assert passages(site) == before
    with pytest.raises(CorpusError) as raised:
        recall_speaker(site.reading_options(), "LOCUTEUR 1")
    assert refused(raised.value) == "speaker_not_to_recall"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"speakers": "Une Dame / Un Homme"}, {"speakers": "Un Homme"}),
        ({"speakers": "une dame"}, {"speakers": ""}),
        ({"speakers": "Un Homme, Une Dame"}, {"speakers": "Un Homme"}),
        ({"speakers": "Une Dame de loin"}, {"speakers": "Une Dame de loin"}),
        ({"author": '"Une Dame" <une@ville.invalid>'}, {}),
        ({"author": "Un Homme"}, {"author": "Un Homme"}),
    ],
)
def test_a_forgotten_name_goes_from_facts(before: dict[str, str], after: dict[str, str]) -> None:
    asked = frozenset({name_hash("Une Dame")})
    assert without_names(before, asked) == after
    assert names_someone(before, asked) == (before != after)


# --- Texts that a machine wrote ----------------------------------------------------------------


def test_a_kept_transcription_is_corrected_and_stays_as_it_was_heard(
    site: Settings, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.corpus.walk.can_transcribe", lambda: True)
    sound = site.corpus / "forum/cantine/debat.mp3"
    sound.write_bytes(b"ID3 du son")
    id_ = "forum/cantine/debat.mp3"
    with pytest.raises(CorpusError) as raised:
        blocks_of(site.reading_options(), id_)
    assert refused(raised.value) == "transcription_not_yet"
    heard = [Block(words, "speech", Place("second", at, at + 2.5))
             for at, words in ((0.1, "La quantine ouvre."), (30.2, "Sous-titrage."))]  # fmt: skip
    digest = hashlib.sha256(sound.read_bytes()).hexdigest()
    transcription_cache.keep(
        site.index, digest, [Fact("kind", "recording"), Fact("automatic", "speech"), *heard]
    )
    transcription = everything_on_disk(site.index / transcription_cache.FOLDER)
    after = correct(site.reading_options(), id_, {0: "La cantine ouvre."}, version(site, id_))
    sync(site, encoder)
    assert [one.text for one in passages(site, id_)] == ["La cantine ouvre.", "Sous-titrage."]
    assert facts(site, id_)["automatic"] == "speech"  # it can't be said of one sentence only
    correct(site.reading_options(), id_, {1: ""}, after)
    sync(site, encoder)
    assert [one.place for one in passages(site, id_)] == [heard[0].place]
    assert "automatic" not in facts(site, id_)
    assert everything_on_disk(site.index / transcription_cache.FOLDER) == transcription


def test_a_voice_named_by_staff_is_so_in_all_its_turns_and_stays_so(
    site: Settings, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.corpus.walk.can_transcribe", lambda: True)
    id_ = "forum/cantine/debat.mp3"
    (site.corpus / id_).write_bytes(b"ID3 du son")
    heard = [Block(f"Phrase {at}.", "speech", Place("second", at, at + 2), speaker=f"Voix {voice}")
             for at, voice in ((0, 1), (3, 2), (6, 1))]  # fmt: skip
    digest = hashlib.sha256((site.corpus / id_).read_bytes()).hexdigest()
    kept = [Fact("kind", "recording"), Fact("automatic", "speech"), *heard]
    transcription_cache.keep(site.index, digest, kept)
    sync(site, encoder)
    assert [one.speaker for one in passages(site, id_)] == ["Voix 1", "Voix 2", "Voix 1"]
    assert not any("Voix" in one.context for one in passages(site, id_))
    rename_speakers(site.reading_options(), id_, {"Voix 1": "Animatrice"}, version(site, id_))
    for rebuild in (False, True):
        # Transcribed again, the file has the same voices.
        transcription_cache.keep(site.index, digest, kept)
        sync(site, encoder, rebuild=rebuild)
        assert [one.speaker for one in passages(site, id_)] == [
            "Animatrice",
            "Voix 2",
            "Animatrice",
        ]
    assert "Animatrice" in passages(site, id_)[0].context


def test_a_recognised_page_loses_its_mention_once_all_of_it_is_corrected() -> None:
    blocks = [Block(f"Bloc {n}", "paragraph", Place("page", page, page))
              for n, page in enumerate((1, 1, 2, 3))]  # fmt: skip
    known = {"automatic": "ocr", "automatic_pages": "1 2"}
    document = Document("a.pdf", "0", "A", "fr", tuple(blocks), known)
    keys = [key for key, _ in keyed(blocks)]
    some = Corrections(
        "0", "a.pdf", texts={keys[0]: TextCorrection("x"), keys[2]: TextCorrection("y")}
    )
    assert corrected(document, some).facts["automatic_pages"] == "1"


# --- Invariants --------------------------------------------------------------------------------

_BLOCKS = st.lists(
    st.builds(
        Block,
        text=st.sampled_from(["Oui.", "Non.", "Peut-être."]),
        kind=st.just("speech"),
        place=st.builds(Place, st.just("second"), st.sampled_from([0.1, 2.0]), st.just(3.0)),
        speaker=st.sampled_from(["", "A", "B"]),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(_BLOCKS, st.data())
def test_exactly_the_blocks_named_are_corrected_however_alike_they_are(
    blocks: list[Block], data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.integers(0, max(0, len(blocks) - 1))))
    texts = {key: TextCorrection(f"Neuf {n}")
             for n, (key, _) in enumerate(keyed(blocks)) if n in chosen}  # fmt: skip
    document = Document("a", "0", "A", "fr", tuple(blocks))
    after = corrected(document, Corrections("0", "a", texts=texts))
    expected = [f"Neuf {n}" if n in chosen else one.text for n, one in enumerate(blocks)]
    assert [one.text for one in after.blocks] == expected
    assert after.problems == ()
    assert [replace(one, text="") for one in after.blocks] == [replace(b, text="") for b in blocks]


def test_corrections_are_read_as_they_were_written(site: Settings) -> None:
    block = Block("Été ; « 1/3 »", "speech", Place("second", 0.1 + 0.2, 1 / 3))
    ((key, _),) = keyed([block])
    own = Corrections(
        "a" * 64, TALK, {key: TextCorrection("Œuvre\n2", "x")}, {"A": "B"}, frozenset({"y"})
    )
    save(site.corpus, own)
    assert load_corrections(site.corpus).by_content == {"a" * 64: own}
    written = json.loads(next((site.corpus / FOLDER).glob("*.json")).read_text(encoding="utf-8"))
    assert written["id"] == TALK


def test_nothing_of_the_catalog_names_corrections_where_there_are_none(
    site: Settings, encoder: FakeEncoder
) -> None:
    sync(site, encoder)
    assert "corrections" not in facts(site)
    with Catalog(site.index / CATALOG, read_only=True) as catalog:
        assert all("corrections" not in one[-1] for one in catalog.documents())
    with pytest.raises(AssistantError):
        find_speaker(site.reading_options(), "Personne")


# --- The command -------------------------------------------------------------------------------


def test_the_command_says_what_it_would_do_does_it_and_gives_a_receipt(
    full: Settings,
    encoder: FakeEncoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    site = full
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: encoder)
    monkeypatch.setattr("assistant.cli.load_settings", lambda *_, **__: site)
    asked = ["forget", "--speaker", "locuteur 1"]
    assert main([*asked, "--dry-run"]) == 0
    assert main(asked) == 1
    assert len(passages(site)) == 3
    capsys.readouterr()
    assert main([*asked, "--yes"]) == 0
    out = capsys.readouterr().out
    assert f"Retiré : {TALK} (2 passages)" in out and "Reçu du 20" in out
    assert [one.speaker for one in passages(site)] == ["LOCUTEUR 2"]
    assert b"neuf cent repas" not in everything_on_disk(site.index)
    assert main([*asked, "--json", "--yes"]) == 1

    undone = [*asked, "--undo"]
    assert main([*undone, "--dry-run"]) == 0
    assert f"Serait rendu : {TALK}" in capsys.readouterr().out
    assert len(passages(site)) == 1
    assert main([*undone, "--yes"]) == 0
    out = capsys.readouterr().out
    assert f"Rendu : {TALK}" in out and "« locuteur 1 » n'est plus oublié" in out
    assert len(passages(site)) == 3
    assert main([*undone, "--yes"]) == 1
    assert main(["forget", "--document", TALK, "--undo"]) == 1
    assert "--speaker" in capsys.readouterr().err
    assert (site.corpus / TALK).exists()
