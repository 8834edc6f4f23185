"""The routes of the agents' page besides the page itself, which Gradio serves."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.web.agents.opinions import opinion_routes
from assistant.web.services import Services


def routes(services: Services) -> tuple[APIRouter, ...]:
    """Return the route that takes opinions."""
    return (opinion_routes(services.assistant),)
