"""The routes of sheets: an answer to keep, as a file."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.web.services import Services
from assistant.web.sheets.routes import export_routes


def routes(services: Services) -> tuple[APIRouter, ...]:
    """Return the routes that give a sheet as a file."""
    return (export_routes(services.assistant),)
