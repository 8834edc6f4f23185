"""What sheets take from a document: points, what it sums up, figures, names, questions, outline."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.records import Mark, Passage, Place
from assistant.sheets.digest import Digest
from assistant.sheets.figures import has_figure
from assistant.sheets.making import digest_of
from assistant.text.analysis import split_sentences
from tests.support.captions import AUTOMATIC, captions

TITLES = ["Restauration scolaire"]


def said(text: str, *, speaker: str = "", ordinal: int = 0) -> Passage:
    context = " › ".join(["Forum", "Restauration scolaire", *([speaker] if speaker else [])])
    place = Place("second", 60.0 * ordinal, 60.0 * ordinal + 50)
    return Passage(
        "cantine.srt", ordinal, text, context, place, 50, speaker,
        (Mark(0, place.first, place.last),),
    )  # fmt: skip


def slide(number: int, title: str, *lines: str) -> Passage:
    text = "\n".join([title, *lines])
    context = f"Forum › Restauration scolaire › {title}"
    place = Place("slide", number, number)
    return Passage("cantine.pptx", number - 1, text, context, place, 50)


def digest(*passages: Passage, is_deck: bool = False) -> tuple[Digest, dict[int, Passage]]:
    vectors = []
    for one in passages:
        count = len(split_sentences(one.text))
        vectors.append(np.tile(np.array([1, 0], np.float32), (count, 1)))
    made = digest_of(passages, vectors, titles=TITLES, is_deck=is_deck)
    assert Digest.from_json(made.to_json()) == made
    return made, {one.ordinal: one for one in passages}


def words(found: tuple[Digest, dict[int, Passage]], part: str) -> list[str]:
    made, passages = found
    return [passages[ordinal].text[start:end] for ordinal, start, end, *_ in getattr(made, part)]


DECK = (
    slide(1, "Restauration scolaire", "Atelier de la ville", "Salle Lin"),
    slide(
        2, "Le problème", "Un écart de 11 % entre prévu et servi", "128 grammes jetés par plateau"
    ),
    slide(3, "Trois conseils", "Commencer par peser les restes", "Montrer les résultats à tous"),
)


def test_a_slide_is_kept_whole_and_the_title_slide_is_not() -> None:
    found = words(digest(*DECK, is_deck=True), "points")
    assert found[0] == DECK[1].text
    assert not any("Salle Lin" in one for one in found)


def test_a_heading_that_sums_up_and_a_speaker_who_concludes_are_the_synthesis() -> None:
    assert words(digest(*DECK, is_deck=True), "synthesis") == [DECK[2].text]
    speech = (
        said("La cuisine centrale sert un peu plus de mille repas par jour aux enfants."),
        said(
            "Pour conclure, deux idées. Commencez par peser les restes pendant trois mois."
            " Merci à tous et bon appétit.",
            ordinal=1,
        ),
    )
    (concluded,) = words(digest(*speech), "synthesis")
    assert concluded.endswith("trois mois.")
    assert "bon appétit" not in concluded


def test_the_outline_is_the_titles_of_slides_but_the_deck_s_own() -> None:
    assert words(digest(*DECK, is_deck=True), "outline") == ["Le problème", "Trois conseils"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("L'écart est passé de onze pour cent à quatre et demi.", True),
        ("640 agents ont répondu à l'enquête.", True),
        ("L'investissement est de 265 000 €.", True),
        ("Le temps de rédaction a baissé d'un tiers.", True),
        ("La charte a été adoptée le 16 janvier 2025.", False),
        ("La pause est à 10 h 30.", False),
        ("L'article 3 impose un registre.", False),
        ("Ouvrir les codes sources (p. 15).", False),
        ("1.2 Rappel des ressources", False),
        ("Un document d'un tiers sous contrat", False),
        ("Le groupe a rendu son avis.", False),
    ],
)
def test_figures_count_and_dates_and_numbers_of_things_don_t(text: str, is_one: bool) -> None:
    assert has_figure(text) is is_one


def test_names_are_capitals_inside_sentences_with_what_makes_them_places() -> None:
    found = digest(
        said(
            "Nous avons essayé ChatGPT à l'école des Tilleuls et dans la rue des Peupliers."
            " Les agents de Valdeclair ont écrit à la CNIL, et Valdeclair a reçu une réponse."
            " La Recherche progresse, et la recherche coûte cher à Truchet."
        )
    )
    names = words(found, "names")
    assert {"ChatGPT", "école des Tilleuls", "rue des Peupliers", "Valdeclair", "CNIL"} <= {*names}
    # Written without its capital too; cited once, and no acronym.
    assert not {"Recherche", "Truchet", "Nous", "Les"} & {*names}


def questions(*passages: Passage) -> list[tuple[str, str]]:
    made, by_ordinal = digest(*passages)
    return [
        (asked.text(by_ordinal[asked.ordinal]), reply.text(by_ordinal[reply.ordinal]))
        for asked, reply in made.exchanges
    ]


MAIN = "Animateur, restauration"
LONG = "Nous servons mille quatre cents repas par jour dans neuf restaurants. " * 3


def test_a_question_of_somebody_else_has_the_reply_of_who_speaks_next() -> None:
    found = questions(
        said(f"{LONG} Comment faisait-on avant, à votre avis ? On prenait les inscriptions.",
             speaker=MAIN),
        said("Et l'économie, elle revient au budget général ?", speaker="Participant", ordinal=1),
        said("C'est une très bonne question. Non, elle reste dans l'assiette des enfants.",
             speaker=MAIN, ordinal=2),
    )  # fmt: skip
    assert found == [
        (
            "Et l'économie, elle revient au budget général ?",
            "Non, elle reste dans l'assiette des enfants.",
        )
    ]


def test_a_question_that_is_told_is_one_and_the_answers_of_a_quiz_are_not() -> None:
    found = questions(
        said(
            "Un participant a demandé si les économies seraient réinvesties."
            " La moitié reste dans le service qui les a réalisées."
        ),
        said(
            "Première question du quiz. Jeter tous les ordinateurs à la poubelle ? Il reste dix"
            " secondes pour répondre à tous.",
            ordinal=1,
        ),
    )
    assert [one for one, _ in found] == [
        "Un participant a demandé si les économies seraient réinvesties."
    ]


def test_what_speaks_of_the_talk_itself_is_no_point() -> None:
    found = words(
        digest(
            said(
                "Vous avez le détail à l'écran, avec les douze chiffres importants de l'année."
                " On fait comme si les sept minutes étaient passées, car nous sommes enregistrés."
                " Il faut former les agents avant d'acheter un outil qui coûte dix mille euros."
            )
        ),
        "points",
    )
    assert found == [
        "Il faut former les agents avant d'acheter un outil qui coûte dix mille euros."
    ]


def test_captions_without_a_mark_are_kept_in_pieces_that_begin_as_clauses_do() -> None:
    found = words(digest(captions(AUTOMATIC)), "points")
    assert len(found) > 1
    assert all(len(one.split()) <= 75 for one in found)
    assert any("quatre-vingt-dix grammes par enfant" in one for one in found)
    assert any(one.startswith("l'année prochaine on voudrait") for one in found)
    assert not any("bonjour à tous" in one for one in found)
