"""The thesaurus: synonyms out of a MyThes file, where one is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings.site import THESAURUS
from assistant.text.thesaurus import Thesaurus, site_thesaurus

TEXT = """UTF-8
bagnole|1
(Nom)|voiture (familier)|tacot|chignole
voiture|2
(Nom)|automobile|bagnole
(Nom)|wagon
tacot|1
(Nom)|bagnole
capital|2
(Nom)|argent
(Adjectif)|essentiel
argent|1
(Nom)|capital
joli|1
(Adjectif)|beau
beau|1
(Adjectif)|joli
"""


@pytest.mark.parametrize(
    ("word", "synonyms"),
    [
        pytest.param("bagnole", ["voiture", "tacot"], id="said in both places"),
        pytest.param("Bagnoles", ["voiture", "tacot"], id="in the plural"),
        pytest.param("capital", [], id="of two senses"),
        pytest.param("joli", [], id="no noun"),
        pytest.param("chignole", [], id="unknown"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_noun_of_one_sense_has_its_synonyms(word: str, synonyms: list[str]) -> None:
    assert Thesaurus(TEXT).synonyms(word) == synonyms


@pytest.mark.parametrize(
    "text", ["", "UTF-8", "UTF-8\nmot", "UTF-8\nmot|x\n(Nom)|autre", "UTF-8\nmot|9"]
)
def test_a_broken_file_has_no_synonym(text: str) -> None:
    assert Thesaurus(text).synonyms("mot") == []


def test_a_site_may_have_none() -> None:
    assert site_thesaurus("") is None


def test_a_file_that_is_named_must_be_readable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        site_thesaurus(str(tmp_path / "absent.dat"))
    assert caught.value.remedy


def test_a_file_that_is_named_is_read(tmp_path: Path) -> None:
    file = tmp_path / "th.dat"
    file.write_text(TEXT, encoding="utf-8")
    found = site_thesaurus(str(file))
    assert found is not None and found.synonyms("bagnole")


@pytest.mark.skipif(not Path(THESAURUS).is_file(), reason="mythes-fr is not installed")
def test_that_of_debian_is_taken_where_it_is_installed() -> None:
    found = site_thesaurus(THESAURUS)
    assert found is not None
    nouns = ("besogne", "chauffeur", "vendeur", "quota", "bagnole", "majorité")
    assert any(found.synonyms(one) for one in nouns)
