"""What a sentence tells by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.telling import (
    announced,
    announces_several,
    leans,
    names_one,
    states,
    telling,
    unlabelled,
    weigh,
)


@pytest.mark.parametrize(
    ("sentence", "empty"),
    [
        ("Bonjour à toutes et à tous, installez-vous.", "greeting"),
        ("Alors, bonsoir, je m'appelle Camille.", "greeting"),
        ("Bon, je suis ravie de vous retrouver cette année.", "greeting"),
        ("Welcome to this chapter on tokenizers.", "greeting"),
        ("J'espère que le déjeuner s'est bien passé.", "greeting"),
        ("Je vois beaucoup de visages connus, c'est bien.", "greeting"),
        ("Je suis animatrice pour les crèches depuis dix ans.", "greeting"),
        ("La pause est de dix minutes, le café est servi dans le hall.", "housekeeping"),
        ("S'il faut n'en garder qu'une idée, c'est celle-ci.", "announcement"),
        ("Merci beaucoup de votre attention !", "thanks"),
        ("Je tiens à remercier les équipes du service des sports.", "thanks"),
        ("Bonne fin de journée, et merci.", "thanks"),
        ("Alors je vais vous parler du plan vélo de la ville.", "announcement"),
        ("Nous allons maintenant aborder la question des archives.", "announcement"),
        ("On verra ça dans la deuxième partie avec mon collègue.", "announcement"),
        ("Nous enchaînons avec la troisième table ronde de la matinée.", "announcement"),
        ("Je laisse la parole à notre invitée.", "announcement"),
        ("Ce rapport accompagne la table ronde sur les archives.", "announcement"),
        ("Il dit ce qui a été fait, et ce que les agents en pensent.", "announcement"),
        ("La première question vient d'une petite commune.", "announcement"),
        ("In this part we will look at two kinds of archives.", "announcement"),
        ("Nous avons retenu trois principes :", "announcement"),
        ("Il reste des places devant, avancez.", "housekeeping"),
        ("Vous m'entendez bien au fond de la salle.", "housekeeping"),
        ("Diapositive suivante, s'il te plaît.", "housekeeping"),
        ("Tous les noms de cette étude sont fictifs.", "disclaimer"),
        ("Combien de dossiers avez-vous reçus l'an dernier ?", "question"),
        ("« Faut-il vraiment tout garder ? »", "question"),
        ("Combien de plans avez-vous reçus, non ?", "question"),
        ("On garde tout, oui ou non ?", "question"),
        ("Vous gardez, c'est ça ?", "question"),
        ("Une collègue m'a demandé si les plans étaient numérisés.", "question"),
        ("Madame demande combien de plans ont été numérisés.", "question"),
        ("Au programme : archives, sports et voirie", "contents"),
        ("Sommaire", "contents"),
        ("Atelier, salle Moulin", "schedule"),
        ("Pour en savoir plus", "contact"),
        ("En savoir plus", "contact"),
        ("Le guide : https://exemple.fr/guide.pdf", "contact"),
        ("C'est une très bonne question.", "chatter"),
        ("Avez-vous des questions ou des remarques avant la pause", "chatter"),
        ("Bref, voilà", "fragment"),
        ("On pourrait dire que...", "fragment"),
        ("2.1 Constats ............ 7", "contents"),
        ("- Animatrice : maintenant, on va revenir sur les archives.", "announcement"),
        ("Cet épisode fait partie de notre série sur les archives.", "announcement"),
        ("Notre invitée, directrice des sports, présente les enjeux du plan.", "announcement"),
        ("N'hésitez pas à nous contacter après la séance.", "contact"),
        ("Et je vous invite à consulter notre site pour la suite.", "contact"),
        ("Pardon, je n'avais pas entendu.", "chatter"),
    ],
)  # fmt: skip
def test_what_holds_an_event_together_tells_nothing(sentence: str, empty: str) -> None:
    found = telling(sentence)
    assert found.empty == empty
    assert (found.weight == 0.0) is bool(empty)


@pytest.mark.parametrize(
    "sentence",
    [
        "Les archives ont reçu 143 dossiers en 2024.",
        "N'hésitez pas à faire des listes courtes.",
        "Une élue a demandé si les plans étaient numérisés : ils le sont depuis mai.",
        "Un participant a demandé combien de plans étaient numérisés ; la réponse est 143.",
        "Le conseil a demandé un plan de numérisation avant l'été.",
        "La directrice présente les archives comme une mémoire commune.",
        "143 dossiers déposés",
        "Les plans de la ville sont tous numérisés, c'est ça ?",
        "Les archives sont fermées au public le lundi, n’est-ce pas ?",
        "Il ne faut jamais jeter un plan de réseau.",
        "On va voir que la nouvelle tournée coûte deux fois moins cher.",
        "On commence à voir des résultats dans les écoles.",
        "Évitez les questions fermées comme « est-ce que cela vous plaît ? »",
        "La salle des mariages accueille désormais les permanences du conciliateur.",
        "Le merci d'un habitant vaut tous les tableaux de bord.",
        "The archive should keep every map of the network.",
    ],
)
def test_what_speaks_of_a_subject_tells(sentence: str) -> None:
    assert telling(sentence).empty == ""
    assert weigh(sentence) > 0.3


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("Le budget a baissé de 12 % en deux ans.", "Le budget dont nous parlions avait changé."),
        ("Il faut prévenir le quartier avant les travaux.", "Le quartier était calme ce matin-là."),
        ("Le maire a prévenu le quartier avant l'été.", "Il a prévenu le quartier avant l'été."),
        (
            "Les agents relisent chaque lettre avant l'envoi.",
            "Euh du coup les agents, en fait, relisent chaque lettre, voilà, avant l'envoi.",
        ),
        ("Le service a ouvert une antenne aux Tilleuls.", "Une antenne aux Tilleuls."),
        (
            "« Les plans sont numérisés depuis le mois de mai. »",
            "Les plans sont numérisés depuis le mois de mai. »",
        ),
    ],
    ids=["figures", "advice", "leaning", "spoken", "short", "cited"],
)
def test_some_sentences_tell_more(more: str, less: str) -> None:
    assert weigh(more) > weigh(less)


@pytest.mark.parametrize(
    ("sentence", "needs_the_one_before"),
    [
        ("On ne les oublie pas au moment du tri.", True),
        ("Si vous devez les archiver, faites-le tout de suite.", True),
        ("De ne pas tout garder pour dix ans.", True),
        ("Parce que le stockage coûte cher.", True),
        ("La première est de trier à la source.", True),
        ("Triez à la source, et gardez peu. »", True),
        ("« Triez à la source », dit le guide.", False),
        ("Il faut trier à la source.", False),
        ("Il y a trois salles d'archives.", False),
        ("On en est à la moitié du plan.", False),
        ("De nombreuses villes ont numérisé leurs plans.", False),
    ],
)
def test_a_sentence_leans_by_what_it_points_back_to(
    sentence: str, *, needs_the_one_before: bool
) -> None:
    assert leans(sentence) is needs_the_one_before


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Il faut un outil de relecture pour les plans.", True),
        ("La deuxième erreur, nous avons tout gardé.", False),
        ("L'outil qui trie les plans a été arrêté.", True),
        ("Cet outil a été arrêté.", False),
        ("Faites la liste des outils.", False),
        ("Le compte rendu d'outil de quartier a été relu.", False),
        ("Un participant a demandé le coût de ces outils.", False),
    ],
)
def test_a_sentence_names_one_of_what_is_listed_or_only_refers_to_it(
    sentence: str, *, named: bool
) -> None:
    assert names_one("outil", sentence) is named


@pytest.mark.parametrize(
    ("title", "how_clearly"),
    [
        ("Nos erreurs", 1.0),
        ("Trois erreurs à ne pas refaire", 0.5),
        ("Les erreurs de tri", 0.5),
        ("Ce que disent les erreurs", 0.0),
        ("Mesurer les erreurs", 0.0),
        ("Nos", 0.0),
        ("", 0.0),
    ],
)
def test_a_title_announces_what_it_begins_with(title: str, how_clearly: float) -> None:
    assert announced("erreur", title) == how_clearly


def test_a_title_tells_by_its_figures_alone() -> None:
    assert weigh("Le calendrier des travaux", title=True) == 0.0
    assert weigh("143 dossiers déposés", title=True) > 0.0


@given(st.text(max_size=300))
def test_any_text_weighs_from_0_to_1(text: str) -> None:
    assert 0.0 <= weigh(text) <= 1.0


@pytest.mark.parametrize(
    ("sentence", "announces"),
    [
        ("Nous avons trois garde-fous.", True),
        ("On distingue cinq grandes étapes pour ouvrir un service.", True),
        ("Il y a deux fours dans la cuisine centrale.", False),
        ("Nous avons trois ans.", False),
        ("Trois questions sur dix portent sur un horaire.", False),
        ("Les trois étapes sont finies depuis mai.", False),
    ],
)
def test_a_sentence_announces_what_it_counts(sentence: str, *, announces: bool) -> None:
    assert announces_several(sentence) is announces


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("Un repas servi à midi, c'est dix litres d'eau à la cuisine ?", True),
        ("Combien de litres d'eau faut-il pour servir un repas à midi ?", False),
        ("Est-ce que dix litres d'eau suffisent pour un repas à midi ?", False),
        ("Dix litres d'eau ?", False),
    ],
)
def test_what_ends_as_a_question_may_say_something(sentence: str, *, says: bool) -> None:
    assert states(sentence) is says


def test_who_speaks_is_taken_off() -> None:
    assert unlabelled("– Anne Martin : c'est payé.") == "c'est payé."
    assert unlabelled("Prix : 12 euros") == "Prix : 12 euros"


def test_an_endless_sentence_is_not_judged_by_the_greeting_it_begins_with() -> None:
    greeting, told = "bonjour à tous et bienvenue", "on sert mille repas à la cantine chaque midi"
    assert telling(f"{greeting} {told}").empty == "greeting"
    assert telling(" ".join([greeting, *[told] * 9])).empty == ""
