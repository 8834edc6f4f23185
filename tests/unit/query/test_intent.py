"""What a question asks, and what is searched of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.intent import inquiry_of

OVERVIEWS = {
    "Que dit-on des jardins partagés ?": "jardins partagés",
    "que dis t on de la médiathèque": "la médiathèque",
    "QUE DIT-ON DE LA MÉDIATHÈQUE ?": "LA MÉDIATHÈQUE",
    "Qu'a-t-on dit sur les archives ?": "les archives",
    "qu'a t'on dit des archives": "archives",
    "Qu’a-t-on dit de l’éclairage public ?": "l’éclairage public",
    "Qu'est-ce qu'on a dit du plan vélo ?": "plan vélo",
    "qu'est ce qui a été dit sur le plan vélo": "le plan vélo",
    "On a dit quoi sur les crèches ?": "les crèches",
    "les crèches, on en a dit quoi ?": "les crèches",
    "Euh du coup que dit-on des crèches ?": "crèches",
    "A-t-on parlé de la piscine ?": "la piscine",
    "Est-ce qu'on a parlé de piscine ?": "piscine",
    "Parle-t-on du budget participatif ?": "budget participatif",
    "Est-il question de bruit ?": "bruit",
    "Parle-moi des jardins partagés": "jardins partagés",
    "Dis-moi tout sur les jardins partagés": "les jardins partagés",
    "Que peux-tu me dire sur les jardins ?": "les jardins",
    "Bonjour, pouvez-vous me dire ce qui a été dit sur la piscine ?": "la piscine",
    "Que dit le forum sur le stationnement ?": "le stationnement",
    "Que disent les documents au sujet du bruit ?": "bruit",
    "Que pensent les participants du bruit ?": "bruit",
    "Je cherche des infos sur le compost": "le compost",
    "informations sur le compost svp": "le compost",
    "Quelles conclusions sur les arbres en ville ?": "les arbres en ville",
    "Quid de la cantine ?": "la cantine",
    "Où en est-on du compost ?": "compost",
    "sujets abordés sur les arbres": "les arbres",
    "tout ce qui concerne les crèches": "les crèches",
    "et la piscine dans tout ça ?": "la piscine",
    "y a-t-il quelque chose sur le compost ?": "le compost",
    "qu'a-t-on dit du compost pour un élu pressé": "compost",
    "Bonjour, je suis élue : que dit-on du compost ?": "compost",
    "What was said about the swimming pool?": "the swimming pool",
    "Tell me about street lights": "voirie feu",
    "compost": "compost",
    "Jardins partagés": "Jardins partagés",
}
SUMMARIES = {
    "Que retenir de l'atelier 2 ?": "l'atelier 2",
    "que retenir du forum": "forum",
    "Qu'est-ce qu'il faut retenir de la table ronde sur le bruit ?": (
        "la table ronde sur le bruit"
    ),
    "Résume l'atelier 2": "l'atelier 2",
    "resume moi la conference sur le compost stp": "la conference sur le compost",
    "Peux-tu me faire un résumé de la conférence sur le compost ?": "la conférence sur le compost",
    "Fais-moi une synthèse de l'atelier 4": "l'atelier 4",
    "De quoi parlait l'atelier sur les archives ?": "l'atelier sur les archives",
    "de quoi a-t-on parlé dans l'atelier 2 ?": "l'atelier 2",
    "Quels sont les points clés de la journée ?": "la journée",
    "les points forts de l'atelier 1": "l'atelier 1",
    "Que s'est-il dit à l'atelier 2 ?": "à l'atelier 2",
    "Que dit l'atelier 2 sur le bruit ?": "l'atelier 2 sur le bruit",
    "Qu'est-ce que j'ai raté dans la deuxième séance ?": "la deuxième séance",
    "Le compostage de quartier, l'essentiel": "Le compostage de quartier",
    "Le plan d'aménagement (PLU), en bref": "Le plan d'aménagement (PLU)",
    "Que retenir de l'atelier « Nos rues, demain » ?": "l'atelier « Nos rues, demain »",
    "synthèse conférence compost": "conférence compost",
    "en bref l'atelier 4": "l'atelier 4",
    "l'atelier 4, c'était quoi déjà ?": "l'atelier 4",
    "c'était quoi la conférence sur le compost": "la conférence sur le compost",
    "il s'est dit quoi à l'atelier 2 ?": "à l'atelier 2",
    "j'ai raté l'atelier 2, il s'est dit quoi ?": "l'atelier 2",
    "je suis arrivé en retard, résume moi l'atelier 2 stp": "l'atelier 2",
    "Désolée, je n'ai pas pu venir. Que retenir de la clôture ?": "la clôture",
    "que faut-il retenir pour le maire de cette journée en 5 lignes": "cette journée",
    "l'essentiel du forum en dix lignes": "forum",
    "le forum en 5 lignes": "le forum",
    "Summarize the workshop on noise": "atelier sur bruit",
}
OTHERS = {
    "Combien coûte le compost ?": "fact",
    "Qui dirige la médiathèque ?": "fact",
    "Quand ouvre la piscine ?": "fact",
    "horaires piscine": "fact",
    "Quelle est la forme des jardins et pourquoi ?": "reason",
    "Quels arbres ont été plantés ?": "list",
    "liste des arbres plantés": "list",
    "étapes pour planter un arbre": "list",
    "conditions pour planter un arbre": "list",
    "avantages du compost en ville": "list",
    "quels arbres, en 5 lignes": "list",
    "différence compost et paillage": "comparison",
    "points communs entre les bus et les tramways": "comparison",
    "bus vs tramway": "comparison",
    "conseils de quartier": "overview",
    "synthèse vocale": "overview",
    "Dans l'atelier 2, que dit-on du pain ?": "opinion",
    "Travaux du quai : quelles étapes ?": "list",
    "Comment s'inscrire à la médiathèque ?": "how",
    "Les archives : comment les consulter ?": "how",
    "How do I register?": "how",
    "How many trees were planted?": "fact",
    "Pourquoi fermer la piscine ?": "reason",
    "Why close the pool?": "reason",
    "Bus ou tramway, lequel est le moins cher ?": "comparison",
    "Quelle différence entre compost et paillage ?": "comparison",
    "Faut-il s'inscrire ?": "yes_no",
    "La piscine est-elle gratuite ?": "yes_no",
    "ya une navette ?": "yes_no",
    "les traductions sont relues ?": "yes_no",
    "Est-ce que la navette est gratuite ?": "yes_no",
    "Le bruit, est-ce vraiment un problème ?": "yes_no",
    "Is the pool free?": "yes_no",
    "Que pense le maire du bruit ?": "opinion",
    "Selon le maire, la piscine est-elle utile ?": "opinion",
    "Qu'en dit l'architecte ?": "opinion",
    "à qui peut-on s'adresser ?": "fact",
}
TALK = {
    "Bonjour": "greeting",
    "bonjour !!": "greeting",
    "Salut à tous": "greeting",
    "Bonsoir, comment allez-vous ?": "greeting",
    "Hello": "greeting",
    "Merci !": "thanks",
    "ok merci beaucoup": "thanks",
    "Merci pour ton aide": "thanks",
    "Super": "thanks",
    "Thanks a lot": "thanks",
    "Au revoir": "goodbye",
    "Qu'est-ce que tu sais faire ?": "abilities",
    "tu sais faire quoi": "abilities",
    "A quoi tu sers ?": "abilities",
    "Comment poser une question ?": "abilities",
    "aide": "abilities",
    "What can you do?": "abilities",
    "Qui es-tu ?": "identity",
    "t'es qui ?": "identity",
    "es-tu un robot ?": "identity",
    "Who are you?": "identity",
}


@pytest.mark.parametrize(("question", "theme"), OVERVIEWS.items(), ids=OVERVIEWS)
def test_an_overview_searches_its_theme(question: str, theme: str) -> None:
    found = inquiry_of(question)
    assert (found.intent, found.theme) == ("overview", theme)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Que dit le conseil municipal du 4 juin ?", "le conseil municipal du 4 juin"),
        ("Qu'est-ce qui s'est dit à la réunion du 2 mars ?", "à la réunion du 2 mars"),
        ("l'épisode sur la 5G ça parle de quoi", "l'épisode sur la 5G"),
    ],
)
def test_a_session_of_another_name_is_summed_up_too(question: str, subject: str) -> None:
    found = inquiry_of(question)
    assert (found.intent, found.subject, found.catalogue) == ("summary", subject, "")


@pytest.mark.parametrize(
    "question", ["Combien de réunions ?", "Y a-t-il des conseils sur le tri ?"]
)
def test_meetings_are_not_counted_on_the_programme(question: str) -> None:
    assert not inquiry_of(question).catalogue


@pytest.mark.parametrize(("question", "subject"), SUMMARIES.items(), ids=SUMMARIES)
def test_a_summary_has_a_subject(question: str, subject: str) -> None:
    found = inquiry_of(question)
    assert (found.intent, found.subject) == ("summary", subject)


@pytest.mark.parametrize(("question", "intent"), OTHERS.items(), ids=OTHERS)
def test_other_questions_are_told_apart(question: str, intent: str) -> None:
    assert inquiry_of(question).intent == intent


@pytest.mark.parametrize(("question", "talk"), TALK.items(), ids=TALK)
def test_what_is_said_to_the_tool_is_no_question(question: str, talk: str) -> None:
    found = inquiry_of(question)
    assert (found.intent, found.talk) == ("talk", talk)


@pytest.mark.parametrize(
    ("question", "theme"),
    [
        ("Bonjour, combien coûte le compost ?", "combien coûte le compost ?"),
        ("Pourriez-vous me dire quand ouvre la piscine ?", "quand ouvre la piscine ?"),
        ("Je voudrais savoir combien coûte le compost svp", "combien coûte le compost"),
        ("euh ça coûte combien leur truc pour les arbres là", "ça coûte combien les arbres"),
        ("Quels outils ont été cités pour le bruit ?", "Quels outils pour le bruit ?"),
        (
            "Quels sont les risques du compost pour une commune ?",
            "Quels sont les risques du compost",
        ),
        ("Quelles erreurs ont été commises dans les projets ?", "Quelles erreurs"),
        ("Quels avis le jury a dit du compost ?", "Quels avis le jury a dit du compost ?"),
        ("bus vs tramway", "bus et tramway"),
        ("Quels risques pour une petite commune ?", "Quels risques pour une petite commune ?"),
        ("Quels risques pour la ville de Paris ?", "Quels risques pour la ville de Paris ?"),
        (
            "Combien coûte le compost pour une commune ?",
            "Combien coûte le compost pour une commune ?",
        ),
        ("Can you tell me who runs the pool?", "who runs the pool?"),
        ("Combien coûte le compost ?", "Combien coûte le compost ?"),
    ],
)
def test_frame_words_are_not_searched(question: str, theme: str) -> None:
    assert inquiry_of(question).theme == theme


@given(st.text(max_size=200))
def test_any_text_asks_something(text: str) -> None:
    found = inquiry_of(text)
    assert found.theme or not text.strip()


@pytest.mark.parametrize(
    ("question", "intent", "theme"),
    [
        ("What was said about trees?", "overview", "arbre"),
        ("Summarise workshop 2", "summary", "atelier 2"),
        ("Summarise the workshop 2", "summary", "atelier 2"),
        ("Que dit-on du label Trees ?", "overview", "label Trees"),
    ],
)
def test_the_theme_of_an_english_question_is_searched_in_french(
    question: str, intent: str, theme: str
) -> None:
    found = inquiry_of(question)
    assert (found.intent, found.theme) == (intent, theme)
