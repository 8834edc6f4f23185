"""The foot of the page of agents: the way to staff's pages is there as soon as somebody may go."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr

from assistant.accounts import FORMAT
from assistant.settings import Settings
from assistant.web.agents.asking import Asking


def test_the_first_account_shows_the_way_in_without_a_restart(tmp_path: Path) -> None:
    settings = Settings(accounts=tmp_path / "comptes.json", corpus=tmp_path)
    nothing: Any = None
    site: Any = SimpleNamespace(settings=settings, rights=None)
    asking = Asking(site, nothing, "fr", nothing)
    assert "/personnel" not in unescape(asking.foot)
    assert asking._foot_of_now() == gr.skip()
    account = {"name": "archiviste", "role": "staff", "hash": "aucun", "since": "2026-03-01"}
    settings.accounts.write_text(json.dumps({"format": FORMAT, "accounts": [account]}))
    assert "/personnel" in unescape(str(asking._foot_of_now()))


def test_a_provider_or_a_directory_is_a_way_in(tmp_path: Path) -> None:
    nothing: Any = None
    for chosen in ({"oidc_issuer": "https://sso.ville.fr"}, {"ldap_servers": "ldaps://ad"}):
        settings = Settings(accounts=tmp_path / "comptes.json", corpus=tmp_path, **chosen)
        site: Any = SimpleNamespace(settings=settings, rights=None)
        assert "/personnel" in unescape(Asking(site, nothing, "fr", nothing).foot)
