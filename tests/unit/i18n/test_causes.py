"""What the system says in English stands in no French sentence."""

from __future__ import annotations

import errno
import os

import pytest

from assistant.errors import CorpusError
from assistant.i18n import say
from assistant.i18n.causes import system_cause


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.ENOENT, errno.EIO])
def test_a_refusal_of_the_system_is_told_in_the_reader_s_language(number: int) -> None:
    cause = os.strerror(number)
    error = CorpusError("document_undeletable", id="a.pdf", cause=cause)
    assert cause not in error.message()
    assert say(system_cause(cause)) in error.message()
    assert cause in error.message("en")


def test_other_words_stay_as_they_are() -> None:
    assert (
        "TimeoutError"
        in CorpusError("document_undeletable", id="a", cause="TimeoutError").message()
    )
    assert system_cause("TimeoutError") == ""
