"""What failed without being foreseen: an exception → the log, without what was asked."""

from __future__ import annotations

import logging
from traceback import extract_tb

logger = logging.getLogger("assistant.web")


def log_failure(what: str, error: BaseException) -> None:
    """Log the kinds of errors and where they were raised.

    Their messages are left out: libraries put the text they were given there, and a question is
    nobody's business.
    """
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        lines.append(type(cause).__qualname__)
        frames = extract_tb(cause.__traceback__)
        lines += [f"  {one.filename}:{one.lineno} {one.name}" for one in frames]
        cause = cause.__cause__ or cause.__context__
    logger.error("%s\n%s", what, "\n".join(lines))
