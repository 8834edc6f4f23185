"""A small site with accounts, served by the real page over a real index, for staff's tests.

python -m tests.support.small_site FOLDER [SETTING=VALUE …]: corpus, index and accounts are there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.accounts import set_password
from assistant.settings import Settings, load_settings

STAFF, AGENT = "archiviste", "accueil"
PASSWORD = "quatre mots bien rangés"
DOCUMENTS = {
    "forum/cantine/compte-rendu.md": "# Cantines\n\nLa cuisine centrale sert 900 repas par jour.\n",
    "forum/voirie/notes.txt": "Quarante nids-de-poule ont été signalés au mois de mars.\n",
}


def write_site(folder: Path) -> Settings:
    """Write the documents and the accounts of the site, and return its settings."""
    settings = Settings(
        corpus=folder / "corpus", index=folder / "index", accounts=folder / "comptes.json", port=0
    )
    for name, text in DOCUMENTS.items():
        path = settings.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    set_password(settings.accounts, STAFF, PASSWORD)
    set_password(settings.accounts, AGENT, PASSWORD, "agent")
    return settings


def environment(settings: Settings, **others: str) -> dict[str, str]:
    """Return the environment in which app.py serves a site on a free port."""
    return {
        "ASSISTANT_CORPUS": str(settings.corpus),
        "ASSISTANT_INDEX": str(settings.index),
        "ASSISTANT_ACCOUNTS": str(settings.accounts),
        "ASSISTANT_PORT": "0",
    } | {f"ASSISTANT_{name.upper()}": value for name, value in others.items()}


def main() -> None:
    from assistant.web.app import serve

    folder = Path(sys.argv[1])
    site = write_site(folder)
    others = dict(one.split("=", 1) for one in sys.argv[2:])
    serve(load_settings(environment=environment(site, **others)))


if __name__ == "__main__":
    main()
