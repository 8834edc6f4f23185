"""With which status an error is answered: the program's fault, or ours."""

from __future__ import annotations

from assistant.errors import AssistantError, QuestionError, RequestError

_STATUS = {
    "api_token_wrong": 401,
    "api_address_unknown": 404,
    "session_unknown": 404,
    "sheet_event_unknown": 404,
    "session_several": 422,
    "api_method": 405,
    "api_query": 400,
    "api_media_type": 415,
    "api_not_json": 400,
    "api_busy": 503,
}


def status_of(error: AssistantError) -> int:
    """Return the status of an error: the program's fault, or ours."""
    is_asked_wrongly = isinstance(error, QuestionError | RequestError)
    return _STATUS.get(error.key, 422 if is_asked_wrongly else 503)
