"""The command line: it translates arguments into calls, and results into words or JSON.

Results go to standard output, progress and errors to standard error. Exit status: 0 done,
1 error (said in one sentence, with its remedy), 2 wrong usage, 3 the question was refused,
4 indexed, but some files could not be read, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, NoReturn

from assistant.errors import AssistantError
from assistant.places import place_in_words
from assistant.records import Answer, Filters, Hit, Problem, Progress, SyncReport
from assistant.settings import Settings, load_settings
from assistant.wording import count, say

if TYPE_CHECKING:
    from assistant.core import Assistant

FAILED, USAGE, REFUSED, PARTIAL, INTERRUPTED = 1, 2, 3, 4, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings(
            options.settings, corpus=options.corpus, index=options.index, **_serving(options)
        )
        status: int = options.run(settings, options)
    except AssistantError as e:
        print(f"{e}\n{say('cli.remedy', remedy=e.remedy)}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(say("cli.interrupted"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone ("| head"): there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status
