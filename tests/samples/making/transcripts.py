"""Samples of transcripts: every dialect of captions, Whisper's files, and plain text."""

from __future__ import annotations

import json

VTT_PLAIN = """WEBVTT
Language: fr

1
00:00:01.000 --> 00:00:04.000
Le budget de la cantine est
de 9 400 euros par an.

2
00:00:04.000 --> 00:00:06.500
Il n'a pas changé.
"""

#: Each line is shown alone, then above the next one; words carry their own times.
VTT_YOUTUBE = """WEBVTT
Kind: captions
Language: fr

00:00:00.000 --> 00:00:02.470 align:start position:0%

la<00:00:00.400><c> collecte</c><00:00:01.000><c> commence</c>

00:00:02.470 --> 00:00:02.480 align:start position:0%
la collecte commence


00:00:02.480 --> 00:00:05.190 align:start position:0%
la collecte commence
à<00:00:02.900><c> six</c><00:00:03.300><c> heures</c>

00:00:05.190 --> 00:00:05.200 align:start position:0%
à six heures


00:00:05.200 --> 00:00:08.000 align:start position:0%
à six heures
tous<00:00:05.600><c> les</c><00:00:06.000><c> mardis</c>

00:00:08.000 --> 00:00:08.010 align:start position:0%
tous les mardis

"""

VTT_TEAMS = """WEBVTT

NOTE
duration:"00:00:12.0000000"

8a1f0c52-3b7e-4d16-9a50-0d6c1c1f2b3a/10-0
00:00:00.500 --> 00:00:03.200
<v Animatrice, mairie>Bonjour à toutes et à
tous.</v>

8a1f0c52-3b7e-4d16-9a50-0d6c1c1f2b3a/12-0
00:00:03.900 --> 00:00:07.100
<v Technicien voirie>Nous avons rebouché 120 nids-de-poule.</v>

8a1f0c52-3b7e-4d16-9a50-0d6c1c1f2b3a/13-0
00:00:07.600 --> 00:00:09.000
<v Animatrice, mairie>Merci.</v>
"""

VTT_ZOOM = """WEBVTT

1
00:00:01.000 --> 00:00:04.000
Service achats: Le marché compte trois lots.

2
00:00:04.200 --> 00:00:06.000
Déléguée aux données: Et la durée : quatre ans ?

3
00:00:06.200 --> 00:00:08.000
Service achats: Oui, quatre ans.
"""

VTT_VOICES = """WEBVTT

STYLE
::cue(.fort) { font-weight: bold }

REGION
id:bas
width:40%

00:00.000 --> 00:04.000 line:90%
<v Animatrice>Ça marche&nbsp;?</v>
<v.fort Participant, état civil>Oui &amp; bien.</v>

00:04.500 --> 00:06.000
Je précise : pas le samedi.

NOTE une remarque de relecture

01:02:03.000 --> 01:02:05.000
<v Animatrice><i>On conclut.</i></v>
"""

SRT = """1
00:00:01,000 --> 00:00:03,000
Été à Nîmes.

2
00:00:03,000 --> 00:00:05,000
<i>C'est noté.</i>
"""

#: No blank lines, numbers missing or repeated, odd arrows, an end before its start, HTML.
SRT_BROKEN = """1
00:00:01,000 --> 00:00:02,000
Un.
1
00:00:02.000 -> 00:00:03.000
Deux.
00:00:03,000 –> 00:00:04,000
<font color="#fff">Trois.</font>

12
00:00:09,000 --> 00:00:08,000
Quatre.
0:00:10,5 --> 0:00:11,5 X1:100 X2:200
{\\an8}Cinq.
"""

