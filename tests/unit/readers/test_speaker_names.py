"""Who speaks: how people, minutes and transcribers say it at the start of a line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from reportlab.pdfgen import canvas

from assistant.readers import read
from assistant.readers.speech.speaker_names import introduced, is_role, may_be_name

LINES = {
    "Animatrice : Bonjour à tous": ("Animatrice", "Bonjour à tous"),
    "M. le Maire : La séance est ouverte.": ("M. le Maire", "La séance est ouverte."),
    "Mme Durand : Merci.": ("Mme Durand", "Merci."),
    "Dr. Martin : Trois cas.": ("Dr. Martin", "Trois cas."),
    "M. LE MAIRE. – La séance est ouverte.": ("M. LE MAIRE", "La séance est ouverte."),
    "Mme la Présidente. — Merci.": ("Mme la Présidente", "Merci."),
    "MM. les adjoints – Oui.": ("MM. les adjoints", "Oui."),
    "M. le président. La séance est ouverte.": ("M. le président", "La séance est ouverte."),
    "Mme la rapporteure. Merci.": ("Mme la rapporteure", "Merci."),
    "MME DURAND — Je vote pour.": ("MME DURAND", "Je vote pour."),
    "M. le Président de séance. Merci.": ("M. le Président de séance", "Merci."),
    "Mme Anne Durand-Petit. Je vote.": ("Mme Anne Durand-Petit", "Je vote."),
    "M. Petit, adjoint aux finances. Le budget.": (
        "M. Petit, adjoint aux finances", "Le budget."),
    "Mme DURAND. Je vote.": ("Mme DURAND", "Je vote."),
    "Mme Durand (groupe Ensemble) :": ("Mme Durand (groupe Ensemble)", ""),
    "Le Président :": ("Le Président", ""),
    "Locuteur 1 - Oui.": ("Locuteur 1", "Oui."),
    "(M. Martin) Voici.": ("M. Martin", "Voici."),
    "Interlocuteur 1 : Oui.": ("Interlocuteur 1", "Oui."),
    "[SPEAKER_00]: Bonjour": ("SPEAKER_00", "Bonjour"),
    "[SPEAKER_01] Bonjour": ("SPEAKER_01", "Bonjour"),
    "(speaker 0) Bonjour": ("speaker 0", "Bonjour"),
    "[Le rapporteur] Voici.": ("Le rapporteur", "Voici."),
}  # fmt: skip


@pytest.mark.parametrize(("line", "found"), LINES.items(), ids=LINES)
def test_a_line_says_who_speaks(line: str, found: tuple[str, str]) -> None:
    who = introduced(line)
    assert who and may_be_name(who.name)
    assert (who.name, line[who.end :]) == found


@pytest.mark.parametrize(
    "line",
    [
        "[Applaudissements] Merci",
        "(Rires) Oui",
        "[inaudible] de la ville",
        "Il est 10 h. M. le Maire ouvre la séance.",
        "La ville – et ses agents – décide.",
        "https://example.org",
        "Objet :",
        "Le budget :",
        "M. le Maire ouvre la séance.",
        "Mme Anne Durand ouvre la séance. Elle parle.",
        "Mme Durand. Elle est absente.",
        "M. le Maire ouvre la séance. Il rappelle l'ordre du jour.",
        "Bonjour M. le Maire. Merci de votre venue.",
    ],
)
def test_a_line_that_begins_with_no_name(line: str) -> None:
    assert introduced(line) is None


@pytest.mark.parametrize("line", ["Pour : 21 voix", "Contre : 8", "Abstentions : 2", "Vote : oui"])
def test_the_count_of_a_vote_is_no_speaker(line: str) -> None:
    found = introduced(line)
    assert found and not may_be_name(found.name)


def test_a_title_or_a_number_is_a_speaker_even_once() -> None:
    assert is_role("M. le Maire") and is_role("SPEAKER_00") and is_role("speaker 0")
    assert not is_role("Voirie")


MINUTES = """M. LE MAIRE. – La séance est ouverte. Le quorum est atteint.

