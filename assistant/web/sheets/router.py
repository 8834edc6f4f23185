"""The routes of sheets: an answer to keep, and what was said in a session, as files."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.web.services import Services
from assistant.web.sheets.routes import export_routes
from assistant.web.sheets.said_routes import said_routes


def routes(services: Services) -> tuple[APIRouter, ...]:
    """Return the routes that give a sheet as a file."""
    return (export_routes(services.assistant), said_routes(services.assistant))
