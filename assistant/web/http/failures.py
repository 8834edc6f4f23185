"""Unexpected failures: an exception → the log, without the request's words."""

from __future__ import annotations

import logging

from assistant.system.logs import error_kinds

logger = logging.getLogger("assistant.web")


def log_failure(what: str, error: BaseException) -> None:
    """Log the kinds of errors and where they were raised.

    Their messages are left out: libraries put the text they were given there, and a question is
    nobody's business.
    """
    logger.error("%s\n%s", what, error_kinds(error))