WHISPER = {
    "text": " Bonjour à tous. Le tri progresse. Merci.",
    "language": "fr",
    "segments": [
        {"id": 0, "start": 0.0, "end": 2.4, "text": " Bonjour à tous. Le tri"},
        {"id": 1, "start": 2.4, "end": 3.2, "text": " progresse."},
        {"id": 2, "start": 9.0, "end": 9.5, "text": " Merci.", "speaker": "SPEAKER_01"},
    ],
}
WHISPER_CPP = {
    "result": {"language": "fr"},
    "transcription": [
        {
            "timestamps": {"from": "00:00:00,000", "to": "00:00:02,000"},
            "offsets": {"from": 0, "to": 2000},
            "text": " La séance est ouverte.",
        },
        {"offsets": {"from": 2000, "to": 3500}, "text": " Merci."},
    ],
}
WHISPER_TSV = "start\tend\ttext\n0\t2400\tBonjour à tous.\n2400\t4000\tLe tri progresse.\n"
WHISPER_CONSOLE = """[00:00:00.000 --> 00:00:02.500]   Bonjour à tous.
[00:00:02.500 --> 00:00:05.000]   Le tri progresse.
[00:00:05.000 --> 00:00:06.000]   Merci.
"""

TXT_NAMED = """Titre : Les logiciels libres à la mairie
Intervenant·e·s : Une développeuse - Un élu - Voix off
Lieu : Médiathèque, salle 2
Date : 18 mars 2025
Durée : 42 min
Licence de la transcription : Verbatim
Lien vers le podcast : https://exemple.fr/emission

Transcription

Voix off : Vous écoutez l'émission du mardi.

Animateur : Bonjour. Pourquoi ce choix ?
Nous avions posé la question en 2023.

Développeuse : Pour trois raisons : le coût, la durée et les données.

Et pour une quatrième, que l'on oublie.

Animateur : Laquelle ?

Développeuse : Le plaisir.
"""

TXT_STAMPS = """Réunion publique du quartier nord

[00:00:05] Animatrice : Bonsoir à tous.
[00:00:09] Élue à la voirie : La rue sera fermée deux mois.
Le chantier commence en mai.
[00:00:20] Animatrice : Merci. Une question ?
[00:01:02] Élue à la voirie : Non, pas le dimanche.
"""

TXT_CLOCK = """00:00:08 Bonjour et bienvenue.
00:00:11 Aujourd'hui nous parlons
00:00:13 de l'accueil des familles.
00:00:16 C'est un sujet ancien.
"""

TXT_GLUED = """00:04Ça y est, c'est parti.
00:07On commence par les chiffres.
00:12 Il y en a 40.
1:02:07La fin.
"""

TXT_NAME_AND_TIME = """Intervenante 1  00:03
Bonjour. Le guichet ouvre à neuf heures.

Intervenant 2  00:11
Et le samedi ?

Intervenante 1  00:13
À dix heures,
sauf en août.
"""

TXT_DASHES = """- Est-ce que la cantine est ouverte à tous ?
- Oui, à tous les enfants inscrits.
- Et pendant les vacances ?
- Non. Le centre de loisirs prend le relais.
- À quel prix ?
- Le même que l'année dernière, soit 3,20 euros
pour le premier enfant.
"""

#: Times of day are no times of a recording.
TXT_AGENDA = """Programme de la journée

09:00 Accueil café
09:30 Ouverture
10:00 Conférence sur l'achat public
12:30 Déjeuner
"""

#: Dashes, and even a colon, don't make a dialogue.
TXT_LIST = """À apporter :

- une pièce d'identité
- le formulaire rempli
- deux photos
- un justificatif de domicile
- le livret de famille
- un stylo

Horaires : de 9 h à 17 h
Adresse : 1, place de la Mairie
"""

SBV = "0:00:01.000,0:00:03.000\nLe tri se fait\nà la source.\n\n0:00:03.500,0:00:05.000\nMerci.\n"

ASS = """[Script Info]
Title: Atelier sur le tri
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,Une remarque.
Dialogue: 0,0:00:01.00,0:00:03.50,Default,Animatrice,0,0,0,,{\\i1}Le tri{\\i0}\\Nse fait, ici.
Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 0{\\p0}
"""
SSA = ASS.replace("Layer", "Marked").replace("Dialogue: ", "Dialogue: Marked=")

LRC = "[ti:Le chant du tri]\n[la:fr]\n[00:01.00]Le tri se fait à la source.\n[00:03.50]Merci.\n"

TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="fr"
    xmlns:ttm="http://www.w3.org/ns/ttml#metadata">
  <head><metadata><ttm:agent xml:id="a1">
    <ttm:name>Animatrice</ttm:name></ttm:agent></metadata></head>
  <body><div>
    <p begin="00:00:01.000" end="00:00:03.000" ttm:agent="a1">Le tri se fait<br/>à la source.</p>
    <p begin="3500ms" dur="1.5s">Merci.</p>
  </div></body>
</tt>
"""
DFXP = TTML.replace('ns/ttml"', '2006/10/ttaf1"')

TRS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE Trans SYSTEM "trans-14.dtd">
<Trans xml:lang="fr"><Speakers><Speaker id="spk1" name="Animatrice"/></Speakers>
<Episode><Section type="report" startTime="0" endTime="5">
<Turn speaker="spk1" startTime="1" endTime="5"><Sync time="1"/>
Le tri se fait à la source.
<Sync time="3.5"/>
Merci <Event desc="rire" type="noise" extent="instantaneous"/> à tous.
</Turn></Section></Episode></Trans>
"""

EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="1000"/>
<TIME_SLOT TIME_SLOT_ID="t2" TIME_VALUE="3000"/></TIME_ORDER>
<TIER TIER_ID="K1" PARTICIPANT="Animatrice"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1"
TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2"><ANNOTATION_VALUE>Le tri se fait à la source.
</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>
"""

OTR = {
    "text": '<p><span class="timestamp" data-timestamp="1.0">0:01</span> Animatrice : Le tri se'
    ' fait à la source.</p><p><span class="timestamp" data-timestamp="3.5">0:03</span> Merci.</p>',
    "media": "atelier.mp3",
}


def texts() -> dict[str, bytes]:
    """Return the content of each sample by its name."""
    utf8 = {
        "vtt-simple.vtt": VTT_PLAIN,
        "vtt-youtube.vtt": VTT_YOUTUBE,
        "vtt-teams.vtt": VTT_TEAMS,
        "vtt-zoom.vtt": VTT_ZOOM,
        "vtt-voix.vtt": VTT_VOICES,
        "srt-simple.srt": SRT,
        "srt-abime.srt": SRT_BROKEN,
        "whisper.json": json.dumps(WHISPER, ensure_ascii=False, indent=1) + "\n",
        "whisper-cpp.json": json.dumps(WHISPER_CPP, ensure_ascii=False, indent=1) + "\n",
        "whisper.tsv": WHISPER_TSV,
        "sous-titres.sbv": SBV,
        "sous-titres.ass": ASS,
        "sous-titres.ssa": SSA,
        "paroles.lrc": LRC,
        "sous-titres.ttml": TTML,
        "sous-titres.dfxp": DFXP,
        "sous-titres.xml": TTML,
        "annotations.eaf": EAF,
        "otranscribe.otr": json.dumps(OTR, ensure_ascii=False) + "\n",
        "whisper-console.txt": WHISPER_CONSOLE,
        "tours-nommes.txt": TXT_NAMED,
        "minutage-crochets.txt": TXT_STAMPS,
        "minutage-nu.txt": TXT_CLOCK,
        "minutage-colle.txt": TXT_GLUED,
        "nom-et-minutage.txt": TXT_NAME_AND_TIME,
        "tirets.txt": TXT_DASHES,
        "srt-en-txt.txt": SRT + "\n3\n00:00:06,000 --> 00:00:07,000\nMerci.\n",
        "ordre-du-jour.txt": TXT_AGENDA,
        "liste.txt": TXT_LIST,
    }
    return {
        **{name: text.encode("utf-8") for name, text in utf8.items()},
        "srt-cp1252.srt": SRT.encode("cp1252"),
        "transcriber.trs": TRS.encode("latin-1"),
        "srt-utf16.srt": b"\xff\xfe" + SRT.encode("utf-16-le"),
        "srt-utf16-sans-marque.srt": SRT.encode("utf-16-be"),
        "srt-cr.srt": SRT.replace("\n", "\r").encode("utf-8"),
        "srt-crlf-marque.srt": b"\xef\xbb\xbf" + SRT.replace("\n", "\r\n").encode("utf-8"),
    }
