"""What a follow-up is answered with: what is new, and speaks of the new thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.query.followup import with_subject
from assistant.records import Answer, Filters, Passage, Place
from assistant.records.hits import Expansion
from assistant.retrieval import quoting
from assistant.retrieval.answerability import Gate
from assistant.retrieval.answers.follow_ups import Find, follow_up_answer, more_of
from assistant.retrieval.search import HybridSearch, Query, Results
from tests.support.fakes import FakeEncoder, FakeIndex

#: Sure of everything: what is not claimed isn't because of what was found.
SURE = Gate((), (), (), (), 10.0, "")
TEXTS = {
    "capteur": ("Collecte › Coûts", "Un capteur de remplissage coûte 155 euros posé."),
    "balance": ("Cantine › Matériel", "La balance de la cantine coûte 49 euros."),
    "panneau": ("Voirie › Matériel", "Le panneau de la voirie a été repeint en bleu."),
    "comité": ("Ouverture › Comité", "Le comité compte onze membres, dont deux élus."),
    "taux": ("Assistant › Qualité", "En mars, le taux d'erreur était de 8 %."),
    "tri": ("Tri › Erreurs", "Le tri est faux pour 15 % en avril."),
    "retrait": ("Ouverture › Usages", "Le capteur de bruit a été retiré en mai."),
}
LATER = Passage("e/taux.txt", 1, "3 % de réponses fausses en avril.", "Forum › Assistant › Qualité",
                Place("line", 2, 2), 10)  # fmt: skip
PASSAGES = [
    Passage(f"e/{name}.txt", 0, text, f"Forum › {context}", Place("line", 1, 1), 10)
    for name, (context, text) in TEXTS.items()
]
COST = "Combien coûte un capteur de remplissage ?"


def finding(*passages: Passage, expansions: tuple[Expansion, ...] = ()) -> Find:
    """Return what finds passages among these, words of `expansions` said otherwise too."""
    searching = HybridSearch(FakeIndex([*passages], FakeEncoder()), FakeEncoder(), 100)
    return lambda text, own: searching.search(Query(text, Filters(), own, expansions), 10)


find = finding(*PASSAGES, LATER)


def quote(results: Results, claims: bool) -> Answer:
    return quoting.answer(
        results, SURE, threshold=0.9, perhaps=0.6, max_quotes=3, started=0.0, claims=claims
    )


def ask(question: str, previous: str = COST, before: Answer | None = None) -> Answer:
    before = before or quote(find(previous, ""), True)
    assert with_subject(previous, question) != question
    return follow_up_answer(question, previous, before, find, quote)


def remarks(answer: Answer) -> list[str]:
    return [one.key for one in answer.remarks]


def test_the_new_thing_is_quoted_and_claimed() -> None:
    answer = ask("et la balance ?")
    assert answer.status == "answered"
    assert answer.citations[0].quote == TEXTS["balance"][1]
    assert answer.subject == COST
    assert not answer.remarks


def test_what_nobody_speaks_of_is_not_claimed_and_that_is_said() -> None:
    answer = ask("et la trottinette ?")
    assert answer.status != "answered"
    assert not answer.citations or remarks(answer) == ["remark.unmet"]


def test_the_answer_before_is_not_shown_as_new() -> None:
    before = quote(find(COST, ""), True)
    answer = ask("et pour la trottinette ?", before=before)
    assert before.citations[0] not in answer.citations


def test_what_speaks_of_the_new_thing_without_the_figure_asked_is_not_claimed() -> None:
    answer = ask("et le panneau ?")
    assert answer.status == "perhaps"
    assert answer.confidence <= 0.6


def test_a_whole_question_is_asked_alone_where_the_subject_finds_nothing() -> None:
    answer = ask("et combien de membres ?")
    assert answer.status == "answered"
    assert answer.citations[0].quote == TEXTS["comité"][1]


@pytest.mark.parametrize("question", ["et combien pèse-t-il ?", "et combien sont volés ?"])
def test_a_figure_that_says_nothing_of_what_is_asked_now_is_not_claimed(question: str) -> None:
    assert ask(question).status != "answered"


def test_a_day_of_something_else_is_not_claimed_for_the_subject() -> None:
    assert ask("mais en quel mois ?", "Où est la bibliothèque ?").status != "answered"
    assert ask("mais en quel mois ?", "Pourquoi le capteur de bruit ?").status == "answered"


def test_the_capital_of_a_question_names_nobody() -> None:
    badge = Passage("e/badge.txt", 0, "Il faut payer 12 euros.", "Forum", Place("line", 1, 1), 10)
    find_there = finding(*PASSAGES, badge)
    previous = "Faut-il un capteur de remplissage ?"
    before = replace(quote(find_there(previous, ""), True), question=previous)
    answer = follow_up_answer("et ça coûte combien ?", previous, before, find_there, quote)
    assert answer.citations[0].quote == TEXTS["capteur"][1]


def test_the_sentence_beside_the_answer_is_new_where_it_has_the_word_asked_now() -> None:
    told = "La visite est le 19 mai. Le guide sort le 30 avril."
    next_steps = Passage("e/suites.txt", 0, told, "Forum", Place("line", 1, 1), 10)
    find_there = finding(next_steps, *PASSAGES)
    previous = "Quand est la visite ?"
    before = quote(find_there(previous, ""), True)
    whole = replace(before.citations[0], start=0, end=len(told))
    before = replace(before, question=previous, citations=(whole,))
    answer = follow_up_answer("et le guide il sort quand ?", previous, before, find_there, quote)
    assert "30 avril" in answer.citations[0].quote


@pytest.mark.parametrize("question", ["pourquoi ?", "et pourquoi ?"])
def test_a_reason_that_nobody_gives_is_not_claimed(question: str) -> None:
    previous = "Quel capteur a été retiré en mai ?"
    assert ask(question, previous).status != "answered"


def test_a_quote_that_answers_again_is_said_to_be_the_same() -> None:
    previous = "Combien de membres compte le comité ?"
    answer = ask("et combien d'élus ?", previous)
    assert answer.citations[0].quote == TEXTS["comité"][1]
    assert "remark.again" in remarks(answer)


def test_more_of_an_answer_is_what_was_not_shown() -> None:
    results = find(COST, "")
    before = quote(results, True)
    more = more_of(before, results, quote)
    assert more.citations
    assert not set(before.citations) & set(more.citations)
    assert more.status == "perhaps"


def test_what_stands_under_the_heading_asked_for_comes_first() -> None:
    slide, line = (
        "Les résultats du tournoi\nUn but en mars",
        "Le maire a vu les résultats du gymnase.",
    )
    passages = [
        Passage(f"e/{at}.txt", 0, text, "Forum › Gymnase", Place("line", 1, 1), 9)
        for at, text in enumerate((slide, line))
    ]

    def find_nearly(text: str, own: str) -> Results:
        searching = HybridSearch(FakeIndex(passages, FakeEncoder()), FakeEncoder(), 100)
        found = searching.search(Query(text, Filters(), own), 10)
        scores = {line: 1.0, "Un but en mars": 0.5}
        nearly = [
            replace(one, score=scores.get(one.laid.texts[one.at], 0.0)) for one in found.candidates
        ]
        return replace(found, candidates=tuple(nearly))

    previous = "Quel est le calendrier du gymnase ?"
    answer = follow_up_answer("et les résultats ?", previous, None, find_nearly, quote)
    assert "Un but en mars" in answer.citations[0].quote


def test_another_month_is_looked_for_where_the_first_was_told() -> None:
    answer = ask("et en avril ?", "Quel était le taux d'erreur de l'assistant en mars ?")
    assert answer.citations[0].passage == LATER


def test_what_they_use_is_told_where_they_were_spoken_of() -> None:
    said = [
        ("achats", "Les acheteurs utilisent trois outils."),
        ("jardins", "Les jardiniers utilisent trois outils."),
    ]
    tools = [
        Passage(f"e/{name}.txt", 1, text, "Forum", Place("line", 9, 9), 10) for name, text in said
    ]
    crew = Passage("e/jardins.txt", 0, "L'équipe compte douze jardiniers.", "Forum › Jardins",
                   Place("line", 1, 1), 10)  # fmt: skip
    find_there = finding(*PASSAGES, crew, *tools)
    previous = "Combien de personnes dans l'équipe ?"
    before = replace(quote(find_there(previous, ""), True), question=previous)
    answer = follow_up_answer("quels outils utilisent-ils ?", previous, before, find_there, quote)
    assert answer.citations[0].passage.document_id == crew.document_id


def test_who_is_named_in_a_question_needn_t_be_where_that_was_answered() -> None:
    pay = "La prime du maire est de 31 %. Celle des adjoints est de 8 %."
    there = Passage("e/prime.txt", 0, pay, "Forum › Primes", Place("line", 1, 1), 10)
    named = Passage("e/poste.txt", 0, "Une prime des adjoints techniques d'Aubenval est votée.",
                    "Forum", Place("line", 1, 1), 10)  # fmt: skip
    find_there = finding(there, named, *PASSAGES)
    previous = "Quelle est la prime du maire d'Aubenval ?"
    before = quote(finding(there)(previous, ""), True)
    before = replace(before, citations=(replace(before.citations[0], start=0, end=30),))
    answer = follow_up_answer("et celle des adjoints ?", previous, before, find_there, quote)
    assert answer.citations[0].quote.endswith("Celle des adjoints est de 8 %.")


def test_a_figure_told_before_is_told_again_where_its_verb_is_asked_now() -> None:
    told = "Les serveurs de la ville, on consomme 8 MWh avec."
    there = Passage("e/serveurs.txt", 0, told, "Forum › Serveurs", Place("line", 1, 1), 10)
    later = "Ces serveurs, un jour, ce sera 35 MWh."
    scenario = Passage("e/serveurs.txt", 7, later, "Forum › Serveurs", Place("line", 9, 9), 10)
    family = (Expansion("consomment", ("consommer",), 0.9),)
    find_there = finding(there, scenario, *PASSAGES, expansions=family)
    previous = "Combien de serveurs a la ville ?"
    before = replace(quote(finding(there)(previous, ""), True), question=previous)
    answer = follow_up_answer("et ils consomment combien ?", previous, before, find_there, quote)
    assert answer.citations[0].quote == told
    assert remarks(answer) == ["remark.again"]


def test_what_goes_on_right_after_the_answer_is_nearer_than_the_rest_of_its_document() -> None:
    told = {"Le parc ferme à midi.": 0.0, "C'est parce que le gel dure.": 2.0,
            "C'est parce que le bruit gêne.": 1.5}  # fmt: skip
    first, far, near = (
        Passage("e/parc.txt", ordinal, text, "Forum", Place("line", 1, 1), 10)
        for ordinal, text in zip((0, 5, 1), told, strict=True)
    )

    def find_nearly(text: str, own: str) -> Results:
        found = finding(first, far, near)(text, own)
        nearly = [replace(one, score=told[one.laid.texts[one.at]]) for one in found.candidates]
        return replace(found, candidates=tuple(nearly))

    previous = "Quand ferme le parc ?"
    before = replace(quote(finding(first)(previous, ""), True), question=previous)
    answer = follow_up_answer("pourquoi ?", previous, before, find_nearly, quote)
    assert answer.citations[0].passage == near


def test_what_was_shown_gives_way_to_what_stands_beside_it_and_says_as_much() -> None:
    shown, beside = "La prime du maire et celle des adjoints.", "Les adjoints ont 8 % de prime."
    there = Passage("e/prime.txt", 0, f"{shown}\n{beside}", "Forum", Place("line", 1, 1), 10)
    scores = {shown: 3.0, beside: 2.0}

    def find_nearly(text: str, own: str) -> Results:
        found = finding(there)(text, own)
        nearly = [replace(one, score=scores[one.laid.texts[one.at]]) for one in found.candidates]
        return replace(found, candidates=tuple(nearly))

    previous = "Quelle est la prime du maire ?"
    before = quote(finding(there)(previous, ""), True)
    before = replace(before, citations=(replace(before.citations[0], start=0, end=len(shown)),))
    answer = follow_up_answer("et celle des adjoints ?", previous, before, find_nearly, quote)
    assert [one.quote for one in answer.citations] == [beside]


def test_what_was_counted_before_doesn_t_count_something_else_by_a_verb_of_its_family() -> None:
    told = "Les 204 inscrits viennent de loin."
    there = Passage("e/inscrits.txt", 0, told, "Forum › Public", Place("line", 1, 1), 10)
    find_there = finding(there, *PASSAGES, expansions=(Expansion("venus", ("viennent",), 0.9),))
    previous = "Combien d'inscrits au forum ?"
    before = replace(quote(finding(there)(previous, ""), True), question=previous)
    answer = follow_up_answer("et combien sont venus ?", previous, before, find_there, quote)
    assert answer.status != "answered"
