"""How a server is asked whether it is there: seldom enough that none ends the connection for it."""

from __future__ import annotations

from assistant.cluster.connection import _DIRECT, WRITING

#: What gRPC's servers bear between two such questions while nothing else comes, in milliseconds.
BORNE = 300_000


def test_a_call_may_last_longer_than_a_server_bears_being_asked_whether_it_is_there() -> None:
    assert _DIRECT["grpc.keepalive_time_ms"] > BORNE
    assert not _DIRECT["grpc.keepalive_permit_without_calls"]
    assert 1000 * WRITING > BORNE
