"""Transcripts that meeting programs and transcribers give as documents: seconds and speakers."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from assistant.readers import read
from assistant.records import Document

#: As Teams gives it since 2023: the name and the time, a line break, what is said.
TEAMS = [
    "Forum sur les métiers-20250318_090000-Transcription de réunion",
    "18 mars 2025, 09:00",
    "42m 10s",
    "Animatrice a démarré la transcription",
    "Animatrice   0:03\nBienvenue à cet atelier sur les cantines.",
    "Cheffe de cuisine   0:12\nNous servons 1 420 repas par jour.\nEt ce chiffre monte.",
    "Animatrice   1:05\nMerci. Une question dans la salle ?",
    "Cheffe de cuisine   1:02:09\nNous pesons les restes chaque midi.",
    "Animatrice a arrêté la transcription",
]
SAID = [
    (3.0, "Animatrice", "Bienvenue à cet atelier sur les cantines."),
    (12.0, "Cheffe de cuisine", "Nous servons 1 420 repas par jour."),
    (None, "Cheffe de cuisine", "Et ce chiffre monte."),
    (65.0, "Animatrice", "Merci."),
    (None, "Animatrice", "Une question dans la salle ?"),
    (3729.0, "Cheffe de cuisine", "Nous pesons les restes chaque midi."),
]
#: As Teams gave it before: the span, the name, what is said.
SPANS = [
    "0:0:0.0 --> 0:0:5.320\nAnimatrice\nBonjour à toutes et à tous.",
    "0:0:6.90 --> 0:0:8.500\nÉlu à la voirie\nBonjour.",
    "0:0:9.0 --> 0:0:21.40\nAnimatrice\nParlons des feux tricolores.",
    "0:1:2.500 --> 0:1:9.0\nÉlu à la voirie\nLe feu passe au vert quand le bus approche.",
]
#: As Word's « Transcrire » and Happy Scribe give it: the time, then the name, what is said below.
TIME_FIRST = [
    "Transcription",
    "00:00:04 Intervenant 1",
    "Le tri se fait à la source.",
    "00:00:11 Intervenant 2",
    "Combien de tonnes par an ?",
    "00:00:15 Intervenant 1",
    "Trois cents tonnes.",
]
DASHED = [line.replace("00:00", "[00:00").replace(" Inter", "] - Inter") for line in TIME_FIRST]


def _written(folder: Path, paragraphs: list[str]) -> Path:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    path = folder / "seance.docx"
    document.save(str(path))
    return path


def _read(path: Path) -> Document:
    return read(path, f"forum/atelier/{path.name}")


def test_the_transcript_of_a_meeting_has_seconds_and_speakers(tmp_path: Path) -> None:
    found = _read(_written(tmp_path, TEAMS))
    assert found.facts["kind"] == "transcript"
    spoken = [block for block in found.blocks if block.kind == "speech"]
    assert [(one.speaker, one.text) for one in spoken] == [said[1:] for said in SAID]
    assert all(one.place.kind == "second" for one in spoken)
    for block, (second, *_) in zip(spoken, SAID, strict=True):
        assert second is None or block.place.first == second


def test_what_the_program_writes_is_said_by_nobody(tmp_path: Path) -> None:
    spoken = [one for one in _read(_written(tmp_path, TEAMS)).blocks if one.speaker]
    assert not any("transcription" in one.text for one in spoken)


def test_what_stands_above_the_first_time_is_kept(tmp_path: Path) -> None:
    above = [one for one in _read(_written(tmp_path, TEAMS)).blocks if not one.speaker]
    assert [one.text for one in above] == TEAMS[:4]
    assert {one.place.kind for one in above} == {"paragraph"}


def test_spans_with_a_name_below_are_read_as_the_seconds_of_who_speaks(tmp_path: Path) -> None:
    blocks = _read(_written(tmp_path, SPANS)).blocks
    assert [(one.place.first, one.speaker) for one in blocks] == [
        (0.0, "Animatrice"),
        (6.9, "Élu à la voirie"),
        (9.0, "Animatrice"),
        (62.5, "Élu à la voirie"),
    ]
    assert blocks[-1].text == "Le feu passe au vert quand le bus approche."
    assert blocks[-1].place.last == 69.0


@pytest.mark.parametrize("paragraphs", [TIME_FIRST, DASHED], ids=["bare", "bracketed"])
def test_a_time_before_the_name_is_read_as_well(tmp_path: Path, paragraphs: list[str]) -> None:
    spoken = [one for one in _read(_written(tmp_path, paragraphs)).blocks if one.speaker]
    assert [(one.place.first, one.speaker, one.text) for one in spoken] == [
        (4.0, "Intervenant 1", "Le tri se fait à la source."),
        (11.0, "Intervenant 2", "Combien de tonnes par an ?"),
        (15.0, "Intervenant 1", "Trois cents tonnes."),
    ]


def test_the_same_lines_in_a_text_file_are_read_so_too(tmp_path: Path) -> None:
    path = tmp_path / "seance.txt"
    for paragraphs in (SPANS, TIME_FIRST, DASHED, TEAMS):
        path.write_text("\n".join(paragraphs), encoding="utf-8")
        spoken = [one for one in _read(path).blocks if one.speaker]
        assert len({one.speaker for one in spoken}) == 2
        assert all(one.place.kind == "second" for one in spoken)


def test_captions_in_a_text_file_keep_what_is_said(tmp_path: Path) -> None:
    """Below a caption's time stands what is said, no name, however short, though it comes back."""
    path = tmp_path / "seance.txt"
    lines = ("Oui", "Bien sûr, nous le ferons", "Oui", "Merci à tous pour votre venue")
    path.write_text(
        "\n\n".join(
            f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{line}" for at, line in enumerate(lines, 1)
        ),
        encoding="utf-8",
    )
    document = _read(path)
    assert " ".join(one.text for one in document.blocks) == " ".join(lines)


