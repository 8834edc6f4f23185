"""Captions: sentences with exact seconds and speakers, whatever wrote the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ReadError
from assistant.readers import read
from assistant.readers.speech.captions import parse_cues, utterances
from assistant.readers.speech.turns import Utterance, sentences
from assistant.records import Block, Place


def spoken(tmp_path: Path, content: str | bytes, name: str = "a.vtt") -> list[Block]:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(file, f"e/s/{name}").blocks)


def said(blocks: list[Block]) -> list[tuple[float, float, str, str]]:
    return [(b.place.first, b.place.last, b.speaker, b.text) for b in blocks]


def test_a_sentence_over_two_cues_has_the_start_of_the_first_and_the_end_of_the_second(
    tmp_path: Path,
) -> None:
    blocks = spoken(
        tmp_path,
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nLe budget est\n\n"
        "00:00:03.000 --> 00:00:05.500\nde 9 400 euros.\n",
    )
    assert said(blocks) == [(1.0, 5.5, "", "Le budget est de 9 400 euros.")]


def test_a_sentence_inside_a_cue_is_placed_by_its_characters(tmp_path: Path) -> None:
    blocks = spoken(tmp_path, "WEBVTT\n\n00:10.000 --> 00:20.000\nAbcd efg. Hijk lmno.\n")
    # 20 characters in 10 seconds: half a second each.
    assert said(blocks) == [(10.0, 14.5, "", "Abcd efg."), (15.0, 20.0, "", "Hijk lmno.")]


def test_two_voices_in_one_cue_are_two_speakers(tmp_path: Path) -> None:
    blocks = spoken(
        tmp_path,
        "WEBVTT\n\n00:00.000 --> 00:04.000\n<v Animatrice>Ça marche&nbsp;?</v>\n"
        "<v.fort Participant, état civil>Oui &amp; bien.</v>\n",
    )
    assert [(b.speaker, b.text) for b in blocks] == [
        ("Animatrice", "Ça marche ?"),
        ("Participant, état civil", "Oui & bien."),
    ]


def test_a_speaker_is_carried_to_the_cues_that_name_none(tmp_path: Path) -> None:
    blocks = spoken(
        tmp_path,
        "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ana>Un.</v>\n\n00:01.000 --> 00:02.000\nDeux.\n",
    )
    assert [b.speaker for b in blocks] == ["Ana", "Ana"]


def test_teams_identifiers_notes_and_styles_are_not_spoken(tmp_path: Path) -> None:
    blocks = spoken(
        tmp_path,
        "WEBVTT\n\nNOTE écrit par un outil\n\nSTYLE\n::cue { color: red }\n\n"
        "6a2c5d1e-0b/12-0\n00:00.000 --> 00:02.000\n<v Ana>Bonjour.</v>\n\n"
        "NOTE\nune remarque\n\n6a2c5d1e-0b/13-0\n00:02.000 --> 00:03.000\n<v Ana>Merci.</v>\n",
    )
    assert [b.text for b in blocks] == ["Bonjour.", "Merci."]


SRT = "1\n00:00:01,000 --> 00:00:02,000\nÉté à Nîmes.\n\n2\n00:00:02,000 --> 00:00:03,000\nOui.\n"


@pytest.mark.parametrize(
    "data",
    [
        SRT.encode(),
        b"\xef\xbb\xbf" + SRT.encode(),
        SRT.encode("cp1252"),
        SRT.encode("utf-16"),
        SRT.encode("utf-16-le"),
        SRT.replace("\n", "\r").encode(),
        SRT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16", "utf-16 without mark", "CR", "CRLF"],
)
def test_every_usual_encoding_and_line_end_reads_the_same(tmp_path: Path, data: bytes) -> None:
    assert said(spoken(tmp_path, data, "a.srt")) == [
        (1.0, 2.0, "", "Été à Nîmes."),
        (2.0, 3.0, "", "Oui."),
    ]


def test_a_broken_srt_gives_all_its_cues(tmp_path: Path) -> None:
    blocks = spoken(
        tmp_path,
        "00:00:01,000 --> 00:00:02,000\nSans numéro.\n2\n00:00:02,000 -> 00:00:03,000\n"
        "Sans ligne vide.\n\n3\n0:0:3.5 --> 0:0:4\nMinutage court.\n",
        "a.srt",
    )
    assert said(blocks) == [
        (1.0, 2.0, "", "Sans numéro."),
        (2.0, 3.0, "", "Sans ligne vide."),
        (3.5, 4.0, "", "Minutage court."),
    ]


def cues(*texts: str) -> str:
    return "".join(
        f"{n + 1}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\n{text}\n\n"
        for n, text in enumerate(texts)
    )


def test_a_name_before_a_colon_seen_twice_is_a_speaker(tmp_path: Path) -> None:
    text = cues(
        "Élue, culture : Bonjour.",
        "Il reste une question.",
        "Le prix : douze euros.",
        "C'est peu.",
        "C'est même très peu.",
        "Élue, culture : Si.",
    )
    assert [(b.speaker, b.text) for b in spoken(tmp_path, text, "a.srt")] == [
        ("Élue, culture", "Bonjour."),
        ("Élue, culture", "Il reste une question."),
        ("Élue, culture", "Le prix : douze euros."),
        ("Élue, culture", "C'est peu."),
        ("Élue, culture", "C'est même très peu."),
        ("Élue, culture", "Si."),
    ]


def test_where_nearly_every_line_has_a_name_one_met_once_is_a_speaker(tmp_path: Path) -> None:
    text = cues("Élue : Bonjour.", "Le maire : Non.", "Élue : Si.")
    assert [b.speaker for b in spoken(tmp_path, text, "a.srt")] == ["Élue", "Le maire", "Élue"]


def test_a_role_met_once_is_a_speaker_and_a_usual_word_met_twice_is_not(tmp_path: Path) -> None:
    text = cues("Remarque : rien.", "Intervenant, finances : Merci.", "Remarque : tout.")
    assert [b.speaker for b in spoken(tmp_path, text, "a.srt")] == [
        "",
        "Intervenant, finances",
        "Intervenant, finances",
    ]


def test_a_rolling_display_says_each_line_once(tmp_path: Path) -> None:
    text = (
        "WEBVTT\nLanguage: fr\n\n"
        "00:00.000 --> 00:02.000 align:start position:0%\n \n"
        "bonjour<00:00:01.000><c> à tous</c>\n\n"
        "00:02.000 --> 00:02.010\nbonjour à tous\n \n\n"
        "00:02.010 --> 00:04.000\nbonjour à tous\net<00:00:03.000><c> bienvenue</c>\n\n"
        "00:04.000 --> 00:04.010\net bienvenue\n \n\n"
        "00:04.010 --> 00:06.000\net bienvenue\nau forum\n"
    )
    assert " ".join(b.text for b in spoken(tmp_path, text)) == (
        "bonjour à tous et bienvenue au forum"
    )


def test_a_repetition_in_ordinary_captions_is_kept(tmp_path: Path) -> None:
    text = cues("Non.", "Non.", "Oui.", "C'est dit.", "Bien.")
    assert len(spoken(tmp_path, text, "a.srt")) == 5


def test_an_open_sentence_closes_at_a_silence(tmp_path: Path) -> None:
    text = "1\n00:00:00,000 --> 00:00:01,000\nalors\n\n2\n00:00:03,600 --> 00:00:05,000\ndonc\n"
    assert [b.text for b in spoken(tmp_path, text, "a.srt")] == ["alors", "donc"]
    near = text.replace("03,600", "03,400")
    assert [b.text for b in spoken(tmp_path, near, "a.srt")] == ["alors donc"]


def test_speech_without_punctuation_closes_after_400_characters_at_a_cue() -> None:
    words = [Utterance(n, n + 1, "", "mot " * 9 + "mot") for n in range(40)]
    blocks = list(sentences(words))
    assert max(len(b.text) for b in blocks) <= 400
    assert all(b.place.first == round(b.place.first) for b in blocks)
    assert blocks[0].place.last == blocks[1].place.first


def test_speech_without_punctuation_closes_after_90_seconds() -> None:
    blocks = list(sentences(Utterance(n * 10, n * 10 + 10, "", "mot") for n in range(30)))
    assert max(b.place.last - b.place.first for b in blocks) <= 100
    assert " ".join(b.text for b in blocks) == " ".join(["mot"] * 30)


def test_a_file_without_times_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as e:
        spoken(tmp_path, "WEBVTT\n\nseulement du texte\n")
    assert "minutage" in str(e.value)


LINE = st.text(
    st.sampled_from("abé .?!:<>&;/-1,v\n\t{}\u00a0’«»") | st.characters(codec="utf-8"), max_size=60
)
TIME = st.floats(0, 20_000).map(
    lambda s: f"{int(s // 3600):02}:{int(s % 3600 // 60):02}:{s % 60:06.3f}"
)


@given(st.lists(st.tuples(TIME, TIME, st.lists(LINE, max_size=4)), max_size=8), LINE)
def test_captions_never_raise_and_their_times_never_go_back(
    made: list[tuple[str, str, list[str]]], head: str
) -> None:
    text = (
        head + "\n" + "".join(f"\n{a} --> {b}\n" + "\n".join(lines) + "\n" for a, b, lines in made)
    )
    found, _ = parse_cues(text)
    blocks = list(sentences(utterances(found)))
    starts = [b.place.first for b in blocks]
    assert starts == sorted(starts)
    assert all(b.place.first <= b.place.last for b in blocks)
    assert all(b.text.strip() for b in blocks)


WORDS = st.lists(st.text("abcdeéèA.,?!'", min_size=1, max_size=12), min_size=1, max_size=30).map(
    " ".join
)


@given(st.lists(st.tuples(st.integers(0, 400), WORDS), min_size=1, max_size=12))
def test_no_spoken_word_is_lost(made: list[tuple[int, str]]) -> None:
    made = sorted(made)
    text = "".join(
        f"{n}\n00:{s // 60:02}:{s % 60:02},000 --> 00:59:00,000\n{w}\n\n"
        for n, (s, w) in enumerate(made)
    )
    found, _ = parse_cues(text)
    blocks = list(sentences(utterances(found)))
    assert " ".join(b.text for b in blocks).split() == [w for _, ws in made for w in ws.split()]


def test_the_place_of_speech_is_in_seconds(tmp_path: Path) -> None:
    (block,) = spoken(tmp_path, "WEBVTT\n\n01:00:01.250 --> 01:00:02.500\nIci.\n")
    assert block == Block("Ici.", "speech", Place("second", 3601.25, 3602.5))
