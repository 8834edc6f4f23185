"""What a question's words say of where to search, and above all what they don't say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from assistant.corpus.programme import load_programme
from assistant.query.scope import Scope, scope_of
from assistant.query.speakers import without_speaker
from assistant.records import Filters, Session
from tests.conftest import ROOT

EVENT = "forum-ia-demonstration"
KINDS = ("page", "report", "slides", "transcript")


def _demonstration() -> tuple[Session, ...]:
    programme, _ = load_programme(ROOT / "corpus" / EVENT)
    title = "Forum IA démonstration"
    return tuple(replace(one, event_title=title) for folder, one in programme.items() if folder)


SESSIONS = _demonstration()
SPEAKERS = tuple(dict.fromkeys(speaker for one in SESSIONS for speaker in one.speakers))


def _scope(question: str, given: Filters | None = None) -> Scope:
    return scope_of(question, SESSIONS, SPEAKERS, kinds=KINDS, given=given)


def _short(filters: Filters) -> list[str]:
    """Return sessions as "atelier-3", the other values as they are."""
    return ["-".join(one.rpartition("/")[2].split("-")[:2]) for one in filters.sessions] + [
        value for facet, values in filters.by_facet() if facet != "session" for value in values
    ]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Dans l'atelier 3, quel est le coût d'un repas ?", "atelier-3"),
        ("DANS L’ATELIER 3 combien de repas", "atelier-3"),
        ("que s'est-il dit à l'atelier 3 ?", "atelier-3"),
        ("à l'atelier 3, combien de repas ?", "atelier-3"),
        ("prix annoncé au cours de la conference 2", "conference-2"),
        ("lors de la conf 2, quel prix ?", "conference-2"),
        ("pendant le troisième atelier, que dit-on ?", "atelier-3"),
        ("lors de la 2e conférence, quel prix ?", "conference-2"),
        ("Est-ce que dans l'atelier 3 on parle du pain ?", "atelier-3"),
        ("dans l'atelier 3 sur la restauration scolaire, combien ?", "atelier-3"),
        ("dans l'atelier 3 du 18 mars 2025, combien ?", "atelier-3"),
        ("Atelier 4 : prix des boîtiers", "atelier-4"),
        ("prix des boîtiers (atelier 4)", "atelier-4"),
        ("pendant la conférence sur les achats publics combien de marchés ?", "conference-2"),
        ("dans l'atelier sur la restauration scolaire, quel gaspillage ?", "atelier-3"),
        ("dans l'atelier déchets quel est le prix ?", "atelier-5"),
        ("lors de la conférence d'ouverture, combien d'usages ?", "conference-1"),
        ("lors de la conférence de clôture, combien de cartons ?", "conference-4"),
        ("Dans « Circulation et carrefours connectés », combien de feux ?", "atelier-4"),
        ("lors de l'atelier « ChatGPT au travail », combien d'erreurs ?", "atelier-1"),
        (
            "combien de pain dans Restauration scolaire : prévoir les repas, réduire le gaspillage",
            "atelier-3",
        ),
        (
            "Que retenir de l'atelier « Restauration scolaire : prévoir les repas, réduire le"
            " gaspillage » ?",
            "atelier-3",
        ),
    ],
)
def test_a_session_said_to_be_where_to_search_is_the_scope(question: str, meant: str) -> None:
    assert _short(_scope(question).filters) == [meant]


@pytest.mark.parametrize(
    "question",
    [
        "dans les ateliers 3 et 5, quels gains ?",
        "dans l'atelier 3 et dans l'atelier 5, quels gains ?",
    ],
)
def test_two_sessions_are_both_searched(question: str) -> None:
    assert _short(_scope(question).filters) == ["atelier-3", "atelier-5"]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Qu'a dit l'intervenante achats publics ?", "Intervenante, achats publics"),
        ("qu'a dit l'intervenant achats publics sur le coût ?", "Intervenante, achats publics"),
        ("L'intervenante achats publics a-t-elle parlé de coût ?", "Intervenante, achats publics"),
        ("un chiffre donné par l'intervenante achats publics", "Intervenante, achats publics"),
        ("selon le délégué à la protection des données, combien ?",
         "Intervenant, protection des données"),
        ("combien d'incidents d'apres l'intervenant protection des donnees",
         "Intervenant, protection des données"),
        ("Qu'en pense l'animatrice accessibilité ?", "Animatrice, accessibilité"),
        ("Selon l'animatrice, propreté et déchets, combien de capteurs ?",
         "Animatrice, propreté et déchets"),
        ("selon l'animatrice de la propreté et des déchets", "Animatrice, propreté et déchets"),
        ("l'animateur restauration scolaire il en pense quoi ?",
         "Animateur, restauration scolaire"),
        ("Selon le responsable de la restauration scolaire, quel gain ?",
         "Animateur, restauration scolaire"),
        ("que dit l'animatrice du forum ?", "Animatrice du forum"),
    ],
)  # fmt: skip
def test_a_speaker_whose_whole_role_is_said_is_the_scope(question: str, meant: str) -> None:
    assert _short(_scope(question).filters) == [meant]


def test_a_speaker_and_a_session_narrow_each_other() -> None:
    found = _scope("qu'a dit l'animatrice du forum à la conférence 3 ?").filters
    assert _short(found) == ["conference-3", "Animatrice du forum"]


@pytest.mark.parametrize(
    ("question", "type_"),
    [
        ("dans les conférences, que dit-on de la sobriété ?", "conférence"),
        ("Qu'a-t-on dit pendant les ateliers ?", "atelier"),
        ("quels chiffres cités aux ateliers ?", "atelier"),
    ],
)
def test_a_type_in_the_plural_is_the_scope(question: str, type_: str) -> None:
    assert _scope(question).filters == Filters(types=(type_,))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Sur les diapositives, quel est le budget ?", "slides"),
        ("quel est le chiffre affiché sur les diapos ?", "slides"),
        ("Qu'est-il écrit dans le compte rendu ?", "report"),
        ("Dans la transcription, combien de repas ?", "transcript"),
    ],
)
def test_a_kind_of_document_to_read_is_the_scope(question: str, kind: str) -> None:
    assert _scope(question).filters == Filters(kinds=(kind,))


@pytest.mark.parametrize(
    "question",
    [
        # Themes.
        "combien de repas jetés à la cantine ?",
        "restauration scolaire gaspillage",
        "Quel budget pour circulation et carrefours connectés ?",
        "le prix des achats publics",
        # Sessions that are talked about, and other things of the same name.
        "est-ce que l'atelier a servi à quelque chose ?",
        "De quoi parle l'atelier 3 ?",
        "L'atelier routes connectées, c'est dans quelle salle finalement ?",
        "le guide de l'atelier accessibilité sort quand",
        "la conférence de presse",
        "que s'est-il dit à la conférence de presse ?",
        "combien d'agents dans les ateliers municipaux ?",
        "dans l'atelier de la ville, combien d'agents ?",
        "combien ont suivi la session de février ?",
        "est-ce qu'il y a de la LSF aux séances du conseil ?",
        "grâce à l'atelier 3, que sait-on ?",
        "par rapport à l'atelier 3, combien ?",
        # How sessions were run may be told anywhere.
        "dans l'atelier 3, combien de participants ?",
        "dans quelle salle a lieu la conférence 2 ?",
        "à quelle heure commence-t-on dans l'atelier 3 ?",
        "combien d'inscrits dans les ateliers ?",
        # Which one isn't certain.
        "dans l'atelier, que dit-on ?",
        "dans l'atelier 12, que dit-on ?",
        "dans l'atelier 3 jours de formation",
        "dans l'atelier 3 sur la voirie, combien ?",
        "dans l'atelier sur l'IA, combien ?",
        "dans la conférence sur l'IA, combien ?",
        "à l'atelier sur les habitants du quartier nord, combien ?",
        "lors de l'atelier voirie de Lyon, combien ?",
        "dans l'atelier 3 et celui sur les cantines, combien ?",
        "dans l'atelier 3, que dit-on de la conférence 2 ?",
        "dans les conférences et dans l'atelier 3, quels gains ?",
        # Elsewhere.
        "ailleurs que dans l'atelier 3, parle-t-on de repas ?",
        "comme dans l'atelier 3, combien de repas ?",
        "qui en parle, mais pas dans l'atelier 3 ?",
        "avant l'atelier 3, qu'a-t-on dit ?",
        # Speakers.
        "qui a dit que c'était cher ?",
        "qui a dit que l'intervenante achats publics avait raison ?",
        "qui a répondu à l'intervenante achats publics ?",
        "que répond-on à l'animateur mobilités ?",
        "quel est le salaire de l'animateur mobilités ?",
        "l'animateur mobilités a combien d'agents ?",
        "selon les achats publics, combien ?",
        "selon la direction générale, combien ?",
        "selon l'animateur, combien ?",
        "Qu'a dit le délégué ?",
        "l'animatrice elle en pense quoi, de la relecture ?",
        "selon l'animateur restauration scolaire de Lille, combien ?",
        "selon la participante restauration scolaire, combien ?",
        "selon la déléguée à la protection des données, combien ?",
        "selon le chef de la cuisine centrale, combien ?",
        "selon l'intervenante achats publics et l'animateur mobilités, combien ?",
        # A kind as a theme, or of something else.
        "quelle information a été oubliée dans le compte rendu ?",
        "combien d'erreurs dans la transcription automatique du conseil ?",
        "Dans le rapport, quel budget ?",
        "dans le compte rendu du conseil de quartier, quelle date ?",
        # A day that tells no session from another.
        "le 18 mars, qu'a-t-on dit ?",
        "le premier jour, qu'a-t-on dit ?",
        # Nothing to read.
        "",
        "?",
        "🙂",
        "dans",
        "à l'",
        "atelier",
        "what was said in workshop 3?",
    ],
)
def test_what_is_not_certain_filters_nothing(question: str) -> None:
    found = _scope(question)
    assert (found.filters, found.understood, found.rest) == (Filters(), (), question)


def test_no_question_of_the_demonstration_is_narrowed_by_its_theme() -> None:
    lines = (ROOT / "docs/demonstration/questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines]
    assert [one for one in asked if _scope(one)] == []


# --- Several events, several days --------------------------------------------------------------


def _session(id_: str, title: str = "", date: str = "", **fields: str) -> Session:
    type_ = "atelier" if "atelier" in id_ else "conférence"
    return Session(
        id=id_, event=id_.partition("/")[0], title=title, type=type_, date=date, **fields
    )


TWO_DAYS = (
    _session("forum/atelier-1", "Voirie", "2025-03-18"),
    _session("forum/atelier-2", "Écoles", "2025-03-19"),
    _session("forum/conference-1", "Ouverture", "2025-03-18"),
)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("le 18 mars, qu'a-t-on dit ?", ["atelier-1", "conference-1"]),
        ("qu'a-t-on dit le 19/03/2025 ?", ["atelier-2"]),
        ("qu'a-t-on dit le 19 mars 2025 ?", ["atelier-2"]),
        ("dans les ateliers du 18 mars, quel coût ?", ["atelier-1"]),
        ("lors de la journée du 18 mars, quel coût ?", ["atelier-1", "conference-1"]),
        ("le deuxième jour, qu'a-t-on dit ?", ["atelier-2"]),
        ("le 18 mars 2024, qu'a-t-on dit ?", []),
        ("le 20 mars, qu'a-t-on dit ?", []),
        ("depuis le 18 mars, qu'a-t-on dit ?", []),
        ("Quand ouvre la salle le 18 mars ?", []),
        ("combien coûte le repas du 18 mars ?", []),
        ("le premier jour de l'expérimentation, qu'a-t-on dit ?", []),
    ],
)
def test_a_day_is_the_scope_where_days_tell_sessions_apart(question: str, meant: list[str]) -> None:
    assert _short(scope_of(question, TWO_DAYS, ()).filters) == meant


TWO_EVENTS = (
    _session("forum-2024/atelier-3-voirie", "Voirie", "2024-03-18"),
    _session("forum-2025/atelier-3-ecoles", "Écoles", "2025-03-18"),
)


def test_a_number_that_two_events_have_is_not_certain() -> None:
    assert not scope_of("dans l'atelier 3, quel coût ?", TWO_EVENTS, ())


def test_a_number_is_looked_for_in_the_event_that_is_given() -> None:
    given = Filters(events=("forum-2025",))
    found = scope_of("dans l'atelier 3, quel coût ?", TWO_EVENTS, (), given=given)
    assert found.filters == Filters(sessions=("forum-2025/atelier-3-ecoles",))


def test_a_day_that_two_years_have_is_not_certain() -> None:
    assert not scope_of("le 18 mars, qu'a-t-on dit ?", TWO_EVENTS, ())


def test_an_ordinal_is_not_certain_where_numbers_do_not_follow_time() -> None:
    sessions = (
        _session("forum/atelier-1", "Voirie", "2025-03-18", time="14:00"),
        _session("forum/atelier-2", "Écoles", "2025-03-18", time="9h30"),
    )
    assert not scope_of("pendant le premier atelier, quel coût ?", sessions, ())
    assert scope_of("dans l'atelier 1, quel coût ?", sessions, ())


def test_a_type_that_all_sessions_have_filters_nothing() -> None:
    assert not scope_of("dans les ateliers, quel coût ?", TWO_DAYS[:2], ())


def test_a_word_that_other_titles_have_names_no_session_alone() -> None:
    sessions = (
        _session("forum/atelier-a", "Voirie et écoles", "2025-03-18"),
        _session("forum/conference-a", "La voirie demain", "2025-03-18"),
    )
    assert not scope_of("dans l'atelier voirie, quel coût ?", sessions, ())
    assert scope_of("dans l'atelier voirie et écoles, quel coût ?", sessions, ())


def test_the_only_session_of_a_type_needs_no_number() -> None:
    found = scope_of("pendant la conférence, quel coût ?", TWO_DAYS, ())
    assert found.filters == Filters(sessions=("forum/conference-1",))


# --- Speakers by name --------------------------------------------------------------------------

NAMED = ("Prénom Nommé, directrice des achats", "Prénom Nommé", "M. Autre", "Intervenant 1")


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Qu'a dit Prénom Nommé ?", NAMED[:2]),
        ("Qu'a dit Mme Nommé sur le coût ?", NAMED[:2]),
        ("selon la directrice des achats, combien ?", NAMED[:1]),
        ("selon M. Autre, combien ?", NAMED[2:3]),
        ("selon l'intervenant 1, combien ?", NAMED[3:]),
        ("selon l'autre, combien ?", ()),
        ("selon Mme Inconnue, combien ?", ()),
        ("selon le directeur des achats, combien ?", ()),
        ("Qui est Prénom Nommé ?", ()),
    ],
)
def test_a_name_is_the_scope_as_every_document_writes_it(
    question: str, meant: tuple[str, ...]
) -> None:
    assert scope_of(question, (), NAMED).filters.speakers == meant


@pytest.mark.parametrize(
    ("question", "meant", "rest"),
    [
        ("Que pense Prénom Nommé-Double des vélos ?", "Prénom Nommé-Double", "des vélos ?"),
        ("Que pense Élue Première de la 5G ?", "Élue Première", "de la 5G ?"),
        ("Que pensait Mme Première de la 5G ?", "Mme Première", "de la 5G ?"),
        ("Quel est l'avis d'Élue Première sur la piscine ?", "Élue Première", "sur la piscine ?"),
        ("le point de vue de Prénom Nommé-Double sur le tri", "Prénom Nommé-Double", "sur le tri"),
        ("Qu'a dit Élue Première des cantines ?", "Élue Première", "Qu'a dit des cantines ?"),
        ("Qu'en pense Élue Première ?", "Élue Première", "Qu'en pense Élue Première ?"),
        ("Quel est l'avis de Prénom Nommé sur le tri ?", "", ""),
        ("Que pense la mairie de la 5G ?", "", ""),
        ("Que pense Élue des cantines ?", "", ""),
        ("selon Élue Première de Lille, combien ?", "", ""),
    ],
)
def test_what_somebody_thinks_of_a_theme_is_searched_without_their_name(
    question: str, meant: str, rest: str
) -> None:
    found = scope_of(question, (), ("Prénom Nommé-Double", "Élue Première"))
    expected = ((meant,), rest) if meant else ((), question)
    assert (found.understood, found.rest) == expected


@pytest.mark.parametrize(
    ("question", "rest", "ids"),
    [
        ("Qu'est-ce qui a freiné elue première ?", "Qu'est-ce qui a freiné ?", ["f/a", "f/b"]),
        ("Élue Première", "", []),
        ("Qu'ont fait Élue Première et Élu Second ?", "", []),
        ("Combien d'agents pour Élu Second ?", "", []),
        ("Animatrice, voirie : combien de rues ?", "", []),
        ("Que fait Élue des rues ?", "", []),
    ],
)
def test_who_is_named_in_full_has_sessions_where_nobody_else_speaks(
    question: str, rest: str, ids: list[str]
) -> None:
    sessions = (
        replace(SESSIONS[0], id="f/a", speakers=("Élue Première",)),
        replace(SESSIONS[0], id="f/b", speakers=("Mme Élue Première, adjointe",)),
        replace(SESSIONS[0], id="f/c", speakers=("Élu Second", "Animatrice, voirie")),
        replace(SESSIONS[0], id="f/d", speakers=("Animatrice, voirie",)),
    )
    assert without_speaker(question, sessions) == (rest or question, tuple(ids))


@pytest.mark.parametrize(
    ("speakers", "question"),
    [
        (("Animateur, voirie", "Participante, voirie"), "selon le responsable de la voirie ?"),
        (("Animateur, voirie", "Animatrice, voirie"), "selon l'intervenant voirie ?"),
        (("Prénom Nommé", "Second Nommé"), "qu'a dit Mme Nommé ?"),
    ],
)
def test_what_two_speakers_share_is_not_certain(speakers: tuple[str, ...], question: str) -> None:
    assert not scope_of(question, (), speakers)


# --- What the user gives -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("dans l'atelier 3, quel coût ?", Filters(sessions=(SESSIONS[0].id,))),
        ("dans l'atelier 3, quel coût ?", Filters(types=("conférence",))),
        ("dans l'atelier 3, quel coût ?", Filters(events=("autre",))),
        ("dans les ateliers, quel coût ?", Filters(types=("conférence",))),
        ("qu'a dit l'intervenante achats publics ?", Filters(speakers=("Animateur du forum",))),
        ("Sur les diapositives, quel coût ?", Filters(kinds=("report",))),
    ],
)
def test_a_filter_that_is_given_wins(question: str, given: Filters) -> None:
    assert not _scope(question, given)


def test_a_facet_that_is_not_given_is_still_resolved() -> None:
    given = Filters(sessions=(SESSIONS[1].id,))
    found = _scope("qu'a dit l'intervenante achats publics ?", given)
    assert found.filters == Filters(speakers=("Intervenante, achats publics",))


def test_a_kind_that_is_not_indexed_filters_nothing() -> None:
    assert not scope_of("Sur les diapositives, quel coût ?", SESSIONS, SPEAKERS, kinds=("report",))


# --- The words understood ----------------------------------------------------------------------


def test_the_words_understood_are_those_of_the_question() -> None:
    found = _scope("Dans l’atelier 3, qu'a dit l'animateur restauration scolaire du pain jeté ?")
    assert found.understood == ("Dans l’atelier 3",)  # "du pain" may be part of the role


def test_what_is_left_of_a_question_can_be_searched() -> None:
    assert _scope("Dans l'atelier 3, quel coût ?").rest == "quel coût ?"
    assert _scope("quel coût (atelier 3) ?").rest == "quel coût ?"
    assert _scope("dans l'atelier 3 et dans l'atelier 5, quel coût ?").rest == "quel coût ?"


def test_a_question_that_is_all_scope_is_left_whole() -> None:
    question = "Qu'a dit l'intervenante achats publics ?"
    assert _scope(question).rest == question


WORDS = some.sampled_from(
    """dans lors de l' la les atelier conférence ateliers 3 12 et , : ? ( ) « » le 18 mars selon par
    qu'a dit intervenante achats publics protection données premier jour
    diapositives à sur""".split()
)


@for_all(some.one_of(some.text(), some.lists(WORDS).map(" ".join)))
def test_any_text_gives_values_that_are_indexed_and_words_that_are_its_own(question: str) -> None:
    found = _scope(question)
    assert set(found.filters.sessions) <= {one.id for one in SESSIONS}
    assert set(found.filters.speakers) <= set(SPEAKERS)
    assert bool(found.understood) == bool(found.filters)
