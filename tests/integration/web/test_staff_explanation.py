"""Why a question is answered as it is, told to programs of staff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ingest.sync import sync
from assistant.settings import Settings
from assistant.web.api.explanation import HERE, explanation_routes
from tests.support.fakes import FakeEncoder
from tests.support.staffed import HOST, Staff, assistant_over, staffed


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    site = Settings(
        corpus=tmp_path / "corpus", index=tmp_path / "index", accounts=tmp_path / "comptes.json"
    )
    (site.corpus / "forum").mkdir(parents=True)
    (site.corpus / "forum" / "notes.txt").write_text("La cantine sert neuf cents repas.")
    sync(site, FakeEncoder())
    with staffed(site, explanation_routes(assistant_over(site))) as browser:
        yield browser


def asked(staff: Staff, body: object, origin: str = HOST) -> tuple[int, dict[str, object]]:
    sent = body if isinstance(body, str) else json.dumps(body)
    answer = staff.post(HERE, content=sent, headers={"Origin": origin})
    return answer.status_code, answer.json()


def test_staff_are_told_the_stage_and_the_figures(staff: Staff) -> None:
    status, told = asked(staff, {"q": "Combien de repas sert la cantine ?"})
    assert status == 200
    assert told["stage"] in ("answered", "below_answer", "below_perhaps")
    assert told["stage_in_words"]
    assert told["passages"]
    assert told["sides"] == []


def test_what_is_sent_wrongly_is_told(staff: Staff) -> None:
    # As the routes of the API tell it.
    for body, wanted in (("{", 400), ("[]", 400), ({"q": ""}, 422), ({"zzz": 1}, 422)):
        status, told = asked(staff, body)
        assert status == wanted, (body, told)
        assert told["title"]


def test_nobody_else_is_told(staff: Staff) -> None:
    assert staff.post(HERE, content="{}", headers={"Origin": "https://autre.fr"}).status_code == 403
    staff.cookies.clear()
    answer = staff.post(
        HERE, content='{"q": "repas"}', headers={"Origin": HOST}, follow_redirects=False
    )
    assert answer.status_code in (303, 307, 401, 403)
    assert "passages" not in answer.text
