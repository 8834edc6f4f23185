"""Web pages: what is text of the page and what only stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.readers import read

PAGES = {
    "a page within a form": ("<form><h1>Conseil</h1><p>Séance du 3 mai.</p></form>",
                             ["Conseil", "Séance du 3 mai."]),
    "a form to search": ("<form><label>Chercher</label><input></form><p>Texte.</p>", ["Texte."]),
    "the header of an article": (
        "<header>Ville</header><article><header><h1>Conseil</h1><p>le 3 mai</p></header>"
        "<p>Texte.</p><footer>Source : la mairie</footer></article><footer>Contact</footer>",
        ["Conseil", "le 3 mai", "Texte.", "Source : la mairie"]),
    "an article among the rest": (
        "<h1>Conseil</h1><p>Le budget est voté.</p><article><p>Encadré</p></article><p>Fin.</p>",
        ["Conseil", "Le budget est voté.", "Encadré", "Fin."]),
    "the call of a note": (
        '<p>Le total est de 12<a role="doc-noteref" href="#n">4</a> lots, <a class="x">13</a>.</p>',
        ["Le total est de 12 lots, 13."]),
    "the headers of sections": (
        "<header>Ville</header><section><header><h2>Un</h2></header><p>a</p></section>"
        "<section><header><h2>Deux</h2></header><aside><p>À savoir</p></aside></section>",
        ["Un", "a", "Deux", "À savoir"]),
    "lines of a cell": ("<table><tr><td>Lieu<br>Mairie</td><td><p>3 mai</p><p>4 mai</p></td></tr>"
                        "</table>", ["Lieu Mairie | 3 mai 4 mai"]),
    "the caption of a table": ("<table><caption>Horaires</caption><tr><td>9 h</td></tr></table>",
                               ["Horaires", "9 h"]),
    "a formula": ("<p>Taux <math><mfrac><mn>7</mn><mn>8</mn></mfrac><mo>=</mo><mn>87,5</mn>"
                  "<mo>%</mo></math> en mai</p>", ["Taux 7/8=87,5% en mai"]),
    "what is folded": ("<details><summary>Budget</summary><p>12 M€</p></details>",
                       ["Budget", "12 M€"]),
    "a form that is filled in": (
        "<form><p><label><input type=checkbox checked>Présent</label> <input type=radio>Absent</p>"
        "<p>Nom <input value=Valdeclair><input type=hidden value=x></p><p>Ville <select><option>"
        "Lyon<option selected>Paris</select></p></form>",
        ["☒ Présent ☐ Absent", "Nom Valdeclair", "Ville Paris"]),
    "a picture": ("<p>Le plan <img alt='Plan : entrée rue Haute'>est affiché.</p><img alt=Logo>",
                  ["Le plan est affiché.", "Plan : entrée rue Haute"]),
    "a picture in a cell": (
        "<table><tr><td>Plan</td><td><a href=p><img alt='Entrée rue Haute'></a></td></tr></table>",
        ["Plan | Entrée rue Haute"]),
    "how a word is said": ("<p><ruby>漢<rp>(</rp><rt>kan</rt></ruby> fin</p>", ["漢 fin"]),
    "a list of definitions": ("<dl><dt>Lieu</dt><dd>Mairie</dd></dl>", ["Lieu", "Mairie"]),
}  # fmt: skip


@pytest.mark.parametrize(("page", "texts"), PAGES.values(), ids=PAGES)
def test_a_page_gives_its_own_text(page: str, texts: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<html><body>{page}</body></html>", "utf-8")
    document = read(tmp_path / "a.html", "e/s/a.html")
    assert [block.text for block in document.blocks] == texts
    assert document.problems == ()


@pytest.mark.parametrize(
    "hidden",
    ['<p class="c x">Brouillon</p>', '<div id="i"><p>Brouillon</p></div>',
     "<dialog>Brouillon</dialog>"],
)  # fmt: skip
def test_what_the_styles_of_a_page_hide_is_left_out_and_told(hidden: str, tmp_path: Path) -> None:
    style = ".x, #i { color: red; display: none } @media print { .y { display: none } }"
    page = f"<html><head><style>{style}</style></head><body>{hidden}<p class='y'>Texte.</p></body>"
    (tmp_path / "a.html").write_text(f"{page}</html>", "utf-8")
    document = read(tmp_path / "a.html", "e/s/a.html")
    assert [block.text for block in document.blocks] == ["Texte."]
    assert [problem.key for problem in document.problems] == ["reading.text_hidden"]
