"""What else a question asks for, and which sentences have it."""

from __future__ import annotations

import pytest

from assistant.query.answer_signs import Sign, has_sign, signs_of


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("Est-ce que le repas est gratuit ?", "yes_no"),
        ("les traductions sont relues ?", "yes_no"),
        ("y a-t-il un ascenseur", "yes_no"),
        ("Combien en tout ?", "total"),
        ("Combien a coûté la rénovation de la piscine ?", "total"),
        ("ça coûte combien les arbres", "total"),
        ("budget de la piscine", "total"),
        ("Compare le bruit avant et après les travaux", "change"),
        ("De combien le bruit a-t-il baissé ?", "change"),
        ("Comment a évolué le bruit ?", "change"),
        ("c koi un persona", "definition"),
        ("C'est quoi un persona ?", "definition"),
        ("Qu'est-ce qu'un persona ?", "definition"),
        ("Qu'est-ce que le conseil de quartier ?", "definition"),
        ("Le low tech, ça veut dire quoi ?", "definition"),
        ("Qu'en pense le délégué ?", "view"),
        ("Combien de temps les garde-t-on ?", "former"),
        ("Qui est Mme Durand ?", "person"),
        ("À quoi sert le référentiel ?", "use"),
        ("Que fait un médiateur ?", "use"),
        ("c'est quoi le rôle du référent", "use"),
    ],
)
def test_a_question_says_which_signs_matter(question: str, sign: Sign) -> None:
    assert sign in signs_of(question)


def test_who_asks_for_what_was_before_gets_it() -> None:
    assert "former" not in signs_of("Quel était le taux avant le projet ?")
    assert "yes_no" not in signs_of("Comment a-t-on fait ?")


def test_what_the_town_did_is_no_definition_nor_a_yes_or_no() -> None:
    assert not {"definition", "yes_no"} & signs_of("Qu'est-ce que la ville a décidé ?")


def test_who_asks_what_for_a_cost_asks_for_no_total() -> None:
    assert "total" not in signs_of("Combien d'arbres ont été plantés ?")
    assert "total" not in signs_of("Pourquoi le coût a-t-il baissé ?")


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("yes_no", "Non, malheureusement."),
        ("total", "Poste : Total | Montant : 18 600 €"),
        ("change", "Le bruit est passé de 71 à 64 décibels."),
        ("change", "Et pour le pain, de douze grammes par plateau à huit."),
        ("change", "Onze questions par marché, contre dix-sept."),
        ("change", "Avant (2023) : 54 % | Après : 71 %"),
        ("definition", "Un obésiciel, c'est un logiciel trop gros."),
        ("view", "Franchement, c'est trop peu."),
        ("person", "Bonjour, je suis Anne Durand, cheffe du service."),
        ("person", "Anne Durand, cheffe du service des eaux, ouvre la séance."),
        ("person", "La directrice, Anne Durand, l'a signé."),
        ("person", "Elle parle en tant que conseillère, depuis mai."),
        ("use", "Il a pour rôle de relire les fiches."),
        ("use", "Ce filtre sert à trier les demandes."),
        ("former", "Au départ, elle était noyée dans la note."),
    ],
)
def test_a_sentence_has_a_sign(sign: Sign, text: str) -> None:
    assert has_sign(sign, text)
    assert not has_sign(sign, "Le four est vert.")


def test_where_something_is_found_asks_for_no_view() -> None:
    assert "view" not in signs_of("Où se trouve le musée ?")


def test_who_speaks_is_not_who_that_is() -> None:
    assert "person" not in signs_of("Qui est le maire ?")
    assert not has_sign("person", "– Anne Durand : Nous sommes en retard.")
