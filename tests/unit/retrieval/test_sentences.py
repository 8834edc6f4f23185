"""Which passage comes first, by its sentences that answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.query.answer_type import asked_kind
from assistant.records import Hit, Passage, Place
from assistant.retrieval.ranking import Asked
from assistant.retrieval.sentences import Candidate, best_first, candidates
from assistant.text.analysis import split_sentences, terms

QUESTION = "Combien coûte la balance ?"


def hit(rank: int, text: str, score: float) -> Hit:
    passage = Passage(f"e/{rank}.txt", 0, text, "", Place("line", 1, 1), len(text.split()))
    return Hit(passage, "", rank, score, cosine=0.8, sentence=0.8, bm25=0.5)


def read_of(*hits: Hit, question: str = QUESTION) -> list[Candidate]:
    """Return the sentences of the hits."""
    asked = Asked.of(question, dict.fromkeys(terms(question), 1.0))
    cosines = [np.full(len(split_sentences(one.passage.text)), 0.8, np.float32) for one in hits]
    return list(candidates(question, asked, asked_kind(question), hits, cosines))


def best_of(question: str, *texts: str) -> str:
    """Return the sentence that answers best, of passages of one document that are found alike."""
    hits = [hit(number, text, 0.9) for number, text in enumerate(texts, start=1)]
    same = [
        replace(one, passage=replace(one.passage, document_id="e/a.txt", ordinal=at))
        for at, one in enumerate(hits)
    ]
    best = max(read_of(*same, question=question), key=lambda one: one.score)
    return best.laid.texts[best.at]


def in_order(*hits: Hit, looked_at: int = 10) -> list[int]:
    """Return the former ranks of the hits, once their sentences were read."""
    ordered = best_first(hits, read_of(*hits[:looked_at]))
    assert [one.rank for one in ordered] == list(range(1, len(hits) + 1))
    former = {one.passage: one.rank for one in hits}
    return [former[one.passage] for one in ordered]


ASKING = hit(1, "Combien coûte la balance ?", 0.90)
TELLING = hit(2, "La balance de la cantine coûte 49 euros.", 0.88)
BESIDE = hit(3, "La cantine sert le pain du village.", 0.80)


def test_a_passage_that_tells_comes_before_one_that_shares_the_words() -> None:
    assert in_order(ASKING, TELLING, BESIDE) == [2, 1, 3]


def test_a_passage_far_behind_does_not_come_first_for_its_sentence() -> None:
    assert in_order(hit(1, "La balance pèse le pain.", 0.95), replace(TELLING, score=0.75)) == [
        1,
        2,
    ]


def test_a_reply_may_come_before_its_question_and_is_then_none() -> None:
    reply = replace(hit(2, "La balance coûte 49 euros.", 0.85), reply=True)
    asked = replace(ASKING, score=0.85)
    assert in_order(asked, reply) == [2, 1]
    assert not any(one.reply for one in best_first([asked, reply], read_of(asked, reply)))
    assert best_first([asked, reply], ())[1].reply


def test_passages_whose_sentences_were_not_read_keep_their_order_at_the_end() -> None:
    assert in_order(ASKING, BESIDE, TELLING, looked_at=1) == [1, 3, 2]


def test_the_order_of_a_reranker_stands() -> None:
    read = [replace(one, rerank=0.5) for one in (ASKING, TELLING)]
    assert in_order(*read) == [1, 2]


@pytest.mark.parametrize(
    ("question", "texts", "best"),
    [
        # A list under a heading that has the name of what is asked for.
        (
            "Quels critères pour juger les offres ?",
            (
                "Un critère a fait débat.",
                "Critère : Prix | Poids : 30 %\nCritère : Délai | Poids : 20 %",
            ),
            "Critère : Prix | Poids : 30 %",
        ),
        # Who speaks isn't told who that is.
        (
            "Qui est Anne Durand ?",
            (
                "– Anne Durand : Nous sommes en retard.\n– Anne Durand : On commence.",
                "Anne Durand, cheffe du service des eaux, ouvre la séance.",
            ),
            "Anne Durand, cheffe du service des eaux, ouvre la séance.",
        ),
        # What ends as a question may tell the figure.
        (
            "Combien de litres d'eau pour un repas ?",
            (
                "Un repas servi à midi, c'est dix litres d'eau à la cuisine ?",
                "Combien de litres d'eau pour un repas ?",
            ),
            "Un repas servi à midi, c'est dix litres d'eau à la cuisine ?",
        ),
        # What is announced tells more than what announces it.
        (
            "Quelles règles pour laver les fours ?",
            (
                "Pour laver les fours, il y a trois règles. Rincer les fours, sécher, ranger.",
                "Un four est en panne.",
            ),
            "Rincer les fours, sécher, ranger.",
        ),
        # "En" is what the sentence before is about.
        (
            "Combien d'allergies à la cantine ?",
            (
                "Les allergies sont suivies à la cantine. Il y en a 58.",
                "Douze agents suivent la cantine.",
            ),
            "Il y en a 58.",
        ),
        # "Elle" too, however many sentences say it.
        (
            "Combien coûte la balance ?",
            ("La balance est verte. Elle est légère. Elle coûte 49 euros.", "Un four, 300 euros."),
            "Elle coûte 49 euros.",
        ),
        # And "ça".
        (
            "Combien coûte le journal ?",
            ("Le journal est en mairie. Ça se lit. Ça coûte 4 euros.", "Un four coûte 30 euros."),
            "Ça coûte 4 euros.",
        ),
        (
            "À qui appartiennent les halles ?",
            (
                "Les halles appartiennent à des privés, c'est ça ?",
                "Ouvrir les halles le dimanche plaît.",
            ),
            "Les halles appartiennent à des privés, c'est ça ?",
        ),
        # What only holds an event together answers who asks for an hour.
        (
            "À quelle heure est servi le repas ?",
            (
                "Le repas est servi de 12 h 30 à 13 h 45 dans le hall.",
                "Le repas servi à midi est décidé, acheté et cuisiné bien avant.",
            ),
            "Le repas est servi de 12 h 30 à 13 h 45 dans le hall.",
        ),
        # A yes or no is that of the question before it, in another passage too.
        (
            "Peut-on coller des initiales ?",
            (
                "Et si on met des initiales, cela suffit ?",
                "Non, malheureusement. Tout le quartier la reconnaît.",
                "Les initiales rassurent celui qui écrit.",
            ),
            "Non, malheureusement.",
        ),
        # What was before is not what is.
        (
            "Combien de temps garde-t-on les questions ?",
            ("Au départ, on garde les questions deux ans.", "On garde les questions trente jours."),
            "On garde les questions trente jours.",
        ),
        (
            "Combien a coûté le pilote en tout ?",
            ("Le pilote a coûté 7 200 € de licences.", "Le pilote a coûté 18 600 € au total."),
            "Le pilote a coûté 18 600 € au total.",
        ),
        (
            "C'est quoi un obésiciel ?",
            ("Les obésiciels vident les piles.", "Un obésiciel, c'est un logiciel trop gros."),
            "Un obésiciel, c'est un logiciel trop gros.",
        ),
        (
            "Que pensent les agents des pesées ?",
            ("Les agents suivent les pesées.", "Les agents trouvent les pesées utiles."),
            "Les agents trouvent les pesées utiles.",
        ),
    ],
)  # fmt: skip
def test_what_is_asked_for_besides_a_kind_of_thing_counts(
    question: str, texts: tuple[str, ...], best: str
) -> None:
    assert best_of(question, *texts) == best
    assert best_of(question, *reversed(texts)) == best or "initiales" in question


def test_lines_that_ask_are_the_list_where_questions_are_asked_for() -> None:
    heading = "Trois questions avant un projet"
    text = f"{heading}\nÀ quoi sert-il ?\nQui le lit ?\nQui le garde ?"
    passage = Passage("e/q.pptx", 0, text, f"Forum › Données › {heading}", Place("slide", 2, 2), 12)
    asked, told = hit(1, "Un projet a ses questions.", 0.9), hit(2, text, 0.9)
    read = read_of(asked, replace(told, passage=passage), question="Quelles questions se poser ?")
    best = max(read, key=lambda one: one.score)
    assert best.hit.passage == passage
    assert not any(one.clues.asks for one in read if one.hit.passage == passage)


def test_what_somebody_says_stands_under_their_name_until_somebody_else_speaks() -> None:
    text = (
        "Élue Première Moi, je viens de la mer. Je suis infirmière de métier. "
        "Conseiller Second : Je suis maçon de métier."
    )
    one = hit(1, text, 0.9)
    question = "Quel est le métier d'Élue Première ?"
    asked = Asked.of(question, dict.fromkeys(terms(question), 1.0))
    cosines = [np.zeros(3, dtype=np.float32)]

    def told(question: str) -> list[float]:
        kind = asked_kind(question)
        speakers = ("Élue Première", "Conseiller Second")
        found = candidates(question, asked, kind, [one], cosines, lambda _: speakers)
        return [round(each.clues.above, 2) for each in found]

    first, hers, his = told(question)
    assert first == hers > his
    assert told("Qui est Élue Première ?")[1] == his == 0.0
