"""The routes of documents: files and passages, recordings and their transcripts, pictures."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.web.documents.listening import listening_routes
from assistant.web.documents.pictures import picture_routes
from assistant.web.documents.routes import document_routes
from assistant.web.services import Services


def routes(services: Services) -> tuple[APIRouter, ...]:
    """Return the routes that give documents, as agents read them."""
    return (
        document_routes(services.assistant),
        listening_routes(services.assistant),
        picture_routes(services.assistant, services.pictures),
    )
