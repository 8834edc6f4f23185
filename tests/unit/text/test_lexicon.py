"""Acronyms and synonyms: the file that ships is sound, and a site's own is read or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.text.analysis import terms
from assistant.text.lexicon import (
    Entry,
    Lexicon,
    default_lexicon,
    phrase,
    read_lists,
    site_lexicon,
)
from tests.conftest import ROOT

SHIPPED = ROOT / "assistant" / "data" / "lexicon.toml"


def written(folder: Path, text: str) -> Path:
    file = folder / "lexique.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_file_has_no_line_that_would_be_refused() -> None:
    acronyms, synonyms = read_lists(SHIPPED)
    assert len(acronyms) > 100
    assert len(synonyms) > 200


def test_no_shipped_line_is_there_twice() -> None:
    for lines in read_lists(SHIPPED):
        assert len(lines) == len(set(lines))


def test_no_shipped_name_is_a_stop_word_which_no_question_keeps() -> None:
    acronyms, synonyms = read_lists(SHIPPED)
    names = [one for line in acronyms for one in line.split(":")[0].split(",")]
    names += [one for line in synonyms for one in line.split(",")]
    assert not [one for one in names if terms(f"{one} cantine") == terms("cantine")]


def test_no_shipped_synonym_says_no_which_a_phrase_does_not_keep() -> None:
    _, synonyms = read_lists(SHIPPED)
    names = [one.strip() for line in synonyms for one in line.split(",")]
    # "sans-abri" has no contrary that anyone writes.
    assert [one for one in names if one.startswith(("sans", "non"))] == ["sans-abri"]


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        (
            "RGPD",
            Entry("acronym", ("règlement général sur la protection des données", "GDPR")),
        ),
        ("commissions paritaires", None),
        ("centre communal d’action sociale", Entry("expansion", ("CCAS",))),
        ("bicyclettes", Entry("synonym", ("vélo", "cycle", "deux-roues"))),
    ],
)
def test_a_phrase_is_looked_up_whatever_its_number(asked: str, entry: Entry | None) -> None:
    assert default_lexicon().entries(phrase(asked)) == ([entry] if entry else [])


def test_a_site_s_lines_come_before_ours(tmp_path: Path) -> None:
    file = written(tmp_path, 'sigles = ["CCAS, C2A : centre des cultures"]\n')
    found = site_lexicon(str(file)).entries(phrase("ccas"))
    assert [one.others[0] for one in found] == [
        "centre des cultures",
        "centre communal d'action sociale",
    ]


def test_without_a_file_the_lexicon_is_the_one_that_ships() -> None:
    assert site_lexicon("") is default_lexicon()


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = written(tmp_path, '\ufeffsynonymes = ["navette, petit bus"]\n')
    assert read_lists(file) == [[], ["navette, petit bus"]]


def test_mistyped_words_are_found_among_those_of_synonyms() -> None:
    lexicon = Lexicon([], ["poubelles, déchets ménagers"])
    assert lexicon.spellings.nearest("poubeles", edits=1) == "poubelles"
    assert lexicon.has_word("poubelle")
    assert not lexicon.has_word("voirie")


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ('sigles = [\n "A : b"\n "C : d"]', "lexicon_unreadable", "line 3"),
        ('sigles = [\n  "CCAS centre communal",\n]', "lexicon_bad_acronym", "ligne 2"),
        ('sigles = [\n  "MDQ : maison",\n  "CCAS : ",\n]', "lexicon_bad_acronym", "ligne 3"),
        ("sigles = [\n  1234,\n]", "lexicon_bad_acronym", "ligne 2"),
        ('synonymes = [\n\n  "cantine",\n]', "lexicon_bad_synonyms", "ligne 3"),
        ('synonymes = [\n  "cantine, ",\n]', "lexicon_bad_synonyms", "ligne 2"),
        ('# Chez nous\nsigle = ["MDQ : maison"]', "lexicon_unknown_list", "ligne 2"),
        ('\nsynonymes = "cantine, self"', "lexicon_not_a_list", "ligne 2"),
    ],
)
def test_a_bad_line_is_named_with_what_to_do(
    tmp_path: Path, text: str, key: str, line: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        site_lexicon(str(file))
    assert caught.value.key == key
    assert line in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("kind", ["missing", "folder", "latin-1"])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "lexique.toml"
    if kind == "folder":
        file.mkdir()
    elif kind == "latin-1":
        file.write_bytes('synonymes = ["vélo, cycle"]'.encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        site_lexicon(str(file))
    assert caught.value.key == "lexicon_unreadable"


def test_a_file_that_was_mended_is_read(tmp_path: Path) -> None:
    file = written(tmp_path, "synonymes = [")
    with pytest.raises(SettingsError):
        site_lexicon(str(file))
    written(tmp_path, 'synonymes = ["navette, petit bus"]')
    assert site_lexicon(str(file)).entries(phrase("navette"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jeux vidéo", "jeu vidéo"),
        ("lois", "loi"),
        ("chevaux", "cheval"),
        ("feux tricolores", "feu tricolore"),
    ],
)
def test_a_phrase_is_looked_up_in_the_singular(one: str, other: str) -> None:
    assert phrase(one) == phrase(other)
