"""What is said where a page can't be had: to agents in their words, to staff with the remedy."""

from __future__ import annotations

import pytest
from lxml import html
from starlette.responses import Response
from starlette.types import Scope

from assistant.errors import AccountError, AssistantError, IndexMissing, ModelError, SheetError
from assistant.web.http.responses import fault, sheet_fault


def asked(path: str, query: bytes = b"") -> Scope:
    return {"type": "http", "path": path, "query_string": query, "headers": []}


def page_of(response: Response) -> html.HtmlElement:
    return html.fromstring(bytes(response.body))


@pytest.mark.parametrize(
    "error",
    [
        IndexMissing("index_missing", path="/srv/index"),
        ModelError("model_not_a_folder", path="/srv/modeles"),
        AccountError("sso_secret_short", path="/srv/secret"),
    ],
    ids=["index", "model", "accounts"],
)
def test_agents_are_told_no_path_and_no_command(error: AssistantError) -> None:
    response = fault(error, asked("/document/forum/notes.pdf"))
    words = page_of(response).text_content()
    assert response.status_code == 503
    assert "/srv" not in words and "«" not in words and "assistant.toml" not in words
    assert "prévenez le service informatique" in words


def test_who_met_a_fault_asks_for_the_same_page_again() -> None:
    error = IndexMissing("index_missing", path="/srv/index")
    page = page_of(fault(error, asked("/passage/forum/été.pdf", b"p=1&langue=fr")))
    (again,) = page.xpath("//a[contains(@class, 'bouton')]")
    assert again.text_content() == "Réessayer"
    assert again.get("href") == "/passage/forum/%C3%A9t%C3%A9.pdf?p=1&langue=fr"
    away = page_of(fault(error, asked("//ailleurs.fr/")))
    assert away.xpath("string(//a[contains(@class, 'bouton')]/@href)") == "/ailleurs.fr/"


@pytest.mark.parametrize("path", ["/personnel", "/personnel/depot"])
def test_staff_are_told_what_to_do(path: str) -> None:
    error = IndexMissing("index_missing", path="/srv/index")
    words = page_of(fault(error, asked(path))).text_content()
    assert error.message() in words and error.remedy in words


def test_a_sheet_that_is_not_made_yet_is_no_command_for_agents() -> None:
    response = sheet_fault(SheetError("sheets_missing"), asked("/fiche/seance/forum/a.html"))
    assert response.status_code == 503
    assert "sync" not in page_of(response).text_content()
