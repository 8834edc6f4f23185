"""Error rates of voices (`bench.voices`): compared with what was counted by hand."""

from __future__ import annotations

import pytest

from assistant.readers.speech.voices.labels import VoiceTurn
from bench.voices import Reference, errors, named, read_rttm

#: 10 s said by two speakers, the first for 6, both at once for 1.
KNOWN: list[Reference] = [(0, 4, "A"), (4, 8, "B"), (7, 9, "A")]


@pytest.mark.parametrize(
    ("found", "missed", "made_up", "confused"),
    [
        ([VoiceTurn(0, 4, 2), VoiceTurn(4, 7, 1), VoiceTurn(7, 9, 2)], 1, 0, 0),
        ([VoiceTurn(0, 9, 1)], 1, 0, 3),
        ([VoiceTurn(0, 4, 1), VoiceTurn(4, 8, 2), VoiceTurn(8, 10, 1)], 1, 1, 0),
        ([VoiceTurn(0, 2, 1), VoiceTurn(2, 4, 2), VoiceTurn(4, 9, 3)], 1, 0, 3),
        ([], 10, 0, 0),
    ],
    ids=["overlap missed", "one voice", "goes on too long", "one speaker in two", "nothing"],
)
def test_the_error_rate_is_what_one_counts_by_hand(
    found: list[VoiceTurn], missed: float, made_up: float, confused: float
) -> None:
    one = errors(KNOWN, found, 10)
    assert (one.spoken, one.missed, one.made_up, one.confused) == (10, missed, made_up, confused)
    assert one.rate == pytest.approx((missed + made_up + confused) / 10)


def test_two_voices_of_one_speaker_have_the_right_name_once_both_are_named() -> None:
    known = [(0, 4, "A"), (4, 8, "B"), (10, 12, "A"), (12, 13, "B"), (14, 16, "B")]
    found = [VoiceTurn(0, 4, 1), VoiceTurn(4, 8, 2), VoiceTurn(10, 13, 3)]
    assert named(known, found) == {"right": 10.0, "wrong": 0.0, "none": 2.0}


def test_turns_are_read_up_to_what_is_annotated() -> None:
    line = "SPEAKER talk 1 {} 2.500 <NA> <NA> A <NA> <NA>"
    text = "\n".join(["SPKR-INFO talk 1", *(line.format(at) for at in (1.0, 9.0, 12.0))])
    assert read_rttm(text, 10.0) == [(1.0, 3.5, "A"), (9.0, 10.0, "A")]