def test_a_programme_in_a_document_is_no_transcript(tmp_path: Path) -> None:
    agenda = ["Programme", "9:00", "Accueil", "9:30 Ouverture", "Mot du maire", "10:00 Ateliers"]
    found = _read(_written(tmp_path, agenda))
    assert found.facts["kind"] == "report"
    assert [one.text for one in found.blocks] == agenda


def test_a_report_that_times_a_few_remarks_stays_a_report(tmp_path: Path) -> None:
    report = ["Compte rendu", *(f"Le point {n} a été adopté." for n in range(80)), "Durée 0:42"]
    found = _read(_written(tmp_path, report))
    assert found.facts["kind"] == "report"
    assert len(found.blocks) == len(report)


ROWS = [
    ["Début", "Fin", "Locuteur", "Texte"],
    ["00:00:04:12", "00:00:09:00", "Intervenant 1", "Le tri se fait à la source."],
    ["00:00:11:00", "00:00:14:00", "Intervenant 2", "Combien de tonnes : dix | vingt ?"],
    ["00:00:15:00", "00:00:20:00", "Intervenant 1", "Trois cents tonnes."],
]


def test_a_table_of_what_is_said_is_a_transcript(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=4)
    for cells, row in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    document.save(str(tmp_path / "a.docx"))
    csv = "\n".join(";".join(row) for row in ROWS)
    (tmp_path / "a.csv").write_text(csv, "utf-8")
    for name in ("a.docx", "a.csv"):
        said = [
            (block.place.first, block.speaker, block.text)
            for block in read(tmp_path / name, f"e/s/{name}").blocks
        ]
        assert said == [
            (4.0, "Intervenant 1", "Le tri se fait à la source."),
            (11.0, "Intervenant 2", "Combien de tonnes : dix | vingt ?"),
            (15.0, "Intervenant 1", "Trois cents tonnes."),
        ]


def test_a_table_that_says_more_than_a_transcript_stays_one(tmp_path: Path) -> None:
    rows = [f"{row};{note}" for row, note in zip(
        map(";".join, ROWS), ("Remarque", "à vérifier", "", "faux"), strict=True)]  # fmt: skip
    (tmp_path / "a.csv").write_text("\n".join(rows), "utf-8")
    blocks = read(tmp_path / "a.csv", "e/s/a.csv").blocks
    assert "Remarque : à vérifier" in blocks[0].text


def test_a_name_and_a_time_before_what_is_said_are_read(tmp_path: Path) -> None:
    lines = [
        "Intervenant 1 : [00:00:04] Le tri se fait. [00:00:08] À la source.",
        "Intervenant 2 : [00:00:11] Combien ?",
        "Intervenant 1 : [00:00:15] Trois cents.",
    ]
    said = [
        (block.place.first, block.speaker, block.text)
        for block in read(_written(tmp_path, lines), "e/s/seance.docx").blocks
    ]
    assert said == [
        (4.0, "Intervenant 1", "Le tri se fait."),
        (8.0, "Intervenant 1", "À la source."),
        (11.0, "Intervenant 2", "Combien ?"),
        (15.0, "Intervenant 1", "Trois cents."),
    ]


SCRIPT = [
    "La Touche Étoile, épisode 1",
    *("ANIMATRICE", "Allô ? Vous êtes en route ?", "ÉLU À LA VOIRIE", "J'arrive."),
    *("ANIMATRICE", "Bien.", "Quand serez-vous là ?", "ÉLU À LA VOIRIE:", "À midi."),
    *("ANIMATRICE", "Pas avant ?", "ÉLU À LA VOIRIE", "Non, il y a la fête."),
    *("ANIMATRICE", "Merci.", "ÉLU À LA VOIRIE", "Merci à vous.", "VOISIN", "Et moi ?"),
]


def test_names_in_capitals_alone_on_their_lines_speak_below(tmp_path: Path) -> None:
    document = read(_written(tmp_path, SCRIPT), "e/s/seance.docx")
    assert document.facts["kind"] == "transcript"
    assert [(block.speaker, block.text) for block in document.blocks] == [
        ("", "La Touche Étoile, épisode 1"),
        ("ANIMATRICE", "Allô ? Vous êtes en route ?"),
        ("ÉLU À LA VOIRIE", "J'arrive."),
        ("ANIMATRICE", "Bien."),
        ("ANIMATRICE", "Quand serez-vous là ?"),
        ("ÉLU À LA VOIRIE", "À midi."),
        ("ANIMATRICE", "Pas avant ?"),
        ("ÉLU À LA VOIRIE", "Non, il y a la fête."),
        ("ANIMATRICE", "Merci."),
        ("ÉLU À LA VOIRIE", "Merci à vous."),
        ("VOISIN", "Et moi ?"),
    ]


def test_what_is_done_in_a_script_is_said_by_nobody_and_names_no_document(tmp_path: Path) -> None:
    document = docx.Document()
    for at, text in enumerate(SCRIPT):
        if at == 6:
            document.add_paragraph().add_run("Le téléphone sonne").bold = True
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    script = read(tmp_path / "a.docx", "e/s/a.docx")
    assert [b.speaker for b in script.blocks if b.text == "Le téléphone sonne"] == [""]
    assert script.title != "Le téléphone sonne"


def test_the_breaks_of_a_programme_speak_to_nobody(tmp_path: Path) -> None:
    programme = ["PAUSE", "10 h 30, dans le hall", "ATELIER", "Les cantines, salle 2"] * 6
    document = read(_written(tmp_path, programme), "e/s/a.docx")
    assert not any(block.speaker for block in document.blocks)
