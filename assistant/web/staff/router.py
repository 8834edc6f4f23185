"""The routes of the pages of staff, in the order in which addresses are looked up."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.web.api.explanation import explanation_routes
from assistant.web.services import Services
from assistant.web.staff.accounts.invitation import password_routes
from assistant.web.staff.accounts.page import account_routes
from assistant.web.staff.accounts.shared_sign_ins import FILE as SIGN_INS
from assistant.web.staff.accounts.shared_sign_ins import SharedSignIns
from assistant.web.staff.accounts.single_sign_on import Attempts, single_sign_on_routes
from assistant.web.staff.audit.page import audit_routes
from assistant.web.staff.checkup import checkup_routes
from assistant.web.staff.corrections.page import correction_routes
from assistant.web.staff.document_list import document_list_routes
from assistant.web.staff.document_page import document_page_routes
from assistant.web.staff.indexing import indexing_routes
from assistant.web.staff.programme_page import programme_routes
from assistant.web.staff.receipts import receipt_routes
from assistant.web.staff.rights.page import rights_routes
from assistant.web.staff.signin import SignInPage, signin_routes
from assistant.web.staff.unanswered.page import unanswered_routes
from assistant.web.staff.uploads.page import upload_routes


def routes(services: Services) -> tuple[APIRouter, ...]:
    """Return the pages of staff, and the one that signs in."""
    assistant, settings = services.assistant, services.settings
    accounts, hours, sessions = settings.accounts, settings.session_hours, services.sessions
    elsewhere, throttle = services.elsewhere, services.throttle
    begun = SharedSignIns(settings.index / SIGN_INS) if sessions.are_shared else Attempts()
    page = SignInPage(accounts, hours, elsewhere, sessions.trail)
    is_elsewhere = bool(elsewhere.staff_groups) or bool(settings.sso_secret)
    return (
        signin_routes(accounts, hours, sessions, elsewhere, throttle),
        single_sign_on_routes(page, sessions, elsewhere, begun),
        password_routes(accounts, hours, sessions, throttle),
        account_routes(accounts, throttle, assistant.trail, is_elsewhere=is_elsewhere),
        # Before the page of a document, whose addresses theirs go on from.
        correction_routes(assistant),
        programme_routes(assistant),
        document_list_routes(assistant),
        indexing_routes(assistant),
        checkup_routes(assistant),
        unanswered_routes(assistant),
        upload_routes(assistant),
        receipt_routes(assistant),
        explanation_routes(assistant),
        rights_routes(assistant),
        audit_routes(assistant),
        # Last of those under its address: the id of a document holds slashes.
        document_page_routes(assistant),
    )
