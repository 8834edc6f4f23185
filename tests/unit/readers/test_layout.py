"""Pages of PDF: what is cleaned, joined and chosen, by tables."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.readers.pdf.layout import better_text, clean_page, title_lines
from assistant.readers.pdf.running_lines import Survey


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("e\ufb03cace", ["efficace"]),
        ("di\x1berent et \x1cn \x15 ok", ["different et fin – ok"]),
        ("une collec-\ntivité", ["une collectivité"]),
        ("un aménage-\nment léger", ["un aménagement léger"]),
        ("vient celui-\nci demain", ["vient celui-ci demain"]),
        ("au rez-de-\nchaussée", ["au rez-de-chaussée"]),
        ("à Villeneuve-\nsur-Lot, sur\nplace", ["à Villeneuve-sur-Lot, sur place"]),
        ("La gestion\no Le cadre\no la paie", ["La gestion", "o Le cadre", "o la paie"]),
        ("Fin\nwww.ville.fr", ["Fin", "www.ville.fr"]),
        ("Voir le\nwww.ville.fr", ["Voir le www.ville.fr"]),
        ("la sous-\npréfecture", ["la sous-préfecture"]),
        ("un arc-en-\nciel", ["un arc-en-ciel"]),
        ("une entre-\nprise surtout pour-\ntant", ["une entreprise surtout pourtant"]),
        ("un porte-\nparole dit", ["un porte-parole dit"]),
        ("une collec\x02tivité", ["une collectivité"]),
        ("une collec\u00ad\ntivité", ["une collectivité"]),
        ("le centre-\nville, des mots-\nclés", ["le centre-ville, des mots-clés"]),
        ("\uf0b7 premier\n\uf0b7 second", ["• premier", "• second"]),
        ("•\npremier", ["• premier"]),
        ("• •\npremier", ["• premier"]),
        ("combien\u00a0?", ["combien ?"]),
        ("la ville\ndécide.\nElle agit", ["la ville décide.", "Elle agit"]),
        ("Il dit « oui.\n»\nPuis", ["Il dit « oui. »", "Puis"]),
        ("Objet . . . . . . 3\nlangue ...... 4", ["Objet . . . . . . 3", "langue ...... 4"]),
        ("2. Résultats\na. Entreprises", ["2. Résultats", "a. Entreprises"]),
        ("et la voirie\n9h30 Ouverture", ["et la voirie", "9h30 Ouverture"]),
        ("on ouvre à\n9h30 demain", ["on ouvre à 9h30 demain"]),
        ("0 contre, 11 pour\nMotion", ["0 contre, 11 pour", "Motion"]),
        ("6 voix Contre\nAgnès", ["6 voix Contre", "Agnès"]),
        ("un budget pour\nAgir", ["un budget pour Agir"]),
        ("vote : 14 pour \uf0e0 adopté", ["vote : 14 pour → adopté"]),
        ("•premier\n•second", ["•premier", "•second"]),
        ("Titre court\nAutre puce", ["Titre court", "Autre puce"]),
        (" \n\n", []),
    ],
)
def test_a_page_reads_as_one_would_write_it(text: str, lines: list[str]) -> None:
    survey = Survey(compounds=frozenset({"porte-parole"}))
    assert clean_page(text, survey, report=False) == lines


def test_a_full_line_of_a_report_goes_on_before_a_capital() -> None:
    full = "Le conseil municipal a adopté hier soir la convention avec la ville de"
    assert clean_page(f"{full}\nLyon.\n{full}", Survey(), report=True)[0] == f"{full} Lyon."


@pytest.mark.parametrize(
    "line", ["6.8 Arbres et bancs", "3. Motion sur les finances", "1) Budget", "4 Archivage"]
)
def test_a_numbered_title_doesnt_go_on_with_a_full_line_of_a_report(line: str) -> None:
    full = "Le conseil municipal propose hier soir une réception du chantier avec les"
    assert clean_page(f"{full} élus\n{line}\n{full}", Survey(), report=True)[1] == line
    assert clean_page(f"{full}\n{line}\n{full}", Survey(), report=True)[0] == f"{full} {line}"


def test_the_votes_for_something_end_a_line() -> None:
    text = "0 contre, 11 voix pour\nUne agente le dira.\n2 contre, 9 pour\nUn banc pour\nAnnecy"
    assert clean_page(text, Survey(), report=True) == [
        "0 contre, 11 voix pour",
        "Une agente le dira.",
        "2 contre, 9 pour",
        "Un banc pour Annecy",
    ]


@pytest.mark.parametrize(
    ("above", "line", "apart"),
    [
        ("et la subvention est versée en une seule fois aux associations", "6.4 Temple", True),
        ("et la subvention est versée en une seule fois aux associations", "3/ Motion", True),
        ("et la subvention est versée en une seule fois aux associations", "IV. Budget", True),
        ("et la subvention est versée en une seule fois aux associations", "Ville de Lyon", False),
        ("et la subvention est versée en une seule fois aux habitants du", "2 Juillet", False),
        ("Banque alimentaire, proposition initiale du conseil : 380 €", "Coopérative", True),
        ("si le dépôt des questions par les élus, qui se fait par écrit, est", "48h avant", False),
    ],
)
def test_a_full_line_ends_before_a_numbered_title_and_after_a_price(
    above: str, line: str, apart: bool
) -> None:
    full = "Le conseil municipal a adopté hier soir la convention avec eux."
    lines = clean_page(f"{full}\n{above}\n{line}\n{full}", Survey(), report=True)
    assert lines[1:3] == ([above, line] if apart else [f"{above} {line}", full])


def test_what_the_outline_names_stands_apart_from_the_lines_around_it() -> None:
    full = "Les administrateurs reçoivent le mandat de représenter ici toute notre association"
    title, rest = "Clôture du conseil d'administration de notre association", "Les Enfants"
    page = f"{full}\n{title}\n{rest}\n{full}"
    assert clean_page(page, Survey(), report=True, titles=[f"{title} {rest}"]) == [
        full, f"{title} {rest}", full,
    ]  # fmt: skip


def test_a_box_of_a_slide_that_is_drawn_twice_is_said_once() -> None:
    box = "Service des achats\nResponsable des marchés"
    page = f"Qui fait quoi\n{box}\n{box}\nOui\nNon\nOui\nNon"
    assert clean_page(page, Survey(), report=False) == [
        "Qui fait quoi", *box.split("\n"), "Oui", "Non", "Oui", "Non",
    ]  # fmt: skip


def surveyed(pages: Sequence[str], margins: Sequence[str] | None = None) -> list[list[str]]:
    """Return the lines of each page, surveyed together."""
    survey = Survey.of(
        dict(enumerate(pages)), None if margins is None else dict(enumerate(margins))
    )
    return [clean_page(page, survey, report=False, page=at) for at, page in enumerate(pages)]


def test_running_lines_go_and_a_repeated_sentence_of_the_body_stays() -> None:
    pages = [
        f"Forum 2025 – page {n}\nTitre {chr(64 + n)}\na\nb\nIl faut mesurer.\nc\nd\ne"
        for n in range(1, 7)
    ]
    lines = surveyed(pages)[2]
    assert "Forum 2025 – page 3" not in lines
    assert any("Il faut mesurer." in line for line in lines)


NUMBERS = {
    "alone": "{n}",
    "between dashes": "– {n} –",
    "of how many": "{n}/6",
    "page": "Page {n}",
    "page of how many": "page {n} sur 6",
    "after words": "Conseil municipal | page {n}",
    "before words": "Page {n} – Conseil municipal",
    "the same words": "Conseil municipal de Valdeclair",
    "a day alone": "12 mars 2024",
}


@pytest.mark.parametrize("line", NUMBERS.values(), ids=NUMBERS)
def test_a_page_number_and_words_that_stay_the_same_run(line: str) -> None:
    written = [line.format(n=n) for n in range(1, 7)]
    pages = [f"Objet {chr(64 + n)}.\nLa ville décide.\n{written[n - 1]}" for n in range(1, 7)]
    for at, lines in enumerate(surveyed(pages, written)):
        assert lines == [f"Objet {chr(65 + at)}.", "La ville décide."]


FACTS = {
    "a numbered decision": "Délibération n° 2024-{n:02d}",
    "one numbered as its page": "Délibération n° {n}",
    "who reports": "Rapporteur : le premier adjoint",
    "a vote": "Pour : {m} voix - Contre : 8 voix",
    "a vote as a fraction": "{m}/29",
    "a count": "Inscrits : {m}",
    "a count alone": "{m}",
    "a numbered title": "{n}. Budget",
    "a year that differs": "Comptes de 20{m}",
}


@pytest.mark.parametrize("line", FACTS.values(), ids=FACTS)
def test_what_a_page_says_of_itself_stays_even_in_its_margin(line: str) -> None:
    written = [line.format(n=n, m=17 + n * n) for n in range(1, 7)]
    pages = [f"{written[n - 1]}\nObjet {chr(64 + n)}.\nLa ville décide." for n in range(1, 7)]
    for at, lines in enumerate(surveyed(pages, written)):
        assert lines[0] == written[at]


WEBINAR = "Les matinales du service des eaux : Connaître les fuites pour dépenser bien moins d'eau"
LONG = f"{WEBINAR} potable – 0{{n}} avril 2025"
LABELLED = "Rapporteur : l'adjointe à l'eau, à la voirie, aux écoles, aux sports et à la culture"


def with_footers(footer: str, pages: int, of: int) -> list[list[str]]:
    """Return the lines of so many pages, of which some end with a footer."""
    footers = [footer.format(n=n) if n <= pages else "" for n in range(1, of + 1)]
    texts = [f"Objet {chr(64 + n)}.\nLa ville décide.\n{footers[n - 1]}" for n in range(1, of + 1)]
    return surveyed(texts, footers)


def test_a_long_line_runs_on_two_thirds_of_the_pages() -> None:
    assert len(LONG) > 100
    assert with_footers(LONG, 6, of=8)[0] == ["Objet A.", "La ville décide."]
    assert with_footers(LONG, 5, of=8)[0][2] == LONG.format(n=1)


@pytest.mark.parametrize(
    "line", [f"{LABELLED}, présente en ligne", f"{WEBINAR}, {LABELLED}", f"{WEBINAR}, {WEBINAR}"]
)
def test_a_long_line_that_says_something_of_its_page_stays(line: str) -> None:
    assert len(line) > 100
    assert with_footers(line, 8, of=8)[0][2] == line.format(n=1)


def test_words_repeated_outside_the_margins_are_text() -> None:
    pages = [f"Ville de Valdeclair\nObjet {chr(64 + n)}.\nAdopté à l'unanimité" for n in range(6)]
    assert surveyed(pages, ["Ville de Valdeclair"] * 6)[0] == ["Objet @.", "Adopté à l'unanimité"]


@pytest.mark.parametrize(
    ("drawn", "in_margins"),
    [
        ("Ville de Valdeclair {n} 03/03/2026", "Ville de Valdeclair {n} 03/03/2026"),
        ("{n} 03/03/2026Valdeclair", "Valdeclair {n} 03/03/2026"),
        ("{n}Ville de Valdeclair 03/03/2026", "03/03/2026Ville de Valdeclair {n}"),
        ("Ville de Valdeclair {n}\n03/03/2026", "03/03/2026Ville de Valdeclair {n}"),
        ("Rapport de la ville – {n}", "Rapport de la ville – {n}"),
    ],
    ids=["number and day", "both before", "glued", "day apart", "number alone"],
)
def test_a_footer_around_a_bare_page_number_goes_wherever_it_is_drawn(
    drawn: str, in_margins: str
) -> None:
    said = [f"Objet {'abcdef'[n]}." for n in range(6)]
    pages = [
        "\n".join(["Bilan", "Le repas", "Le tri", drawn.format(n=n + 12), said[n], "A", "B", "C"])
        for n in range(6)
    ]
    lines = surveyed(pages, [in_margins.format(n=n + 12) for n in range(6)])
    assert lines[2] == ["Bilan", "Le repas", "Le tri", said[2], "A", "B", "C"]


@pytest.mark.parametrize(
    "line",
    [
        "Étape {n}",
        "Délibération du conseil n° {n}",
        "Nombre de votants : {n}",
        "{n}e édition du forum",
        "Le {n} mars 2026 à Valdeclair",
    ],
)
def test_a_number_that_says_something_of_its_page_is_no_page_number(line: str) -> None:
    said = [line.format(n=n + 1) for n in range(6)]
    assert surveyed([f"{one}\nCorps {one}." for one in said], said)[2][0] == said[2]


def test_another_number_beside_the_words_of_a_footer_is_text() -> None:
    footers = [f"Ville de Valdeclair {n}" for n in range(6)]
    pages = [f"Titre {n}\nA\nB\nC\nVille de Valdeclair 40\nD\nE\nF\n{footers[n]}" for n in range(6)]
    assert "Ville de Valdeclair 40" in surveyed(pages, footers)[3]


def test_a_page_with_nothing_but_its_footer_says_nothing() -> None:
    footers = [f"Ville de Valdeclair {n} 03/03/2026" for n in range(6)]
    pages = [f"Titre {'abcdef'[n]}\n{line}" if n != 3 else line for n, line in enumerate(footers)]
    assert surveyed(pages, footers)[3] == []


def test_a_survey_gives_an_example_of_each_running_line() -> None:
    pages = {n: f"Ville de Valdeclair\nObjet {chr(65 + n)}.\nPage {n + 1}" for n in range(6)}
    assert Survey.of(pages).examples == ("Page 1", "Ville de Valdeclair")


def test_a_running_line_that_one_engine_breaks_in_two_goes_too() -> None:
    survey = Survey(running=frozenset({"contenu fictif #"}))
    assert clean_page("Titre\nCorps.\nContenu fictif\npage 4", survey, report=False) == [
        "Titre",
        "Corps.",
    ]


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        (None, "b", "second"),
        ("a", None, "first"),
        ("\n".join(["mot"] * 30), " ".join(["mot"] * 30), "second"),
        ("motscollésensemble ici", "mots collés ensemble ici", "second"),
        ("texte " * 20, "texte texte " * 20, "first"),
        ("", "texte " * 3, "second"),
        ("Titre\nA\n1\n2\nB\n3\n4", "Titre\nA 1 2\nB 3 4", "second"),
        ("un texte normal", "un texte normal", "first"),
        (
            "la réfecti on de la toit ure et le rempla cement " + "de la salle " * 20,
            "la réfection de la toiture et le remplacement " + "de la salle " * 20,
            "second",
        ),
        (
            "le projet de la ville, le bureau de la mairie, le budget de la ville",
            "leprojet de la ville, lebureau de la mairie, lebudget de la ville",
            "first",
        ),
    ],
    ids=[
        "only second",
        "only first",
        "word per line",
        "glued",
        "doubled",
        "little",
        "table",
        "same",
        "words cut",
        "words glued by the second",
    ],
)
def test_the_better_of_two_texts_is_chosen(
    first: str | None, second: str | None, chosen: str
) -> None:
    assert better_text(first, second) == {"first": first, "second": second}[chosen]


def test_a_title_over_two_lines_leaves_the_body() -> None:
    lines = ["Forum", "L'IA au service", "des agents", "Corps"]
    assert title_lines(lines, "L'IA au service des agents", slides=True) == (
        [],
        "L'IA au service des agents",
        ["Forum", "Corps"],
    )


def test_what_stands_above_a_title_in_a_report_is_not_said_under_it() -> None:
    lines = ["de la fin d'une phrase.", "Santé", "Le bruit rend malade.", "Écoles", "Corps"]
    assert title_lines(lines, "Écoles", slides=False) == (lines[:3], "Écoles", ["Corps"])
    name = ["Ville de Valdeclair", "Écoles", "Corps"]
    assert title_lines(name, "Écoles", slides=False) == ([], "Écoles", [name[0], "Corps"])


def test_a_huge_word_is_cleaned_in_no_time() -> None:
    word = "a" * 200_000 + "-\n" + "b" * 200_000
    assert len(clean_page(word, Survey(), report=True)) == 1


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ("Étape 2 : TrierÉtape 2 : Trier", "Étape 2 : Trier"),
        ("Étape 2 : Trier Étape 2 : Trier", "Étape 2 : Trier"),
        ("bonbon", "bonbon"),
        ("très très", "très très"),
        ("Trier, c'est trier", "Trier, c'est trier"),
    ],
)
def test_a_line_drawn_twice_is_said_once(drawn: str, said: str) -> None:
    assert clean_page(f"{drawn}\nLa suite.", Survey(), report=False)[0] == said


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("(aide jusqu'à\n200 €\n/ agent)", ["(aide jusqu'à 200 € / agent)"]),
        ("Une aide de\n200 €", ["Une aide de 200 €"]),
        ("Budget\n12 M€\nDélai\n3 mois", ["Budget", "12 M€", "Délai", "3 mois"]),
        ("De 1 à 5\n(essentiel)\nAutre", ["De 1 à 5 (essentiel)", "Autre"]),
        ("Livrables\n%\nMesure", ["Livrables", "%", "Mesure"]),
        ("Part : 12\n% des repas", ["Part : 12 % des repas"]),
        ("Ouvert (sauf\nAoût)\nFermé", ["Ouvert (sauf Août)", "Fermé"]),
        ("Un accueil (libre\n• Une salle", ["Un accueil (libre", "• Une salle"]),
        ("P R O G R A M M E   D U   J O U R\nAccueil", ["PROGRAMME DU JOUR", "Accueil"]),
        ("A B C\nOui", ["A B C", "Oui"]),
        ("APPEL À PROJETS\nnous lançons", ["APPEL À PROJETS", "nous lançons"]),
        ("Un débat à la\nDINUM ET AILLEURS", ["Un débat à la DINUM ET AILLEURS"]),
        ("Une bascule en août\n2025 (sans surprise)", ["Une bascule en août 2025 (sans surprise)"]),
        ("En août\n2 ateliers", ["En août", "2 ateliers"]),
        ("❖ Un tour\n❖ de table", ["❖ Un tour", "❖ de table"]),
        ("Une méthode\nexemple.fr", ["Une méthode", "exemple.fr"]),
        ("L'annuaire, soit /\nsociete.com", ["L'annuaire, soit / societe.com"]),
    ],
)
def test_a_line_of_a_slide_goes_on_where_it_has_no_end(text: str, lines: list[str]) -> None:
    assert clean_page(text, Survey(), report=False) == lines


@pytest.mark.parametrize(
    "lines",
    [
        ("Les besoins des services pour atteindre les objectifs de ce programme", "B) Nos appuis"),
        (
            "https://exemple.fr/actualites/un-forfait-de-trois-cents-euros-par-an-pour-tous",
            "Et moi",
        ),
        ("Les collaborations et les formats conviviaux sont encouragés : un débat,…", "LES THÈMES"),
    ],
    ids=["a letter of its own", "after an address", "in capitals"],
)
def test_a_title_doesnt_go_on_with_a_full_line_above_it(lines: tuple[str, str]) -> None:
    assert clean_page("\n".join(lines), Survey(), report=True) == list(lines)


@pytest.mark.parametrize(
    ("line", "title"),
    [("❖ Un tour", ""), ("exemple.fr", "Le plan"), ("contact@exemple.fr le midi", "Le plan")],
)
def test_neither_an_item_nor_an_address_is_a_title(line: str, title: str) -> None:
    assert title_lines([line, "Le plan", "Oui"], line, slides=True)[1] == title
    assert title_lines([line, "Oui."], line, slides=False)[1] == ""
