"""Samples of texts: Markdown, TXT, HTML, RTF, CSV, ICS, EPUB, and messages with attachments."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP

MARKDOWN = """---
title: "Compte rendu du comité"
auteurs:
  - Service culture
  - Service des sports
date: 2025-03-18
lieu: Salle des fêtes
tags: [comité, culture]
langue: fr
---
# Ouverture

Un **mot** et un [lien](https://exemple.fr),
suite de `code`.

- une puce
  qui continue
  - dessous
1. premier

| Cas | Taux |
|-----|-----:|
| Un  | 9 %  |

Souligné
--------
> Une citation
> sur deux lignes.
"""

TEXT = "VENIR AU FORUM\nEn bus, ligne 12.\n\n\nÀ vélo,\nou à pied : 5 min.\n"

HTML = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Le forum</title>
<style>p{}</style></head><body><nav>Menu</nav><main><h1>Accueil</h1><p>Un <b>mot</b>,<br>deux
lignes.</p><h2>Les publics</h2><ul><li>Agents<ul><li>titulaires</li></ul></li><li>Élus</li></ul>
<table><tr><th>Public</th><th>Inscrits</th></tr><tr><td>Élus</td><td>12</td></tr></table>
</main><footer>Mentions</footer></body></html>
"""

#: As Word writes it: code page, styles, a list, a table, a note, hidden and deleted text.
RTF = r"""{\rtf1\ansi\ansicpg1252\deff0\uc1
{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset2 Symbol;}}
{\colortbl;\red0\green0\blue0;}
{\stylesheet{\s0 Normal;}{\s1\outlinelevel0\b heading 1;}{\s2\b Titre 2;}}
{\info{\title Bilan de la collecte}{\author Service d\'e9chets}{\creatim\yr2025}}
{\header\pard Ville \endash  en-t\'eate\par}
\pard\plain\s1\outlinelevel0\b\f0 Le bilan\par
\pard\plain\f0 La ville collecte {\b 46 tonnes}{\super{\footnote\pard\plain Pes\'e9es en mai.}} par
 mois\~; c\u8217?est {\deleted peu}{\v cach\'e9}assez.\line Fin \emdash  du paragraphe.\par
\pard\plain\s2\b Les tourn\'e9es\par
\pard\plain{\listtext\f1\'b7\tab}\ls1\ilvl0 le mardi\par
{\listtext\f1\'b7\tab}\ls1\ilvl1 \u192?\u32?six heures\par
\pard\plain\trowd\cellx2000\cellx4000\intbl Mois\cell Tonnes\cell\row
\trowd\cellx2000\cellx4000\intbl Mai\cell 46\cell\row
\pard\plain{\pict\pngblip 89504e470d0a}Emoji\~: \u-10179?\u-8704?\par
{\field{\*\fldinst HYPERLINK "https://exemple.fr"}{\fldrslt le site}}\par
{\*\inconnu rien}}
"""

RTF_BOLD = r"""{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}
\pard\b Le contexte\b0\par
\pard Une phrase {\b importante} ici.\par
}
"""

CSV = (
    "Inscriptions 2025;;\r\n;;\r\nAtelier;Inscrits;Remarque\r\n"
    '"ChatGPT ; au travail";24;"deux\r\nlignes"\r\nCantine;12;\r\n'
)
CSV_COMMA = 'nom,valeur\n"Pain jeté, en kg","1,5"\nRepas,300\n'
CSV_TAB = "sep=\t\nJour\tTonnes\nmardi\t3,5\n"
TSV = "rue\tlongueur\nrue Haute\t120\n"


ICS = """BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Forum des métiers
BEGIN:VEVENT
UID:1
SUMMARY:Atelier sur le tri
DTSTART;TZID=Europe/Paris:20250318T090000
DTEND;TZID=Europe/Paris:20250318T103000
LOCATION:Salle A
DESCRIPTION:Apporter un sac.\\nEntrée libre.
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Atelier reporté
STATUS:CANCELLED
DTSTART;TZID=Europe/Paris:20250319T090000
END:VEVENT
END:VCALENDAR
"""

_EPUB = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": """<container
 xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/livre.opf"/></rootfiles></container>""",
    "OEBPS/livre.opf": """<package xmlns="http://www.idpf.org/2007/opf"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Guide du tri</dc:title>
<dc:language>fr</dc:language></metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="a" href="un.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/></spine></package>""",
    "OEBPS/nav.xhtml": "<html><body><p>Sommaire</p></body></html>",
    "OEBPS/un.xhtml": "<html><body><h1>Le tri</h1><p>Il se fait à la source.</p></body></html>",
}


