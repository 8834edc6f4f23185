"""Transcripts copied from a page, or saved as text by a meeting's program."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from assistant.readers import read
from assistant.records import Document


def document(folder: Path, text: str, suffix: str = ".txt") -> Document:
    path = folder / f"a{suffix}"
    if suffix == ".docx":
        made = docx.Document()
        for paragraph in text.split("\n"):
            if paragraph:
                made.add_paragraph(paragraph)
        made.save(str(path))
    else:
        path.write_text(text, encoding="utf-8")
    return read(path, f"e/s/{path.name}")


def said(found: Document) -> list[tuple[str, str]]:
    return [(one.speaker, one.text) for one in found.blocks if one.kind == "speech"]


YOUTUBE = """0:00
0 seconde
bonjour à tous
0:08
8 secondes
on parle des cantines
1:05
1 minute et 5 secondes
merci bien
1:02:03
1 heure, 2 minutes et 3 secondes
au revoir
"""
GLUED = "0:000 secondebonjour à tous\n0:088 secondeson parle\n1:051 minute et 5 secondesmerci\n"
ENGLISH = YOUTUBE.replace("secondes", "seconds").replace(" et ", ", ").replace("heure", "hour")


@pytest.mark.parametrize("text", [YOUTUBE, ENGLISH, YOUTUBE.replace("\n", "\r\n")])
def test_lengths_of_time_in_words_are_not_said(tmp_path: Path, text: str) -> None:
    blocks = document(tmp_path, text).blocks
    assert [(one.place.first, one.text) for one in blocks] == [
        (0, "bonjour à tous"),
        (8, "on parle des cantines"),
        (65, "merci bien"),
        (3723, "au revoir"),
    ]


def test_lengths_of_time_alone_are_the_times_of_what_follows(tmp_path: Path) -> None:
    text = "8 secondes\non parle\n15 secondes\net du tri\n1 minute et 2 secondes\nvoilà\n"
    blocks = document(tmp_path, text).blocks
    assert [(one.place.first, one.text) for one in blocks] == [
        (8, "on parle"),
        (15, "et du tri"),
        (62, "voilà"),
    ]


def test_who_is_there_is_no_speaker(tmp_path: Path) -> None:
    text = f"Participants : Animatrice, Élue\n\n{MEET}"
    assert "Participants" not in {speaker for speaker, _ in said(document(tmp_path, text))}


def test_lengths_of_time_glued_to_the_clock_are_not_said(tmp_path: Path) -> None:
    blocks = document(tmp_path, GLUED).blocks
    assert [one.text for one in blocks] == ["bonjour à tous", "on parle", "merci"]


TEAMS = """Animatrice Ville
0:03
Bonjour à tous.
On commence.
Élue Voirie
0:12
Oui.
Animatrice Ville
1:05
Merci.
"""
TEAMS_FULL = """Animatrice Ville a démarré la transcription

AV
Animatrice Ville
0 minute 3 secondes
0:03
Animatrice Ville 0 minute 3 secondes
Bonjour à tous.
On commence.

ÉV
Élue Voirie
0 minute 12 secondes0:12
Élue Voirie 0 minutes 12 secondes
Oui.

