"""A site of which some documents are for some only, and its twin, which never had those.

The site has two groups, each with a session of its own, and a document for agents. Whoever may not
read these is to see what the twin's readers see: the very same.
"""

from __future__ import annotations

import json
import shutil
import wave
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.accounts import FORMAT, accounts_in
from assistant.core import Assistant
from assistant.rights.files import FILE as RIGHTS
from assistant.settings import Settings
from assistant.web.app import ROUTERS, put_guards
from assistant.web.http.authentication import COOKIE
from assistant.web.services import Services
from tests.support.staffed import assistant_over

HOST = "https://assistant.ville.fr"
TOKEN = "0123456789abcdef" * 2
SECRET = "fedcba9876543210" * 2

#: What a reverse proxy says of somebody of human resources.
SSO = {
    "X-Assistant-Secret": SECRET,
    "X-Forwarded-User": "une personne",
    "X-Forwarded-Groups": "/ville, /ville/ressources-humaines",
}

#: Whose documents they are: nobody else's. Each has its own words, which nothing else has.
HR, ELECTED, AGENTS = "rh", "elus", "agents"
OPEN = "tous"

_NOTES = {
    "forum/conference-1/resume.md": (
        "# Les cantines\n\nLa cuisine centrale sert 900 repas par jour. Le pain vient de quatre "
        "boulangeries de la ville.\n\n## Combien de repas végétariens ?\n\nUn repas végétarien est "
        "proposé chaque mardi. Les menus sont affichés dans chaque école.\n"
    ),
    "forum/atelier-2/notes.txt": (
        "Quarante nids-de-poule ont été signalés au mois de mars. Les équipes de la voirie "
        "réparent en trois jours. Le budget de la voirie est de deux millions d'euros.\n"
    ),
    "forum/atelier-2/interne.md": (
        "# Astreintes hivernales\n\nL'astreinte hivernale compte onze saleuses bleues. Le dépôt "
        "de Kerbernard ouvre à quatre heures.\n"
    ),
    "forum/atelier-8/notes.md": (
        "# Vœux du conseil\n\nLe conseil a choisi la maquette vermillon pour la halle. "
        "Le surcoût de la halle est de treize pour cent.\n"
    ),
    "forum/atelier-9/notes.md": (
        "# Réorganisation Zéphyr\n\n## Combien de postes sont supprimés ?\n\nLe projet Zéphyr "
        "supprime dix-sept postes à la cuisine centrale et à la voirie. La MAJ (Mission "
        "d'Accompagnement Juridique) reçoit les agents concernés. Le budget de Zéphyr est de "
        "trois millions d'euros.\n"
    ),
    "forum/atelier-9/budget.csv": "poste;montant\nindemnités Zéphyr;740000\nbilans;12000\n",
}
_TALKS = {
    "forum/conference-1/conference.vtt": (
        ("Direction de l'éducation", "Bonjour à tous, la cuisine centrale a changé de four."),
        ("Direction de l'éducation", "Nous avons réduit le gaspillage du pain de moitié."),
        ("Public", "Combien de repas sont jetés chaque jour ?"),
        ("Direction de l'éducation", "Une trentaine de repas sont jetés chaque jour."),
    ),
    "forum/conference-1/huis-clos.vtt": (
        ("Direction de l'éducation", "Entre nous, la cuisine centrale a jeté le stock d'épeautre."),
        ("Direction de l'éducation", "Ce stock d'épeautre valait huit mille euros."),
    ),
    "forum/atelier-9/entretien.vtt": (
        ("Cabinet Xanthos", "Le projet Zéphyr sera annoncé en juin, pas avant."),
        ("Cabinet Xanthos", "La cuisine centrale perd neuf postes dans ce projet."),
        ("Public", "Combien de saisonniers partent avec Zéphyr ?"),
        ("Cabinet Xanthos", "Vingt-deux saisonniers partent dès le mois de mai."),
    ),
}
_PAGES = {
    "forum/conference-1/affiche.pdf": "Les menus de la cuisine centrale, semaine par semaine",
    "forum/atelier-9/scenario.pdf": "Zéphyr : le scénario turquoise ferme la cuisine centrale",
    # Beside a transcript for some, with its name: the recording is not for who reads this.
    "forum/conference-1/huis-clos.pdf": "Invitation : une suite à huis clos pour le service",
}
_PROGRAMME = (
    "seance;titre;type;intervenants;date;heure;salle\n"
    "conference-1;Les cantines demain;conférence;Direction de l'éducation;2026-03-12;09:00;A\n"
    "atelier-2;Réparer les rues;atelier;Direction de la voirie;2026-03-12;10:00;B\n"
    "atelier-8;Les vœux du conseil;atelier;Cabinet Ypsilon;2026-03-12;11:00;C\n"
    "atelier-9;La réorganisation Zéphyr;atelier;Cabinet Xanthos;2026-03-12;14:00;D\n"
)
_RIGHTS = """
[groupes]
rh = ["/ville/ressources-humaines"]
elus = []
[lecteurs]
"forum/atelier-2/interne.md" = ["agents"]
"forum/atelier-8" = ["elus"]
"forum/atelier-9" = ["rh"]
"forum/conference-1/huis-clos.vtt" = ["rh"]
"""

