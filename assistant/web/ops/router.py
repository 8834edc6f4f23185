"""The routes for who runs the service: whether it answers, and what it counts."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.web.ops.health import health_routes
from assistant.web.ops.metrics import meter_routes
from assistant.web.services import Services


def routes(services: Services) -> tuple[APIRouter, ...]:
    """Return /sante and /mesures. Raises SettingsError when the token's file can't be read."""
    return (
        health_routes(services.health),
        meter_routes(services.assistant, services.meters),
    )
