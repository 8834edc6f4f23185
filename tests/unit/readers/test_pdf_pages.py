"""Pages of PDF as one sees them: marks, columns, layers, crops, forms, notes and titles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Text
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    RectangleObject,
    TextStringObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from assistant.readers import read
from assistant.readers.parts import Options
from assistant.readers.pdf.outline import labels_of, without_tex
from assistant.readers.pdf.runs import TextRun, put_right
from assistant.records import Document


def drawn(folder: Path, draw: Callable[[Any], None]) -> Path:
    pdf = canvas.Canvas(str(folder / "a.pdf"), pagesize=A4)
    pdf.setFont("Helvetica", 12)
    draw(pdf)
    pdf.save()
    return folder / "a.pdf"


def changed(path: Path, change: Callable[[PdfWriter], None]) -> Path:
    writer = PdfWriter()
    with path.open("rb") as file:
        writer.append(PdfReader(file))
        change(writer)
        written = path.with_name("b.pdf")
        writer.write(written)
        writer.close()
    return written


def read_file(path: Path, **options: bool) -> Document:
    return read(path, "e/s/a.pdf", options=Options(**options))


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def keys(document: Document) -> list[str]:
    return [problem.key for problem in document.problems]


# --- Marks, capitals and columns ---------------------------------------------------------------


def pieces(*found: tuple[str, float, float]) -> list[TextRun]:
    """Return runs of (text, size, height), each further right."""
    return [
        TextRun(text, size, height, 60.0 + 40 * at) for at, (text, size, height) in enumerate(found)
    ]


@pytest.mark.parametrize(
    ("runs", "reads"),
    [
        (pieces(("Les 1 250", 12, 700), ("3", 7, 700), (" repas", 12, 700)), "Les 1 250 repas"),
        (pieces(("un budget de 42\n", 12, 700), ("1\n", 7, 704), (" millions\n", 12, 700)),
         "un budget de 42 millions\n"),
        (pieces(("40 m", 12, 700), ("2", 7, 704), (" au 1", 12, 700), ("er", 7, 704)),
         "40 m² au 1er"),
        (pieces(("le CO", 12, 700), ("2", 7, 700), (" émis", 12, 700)), "le CO2 émis"),
        (pieces(("le CO", 12, 700), ("2", 7, 697), (" émis", 12, 700)), "le CO2 émis"),
        (pieces(("Total\n", 12, 700), ("12\n", 8, 700)), "Total\n12\n"),
        (pieces(("Titre\n", 20, 700), ("12\n", 8, 640)), "Titre\n12\n"),
        (pieces(("P\n", 20, 700), ("ROJET\n", 15, 700), ("D\n", 20, 700), ("E\n", 15, 700)),
         "PROJET DE\n"),
        (pieces(("P\n", 18, 700), ("ROGRAMME DU\n", 14, 700), ("F\n", 18, 700),
                ("ORUM\n", 14, 700)), "PROGRAMME DU FORUM\n"),
    ],
    ids=["a mark", "drawn apart", "exponents", "chemistry", "below the line", "a cell",
         "further down", "small capitals", "several words in small capitals"],
)  # fmt: skip
def test_runs_read_as_one_writes_them(runs: list[TextRun], reads: str) -> None:
    assert put_right("".join(run.text for run in runs), runs).text == reads


def test_a_text_that_its_runs_do_not_make_stays() -> None:
    assert put_right("Autre", pieces(("Les 1 250", 12, 700), ("3", 7, 700))).text == "Autre"


LEFT = [
    "Le maire ouvre la séance à dix-huit heures et",
    "rappelle que le budget de la commune sera",
    "présenté en juin devant le conseil réuni en",
    "séance plénière, avec les adjoints chargés des",
    "finances et de la voirie de la ville.",
]
RIGHT = [
    "La régie de l'eau annonce des travaux dans le",
    "quartier nord pendant tout l'été, avec des",
    "coupures annoncées quarante-huit heures avant",
    "par affichage et par message aux abonnés qui",
    "en auront fait la demande écrite.",
]


@pytest.mark.parametrize("second_reader", [True, False])
def test_columns_drawn_across_are_read_one_after_the_other(
    second_reader: bool, tmp_path: Path
) -> None:
    def draw(pdf: Any) -> None:
        pdf.setFont("Helvetica", 10)
        pdf.drawString(60, 740, "Compte rendu de la séance publique du conseil municipal.")
        for at, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
            pdf.drawString(60, 700 - 14 * at, left)
            pdf.drawString(320, 700 - 14 * at, right)
        pdf.drawString(60, 560, "La séance est levée à vingt heures.")

    assert texts(read_file(drawn(tmp_path, draw), second_reader=second_reader)) == [
        "Compte rendu de la séance publique du conseil municipal.",
        " ".join(LEFT),
        " ".join(RIGHT),
        "La séance est levée à vingt heures.",
    ]


MIDDLE = [
    "Les écoles rouvrent le premier septembre",
    "avec deux classes de plus dans le quartier",
    "sud, qui accueilleront chacune vingt-deux",
    "élèves dès la rentrée.",
]


def in_words(pdf: Any, left: float, height: float, line: str) -> None:
    """Draw a line word by word, as some programs do."""
    for word in line.split():
        pdf.drawString(left, height, word)
        left += pdf.stringWidth(f"{word} ", "Helvetica", 10)


@pytest.mark.parametrize("way", ["three", "word by word", "at other heights", "one is shorter"])
def test_columns_of_any_kind_drawn_across_are_read_one_after_the_other(
    way: str, tmp_path: Path
) -> None:
    columns = [LEFT, MIDDLE, RIGHT] if way == "three" else [LEFT, RIGHT]
    columns = [MIDDLE, RIGHT] if way == "one is shorter" else columns

    def draw(pdf: Any) -> None:
        pdf.setPageSize((842, 595))
        pdf.setFont("Helvetica", 10)
        for at in range(5):
            for number, column in enumerate(columns):
                if at < len(column):
                    height = 500 - 14 * at - (5 * number if way == "at other heights" else 0)
                    write = in_words if way == "word by word" else type(pdf).drawString
                    write(pdf, 40 + 260 * number, height, column[at])

    found = texts(read_file(drawn(tmp_path, draw)))
    assert found == [" ".join(column) for column in columns]


def test_a_table_is_still_read_across(tmp_path: Path) -> None:
    rows = [("Service", "Montant"), ("Voirie", "12 000 €"), ("Écoles", "8 000 €"),
            ("Culture", "5 000 €"), ("Sports", "7 000 €")]  # fmt: skip

    def draw(pdf: Any) -> None:
        for at, (left, right) in enumerate(rows):
            pdf.drawString(60, 700 - 14 * at, left)
            pdf.drawString(320, 700 - 14 * at, right)

    assert texts(read_file(drawn(tmp_path, draw))) == [" ".join(row) for row in rows]


def test_a_word_that_pages_cut_is_whole_on_the_page_where_it_begins(tmp_path: Path) -> None:
    lines = ["Le conseil vote l'aménage-", "ment du parc et le rez-de-", "chaussée de la mairie."]

    def draw(pdf: Any) -> None:
        for number, line in enumerate(lines, start=1):
            pdf.drawString(60, 810, "Rapport annuel de la ville")
            pdf.drawString(60, 700, line)
            pdf.drawString(280, 30, f"{number} | Rapport 2025")
            pdf.showPage()

    blocks = read_file(drawn(tmp_path, draw)).blocks
    assert [(block.text, block.place.first) for block in blocks] == [
        ("Le conseil vote l'aménagement", 1),
        ("du parc et le rez-de-chaussée", 2),
        ("de la mairie.", 3),
    ]


@pytest.mark.parametrize("second_reader", [True, False])
def test_the_times_of_a_programme_stand_before_what_they_are_of(
    second_reader: bool, tmp_path: Path
) -> None:
    parts = ["Ouverture", "La régie de l'eau", "Pause.", "Les écoles", "Clôture"]
    times = ["9h30", "9h40", "10h", "10h30", "12 h 15"]

    def draw(pdf: Any) -> None:
        for at, part in enumerate(parts):
            pdf.drawString(120, 700 - 40 * at, part)
        for at, time in enumerate(times):
            pdf.drawString(60, 700 - 40 * at, time)

    found = texts(read_file(drawn(tmp_path, draw), second_reader=second_reader))
    assert found == [f"{time} {part}" for time, part in zip(times, parts, strict=True)]


def test_times_with_nothing_beside_them_stay_where_they_are(tmp_path: Path) -> None:
    def draw(pdf: Any) -> None:
        for at, line in enumerate(["Horaires", "9h30", "10h", "11h", "Fermé le lundi"]):
            pdf.drawString(60, 700 - 40 * at, line)

    assert texts(read_file(drawn(tmp_path, draw)))[:2] == ["Horaires", "9h30"]


def test_a_programme_whose_boxes_were_drawn_in_any_order_follows_its_times(tmp_path: Path) -> None:
    boxes = [
        (60, 700, "9h30 : Ouverture"), (60, 640, "11h : Ateliers"), (320, 640, "Les cantines"),
        (320, 700, "14h : Plénière"), (70, 680, "La régie de l'eau"), (60, 660, "10h30 : Pause"),
        (320, 600, "16h : Clôture"),
    ]  # fmt: skip

    def draw(pdf: Any) -> None:
        for left, height, text in [(40, 760, "Forum des services"), *boxes]:
            pdf.drawString(left, height, text)

    assert texts(read_file(drawn(tmp_path, draw))) == [
        "Forum des services", "9h30 : Ouverture", "La régie de l'eau", "10h30 : Pause",
        "11h : Ateliers", "14h : Plénière", "Les cantines", "16h : Clôture",
    ]  # fmt: skip


def test_times_that_go_back_by_their_places_too_stay_as_they_are_drawn(tmp_path: Path) -> None:
    lines = ["14h : Retour", "9h : Départ", "18h : Fin", "8h : Accueil"]

    def draw(pdf: Any) -> None:
        for at, line in enumerate(lines):
            pdf.drawString(60, 700 - 40 * at, line)

    assert texts(read_file(drawn(tmp_path, draw))) == lines


# --- What a page shows and what it doesn't -----------------------------------------------------


def two_lines(pdf: Any) -> None:
    pdf.drawString(60, 700, "Visible dans la page.")
    pdf.drawString(60, 30, "CACHE")


def cropped(writer: PdfWriter) -> None:
    writer.pages[0].cropbox = RectangleObject((0, 100, 595, 842))


def wrapped(before: bytes) -> Callable[[PdfWriter], None]:
    """Return what puts the second line of a page within marked content."""

    def change(writer: PdfWriter) -> None:
        page = writer.pages[0]
        contents = page.get_contents()
        assert contents is not None
        data = contents.get_data()
        at = data.index(b"(CACHE)")
        first, last = data.rindex(b"BT", 0, at), data.index(b"ET", at) + 2
        stream = DecodedStreamObject()
        stream.set_data(data[:first] + before + data[first:last] + b" EMC" + data[last:])
        page[NameObject("/Contents")] = writer._add_object(stream)

    return change


def layered(writer: PdfWriter) -> None:
    wrapped(b"/OC /L1 BDC ")(writer)
    named = {NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("x")}
    layer = writer._add_object(DictionaryObject(named))
    resources: Any = writer.pages[0]["/Resources"]
    resources[NameObject("/Properties")] = DictionaryObject({NameObject("/L1"): layer})
    off = DictionaryObject({NameObject("/OFF"): ArrayObject([layer])})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): off}
    )


def outside(writer: PdfWriter) -> None:
    writer.pages[0].mediabox = RectangleObject((0, 100, 595, 842))
    writer.pages[0].cropbox = RectangleObject((0, 100, 595, 842))


def invisible(writer: PdfWriter) -> None:
    page = writer.pages[0]
    contents = page.get_contents()
    assert contents is not None
    stream = DecodedStreamObject()
    stream.set_data(contents.get_data().replace(b"(CACHE)", b"3 Tr (CACHE)"))
    page[NameObject("/Contents")] = writer._add_object(stream)


def test_what_is_invisible_over_a_picture_of_it_is_read(tmp_path: Path) -> None:
    path = changed(drawn(tmp_path, lambda pdf: pdf.drawString(60, 30, "CACHE")), invisible)
    assert texts(read_file(path)) == ["CACHE"]


@pytest.mark.parametrize("hide", [cropped, layered, outside, invisible])
def test_what_a_page_does_not_show_is_left_out_and_told(
    hide: Callable[[PdfWriter], None], tmp_path: Path
) -> None:
    path = changed(drawn(tmp_path, two_lines), hide)
    left = read_file(path)
    assert texts(left) == ["Visible dans la page."]
    assert keys(left) == ["reading.text_hidden"]
    whole = read_file(path, hidden_slides=True)
    assert texts(whole) == ["Visible dans la page.", "CACHE"]
    assert keys(whole) == []


@pytest.mark.parametrize("hide", [layered, invisible])
def test_signs_that_a_font_names_are_read_on_a_page_with_hidden_text(
    hide: Callable[[PdfWriter], None], tmp_path: Path
) -> None:
    def change(writer: PdfWriter) -> None:
        fonts: Any = writer.pages[0]["/Resources"]
        for font in fonts["/Font"].values():
            named = ArrayObject([NumberObject(91), NameObject("/fraction")])
            font.get_object()[NameObject("/Encoding")] = DictionaryObject(
                {NameObject("/Type"): NameObject("/Encoding"), NameObject("/Differences"): named}
            )
        hide(writer)

    def lines(pdf: Any) -> None:
        pdf.drawString(60, 700, "Des vis de 1[4 de pouce.")
        pdf.drawString(60, 30, "CACHE")

    path = changed(drawn(tmp_path, lines), change)
    assert texts(read_file(path)) == ["Des vis de 1\u20444 de pouce."]


@pytest.mark.parametrize(
    "stated", [b"(Budget 2025)", b"<FEFF004200750064006700650074003200300032>"]
)
def test_a_page_that_says_how_it_reads_is_believed(stated: bytes, tmp_path: Path) -> None:
    before = b"/Span <</ActualText " + stated + b">> BDC "
    (first, second) = texts(read_file(changed(drawn(tmp_path, two_lines), wrapped(before))))
    assert first == "Visible dans la page."
    assert second.startswith("Budget")


def form(pdf: Any) -> None:
    pdf.drawString(60, 740, "Demande de salle")
    fields = pdf.acroForm
    where = {"x": 60, "width": 200, "height": 20}
    fields.textfield(name="a", tooltip="Association", value="Les Amis du livre", y=700, **where)
    fields.checkbox(name="b", tooltip="Sonorisation", checked=True, x=60, y=660)
    fields.checkbox(name="c", tooltip="Buffet", checked=False, x=60, y=630)
    fields.choice(name="d", tooltip="Salle", value="Bleue", options=["Bleue"], y=590, **where)
    menu = [("Mairie annexe", "a1"), ("Gymnase", "g1")]
    fields.choice(name="e", tooltip="Lieu", value="a1", options=menu, y=560, **where)
    for value, at in (("oui", 60), ("non", 100)):
        fields.radio(
            name="f", tooltip="Traiteur", value=value, selected=value == "oui", x=at, y=530
        )


def test_what_a_form_is_filled_in_with_is_read(tmp_path: Path) -> None:
    assert texts(read_file(drawn(tmp_path, form))) == [
        "Demande de salle",
        "Association : Les Amis du livre",
        "☒ Sonorisation",
        "☐ Buffet",
        "Salle : Bleue",
        "Lieu : Mairie annexe",
        "☒ Traiteur : oui",
        "☐ Traiteur : non",
    ]


def test_what_is_typed_onto_a_page_is_read_and_what_is_attached_or_remarked_told(
    tmp_path: Path,
) -> None:
    def change(writer: PdfWriter) -> None:
        writer.add_annotation(0, FreeText(text="Reporté au 19 mai", rect=(60, 500, 200, 520)))
        writer.add_annotation(0, Text(text="À vérifier", rect=(60, 400, 80, 420)))
        writer.add_attachment("budget.xlsx", b"x")
        form = DictionaryObject({NameObject("/XFA"): TextStringObject("x")})
        writer.root_object[NameObject("/AcroForm")] = form

    path = drawn(tmp_path, lambda pdf: pdf.drawString(60, 700, "La réunion a lieu le 12 mai."))
    document = read_file(changed(path, change))
    assert texts(document) == ["La réunion a lieu le 12 mai.", "Reporté au 19 mai"]
    assert [dict(problem.values) for problem in document.problems] == [
        {"names": "budget.xlsx, XFA"},
        {"number": "1"},
    ]


@pytest.mark.parametrize(
    ("box", "tells"),
    [
        ((64, 660, 260, 14), True),  # a line between two
        ((165, 677, 100, 14), True),  # words at the end of one
        ((64, 400, 260, 14), False),  # a rule, far from any
        ((64, 620, 260, 40), False),  # a banner
        ((20, 660, 14, 14), False),  # a sign
    ],
)
def test_words_drawn_as_pictures_among_the_text_are_told(
    box: tuple[float, ...], tells: bool, tmp_path: Path
) -> None:
    line = Image.new("RGB", (int(box[2]), int(box[3])), "grey")

    def draw(pdf: Any) -> None:
        pdf.drawString(60, 680, "Denrées destinées")
        pdf.drawString(60, 645, "et parties comestibles, comptées")
        pdf.drawImage(ImageReader(line), *box)

    assert keys(read_file(drawn(tmp_path, draw))) == ["reading.words_drawn"] * tells


def test_a_page_that_no_font_explains_is_taken_for_a_picture(tmp_path: Path) -> None:
    def draw(pdf: Any) -> None:
        pdf.drawString(60, 700, "Une page que l'on peut lire sans peine.")
        pdf.showPage()
        for at in range(28):
            pdf.drawString(60, 740 - 20 * at, "- - - - - - - - - -")

    document = read_file(drawn(tmp_path, draw))
    assert texts(document) == ["Une page que l'on peut lire sans peine."]
    assert keys(document) == ["reading.pages_without_text"]


@pytest.mark.parametrize(
    ("line", "tells"),
    [
        ("https://exemple.fr/inscriptions-2026", True),
        ("Le programme de la journée du 3 mai", False),
    ],
)
def test_a_picture_with_no_more_than_an_address_is_told(
    line: str, tells: bool, tmp_path: Path
) -> None:
    poster = Image.new("RGB", (40, 56), "grey")

    def draw(pdf: Any) -> None:
        pdf.drawImage(ImageReader(poster), 0, 0, *A4)
        pdf.drawString(60, 100, line)

    document = read_file(drawn(tmp_path, draw))
    assert texts(document) == [line]
    assert keys(document) == ["reading.pages_without_text"] * tells


def test_a_picture_under_a_running_header_is_told_and_an_empty_page_is_not(tmp_path: Path) -> None:
    poster = Image.new("RGB", (40, 40), "grey")

    def draw(pdf: Any) -> None:
        for at in range(5):
            pdf.setFont("Helvetica", 12)
            pdf.drawString(60, 810, "Plan de transformation des services")
            if at == 2:
                pdf.drawImage(ImageReader(poster), 0, 0, A4[0], 780)
            elif at != 3:
                pdf.drawString(60, 600, f"Le conseil examine le point {'abcde'[at]} du plan.")
            pdf.showPage()

    (problem,) = read_file(drawn(tmp_path, draw)).problems
    assert (problem.key, dict(problem.values)["numbers"]) == ("reading.pages_without_text", "3")


# --- Titles and labels -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "reads"),
    [
        (r"L'IA {\'e}thique au service des \textbf {agents}", "L'IA éthique au service des agents"),
        (r"Rapport\\ \large annuel", "Rapport annuel"),
        (r"\'Evaluation \& bilan", "Évaluation & bilan"),
        (r"La \c{c}ole \vspace {2mm} du num\'erique", "La çole du numérique"),
        ("Budget 2025", "Budget 2025"),
    ],
)
def test_a_title_keeps_nothing_of_latex(title: str, reads: str) -> None:
    assert without_tex(title) == reads


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Purple Gradient Timeline Infographic", "Le séminaire"),
        ("Annual Seminaire Presentation", "Annual Seminaire Presentation"),
        ("Plan de classement :", "Le séminaire"),
        ("Les Thés au Printemps", "Les Thés au Printemps"),
    ],
)
def test_the_name_of_a_template_or_an_empty_label_is_no_title(
    title: str, shown: str, tmp_path: Path
) -> None:
    def draw(pdf: Any) -> None:
        pdf.setTitle(title)
        pdf.setFont("Helvetica", 24)
        pdf.drawString(60, 760, "Le séminaire")
        pdf.setFont("Helvetica", 11)
        for at in range(8):
            pdf.drawString(60, 700 - 14 * at, "La journée commence à neuf heures, ici.")

    assert read_file(drawn(tmp_path, draw)).title == shown


def test_a_table_of_contents_gives_a_file_no_title(tmp_path: Path) -> None:
    def draw(pdf: Any) -> None:
        for heading in ("Sommaire", "Un plan pour tous"):
            pdf.setFont("Helvetica", 24)
            pdf.drawString(60, 760, heading)
            pdf.setFont("Helvetica", 11)
            for at in range(8):
                pdf.drawString(60, 700 - 14 * at, "Les agents se forment aux gestes utiles.")
            pdf.showPage()

    document = read_file(drawn(tmp_path, draw))
    assert [block.text for block in document.blocks if block.kind == "heading"] == [
        "Sommaire", "Un plan pour tous",
    ]  # fmt: skip
    assert document.title not in ("Sommaire", "Un plan pour tous")


class Labelled:
    def __init__(self, *labels: str) -> None:
        self.page_labels = labels


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        (("i", "ii", "1"), "i, ii, 1"),
        (("1", "2", "3"), ""),
        (("-1", "0", "1"), ""),
        (("0", "1", "2"), ""),
        (("A-1", "A-2"), "A-1, A-2"),
        (("Annexe",) * 300, ", ".join(["Annexe"] * 237)),
    ],
)
def test_labels_that_nobody_prints_are_left_out(labels: tuple[str, ...], kept: str) -> None:
    assert labels_of(Labelled(*labels)) == kept
