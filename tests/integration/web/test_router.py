"""The routes of each room of the web, by name: `routes(services)` in its module `router`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import getfile
from pathlib import Path

import pytest
from starlette.routing import Route

from assistant.web.app import ROUTERS
from assistant.web.services import Services
from tests.conftest import ROOT
from tests.support.stand_in import StandIn

WEB = ROOT / "assistant/web"

#: The addresses of each room: what is in braces is an id, or anything at all.
ADDRESSES = {
    "agents": {"/avis"},
    "api": {"/api/{rest}"},
    "documents": {
        "/document/{document_id}",
        "/enregistrement/{document_id}",
        "/passage/{document_id}",
        "/accessibilite",
        "/lecture/{document_id}",
        "/sous-titres/{document_id}.vtt",
        "/vignette/{document_id}",
        "/page/{document_id}",
        "/surligne/{document_id}",
    },
    "ops": {"/sante", "/mesures"},
    "sessions": {"/seance/{session_id}", "/evenement", "/evenement/{event}"},
    "sheets": {
        "/fiche.odt",
        "/fiche.html",
        "/fiche/{kind}/{subject}.odt",
        "/fiche/{kind}/{subject}.html",
    },
}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    made = Services.over(StandIn(tmp_path_factory.mktemp("site")))  # type: ignore[arg-type]
    yield made
    made.close()


def addresses(room: str, services: Services) -> list[str]:
    """Return the addresses of a room in the order in which they are looked up."""
    routers = import_module(f"assistant.web.{room}.router").routes(services)
    found = [one.path for router in routers for one in router.routes if isinstance(one, Route)]
    return [one.replace(":path}", "}") for one in found]


@pytest.mark.parametrize("room", ADDRESSES)
def test_a_room_of_the_web_gives_its_routes(room: str, services: Services) -> None:
    assert set(addresses(room, services)) == ADDRESSES[room]


def test_the_pages_of_staff_stand_under_one_address(services: Services) -> None:
    found = addresses("staff", services)
    assert all(one.startswith(("/personnel", "/connexion", "/deconnexion")) for one in found)
    # An id holds slashes: what goes on from a document's address is looked up before it.
    document = found.index("/personnel/document/{document_id}")
    assert found.index("/personnel/document/{document_id}/corriger") < document


def test_no_two_rooms_share_an_address(services: Services) -> None:
    rooms = [*ADDRESSES, "staff"]
    found = [set(addresses(room, services)) for room in rooms]
    assert len(set().union(*found)) == sum(map(len, found))


def test_every_room_with_routes_is_in_the_application() -> None:
    folders = {Path(getfile(routes)).parent.name for routes in ROUTERS}
    assert folders == {*ADDRESSES, "staff"}
    assert folders == {one.parent.name for one in WEB.glob("*/router.py")}