_AUDIENCES = {
    "forum/atelier-2/interne.md": AGENTS,
    "forum/atelier-8/": ELECTED,
    "forum/atelier-9/": HR,
    "forum/conference-1/huis-clos.vtt": HR,
}
DOCUMENTS = (*_NOTES, *_TALKS, *_PAGES)


def audience_of(document_id: str) -> str:
    """Return whose a document is, as the rights say."""
    return next((by for path, by in _AUDIENCES.items() if document_id.startswith(path)), OPEN)


#: Each role of a reader: what of the documents it reads, and who its account is.
ROLES = {
    "anonymous": {OPEN},
    "agent": {OPEN, AGENTS},
    "hr": {OPEN, AGENTS, HR},
    "elected": {OPEN, AGENTS, ELECTED},
    "staff": {OPEN, AGENTS, HR, ELECTED},
}


def reads(role: str, document_id: str) -> bool:
    """Tell whether a role is to read a document."""
    return audience_of(document_id) in ROLES[role]


def write_site(folder: Path) -> Settings:
    """Write the whole site with its rights and its accounts."""
    settings = Settings(
        corpus=folder / "corpus",
        index=folder / "index",
        accounts=folder / "comptes.json",
        api_token=str(folder / "jeton"),
        sso_secret=str(folder / "secret"),
        models=folder,
        thesaurus="",
        public_names="assistant.ville.fr",
    )
    for name, text in _NOTES.items():
        _write(settings.corpus / name, text)
    for name, lines in _TALKS.items():
        _write_talk(settings.corpus / name, lines)
    for name, words in _PAGES.items():
        _write_page(settings.corpus / name, words)
    _write(settings.corpus / "forum/programme.csv", _PROGRAMME)
    _write(settings.corpus / RIGHTS, _RIGHTS)
    _write(folder / "jeton", TOKEN)
    _write(folder / "secret", SECRET)
    roles = {"agent": [], "elected": ["elus"], "staff": []}
    accounts = [
        {
            "name": name,
            "role": "staff" if name == "staff" else "agent",
            "hash": "aucun",
            "since": "2026-03-01",
            "groups": groups,
        }
        for name, groups in roles.items()
    ]
    _write(settings.accounts, json.dumps({"format": FORMAT, "accounts": accounts}))
    return settings


def write_twin(site: Settings, role: str, folder: Path) -> Settings:
    """Write the site as a role is to see it: the documents of others were never there."""
    twin = folder / role
    shutil.copytree(site.corpus.parent, twin, ignore=shutil.ignore_patterns("index", RIGHTS))
    for name in DOCUMENTS:
        if not reads(role, name):
            path = twin / "corpus" / name
            path.unlink()
            if path.suffix == ".vtt":
                path.with_suffix(".wav").unlink()
    return _within(site, twin)


def copied(site: Settings, folder: Path) -> Settings:
    """Copy a site with its index to a folder."""
    shutil.copytree(site.corpus.parent, folder)
    return _within(site, folder)


def _within(site: Settings, folder: Path) -> Settings:
    return replace(
        site,
        corpus=folder / "corpus",
        index=folder / "index",
        accounts=folder / "comptes.json",
        api_token=str(folder / "jeton"),
        sso_secret=str(folder / "secret"),
    )


def indexed(settings: Settings) -> Assistant:
    """Return an assistant over a site, indexed without a neural network."""
    assistant = assistant_over(settings)
    assistant.sync()
    return assistant


class Site:
    """The whole application over an assistant but Gradio's pages, and its readers."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.services = Services.over(assistant)
        #: Of every route.
        self.paths: set[str] = set()
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        put_guards(self.app, self.services, {})
        for routes in ROUTERS:
            for router in routes(self.services):
                self.app.include_router(router)
                self.paths |= {one.path for one in router.routes if isinstance(one, Route)}

    def as_role(self, role: str) -> TestClient:
        """Return a browser of somebody of a role: by the single sign-on where it is "hr"."""
        client = TestClient(self.app, HOST, follow_redirects=False)
        client.headers["Origin"] = HOST
        if role == "hr":
            client.headers.update(SSO)
        elif role != "anonymous":
            account = accounts_in(self.assistant.settings.accounts)[role]
            client.cookies.set(COOKIE, self.services.sessions.open(account))
        return client

    def close(self) -> None:
        """End what draws pictures."""
        self.services.close()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write_talk(path: Path, lines: tuple[tuple[str, str], ...]) -> None:
    cues = [
        f"00:00:{10 * at:02d}.000 --> 00:00:{10 * at + 9:02d}.000\n<v {speaker}>{words}\n"
        for at, (speaker, words) in enumerate(lines)
    ]
    _write(path, "\n".join(["WEBVTT\n", *cues]))
    with wave.open(str(path.with_suffix(".wav")), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(8000)
        recording.writeframes(bytes([128]) * 8000)


def _write_page(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawString(72, 720, words)
    canvas.showPage()
    canvas.save()
