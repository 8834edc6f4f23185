"""Transcripts in JSON, as each transcriber writes it: the same seconds, speakers and words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ReadError
from assistant.readers import read
from assistant.records import Document

#: In each of these, the same two sentences by two voices.
TWO_VOICES: dict[str, Any] = {
    "AssemblyAI": {
        "language_code": "fr",
        "audio_duration": 5,
        "words": [{"text": "Bonjour", "start": 1000, "end": 1500, "speaker": "A"}],
        "utterances": [
            {"speaker": "A", "text": "Bonjour à tous.", "start": 1000, "end": 2500, "words": []},
            {"speaker": "B", "text": "Merci bien.", "start": 3000, "end": 4000, "words": []},
        ],
    },
    "Deepgram": {
        "metadata": {"duration": 5.0},
        "results": {
            "channels": [
                {
                    "detected_language": "fr",
                    "alternatives": [{"transcript": "Bonjour à tous. Merci bien.", "words": []}],
                }
            ],
            "utterances": [
                {"start": 1.0, "end": 2.5, "transcript": "Bonjour à tous.", "speaker": 0},
                {"start": 3.0, "end": 4.0, "transcript": "Merci bien.", "speaker": 1},
            ],
        },
    },
    "Deepgram, in paragraphs": {
        "results": {
            "channels": [
                {
                    "detected_language": "fr",
                    "alternatives": [
                        {
                            "transcript": "",
                            "paragraphs": {
                                "paragraphs": [
                                    {
                                        "sentences": [
                                            {"text": "Bonjour à tous.", "start": 1.0, "end": 2.5}
                                        ],
                                        "speaker": 0,
                                    },
                                    {
                                        "sentences": [
                                            {"text": "Merci bien.", "start": 3.0, "end": 4.0}
                                        ],
                                        "speaker": 1,
                                    },
                                ]
                            },
                        }
                    ],
                }
            ]
        }
    },
    "Gladia": {
        "result": {
            "transcription": {
                "languages": ["fr"],
                "full_transcript": "Bonjour à tous. Merci bien.",
                "utterances": [
                    {"text": " Bonjour à tous.", "start": 1.0, "end": 2.5, "speaker": 0},
                    {"text": " Merci bien.", "start": 3.0, "end": 4.0, "speaker": 1},
                ],
            }
        }
    },
    "Azure, from a batch": {
        "combinedRecognizedPhrases": [{"display": "Bonjour à tous. Merci bien."}],
        "recognizedPhrases": [
            {
                "recognitionStatus": "Success",
                "speaker": 1,
                "offset": "PT1S",
                "duration": "PT1.5S",
                "offsetInTicks": 10000000.0,
                "durationInTicks": 15000000.0,
                "locale": "fr-FR",
                "nBest": [{"lexical": "bonjour à tous", "display": "Bonjour à tous."}],
            },
            {
                "speaker": 2,
                "offset": "PT3S",
                "duration": "PT1S",
                "nBest": [{"display": "Merci bien."}],
            },
            {"recognitionStatus": "Failure", "offset": "PT9S", "duration": "PT1S"},
        ],
    },
    "Azure, at once": {
        "durationMilliseconds": 5000,
        "phrases": [
            {
                "offsetMilliseconds": 1000,
                "durationMilliseconds": 1500,
                "text": "Bonjour à tous.",
                "locale": "fr-FR",
                "speaker": 1,
            },
            {
                "offsetMilliseconds": 3000,
                "durationMilliseconds": 1000,
                "text": "Merci bien.",
                "speaker": 2,
            },
        ],
    },
    "Speakr": [
        {
            "speaker": "SPEAKER_00",
            "sentence": "Bonjour à tous.",
            "start_time": 1.0,
            "end_time": 2.5,
        },
        {"speaker": "SPEAKER_01", "sentence": "Merci bien.", "start_time": 3.0, "end_time": 4.0},
    ],
    "whisper.cpp": {
        "result": {"language": "fr"},
        "transcription": [
            {"offsets": {"from": 1000, "to": 2500}, "text": " Bonjour à tous.", "speaker": "0"},
            {"offsets": {"from": 3000, "to": 4000}, "text": " Merci bien.", "speaker": "1"},
        ],
    },
    "whisper.cpp, marked": {
        "transcription": [
            {
                "timestamps": {"from": "00:00:01,000", "to": "00:00:02,500"},
                "text": " (speaker 0) Bonjour à tous.",
            },
            {
                "timestamps": {"from": "00:00:03,000", "to": "00:00:04,000"},
                "text": " (speaker 1) Merci bien.",
            },
        ]
    },
    "Podcasting 2.0": {
        "version": "1.0.0",
        "segments": [
            {
                "speaker": "Animatrice",
                "startTime": 1.0,
                "endTime": 2.5,
                "body": "Bonjour à tous.",
            },
            {"speaker": "Élue", "startTime": 3, "endTime": 4, "body": "Merci bien."},
        ],
    },
    "WhisperX": {
        "segments": [
            {"start": 1, "end": 2.5, "text": " Bonjour à tous.", "speaker": "SPEAKER_00"},
            {"start": 3, "end": 4, "text": " Merci bien.", "speaker": "SPEAKER_01"},
        ],
        "language": "fr",
    },
    "AWS": {
        "results": {
            "language_code": "fr-FR",
            "audio_segments": [
                {
                    "transcript": "Bonjour à tous.",
                    "start_time": "1.0",
                    "end_time": "2.5",
                    "speaker_label": "spk_0",
                },
                {
                    "transcript": "Merci bien.",
                    "start_time": "3.0",
                    "end_time": "4.0",
                    "speaker_label": "spk_1",
                },
            ],
        }
    },
}
#: One voice, and no punctuation.
ONE_VOICE: dict[str, Any] = {
    "Vosk": {
        "result": [
            {"conf": 1.0, "start": 1.0, "end": 1.5, "word": "bonjour"},
            {"conf": 1.0, "start": 1.5, "end": 1.7, "word": "à"},
            {"conf": 1.0, "start": 1.7, "end": 2.5, "word": "tous"},
        ],
        "text": "bonjour à tous",
    },
    "YouTube": {
        "wireMagic": "pb3",
        "events": [
            {"tStartMs": 0, "dDurationMs": 9000, "id": 1},
            {
                "tStartMs": 1000,
                "dDurationMs": 1500,
                "segs": [{"utf8": "bonjour"}, {"utf8": " à", "tOffsetMs": 300}, {"utf8": "\ntous"}],
            },
            {"tStartMs": 2400, "dDurationMs": 100, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        ],
    },
    "Transformers": {"text": "", "chunks": [{"timestamp": [1.0, 2.5], "text": " bonjour à tous"}]},
    "AssemblyAI, in words": {
        "words": [
            {"text": "bonjour", "start": 1000, "end": 1500},
            {"text": "à", "start": 1510, "end": 1600},
            {"text": "tous", "start": 1610, "end": 2500},
        ]
    },
    "captions of a page": [{"text": "bonjour à tous", "start": 1.0, "duration": 1.5}],
}


def document(folder: Path, content: object) -> Document:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "a.json").write_text(text, encoding="utf-8")
    return read(folder / "a.json", "e/s/a.json")


@pytest.mark.parametrize("program", TWO_VOICES)
def test_a_transcript_says_who_says_what_and_when(tmp_path: Path, program: str) -> None:
    found = document(tmp_path, TWO_VOICES[program])
    assert [(one.place.first, one.place.last, one.text) for one in found.blocks] == [
        (1, 2.5, "Bonjour à tous."),
        (3, 4, "Merci bien."),
    ]
    first, second = (one.speaker for one in found.blocks)
    assert first and second and first != second
    assert (found.facts["kind"], found.language, found.problems) == ("transcript", "fr", ())


@pytest.mark.parametrize("program", ONE_VOICE)
def test_words_and_lines_without_a_name_have_their_seconds(tmp_path: Path, program: str) -> None:
    (block,) = document(tmp_path, ONE_VOICE[program]).blocks
    assert (block.place.first, block.place.last) == (1, 2.5)
    assert (block.speaker, block.text) == ("", "bonjour à tous")


def test_results_one_after_another_are_one_transcript(tmp_path: Path) -> None:
    later = {"result": [{"start": 9.0, "end": 9.5, "word": "merci"}], "text": "merci"}
    text = "\n".join(json.dumps(one) for one in (ONE_VOICE["Vosk"], later, {"text": ""}))
    blocks = document(tmp_path, text).blocks
    assert [(one.place.first, one.text) for one in blocks] == [(1, "bonjour à tous"), (9, "merci")]


def test_a_voice_that_is_named_nowhere_has_a_number(tmp_path: Path) -> None:
    blocks = document(tmp_path, TWO_VOICES["Gladia"]).blocks
    assert [one.speaker for one in blocks] == ["Intervenant 0", "Intervenant 1"]


def test_who_speaks_is_not_guessed_where_nobody_is_named(tmp_path: Path) -> None:
    segments = [
        {"start": 1.0, "end": 2.0, "text": "Bonjour.", "speaker": "Animatrice"},
        {"start": 2.0, "end": 3.0, "text": "Oui."},
    ]
    blocks = document(tmp_path, {"segments": segments}).blocks
    assert [one.speaker for one in blocks] == ["Animatrice", ""]


def test_slow_speech_is_not_taken_for_thousandths(tmp_path: Path) -> None:
    segments = [{"start": 0, "end": 60, "text": "Un mot, longtemps, puis un autre."}]
    assert document(tmp_path, {"segments": segments}).blocks[0].place.last == 60


def test_what_has_no_time_is_counted_and_told(tmp_path: Path) -> None:
    segments = [{"text": "Perdu."}, {"start": 1.5, "end": 2.0, "text": "Gardé."}]
    found = document(tmp_path, {"segments": segments, "language": "french"})
    assert [one.text for one in found.blocks] == ["Gardé."]
    assert [(one.key, one.values["number"]) for one in found.problems] == [
        ("reading.segments_without_times", "1")
    ]


@pytest.mark.parametrize("content", [{"a": [1, 2]}, [], [1, "a"], {"events": [{"segs": 3}]}, 12])
def test_any_other_json_is_no_transcript(tmp_path: Path, content: object) -> None:
    with pytest.raises(ReadError) as refused:
        document(tmp_path, content)
    assert refused.value.key == "json_without_segments"
