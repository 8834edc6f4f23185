"""Formats of captions and annotations: sentences with their seconds and speakers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ReadError
from assistant.readers import read
from assistant.records import Document

Heard = list[tuple[float, float, str, str]]


def document(folder: Path, content: str | bytes, name: str) -> Document:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read(folder / name, f"e/s/{name}")


def heard(found: Document) -> Heard:
    return [(one.place.first, one.place.last, one.speaker, one.text) for one in found.blocks]


ASS = """[Script Info]
Title: Atelier sur la voirie
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,Une remarque.
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\k20}Un {\\k30}deux, {à revoir}trois.
Dialogue: 0,0:00:01.00,0:00:03.50,Defaut,Animatrice,0,0,0,,{\\i1}Bonjour,\\hà{\\i0} tous\\Net merci.
Dialogue: 1,0:00:01.00,0:00:03.50,Defaut,Animatrice,0,0,0,,{\\b1}Bonjour,\\hà{\\b0} tous\\Net merci.
Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
"""
SSA = ASS.replace("Layer", "Marked").replace("Dialogue: ", "Dialogue: Marked=")


@pytest.mark.parametrize("name", ["a.ass", "a.ssa"])
@pytest.mark.parametrize("text", [ASS, SSA, "\ufeff" + ASS.replace("\n", "\r\n")])
def test_what_a_script_draws_or_remarks_is_not_said(tmp_path: Path, name: str, text: str) -> None:
    found = document(tmp_path, text, name)
    assert heard(found) == [
        (1, 3.5, "Animatrice", "Bonjour, à tous et merci."),
        (5, 6, "", "Un deux, trois."),
    ]
    assert found.title == "Atelier sur la voirie"


def test_a_script_says_which_fields_its_lines_have(tmp_path: Path) -> None:
    text = "[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:03.50,Bonjour, tous.\n"
    assert heard(document(tmp_path, text, "a.ass")) == [(1, 3.5, "", "Bonjour, tous.")]


def test_lyrics_may_come_back_and_begin_earlier_than_stated(tmp_path: Path) -> None:
    text = (
        "[ti:Chorale]\n[la:fr]\n[offset:+500]\n[00:01.00]Bonjour à tous.\n"
        "[00:03.50][00:12.00]Le refrain.\n[00:07]\n[01:02:03.5]<01:02:03.50>Fin.\n"
    )
    found = document(tmp_path, text, "a.lrc")
    assert [(first, said) for first, _, _, said in heard(found)] == [
        (0.5, "Bonjour à tous."),
        (3, "Le refrain."),
        (11.5, "Le refrain."),
        (3723, "Fin."),
    ]
    assert found.title == "Chorale"


def timed_text(body: str, attributes: str = "", namespace: str = "ns/ttml") -> str:
    return (
        f'<?xml version="1.0"?><tt xmlns="http://www.w3.org/{namespace}" xml:lang="fr"'
        ' xmlns:ttp="http://www.w3.org/ns/ttml#parameter"'
        ' xmlns:tts="http://www.w3.org/ns/ttml#styling"'
        f' xmlns:ttm="http://www.w3.org/ns/ttml#metadata" {attributes}>'
        '<styling><style xml:id="s" tts:visibility="hidden"/></styling>'
        '<head><metadata><ttm:title>Titre</ttm:title><ttm:agent xml:id="a1" type="person">'
        "<ttm:name>Animatrice</ttm:name></ttm:agent></metadata></head>"
        f"<body><div>{body}</div></body></tt>"
    )


@pytest.mark.parametrize("name", ["a.ttml", "a.dfxp", "a.xml"])
@pytest.mark.parametrize("namespace", ["ns/ttml", "2006/10/ttaf1", "2006/04/ttaf1"])
def test_timed_text_is_read_in_every_version(tmp_path: Path, name: str, namespace: str) -> None:
    body = (
        '<p begin="00:00:01.000" end="00:00:03.000" ttm:agent="a1">Bonjour<br/>à <span>tous</span>'
        '\n    ici.</p><p begin="5s" dur="2s">Merci.</p>'
    )
    assert heard(document(tmp_path, timed_text(body, namespace=namespace), name)) == [
        (1, 3, "Animatrice", "Bonjour à tous ici."),
        (5, 7, "", "Merci."),
    ]


@pytest.mark.parametrize(
    ("body", "attributes", "times"),
    [
        ('<p begin="1500ms" end="2s">Un.</p>', "", (1.5, 2)),
        ('<p begin="0.5m" end="1h">Un.</p>', "", (30, 3600)),
        ('<p begin="00:00:01:12" end="50f">Un.</p>', 'ttp:frameRate="25"', (1.48, 2)),
        ('<p begin="10t" end="20t">Un.</p>', 'ttp:tickRate="10"', (1, 2)),
        ('<div begin="10s"><p begin="1s" end="2s">Un.</p></div>', "", (11, 12)),
        ('<div begin="10s" end="12s"><p>Un.</p></div>', "", (10, 12)),
        ('<p begin="4s" end="9s"><span begin="1s" end="2s">Un.</span></p>', "", (5, 6)),
        ('<p begin="3s">Un.</p>', "", (3, 3)),
        ('<p begin="1s" end="2s">Un.<span tts:visibility="hidden"> Deux.</span></p>', "", (1, 2)),
        ('<p begin="1s" end="2s">Un.</p><p begin="1s" end="2s" style="s">Deux.</p>', "", (1, 2)),
    ],
)
def test_timed_text_counts_time_in_many_ways(
    tmp_path: Path, body: str, attributes: str, times: tuple[float, float]
) -> None:
    found = document(tmp_path, timed_text(body, attributes), "a.ttml")
    assert heard(found) == [(*times, "", "Un.")]


def test_of_several_languages_one_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    body = (
        '<div xml:lang="en"><p begin="1s" end="2s">Hello.</p></div>'
        '<div xml:lang="fr"><p begin="1s" end="2s">Bonjour.</p></div>'
    )
    found = document(tmp_path, timed_text(body), "a.ttml")
    assert [one.text for one in found.blocks] == ["Bonjour."]
    assert [one.values for one in found.problems] == [{"names": "en"}]


@pytest.mark.parametrize(
    "content",
    [
        '<transcript><text start="1" dur="2">C&amp;#39;est l&#39;heure.</text></transcript>',
        '<timedtext format="3"><body><p t="1000" d="2000"><s>C\'est</s><s t="9"> l\'heure.</s></p>'
        '<p t="2000" d="9" a="1">\n</p></body></timedtext>',
    ],
)
def test_captions_of_youtube_in_xml_are_read(tmp_path: Path, content: str) -> None:
    assert heard(document(tmp_path, content, "a.xml")) == [(1, 3, "", "C'est l'heure.")]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8"])
def test_transcriber_says_who_speaks_between_two_times(tmp_path: Path, encoding: str) -> None:
    text = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE Trans SYSTEM "trans-14.dtd">
<Trans xml:lang="fr"><Speakers><Speaker id="s1" name="Animatrice"/><Speaker id="s2" name="Élue"/>
</Speakers><Episode><Section><Turn startTime="0" endTime="4.5" speaker="s1"><Sync time="0"/>
Bonjour à tous.
<Sync time="2.5"/>
On commence <Event desc="rire" type="noise"/> bientôt.
</Turn><Turn speaker="s1 s2" startTime="4.5" endTime="8"><Sync time="4.5"/><Who nb="1"/>
Oui.
<Who nb="2"/>
Non.
</Turn></Section></Episode></Trans>"""
    assert heard(document(tmp_path, text.encode(encoding), "a.trs")) == [
        (0, 2.5, "Animatrice", "Bonjour à tous."),
        (2.5, 4.5, "Animatrice", "On commence bientôt."),
        (4.5, 8, "Animatrice", "Oui."),
        (4.5, 8, "Élue", "Non."),
    ]


