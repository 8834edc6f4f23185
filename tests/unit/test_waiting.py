"""Tests in a browser wait for what they look at: a page shows it a moment after a click."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
#: What is looked at once, however soon; that there is none of something may be looked at so, once
#: what stands around it is there.
UNWAITED = re.compile(
    r"^\s*assert\b.*(?:page|locator\(.*\)|boxes|examples)"
    r"\.(?:count\(\)(?! == 0)|is_\w+\(\)|title\(\)|input_value\(\)|text_content\(\))",
    re.MULTILINE,
)
IN_A_BROWSER = [one for one in TESTS.rglob("test_*.py") if "playwright" in one.read_text("utf-8")]


@pytest.mark.parametrize("path", IN_A_BROWSER, ids=lambda path: path.stem)
def test_what_a_page_shows_is_waited_for(path: Path) -> None:
    """`expect` waits; `assert page.locator(…).count() > 7` fails on a machine that is busy."""
    assert UNWAITED.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    ["assert boxes.count() > 7", "    assert 3 <= examples.count() <= 5",
     'assert visit.page.title() == "Forum"', 'assert page.locator("#a").is_visible()'],
)  # fmt: skip
def test_a_look_that_does_not_wait_is_found(line: str) -> None:
    assert UNWAITED.search(line)
