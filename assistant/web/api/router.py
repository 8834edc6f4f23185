"""The routes of the API, under their token."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.web.api.routes import api_routes
from assistant.web.services import Services


def routes(services: Services) -> tuple[APIRouter, ...]:
    """Return the routes for programs. Raises SettingsError when the token's file won't do."""
    return (api_routes(services.assistant, services.meters),)