@pytest.mark.parametrize(("speakers", "first"), [('speaker="s1 s2"', "Animatrice"), ("", "")])
def test_transcriber_numbers_speakers_from_one(tmp_path: Path, speakers: str, first: str) -> None:
    text = f"""<Trans><Speakers><Speaker id="s1" name="Animatrice"/><Speaker id="s2" name="Élue"/>
</Speakers><Episode><Section><Turn startTime="0" endTime="4" {speakers}><Who nb="0"/>Oui.
<Sync time="2"/>Bien.</Turn></Section></Episode></Trans>"""
    found = heard(document(tmp_path, text, "a.trs"))
    assert found == [(0, 2, first, "Oui."), (2, 4, first, "Bien.")]


def test_elan_s_tiers_are_speakers_and_those_that_depend_on_them_are_told(tmp_path: Path) -> None:
    text = """<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="1000"/>
<TIME_SLOT TIME_SLOT_ID="t2"/><TIME_SLOT TIME_SLOT_ID="t3" TIME_VALUE="5000"/></TIME_ORDER>
<TIER TIER_ID="K1" PARTICIPANT="Animatrice"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1"
TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2"><ANNOTATION_VALUE>Bonjour.</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION></TIER><TIER TIER_ID="Élue"><ANNOTATION><ALIGNABLE_ANNOTATION
ANNOTATION_ID="a2" TIME_SLOT_REF1="t2" TIME_SLOT_REF2="t3"><ANNOTATION_VALUE>Merci.
</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER><TIER TIER_ID="Traduction"
PARENT_REF="K1"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a1">
<ANNOTATION_VALUE>Hello.</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
</ANNOTATION_DOCUMENT>"""
    found = document(tmp_path, text, "a.eaf")
    assert heard(found) == [(1, 3, "Animatrice", "Bonjour."), (3, 5, "Élue", "Merci.")]
    assert [one.values for one in found.problems] == [{"names": "Traduction"}]


