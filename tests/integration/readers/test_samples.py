"""Every format and dialect, from a small sample: exactly the blocks expected, reviewed by eye.

A sample and what is expected of it lie side by side in `samples/`; `make_samples` writes both.
"""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from assistant.corpus.walk import FileOnDisk
from assistant.errors import ReadError
from assistant.i18n.problems import problem_in_words
from assistant.ingest.reading_pool import ReadingPool
from assistant.readers import READERS, read
from assistant.readers.formats.mail import MAX_HEADER_CHARACTERS, READ_SUFFIXES
from assistant.readers.parts import IMAGE_SUFFIXES, RECORDING_SUFFIXES, Options
from assistant.readers.sniffing import VARIANTS
from assistant.readers.speech.plain_transcripts import plain_transcript
from assistant.settings import Settings
from tests.samples.make_samples import SAMPLES, SUFFIX, read_sample, samples, shown

#: Read by programs or models that are not always there: their tests are elsewhere.
ELSEWHERE = {".doc", ".ppt", ".xls", ".htm", *IMAGE_SUFFIXES, *RECORDING_SUFFIXES}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("sample", samples(), ids=lambda path: path.name)
def test_a_sample_gives_exactly_the_blocks_expected(sample: Path) -> None:
    expected = json.loads(sample.with_name(sample.name + SUFFIX).read_text(encoding="utf-8"))
    assert json.loads(shown(read_sample(sample))) == expected


def test_every_format_has_a_sample() -> None:
    assert READERS.keys() - ELSEWHERE <= {path.suffix for path in samples()}


def test_no_expectation_is_left_without_its_sample() -> None:
    expected = {path.name.removesuffix(SUFFIX) for path in SAMPLES.glob(f"*{SUFFIX}")}
    assert expected == {path.name for path in samples()}


def test_a_template_or_a_file_with_macros_is_no_mismatch() -> None:
    read_variants = frozenset().union(*VARIANTS.values()) & READERS.keys()
    kept = [path for path in samples() if path.suffix in read_variants]
    assert len(kept) >= 5
    for path in kept:
        assert not [
            p for p in read_sample(path).problems if "se termine par" in problem_in_words(p)
        ]


def test_hidden_slides_and_sheets_are_read_when_asked_for() -> None:
    options = Options(hidden_slides=True)
    for name, text in (
        ("diaporama.pptx", "Masquée"),
        ("diaporama.odp", "Masquée"),
        ("classeur.xlsx", "secret"),
        ("classeur.ods", "secret"),
    ):
        document = read(SAMPLES / name, f"e/s/{name}", options=options)
        assert text in [block.text for block in document.blocks]
        assert not [p for p in document.problems if "masquées" in problem_in_words(p)]


def test_a_message_is_read_with_its_attachments_where_no_file_may_be_written() -> None:
    path = SAMPLES / "message-pieces-jointes.eml"
    file = FileOnDisk("e/s/a.eml", path, path.stat().st_size, path.stat().st_mtime_ns)
    with ReadingPool(Settings().reading_options()) as pool:
        found = pool.read(file)
    assert found.blocks == read_sample(path).blocks


def test_a_name_in_the_programme_wins_over_the_one_a_file_states_but_an_empty_one_does_not() -> (
    None
):
    path = SAMPLES / "tours-nommes.txt"
    facts = {"room": "Salle A", "date": ""}
    document = read(path, "e/s/a.txt", facts)
    assert (document.facts["room"], document.facts["date"]) == ("Salle A", "18 mars 2025")


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.json", '{"nom": "rien"}', "json_without_segments"),
        ("a.json", '[{"start": 1e999, "end": 2, "text": "a"}]', "json_without_segments"),
        ("a.json", "[" * 100_000, "file_damaged"),
        ("a.json", "pas du JSON", "file_damaged"),
        ("a.rtf", "pas du RTF", "file_damaged"),
        ("a.rtf", "{\\rtf1" + "{" * 100_000, "file_damaged"),
        ("a.eml", "Ceci n'est pas un message.\n", "file_damaged"),
        ("a.csv", ";;;\n;;\n", "file_without_text"),
        ("a.csv", 'a;b\n"' + "x" * 300_000, "file_damaged"),
        ("a.xlsx", "pas un classeur", "file_damaged"),
        ("a.tsv", "start\tend\ttext\nun\tdeux\ttrois\n", "captions_without_times"),
    ],
)
def test_what_is_not_what_its_name_says_is_one_clear_error(
    tmp_path: Path, name: str, content: str, key: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError) as e:
        read(path, f"e/s/{name}")
    assert e.value.key == key


@pytest.mark.parametrize(
    "text",
    [
        "Accueil 09:00\nOuverture 09:30\nDéjeuner 12:30\nClôture 17:00\n",
        "[09:00] Accueil\n[09:30] Ouverture\n[12:30] Déjeuner\n",
        "00:30 de pause\nUn texte.\nUn autre.\n",
        "Adresse : 1, rue Haute\nHoraires : 9 h\nTarif : 3 euros\nContact : accueil\n",
    ],
    ids=["agenda with names", "agenda in brackets", "one time", "fields met once"],
)
def test_a_text_without_clear_evidence_is_no_transcript(text: str) -> None:
    assert plain_transcript(text) is None


def test_what_is_left_out_of_a_wide_sheet_is_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["ZZ2"] = "Ici", "Trop loin"
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx", "e/s/a.xlsx")
    assert "256 colonnes" in problem_in_words(document.problems[0])


def test_a_header_of_a_message_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(f"Subject: a\nFrom: {'=?utf-8?q?=C3?= ' * 900}\n\nTexte.\n")
    document = read(tmp_path / "a.eml", "e/s/a.eml")
    assert len(document.facts["author"]) <= MAX_HEADER_CHARACTERS


def test_every_attachment_read_is_of_a_format_read() -> None:
    assert READERS.keys() >= READ_SUFFIXES