def _epub() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in _EPUB.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return held.getvalue()


def texts() -> dict[str, bytes]:
    """Return the content of each sample by its name, but for messages."""
    return {
        "avec-preambule.md": MARKDOWN.encode(),
        "texte-cp1252.txt": TEXT.encode("cp1252"),
        "page.html": HTML.encode(),
        "rapport.rtf": RTF.encode("ascii"),
        "gras.rtf": RTF_BOLD.encode("ascii"),
        "point-virgule.csv": CSV.encode("cp1252"),
        "virgule.csv": CSV_COMMA.encode(),
        "tabulation.csv": CSV_TAB.encode(),
        "tableau.tsv": TSV.encode(),
        "agenda.ics": ICS.replace("\n", "\r\n").encode(),
        "livre.epub": _epub(),
    }


def messages(samples: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return messages; what they carry is taken from the samples already made."""
    return {
        "message.eml": _plain().as_bytes(policy=SMTP),
        "message-html.eml": _html().as_bytes(policy=SMTP),
        "message-pieces-jointes.eml": _carrying(samples).as_bytes(policy=SMTP),
        "message-latin1.eml": (
            b"From: mairie@exemple.fr\nSubject: =?iso-8859-1?Q?R=E9ponse?=\n"
            b"Content-Type: text/plain; charset=us-ascii\n\n"
            b"\xc9t\xe9 \xe0 N\xeemes.\n\n> > Quand ?\n"
        ),
    }


def _message(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Service événements <evenements@exemple.fr>"
    message["To"] = "agents@exemple.fr"
    message["Date"] = "Tue, 18 Mar 2025 09:30:00 +0100"
    message["Subject"] = subject
    return message


def _plain() -> EmailMessage:
    message = _message("Où se garer pour le forum")
    message.set_content("Bonjour,\n\nLe parking du stade est ouvert\ndès 8 h.\n\nÀ mardi.\n")
    message.add_alternative("<p>Bonjour, en HTML.</p>", subtype="html")
    message.make_mixed()
    message.set_boundary("mixte")
    next(message.iter_parts()).set_boundary("choix")
    return message


def _html() -> EmailMessage:
    message = _message("Rappel")
    message.set_content(
        "<html><body><h1>À savoir</h1><p>Badge <b>obligatoire</b>.</p><ul><li>accueil</li></ul>"
        "</body></html>",
        subtype="html",
    )
    return message


def _carrying(samples: Mapping[str, bytes]) -> EmailMessage:
    message = _message("Documents de l'atelier")
    message.set_content("Voici les pièces.\n")
    for name in ("rapport.docx", "colonnes.pdf", "whisper.tsv", "classeur.ods"):
        message.add_attachment(
            samples[name], maintype="application", subtype="octet-stream", filename=name
        )
    message.add_attachment(
        b"\x89PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline"
    )
    message.add_attachment(
        b"\0\1\2", maintype="application", subtype="octet-stream", filename="../../plan.dwg"
    )
    message.add_attachment(
        b"%PDF-1.4 rien", maintype="application", subtype="pdf", filename="abîmé.pdf"
    )
    forwarded = _message("Message transféré")
    forwarded.set_content("Le texte transféré.\n")
    forwarded.add_attachment("Non lu : trop profond.", filename="dedans.txt")
    forwarded.set_boundary("dedans")
    message.add_attachment(forwarded)
    message.set_boundary("pieces")
    return message