AV
Animatrice Ville
1 minute 5 secondes
1:05
Merci.
"""


@pytest.mark.parametrize("suffix", [".txt", ".docx"])
@pytest.mark.parametrize("text", [TEAMS, TEAMS_FULL], ids=["short", "with its page"])
def test_the_transcript_of_teams_copied_from_the_browser(
    tmp_path: Path, text: str, suffix: str
) -> None:
    found = document(tmp_path, text, suffix)
    assert said(found) == [
        ("Animatrice Ville", "Bonjour à tous."),
        ("Animatrice Ville", "On commence."),
        ("Élue Voirie", "Oui."),
        ("Animatrice Ville", "Merci."),
    ]
    assert [one.place.first for one in found.blocks if one.speaker][::2] == [3, 12]


MEET = (
    "Transcription\n\n00:00:00\n\n{}\n00:05:00\n\n{}\n00:10:00\n\n{}\n"
    "Transcription terminée après 00:12:00\n"
)
MEET = MEET.format(
    *("".join(f"Animatrice: Question {one}{two}.\nÉlue: Oui {one}{two}.\n" for two in "abcdefg")
      for one in "123")
)  # fmt: skip


@pytest.mark.parametrize("suffix", [".txt", ".docx"])
def test_the_clock_of_google_meet_is_not_said(tmp_path: Path, suffix: str) -> None:
    spoken = said(document(tmp_path, MEET, suffix))
    assert len(spoken) == 42
    assert {speaker for speaker, _ in spoken} == {"Animatrice", "Élue"}
    assert not any("00" in text or "terminée" in text for _, text in spoken)


ZOOM = (
    "[Animatrice] 16:03:26\nBonjour à tous.\n\n[Élue] 16:03:30\nOui.\n\n"
    "[Animatrice] 16:04:02\nBien.\n"
)
ZOOM_BEFORE = (
    "16:03:26 Animatrice : Bonjour à tous.\n16:03:30 Élue : Oui.\n16:04:02 Animatrice : Bien.\n"
)


@pytest.mark.parametrize("text", [ZOOM, ZOOM_BEFORE, ZOOM.replace("[", "").replace("]", "")])
def test_the_time_of_day_is_no_second_and_is_not_said(tmp_path: Path, text: str) -> None:
    found = document(tmp_path, text)
    assert said(found) == [
        ("Animatrice", "Bonjour à tous."), ("Élue", "Oui."), ("Animatrice", "Bien."),
    ]  # fmt: skip
    assert {one.place.kind for one in found.blocks} == {"line"}


def test_a_clock_that_starts_with_the_recording_gives_seconds(tmp_path: Path) -> None:
    found = document(tmp_path, ZOOM.replace("16:0", "00:0"))
    assert [(one.place.kind, one.place.first) for one in found.blocks] == [
        ("second", 206), ("second", 210), ("second", 242),
    ]  # fmt: skip


INSIDE = "Animatrice{}Bonjour à tous. [00:00:31] On commence.\nÉlue{}Oui (00:01:02) bien sûr.\n"


def test_a_time_within_what_is_said_is_not_said(tmp_path: Path) -> None:
    text = 2 * INSIDE.format(" : ", " : ")
    assert said(document(tmp_path, text))[:2] == [
        ("Animatrice", "Bonjour à tous. On commence."),
        ("Élue", "Oui bien sûr."),
    ]


def test_a_time_within_what_is_said_gives_its_second(tmp_path: Path) -> None:
    text = INSIDE.format("  0:20\n", "  0:50\n") + "Animatrice  1:10\nMerci.\n"
    blocks = document(tmp_path, text).blocks
    assert [(one.place.first, one.text) for one in blocks] == [
        (20, "Bonjour à tous."),
        (31, "On commence."),
        (50, "Oui bien sûr."),
        (70, "Merci."),
    ]


@pytest.mark.parametrize(
    "signed",
    [
        "Transcribed by https://otter.ai",
        "Transcrit par https://otter.ai",
        "(Transcribed by TurboScribe.ai)",
    ],
)
def test_who_made_a_transcript_is_not_said(tmp_path: Path, signed: str) -> None:
    text = (
        f"Animatrice  0:03\nBonjour.\n\nÉlue  0:12\nOui.\n\nAnimatrice  1:05\nMerci.\n\n{signed}\n"
    )
    assert [one.text for one in document(tmp_path, text).blocks] == ["Bonjour.", "Oui.", "Merci."]


def test_what_whisper_invents_is_not_in_its_plain_text_either(tmp_path: Path) -> None:
    text = "Le tri se fait à la source.\nSous-titres réalisés par la communauté d'Amara.org\nMerci."
    blocks = document(tmp_path, text).blocks
    assert [(one.text, one.place.first) for one in blocks] == [
        ("Le tri se fait à la source.", 1),
        ("Merci.", 3),
    ]


def test_who_made_it_is_not_said_at_the_end_of_what_is(tmp_path: Path) -> None:
    text = "Animatrice : Bonjour.\nÉlue : Oui.\nAnimatrice : Bien.\nÉlue : Merci."
    signed = f"{text} Transcribed by https://otter.ai\n"
    assert said(document(tmp_path, signed))[-1] == ("Élue", "Merci.")


PREMIERE = """00:00:00:12 - 00:00:04:00
Intervenant 1
Bonjour à tous.

00:00:04:05 - 00:00:06:00
Intervenant 2
Oui.

00:00:06:00 - 00:00:09:00
Intervenant 1
Merci.
"""


def test_spans_in_frames_have_their_seconds(tmp_path: Path) -> None:
    found = document(tmp_path, PREMIERE)
    assert [(one.place.first, one.speaker, one.text) for one in found.blocks] == [
        (0.48, "Intervenant 1", "Bonjour à tous."),
        (4.2, "Intervenant 2", "Oui."),
        (6, "Intervenant 1", "Merci."),
    ]


MINUTES = """Procès-verbal
M. le Maire : La séance est ouverte.
Mme Durand : Je demande la parole.
Il est question des cantines.
M. LE MAIRE. – Vous l'avez.
Mme Durand : Combien de repas ?
M. le Maire : Mille.
"""


@pytest.mark.parametrize("suffix", [".txt", ".docx", ".md", ".html"])
def test_minutes_are_read_by_speaker_in_documents_too(tmp_path: Path, suffix: str) -> None:
    lines = MINUTES.splitlines()
    pages = {".html": "".join(f"<p>{line}</p>" for line in lines), ".md": "\n\n".join(lines)}
    spoken = said(document(tmp_path, pages.get(suffix, MINUTES), suffix))
    assert next(speaker for speaker, _ in spoken if speaker) == "M. le Maire"
    assert ("M. LE MAIRE", "Vous l'avez.") in spoken
    assert any("Il est question des cantines." in text for _, text in spoken)


@pytest.mark.parametrize(
    "text",
    [
        "Objet : les cantines\nDate : 12 mai\nService : voirie\nService : déchets\nUn texte.\n",
        "Repas : 5 €\nGarderie : 2 €\nRepas : 7 €\nGarderie : 3 €\n",
    ],
    ids=["fields", "prices"],
)
@pytest.mark.parametrize("suffix", [".docx", ".md"])
def test_a_report_with_fields_stays_a_report(tmp_path: Path, text: str, suffix: str) -> None:
    text = text.replace("\n", "\n\n") if suffix == ".md" else text
    assert document(tmp_path, text, suffix).facts["kind"] == "report"
