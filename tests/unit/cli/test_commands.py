"""Commands that are refused before anything is opened."""

from __future__ import annotations

import pytest

from assistant.cli.commands import run
from assistant.cli.parser import build_parser
from assistant.errors import ClusterError
from assistant.settings import Settings


@pytest.mark.parametrize("way", ["--watch", "--dry-run", "--rights-only"])
def test_a_cluster_reads_for_a_plain_sync_alone(way: str) -> None:
    options = build_parser().parse_args(["sync", way, "--ray", "ray-head:6379"])
    with pytest.raises(ClusterError) as caught:
        run(options, Settings())
    assert caught.value.key == "ray_not_so"
