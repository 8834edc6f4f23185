"""The staff page of documents: what is shown of each, searched and sorted."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape

import pytest

from assistant.records import DocumentState, Problem
from assistant.web.staff.document_list import ListQuery, document_list_of
from tests.support.problems import as_written
from tests.support.staffed import content

SCANNED = as_written(
    "forum/voirie/scan.pdf", "error", "Les pages sont des images.", "Installez Tesseract.",
    "scanned",
)  # fmt: skip


def document(id_: str, title: str = "", passages: int = 3, **more: object) -> DocumentState:
    event, _, rest = id_.partition("/")
    facts = {"event": event, "event_title": "Forum", "pages": "12"}
    if "/" in rest:
        facts["session_title"] = rest.partition("/")[0].capitalize()
    fields: dict[str, object] = {
        "title": title, "kind": "report", "facts": facts, "sha256": "", "size": 10,
        "passages": passages, "problems": (), "engine": "pypdf", "modified": 1_742_292_000.0,
    } | more  # fmt: skip
    return DocumentState(id=id_, **fields)  # type: ignore[arg-type]


DOCUMENTS = (
    document("forum/cantine/bilan.pdf", "Bilan des cantines", 5),
    document("forum/cantine/annexe.pdf", "Annexe", 9),
    document("forum/voirie/scan.pdf", "", 0, state="scanned", problems=(SCANNED,)),
    document("forum/plan.pdf", "Plan d'accès"),
)


def _page(
    documents: Sequence[DocumentState],
    problems: Sequence[Problem],
    wanted: ListQuery,
    language: str,
) -> str:
    page = document_list_of(documents, problems, wanted, language)  # type: ignore[arg-type]
    return content("staff/documents.html", page, language)  # type: ignore[arg-type]


def shown(wanted: ListQuery | None = None, language: str = "fr") -> str:
    return unescape(_page(DOCUMENTS, (SCANNED,), wanted or ListQuery(), language))


def test_each_document_stands_under_its_session_with_what_is_known_of_it() -> None:
    html = shown()
    cantine = html[html.index("<caption>Cantine") : html.index("<caption>Voirie")]
    assert "Bilan des cantines" in cantine
    assert "18 mars 2025" in cantine
    assert "pypdf" in cantine
    assert html.index("<caption>Tout l'événement") < html.index("<caption>Cantine")


def test_a_problem_is_said_in_words_with_what_to_do() -> None:
    html = shown()
    assert "images de pages, sans texte" in html
    assert "Installez Tesseract." in html
    assert "1 document à regarder" in html


@pytest.mark.parametrize("words", ["CANTINES", "bilan.pdf", "cantine bilan"])
def test_a_document_is_found_by_words_of_its_title_or_name(words: str) -> None:
    html = shown(ListQuery(words))
    assert "Bilan des cantines" in html
    assert "Annexe" not in html


def test_what_is_not_there_is_said() -> None:
    assert "Aucun document ne correspond" in shown(ListQuery("piscine"))
    assert "Aucun document n'est encore indexé" in unescape(_page((), (), ListQuery(), "fr"))


def test_only_documents_with_problems_are_shown_on_request() -> None:
    html = shown(ListQuery(problems_only=True))
    assert "scan.pdf" in html
    assert "Bilan" not in html


def test_a_session_is_sorted_as_asked() -> None:
    by_name, by_passages = shown(ListQuery(sort="nom")), shown(ListQuery(sort="passages"))
    assert by_name.index("Annexe") < by_name.index("Bilan")
    assert by_passages.index("Annexe") < by_passages.index("Bilan")
    fewest_first = _page(DOCUMENTS[:2][::-1], (), ListQuery(sort="passages"), "fr")
    assert fewest_first.index("Annexe") < fewest_first.index("Bilan")


def test_a_title_is_shown_never_obeyed() -> None:
    hostile = document("forum/cantine/<b>.pdf", "<script>alert(1)</script>")
    html = _page((hostile,), (), ListQuery('"><script>'), "fr")
    html += _page((hostile,), (), ListQuery(), "en")
    assert "<script>" not in html
    assert "<b>" not in html


def test_the_page_speaks_english_too() -> None:
    assert "documents indexed" in shown(language="en")
