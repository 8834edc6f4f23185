"""Captions as converters, editing suites and transcribers leave them: what was said, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.readers import read
from assistant.records import Document

Heard = list[tuple[float, float, str]]


def document(folder: Path, content: str, name: str = "a.srt") -> Document:
    (folder / name).write_bytes(content.encode())
    return read(folder / name, f"e/s/{name}")


def heard(folder: Path, content: str, name: str = "a.srt") -> Heard:
    blocks = document(folder, content, name).blocks
    return [(one.place.first, one.place.last, one.text) for one in blocks]


def clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) % 3600 // 60:02}:{seconds % 60:06.3f}"


def srt(*cues: tuple[float, float, str]) -> str:
    return "".join(
        f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n\n".replace(".", ",", 2)
        for number, (start, end, text) in enumerate(cues, start=1)
    )


@pytest.mark.parametrize("name", ["a.srt", "a.vtt", "a.txt"])
@pytest.mark.parametrize("mark", ["\\h", "\\N", "&nbsp;", "\u00a0", "<br>", "[br]"])
def test_a_space_or_a_break_of_another_format_is_a_space(
    tmp_path: Path, name: str, mark: str
) -> None:
    cues = srt((0, 2, f"Combien{mark}de repas{mark}?"), (2, 4, "Mille."), (4, 5, "Bien."))
    text = f"WEBVTT\n\n{cues.replace(',', '.')}" if name == "a.vtt" else cues
    assert heard(tmp_path, text, name)[0] == (0, 2, "Combien de repas ?")


def test_a_time_left_in_a_caption_is_not_said(tmp_path: Path) -> None:
    assert heard(tmp_path, srt((30, 32, "Le tri [00:00:31] se fait ici.")))[0][2] == (
        "Le tri se fait ici."
    )


def test_the_name_of_a_folder_keeps_its_letters(tmp_path: Path) -> None:
    assert heard(tmp_path, srt((0, 2, "Dans C:\\home ou C:\\Notes.")))[0][2] == (
        "Dans C:\\home ou C:\\Notes."
    )


@pytest.mark.parametrize(
    ("cues", "said"),
    [
        (
            [(0, 2, "Le budget est"), (2, 4, "Le budget est\nde 9 400 euros.")],
            [(0, 4, "Le budget est de 9 400 euros.")],
        ),
        (
            [(0, 2, "Un.\nDeux."), (2, 4, "Deux.\nTrois."), (5, 6, "Quatre.")],
            [(0, 0.667, "Un."), (0.889, 2, "Deux."), (2, 4, "Trois."), (5, 6, "Quatre.")],
        ),
        (
            [(0, 2, "La collecte a lieu le mardi."), (2, 5, "La collecte a lieu le mardi.")],
            [(0, 5, "La collecte a lieu le mardi.")],
        ),
        (
            [(0, 1, "– Oui."), (1, 3, "– Oui.\n– D'accord.")],
            [(0, 1, "– Oui."), (1, 1.667, "– Oui."), (1.778, 3, "– D'accord.")],
        ),
        ([(0, 1, "Non."), (1, 2, "Non.")], [(0, 1, "Non."), (1, 2, "Non.")]),
        (
            [(0, 2, "La collecte a lieu le mardi."), (9, 11, "La collecte a lieu le mardi.")],
            [(0, 2, "La collecte a lieu le mardi."), (9, 11, "La collecte a lieu le mardi.")],
        ),
    ],
    ids=["held above", "scrolled", "the whole cue", "a dialogue", "said twice", "said again later"],
)
def test_a_line_that_stays_on_screen_is_said_once(
    tmp_path: Path, cues: list[tuple[float, float, str]], said: Heard
) -> None:
    assert heard(tmp_path, srt(*cues)) == said


@pytest.mark.parametrize("mark", ["<u>{}</u>", '<font color="#00ff00">{}</font>', "<b>{}</b>"])
def test_a_sentence_whose_words_are_highlighted_in_turn_is_said_once(
    tmp_path: Path, mark: str
) -> None:
    words = "Le tri se fait à la source.".split()
    cues = []
    for at in range(len(words)):
        lit = [mark.format(word) if at == one else word for one, word in enumerate(words)]
        cues.append((at * 0.5, at * 0.5 + 0.4, " ".join(lit)))
        cues.append((at * 0.5 + 0.4, at * 0.5 + 0.5, " ".join(words)))
    cues.append((8, 9, "Bien."))
    assert heard(tmp_path, srt(*cues)) == [(0, 3.5, "Le tri se fait à la source."), (8, 9, "Bien.")]


@pytest.mark.parametrize(
    "credit",
    [
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Sous-titres réalisés para la communauté d’Amara.org",
        "Sous-titrage Société Radio-Canada",
        "Sous-titrage ST' 501",
        "Sous-titres par Juanfrance",
        "❤️ par SousTitreur.com",
        "Merci d'avoir regardé cette vidéo !",
        "Subtitles by the Amara.org community",
        "Thanks for watching!",
        "Untertitel der Amara.org-Community",
        "Subtítulos realizados por la comunidad de Amara.org",
        "Sottotitoli creati dalla comunità Amara.org",
        "Transcribed by https://otter.ai",
        "(Transcribed by TurboScribe.ai. Go Unlimited to remove this message.)",
        "Sous-titrage Société Radio-Canada Sous-titrage Société Radio-Canada",
        "[BLANK_AUDIO]",
    ],
)
def test_an_invented_credit_is_not_said_and_is_told_to_staff(tmp_path: Path, credit: str) -> None:
    cues = srt((0, 2, "Trois cents tonnes par an."), (2, 30, credit), (30, 31, "Bonsoir."))
    found = document(tmp_path, cues)
    assert [one.text for one in found.blocks] == ["Trois cents tonnes par an.", "Bonsoir."]
    (problem,) = found.problems
    assert (problem.key, problem.values["names"]) == ("reading.credits_left_out", credit)


def test_a_credit_within_what_is_said_is_left_out(tmp_path: Path) -> None:
    credit = "Sous-titres réalisés para la communauté d'Amara.org"
    found = document(tmp_path, srt((0, 4, f"bonjour à tous {credit}"), (4, 6, "on commence")))
    assert [one.text for one in found.blocks] == ["bonjour à tous on commence"]
    assert found.problems[0].values["names"] == credit


def test_what_is_said_of_subtitles_is_kept(tmp_path: Path) -> None:
    said = [
        "Les sous-titres sont relus par la communauté d'Amara.org et par nous.",
        "Le sous-titrage coûte 12 euros la minute.",
        "Abonnez-vous avant le 12 mai pour recevoir la carte.",
    ]
    found = document(tmp_path, srt(*((at, at + 1, text) for at, text in enumerate(said))))
    assert [one.text for one in found.blocks] == said
    assert found.problems == ()


@pytest.mark.parametrize(("hour", "told"), [(1, 1), (10, 1), (0, 0)])
def test_a_timeline_that_starts_at_an_hour_is_counted_from_zero(
    tmp_path: Path, hour: int, told: int
) -> None:
    start = hour * 3600
    cues = srt((start + 2, start + 4, "Bonjour."), (start + 4, start + 6, "Merci."))
    found = document(tmp_path, cues)
    assert [one.place.first for one in found.blocks] == [2, 4]
    assert len(found.problems) == told


def test_what_begins_long_after_an_hour_keeps_its_seconds(tmp_path: Path) -> None:
    cues = srt((4000, 4002, "Bonjour."), (4002, 4004, "Merci."))
    assert [first for first, _, _ in heard(tmp_path, cues)] == [4000, 4002]


def test_frames_of_a_timecode_are_no_hundredths(tmp_path: Path) -> None:
    cues = "1\n00:00:01:12 --> 00:00:02:00\nUn.\n\n2\n00:00:02:00 --> 00:00:03:24\nDeux.\n"
    assert heard(tmp_path, cues) == [(1.48, 2, "Un."), (2, 3.96, "Deux.")]


SBV = "0:00:01.000,0:00:03.000\nBonjour à tous.\n\n0:00:03.500,0:00:05.000\nMerci.\nBien.\n"


def test_times_with_commas_are_those_of_youtube_too(tmp_path: Path) -> None:
    text = "0:00:01,000,0:00:03,000\nBonjour, à tous.\n\n0:00:03,500,0:00:04,250\nMerci.\n"
    found = [(1, 3, "Bonjour, à tous."), (3.5, 4.25, "Merci.")]
    assert heard(tmp_path, text, "a.sbv") == found


@pytest.mark.parametrize("name", ["a.sbv", "a.srt", "a.txt"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_captions_of_youtube_are_read_under_any_name(tmp_path: Path, name: str, ends: str) -> None:
    text = "\ufeff" + (SBV + "\n0:00:06.000,0:00:07.000\nFin.\n").replace("\n", ends)
    assert heard(tmp_path, text, name)[:2] == [(1, 3, "Bonjour à tous."), (3.5, 4.25, "Merci.")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('1 "Animatrice" (326562)', '2 "Élue" (326563)'),
        ("Speaker 1", "Speaker 2"),
        ("1 - Animatrice", "2 - Élue"),
        ("SPEAKER_00", "SPEAKER_01"),
        ("Intervenant 1", "Intervenant 2"),
    ],
)
def test_who_speaks_may_stand_in_the_identifier_of_a_cue(
    tmp_path: Path, first: str, second: str
) -> None:
    text = (
        f"WEBVTT\n\n{first}\n00:00:01.000 --> 00:00:02.000\nBonjour.\n\n"
        f"{second}\n00:00:03.000 --> 00:00:04.000 align:start\nOui : 5 < 6 & 7 > 2.\n\n"
        f"{first}\n00:00:05.000 --> 00:00:06.000\nMerci.\n"
    )
    blocks = document(tmp_path, text, "a.vtt").blocks
    assert [one.text for one in blocks] == ["Bonjour.", "Oui : 5 < 6 & 7 > 2.", "Merci."]
    one, two, three = (block.speaker for block in blocks)
    assert one == three != two and one and two


def test_chevrons_end_what_a_named_speaker_says(tmp_path: Path) -> None:
    text = srt((0, 1, ">> Élue : Bonjour."), (1, 2, ">> Oui ?"), (2, 3, "&gt;&gt; Élue : Merci."))
    found = document(tmp_path, text).blocks
    assert [(one.speaker, one.text) for one in found] == [
        ("Élue", "Bonjour."),
        ("", "Oui ?"),
        ("Élue", "Merci."),
    ]


def test_a_name_in_capitals_behind_chevrons_is_a_speaker_even_once(tmp_path: Path) -> None:
    said = [">> DURAND: Bonjour.", ">> La séance est ouverte.", "Voici mon avis : il faut voter."]
    cues = [f"{at}\n00:00:0{at},000 --> 00:00:0{at + 1},000\n{line}\n"
            for at, line in enumerate(said, start=1)]  # fmt: skip
    (tmp_path / "a.srt").write_text("\n".join(cues), "utf-8")
    blocks = read(tmp_path / "a.srt", "e/s/a.srt").blocks
    assert [(block.speaker, block.text) for block in blocks] == [
        ("DURAND", "Bonjour."),
        ("", "La séance est ouverte."),
        ("", "Voici mon avis : il faut voter."),
    ]


def test_speech_without_punctuation_keeps_the_second_of_each_cue(tmp_path: Path) -> None:
    cues = [(at * 4, at * 4 + 4, f"on parle ici de la chose numéro {at}") for at in range(12)]
    found = heard(tmp_path, srt(*cues))
    assert found == [(float(start), float(end), text) for start, end, text in cues]