Mme Durand. – Je demande la parole sur la cantine.

M. LE MAIRE. – Vous l'avez.

Mme Durand. – Combien de repas servons-nous ?
"""


VOTE = MINUTES + "\nDélibération n° 12 : adoptée.\nPour : 21 voix\n\nMme Durand. – Merci.\n"


def pdf(folder: Path) -> Path:
    drawn = canvas.Canvas(str(folder / "a.pdf"))
    for at, line in enumerate(filter(None, VOTE.split("\n"))):
        drawn.drawString(60, 760 - 20 * at, line)
    drawn.save()
    return folder / "a.pdf"


def text(folder: Path) -> Path:
    (folder / "a.txt").write_text(VOTE, "utf-8")
    return folder / "a.txt"


def word(folder: Path) -> Path:
    document = docx.Document()
    for line in filter(None, VOTE.split("\n")):
        document.add_paragraph(line)
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


@pytest.mark.parametrize("written", [pdf, text, word])
def test_nobody_says_how_a_vote_ended(written: Callable[[Path], Path], tmp_path: Path) -> None:
    path = written(tmp_path)
    blocks = read(path, f"e/s/{path.name}").blocks
    said = [(block.speaker, block.text) for block in blocks]
    assert said[0] == ("M. LE MAIRE", "La séance est ouverte. Le quorum est atteint.")
    assert said[3] == ("Mme Durand", "Combien de repas servons-nous ?")
    assert said[-1] == ("Mme Durand", "Merci.")
    assert {who for who, _ in said[4:-1]} == {""}
    assert "Pour : 21 voix" in said[-2][1]


def test_minutes_in_pdf_keep_their_pages(tmp_path: Path) -> None:
    blocks = read(pdf(tmp_path), "e/s/a.pdf").blocks
    assert {block.place.kind for block in blocks} == {"page"}


def test_minutes_of_a_council_are_read_by_speaker(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(MINUTES, "utf-8")
    blocks = read(tmp_path / "a.txt", "e/s/a.txt").blocks
    assert [(block.kind, block.speaker) for block in blocks] == [
        ("speech", "M. LE MAIRE"),
        ("speech", "Mme Durand"),
        ("speech", "M. LE MAIRE"),
        ("speech", "Mme Durand"),
    ]
    assert blocks[1].text == "Je demande la parole sur la cantine."


@pytest.mark.parametrize("mark", ["[SPEAKER_0{}]: ", "(speaker {}) ", "[Voix {}] "])
def test_the_marks_of_transcribers_are_speakers_of_captions(mark: str, tmp_path: Path) -> None:
    cues = "\n\n".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{mark.format(n % 2)}Phrase {n}."
        for n in range(1, 5)
    )
    (tmp_path / "a.srt").write_text(cues, "utf-8")
    blocks = read(tmp_path / "a.srt", "e/s/a.srt").blocks
    assert [block.text for block in blocks] == [f"Phrase {n}." for n in range(1, 5)]
    assert len({block.speaker for block in blocks}) == 2
    assert "" not in {block.speaker for block in blocks}


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_name_alone_on_its_line_says_what_stands_below(between: str, tmp_path: Path) -> None:
    turns = [("Le Président", "La séance est ouverte."), ("Mme Durand (groupe A)", "Une question.")]
    turns = [*turns, ("Le Président", "Oui ?"), ("M. Petit, adjoint", "Le budget est voté.")]
    lines = [f"{who} :{between}{said}" for who, said in turns]
    (tmp_path / "a.txt").write_text("\n\n".join(lines), "utf-8")
    blocks = read(tmp_path / "a.txt", "e/s/a.txt").blocks
    assert [(block.speaker, block.text) for block in blocks] == turns