def test_otranscribe_s_times_are_those_of_what_follows(tmp_path: Path) -> None:
    page = (
        '<p>Notes</p><p><span class="timestamp" data-timestamp="1.5">0:01</span> Animatrice : Bien.'
        '</p><p><span class="timestamp" data-timestamp="4.25">0:04</span>&nbsp;Élue : Oui &amp;'
        " non."
        "<br>Animatrice : Merci.</p>"
    )
    found = document(tmp_path, json.dumps({"text": page, "media": "a.mp3"}), "a.otr")
    said = [(one.place.first, one.speaker, one.text) for one in found.blocks if one.speaker]
    assert said[:2] == [(1.5, "Animatrice", "Bien."), (4.25, "Élue", "Oui & non.")]
    assert said[2][1:] == ("Animatrice", "Merci.")
    assert [one.text for one in found.blocks if not one.speaker] == ["Notes"]


def test_entities_of_an_xml_file_are_not_expanded(tmp_path: Path) -> None:
    text = (
        '<!DOCTYPE tt [<!ENTITY a "aaaa"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><p begin="1s" end="2s">Un &a; &f; deux.</p>'
        "</body></tt>"
    )
    assert heard(document(tmp_path, text, "a.ttml")) == [(1, 2, "", "Un deux.")]


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.xml", "<rss><channel/></rss>", "xml_without_captions"),
        ("a.ttml", "<tt><body>", "file_damaged"),
        ("a.ttml", timed_text("<p>Sans minutage.</p>"), "captions_without_times"),
        ("a.trs", "<Trans/>", "captions_without_times"),
        ("a.eaf", "<tt/>", "xml_without_captions"),
        ("a.ass", "[Events]\nDialogue: rien\n", "captions_without_times"),
        ("a.lrc", "Des paroles.\n", "captions_without_times"),
        ("a.sbv", "Des paroles.\n", "captions_without_times"),
        ("a.otr", "[]", "file_damaged"),
        ("a.otr", '{"text": ""}', "file_without_text"),
    ],
)
def test_what_says_nothing_with_times_is_one_clear_error(
    tmp_path: Path, name: str, content: str, key: str
) -> None:
    with pytest.raises(ReadError) as refused:
        document(tmp_path, content, name)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.en.srt", "en"),
        ("a.fr.srt", "fr"),
        ("a.en-GB.srt", "en"),
        ("a.fr-orig.srt", "fr"),
        ("a.eng.srt", "en"),
        ("a.srt", "fr"),
    ],
)
def test_the_name_of_captions_may_say_their_language(
    tmp_path: Path, name: str, language: str
) -> None:
    found = document(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\nUn.\n", name)
    assert (found.language, found.title) == (language, "A")
