"""How far a command is, on standard error: a bar in a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import time

from assistant.i18n import in_words, say
from assistant.ingest.eta import TimeEstimate
from assistant.jobs.run_state import left_in_words
from assistant.records.runs import Progress


@contextmanager
def sync_bar() -> Iterator[Callable[[Progress], None]]:
    """Show progress on standard error: a bar in a terminal, nothing elsewhere."""
    from tqdm import tqdm

    with tqdm(
        total=None, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False,
        bar_format=say("cli.bar"), dynamic_ncols=True,
    ) as bar:  # fmt: skip
        estimate = TimeEstimate()

        def show(step: Progress) -> None:
            bar.total = step.total
            bar.n = step.done
            bar.set_description_str(say(f"cli.stage_{step.stage}"), refresh=False)
            detail = f" ({in_words(step.detail)})" if step.detail else ""
            if ends_at := estimate.ends_at(step.share):
                detail += f" {left_in_words(max(0.0, ends_at - time()))}"
            bar.set_postfix_str(step.document_id[-50:] + detail, refresh=False)
            bar.refresh()

        yield show


@contextmanager
def asking_bar(total: int) -> Iterator[Callable[[int, int], None]]:
    """Show how many questions of a file were asked."""
    from tqdm import tqdm

    with tqdm(
        total=total, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False,
        bar_format=say("cli.bar"), dynamic_ncols=True, desc=say("cli.asking"),
    ) as bar:  # fmt: skip

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        yield show
