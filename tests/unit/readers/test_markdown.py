"""Markdown reads as the page that is made of it, without any mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.readers import read
from assistant.readers.formats.marked.markdown_marks import without_marks
from assistant.records import Document


def markdown(folder: Path, text: str) -> Document:
    (folder / "a.md").write_text(text, "utf-8")
    return read(folder / "a.md", "e/s/a.md")


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("**gras *italique* gras**", "gras italique gras"),
        ("***gras** italique*", "gras italique"),
        ("*italique **gras***", "italique gras"),
        ("*italique **gras** italique*", "italique gras italique"),
        ("__gras _italique_ gras__", "gras italique gras"),
        ("_italique **gras** italique_", "italique gras italique"),
        ("**gras `code_un` gras**", "gras code_un gras"),
        ('[au format `.ics`]({% link asset="a.ics" %})', "au format .ics"),
        ("un**gras**mot", "ungrasmot"),
        ("2 * 3 * 4 et mon_nom_de_fichier", "2 * 3 * 4 et mon_nom_de_fichier"),
        (r"\*pas gras\*", "*pas gras*"),
        ("**Excusés : **le trésorier", "Excusés : le trésorier"),
        ("voir **la note\ndu maire** ici", "voir la note\ndu maire ici"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("voir [Forum](https://fr.wikipedia.org/wiki/Forum_(Rome)) ici", "voir Forum ici"),
        ('[Décret](https://a.fr "du 3 mai (bis)")', "Décret"),
        ("[Décret [2024]](https://a.fr)", "Décret [2024]"),
        ("[![Logo de la ville](a.png)](https://a.fr)", "Logo de la ville"),
        ("[[Page interne|la page]] et [[Accueil]]", "la page et Accueil"),
        ("Le budget[^1] est voté.", "Le budget est voté."),
        ("comme à Lyon.[13][14][15] Puis", "comme à Lyon.[13][14][15] Puis"),
        ("voir [la page][1] et [ici][2]", "voir la page et ici"),
        ("Le {{ site.titre }} de mai{% if x %} ouvre{% endif %}", "Le de mai ouvre"),
        ("Titre {#ancre .classe}", "Titre"),
        ("Le ==12 mai==", "Le 12 mai"),
        ("une ligne<br>une autre", "une ligne une autre"),
        ("[ ] à faire", "☐ à faire"),
        ("[x] fait", "☒ fait"),
        ("de 10 à 12 {agents}", "de 10 à 12 {agents}"),
        ("1 250^3^ repas sur 40 m^2^, H~2~O", "1 250 repas sur 40 m², H2O"),
        ("~5 agents ou ~6 agents, 2^10 et 3^4", "~5 agents ou ~6 agents, 2^10 et 3^4"),
        ("le {--12 mai--} {++19++} {~~juin~>mai~~}", "le 19 mai"),
        ('le <s class="x">12 mai</s> 19 mai', "le 19 mai"),
        ('le <span style="text-decoration:line-through">12 mai</span> 19 mai', "le 19 mai"),
    ],
)
def test_a_line_reads_without_its_marks(written: str, reads: str) -> None:
    assert without_marks(written) == reads


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a]: https://a.fr 'x'\n\nTexte.", [("Texte.", 3)]),
        ("[^1]: La note.\n", [("La note.", 1)]),
        ("[^1]: La note.\n[^2]: L'autre\nnote.", [("La note.", 1), ("L'autre note.", 2)]),
        ("Vu <span hidden>en secret <span>ou non</span></span>ici.", [("Vu ici.", 1)]),
        ("<div style='display: none'>\n\nBrouillon\n</div>\n\nTexte.", [("Texte.", 6)]),
        ("<div hidden>\n\nSans fin", [("Sans fin", 3)]),
        ("[TOC]\n\nTexte.", [("Texte.", 3)]),
        ("{% include menu.html %}\nTexte.", [("Texte.", 2)]),
        ("{{< figure src=x >}}\n\nTexte.", [("Texte.", 3)]),
        (':::tip À savoir\nTexte.\n:::\n', [("À savoir Texte.", 1)]),
        ("> [!NOTE]\n> Texte.", [("Texte.", 1)]),
        ('!!! note "À savoir"\n    Texte.', [("À savoir Texte.", 1)]),
        ("<table><tr><th>Lieu</th><th>Jour</th></tr>\n<tr><td>Mairie</td><td>3 mai</td></tr>\n"
         "</table>\n\nTexte.", [("Lieu : Mairie | Jour : 3 mai", 1), ("Texte.", 5)]),
        ("| Lieu | Jour |\n|---|---|\n| Mairie<br>Gymnase | 3 mai |",
         [("Lieu : Mairie Gymnase | Jour : 3 mai", 1)]),
    ],
)  # fmt: skip
def test_lines_for_programs_are_not_read(
    text: str, found: list[tuple[str, int]], tmp_path: Path
) -> None:
    blocks = markdown(tmp_path, text).blocks
    assert [(block.text, block.place.first) for block in blocks] == found


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Le forum des communes\n---\n",
        '+++\ntitle = "Le forum des communes"\n+++\n',
        "---\ntitle: >\n  Le forum\n  des communes\ntags: [a, b]\n---\n",
        "\ufeff---\ntitle: Le forum des communes\n---\n",
    ],
)
def test_front_matter_is_told_and_not_read(front: str, tmp_path: Path) -> None:
    document = markdown(tmp_path, f"{front}Texte.")
    assert document.title == "Le forum des communes"
    assert [block.text for block in document.blocks] == ["Texte."]


def test_thousands_of_marks_are_read_in_no_time() -> None:
    for mark in (
        "*",
        "_",
        "[",
        "(",
        "{",
        "`",
        "[](",
        "**a",
        "{{",
        "<",
        "{--",
        "{~~a~>",
        "{++",
        "^a",
        "~a",
    ):
        assert isinstance(without_marks(mark * 20_000), str)


def test_the_marks_of_a_heading_within_an_item_are_not_read(tmp_path: Path) -> None:
    document = markdown(tmp_path, "- #### Liens\n1. ## Suite\n- #12 du guide\n")
    assert [block.text for block in document.blocks] == ["Liens", "1. Suite", "#12 du guide"]


@pytest.mark.parametrize(
    ("line", "kind", "level"),
    [
        ("**Le nouveau site**", "heading", 2),
        ("__Le nouveau site__", "heading", 2),
        ("**3. Le nouveau site du club. **", "heading", 2),
        ("**&nbsp;****10. Le club**", "heading", 2),
        ("1. **Le nouveau site**", "heading", 2),
        ("**Adopté à l'unanimité**", "paragraph", 0),
        ("**12 avril 2025 – salle des fêtes**", "paragraph", 0),
        ("**Le bureau retient le devis du garage.**", "paragraph", 0),
        ("**Présents :** la présidente", "paragraph", 0),
        ("**![Plan](plan.png)**", "paragraph", 0),
    ],
)
def test_a_line_in_bold_is_a_title_where_it_says_nothing_by_itself(
    line: str, kind: str, level: int, tmp_path: Path
) -> None:
    document = markdown(tmp_path, f"# Réunion du bureau\n\n{line}\n\nLe bureau en parle.\n")
    block = document.blocks[1]
    assert (block.kind, block.level, "*" in block.text) == (kind, level, False)


def test_a_line_in_bold_that_nothing_follows_is_text(tmp_path: Path) -> None:
    document = markdown(tmp_path, "Le bureau en parle.\n\n**Merci aux bénévoles**\n\n")
    assert document.blocks[-1].kind == "paragraph"


def test_items_in_bold_are_a_list_where_no_text_follows_one(tmp_path: Path) -> None:
    document = markdown(tmp_path, "1. **Budget**\n2. **Voirie**\n\n   - Trottoirs\n")
    assert {block.kind for block in document.blocks} == {"item"}


def test_a_line_of_stars_is_a_rule_wherever_it_begins(tmp_path: Path) -> None:
    document = markdown(tmp_path, "Le budget.\n\n          ************\n\nLa voirie.\n")
    assert [block.text for block in document.blocks] == ["Le budget.", "La voirie."]


@pytest.mark.parametrize(
    "stated",
    [
        "people: La maire, Un agent et Une élue",
        'invités: "La maire, Un agent et Une élue"',
        "guests: [La maire, Un agent, Une élue]",
        "intervenants:\n  - La maire\n  - Un agent\n  - Une élue",
    ],
)
def test_who_speaks_is_stated_by_other_names(tmp_path: Path, stated: str) -> None:
    document = markdown(tmp_path, f"---\n{stated}\n---\nNous parlons de pain.")
    assert document.facts["speakers"] == "La maire / Un agent / Une élue"


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Réunion de bureau du 24 juin 2017", "2017-06-24"),
        ("Assemblée générale du 1er février 2017", "2017-02-01"),
        ("Compte rendu 24/06/2017", "2017-06-24"),
        ("Conseil du 2017-06-24", "2017-06-24"),
        ("Réunion de bureau de juin 2017", "2017-08-10"),
        ("Du 24 juin 2017 au 25 juin 2017", "2017-08-10"),
        ("Réunion du 31 février 2017", "2017-08-10"),
    ],
)
def test_the_day_of_a_title_goes_before_that_of_publication(
    title: str, day: str, tmp_path: Path
) -> None:
    document = markdown(tmp_path, f"---\ntitle: {title}\ndate: 2017-08-10\n---\nTexte.")
    assert document.facts["date"] == day
