"""Samples of PDF files: outline and labels, running headers, rotated and two-column pages."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen import canvas

#: (font size, text) from the top.
Lines = list[tuple[int, str]]


def _canvas(size: tuple[float, float] = A4) -> tuple[io.BytesIO, Any]:
    out = io.BytesIO()
    return out, canvas.Canvas(out, pagesize=size, invariant=1)


def _lines(pdf: Any, lines: Lines, left: float, top: float) -> None:
    for size, text in lines:
        pdf.setFont("Helvetica", size)
        pdf.drawString(left, top, text)
        top -= size * 1.6


def deck() -> bytes:
    out, pdf = _canvas(landscape(A4))
    for title, body in (
        ("Mesurer d'abord", ["• Une balance", "• Un relevé par jour"]),
        ("Et ensuite", ["• Comparer"]),
    ):
        pdf.bookmarkPage(title)
        pdf.addOutlineEntry(f"Diapo {pdf.getPageNumber()}", title, 0)
        _lines(pdf, [(28, title), *[(14, line) for line in body]], 60, 500)
        pdf.showPage()
    pdf.save()
    return out.getvalue()


def report() -> bytes:
    """Roman labels before page 1, an outline of two levels, headers, a broken word."""
    out, pdf = _canvas()
    pages: list[tuple[list[tuple[int, str]], Lines]] = [
        ([], [(20, "Rapport de la collecte"), (11, "Direction des services urbains.")]),
        (
            [(0, "Le territoire")],
            [
                (11, "1. Le territoire"),
                (11, "La ville compte 12 quartiers et la collecte y passe deux fois par semai-"),
                (11, "ne, sauf au centre."),
            ],
        ),
        (
            [(0, "Les tournées"), (1, "Le tri sélectif")],
            [
                (11, "2. Les tournées"),
                (11, "Le mardi et le vendredi."),
                (11, "2.1 Le tri sélectif"),
                (11, "Le jeudi seulement."),
            ],
        ),
        ([], [(11, "Le service remercie tous les agents des tournées du matin.")]),
    ]
    for number, (entries, lines) in enumerate(pages, start=1):
        for level, title in entries:
            pdf.bookmarkPage(title)
            pdf.addOutlineEntry(title, title, level)
        _lines(pdf, [(9, "Ville - rapport annuel")], 60, 810)
        _lines(pdf, lines, 60, 740)
        _lines(pdf, [(9, f"Page {number} sur 4")], 60, 40)
        pdf.showPage()
    pdf.save()
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(out.getvalue())))
    writer.set_page_label(0, 0, style="/r")
    writer.set_page_label(1, 3, style="/D")
    writer.add_metadata({"/Author": "Service propreté"})
    return _written(writer)


def columns() -> bytes:
    out, pdf = _canvas()
    left = ["La colonne de gauche se lit", "d'abord, du haut jusqu'en bas,", "sans rien sauter."]
    right = ["La colonne de droite vient", "ensuite, elle aussi du haut", "jusqu'en bas."]
    _lines(pdf, [(18, "Deux colonnes")], 60, 780)
    _lines(pdf, [(11, line) for line in left], 60, 740)
    _lines(pdf, [(11, line) for line in right], 320, 740)
    pdf.showPage()
    pdf.save()
    return out.getvalue()


def rotated() -> bytes:
    """A page turned a quarter by its attribute, and one whose text is drawn turned."""
    out, pdf = _canvas()
    pdf.saveState()
    pdf.translate(560, 60)
    pdf.rotate(90)
    _lines(pdf, [(20, "Programme en travers"), (12, "À lire en tournant la feuille.")], 0, 400)
    pdf.restoreState()
    pdf.showPage()
    pdf.rotate(90)
    _lines(pdf, [(12, "Un texte dessiné de côté.")], 60, -300)
    pdf.showPage()
    pdf.save()
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(out.getvalue())))
    writer.pages[0].rotate(90)
    return _written(writer)


def owner_password() -> bytes:
    out, pdf = _canvas()
    _lines(pdf, [(12, "Ouvert à tous malgré le mot de passe du propriétaire.")], 60, 740)
    pdf.showPage()
    pdf.save()
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(out.getvalue())))
    writer.encrypt(user_password="", owner_password="maître", algorithm="RC4-128")
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def files() -> dict[str, bytes]:
    """Return the content of each sample by its name."""
    return {
        "diaporama.pdf": deck(),
        "rapport.pdf": report(),
        "colonnes.pdf": columns(),
        "tourne.pdf": rotated(),
        "proprietaire.pdf": owner_password(),
    }
