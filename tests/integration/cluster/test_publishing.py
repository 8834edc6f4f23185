"""Publishing to Milvus: never half, harmless when killed, rolled back, erased; on Milvus Lite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.cluster import connection, publishing
from assistant.cluster.connection import SearchServer
from assistant.cluster.following import SENT, take_over
from assistant.cluster.layout import alias_of, key_of, owned, passage_fields, record_rows
from assistant.cluster.publishing import roll_back
from assistant.errors import IndexMismatch, IndexMissing, SearchServerError, SettingsError
from assistant.index.manifest import current_name
from assistant.ingest.erasure import forget
from assistant.ingest.erasure_requests import PENDING
from assistant.records.hits import Filters
from assistant.settings import Settings
from assistant.text.analysis import terms
from tests.conftest import ROOT
from tests.support.fakes import FakeEncoder
from tests.support.milvus_site import CANTEEN, ROADS, WASTE, collections, opened, publish, write
from tests.support.milvus_site import make as make_site
from tests.support.staffed import assistant_over

#: What makes a site of some documents.
Make = Callable[[Mapping[str, str]], Settings]


def documents(site: Settings) -> list[str]:
    return list(opened(site).documents())


def server(site: Settings) -> SearchServer:
    return SearchServer(site.milvus_options())


def test_while_the_next_is_sent_the_former_answers_whole(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make(CANTEEN)
    publish(site)
    before, seen = opened(site).name, []
    send = SearchServer.insert

    def looking(own: SearchServer, name: str, rows: Sequence[Any]) -> None:
        seen.append((opened(site).name, documents(site)))
        send(own, name, rows)
        seen.append((opened(site).name, documents(site)))

    write(site, ROADS)
    with monkeypatch.context() as patched:
        patched.setattr(SearchServer, "insert", looking)
        publish(site)
    assert len(seen) >= 6
    assert all(one == (before, [*CANTEEN]) for one in seen)
    assert documents(site) == [*CANTEEN, *ROADS]


def test_one_that_is_open_goes_on_while_it_is_kept(make: Make) -> None:
    site = make(CANTEEN)
    publish(site)
    former = opened(site)
    write(site, ROADS)
    publish(site)
    assert [one.text for one in former.passages_of(*CANTEEN)] == [*CANTEEN.values()]
    assert opened(site).name > former.name


def test_nothing_new_sends_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make(CANTEEN)
    publish(site)
    before = opened(site).name
    monkeypatch.setattr(SearchServer, "insert", lambda *anything: pytest.fail("sent again"))
    publish(site)
    assert opened(site).name == before


def test_as_many_are_kept_as_the_site_keeps(make: Make) -> None:
    site = make(CANTEEN)
    for more in (CANTEEN, ROADS, WASTE):
        write(site, more)
        publish(site)
    assert len(collections(site)) == 2 * site.keep_generations


#: Publishes, then publishes more, and kills itself when rows are sent for the so-manieth time.
KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.cluster.connection import SearchServer
from tests.support.fakes import FakeEncoder
from tests.support.milvus_site import CANTEEN, ROADS, make, publish, write

folder, wanted = Path(sys.argv[1]), int(sys.argv[2])
site = make(folder, str(folder / "milvus.db"), "dijon", CANTEEN)
publish(site)
send, sent = SearchServer.insert, 0

def killing(own, name, rows):
    global sent
    sent += 1
    if sent == wanted:
        send(own, name, rows[:1])
        os.kill(os.getpid(), signal.SIGKILL)
    send(own, name, rows)

SearchServer.insert = killing
write(site, ROADS)
publish(site)
"""


@pytest.mark.parametrize("call", [1, 3], ids=["in its passages", "in its manifest"])
def test_killed_while_it_sends_it_leaves_the_former_one_answering(
    tmp_path: Path, call: int
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(call)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr
    site = make_site(tmp_path, str(tmp_path / "milvus.db"), "dijon", {})
    # Here it is published already; there, what answered before answers.
    assert current_name(site.index) == "gen-000002"
    assert documents(site) == [*CANTEEN]
    publish(site)
    assert documents(site) == [*CANTEEN, *ROADS]
    assert len(collections(site)) == 4


def test_a_former_one_answers_again_when_it_is_rolled_back(make: Make) -> None:
    site = make(CANTEEN)
    publish(site)
    first = opened(site).name
    with pytest.raises(IndexMissing):
        roll_back(server(site), site.milvus_tenant)
    write(site, ROADS)
    publish(site)
    assert roll_back(server(site), site.milvus_tenant) == first
    assert documents(site) == [*CANTEEN]
    publish(site)
    assert documents(site) == [*CANTEEN, *ROADS]


def test_the_command_lists_what_is_kept_and_rolls_back(
    make: Make, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make(CANTEEN)
    publish(site)
    write(site, ROADS)
    publish(site)
    for name, value in site.environment().items():
        monkeypatch.setenv(name, value)
    assert main(["milvus"]) == 0
    former, current = capsys.readouterr().out.splitlines()
    assert current.startswith(opened(site).name) and current.endswith("2 passages ; elle répond")
    assert former.endswith("1 passage ; gardée")
    assert main(["milvus", "--roll-back"]) == 0
    said, former, current = capsys.readouterr().out.splitlines()
    assert opened(site).name in said and former.endswith("elle répond")


def test_a_web_server_needs_the_address_and_the_documents_alone(make: Make, tmp_path: Path) -> None:
    site = make(CANTEEN | ROADS)
    publish(site)
    (tmp_path / "web").mkdir()
    with assistant_over(replace(site, index=tmp_path / "web")) as assistant:
        answer = assistant.ask("Combien de repas la cantine sert-elle par jour ?")
        assert [one.passage.document_id for one in answer.citations][:1] == [*CANTEEN]
        write(site, WASTE)
        publish(site)
        assert assistant.refresh()
        assert assistant.view().document_ids == tuple(sorted(CANTEEN | ROADS | WASTE))
    assert not list((tmp_path / "web").glob("gen-*"))


def test_what_is_erased_here_is_erased_there(make: Make) -> None:
    site = make(CANTEEN | ROADS)
    publish(site)
    write(site, WASTE)
    publish(site)
    forget(site.index, site.corpus, [*ROADS])
    assert documents(site) == sorted(CANTEEN | WASTE)
    assert len(collections(site)) == 2, "former ones hold what was erased"


def test_an_erasure_that_the_server_misses_is_ended_later(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make(CANTEEN | ROADS)
    publish(site)
    with monkeypatch.context() as patched:
        patched.setattr(connection, "check", unreachable)
        with pytest.raises(SearchServerError):
            forget(site.index, site.corpus, [*ROADS])
    assert (site.index / PENDING).exists()
    publish(site)
    assert not (site.index / PENDING).exists()
    assert documents(site) == [*CANTEEN]
    assert len(collections(site)) == 2


def unreachable(address: str, tenant: str) -> None:
    raise SearchServerError("milvus_unreachable", address=address)


def test_what_a_server_missed_that_was_away_is_sent_by_the_next_run(make: Make) -> None:
    site = make(CANTEEN)
    with pytest.raises(SearchServerError) as raised:
        publish(site, milvus_address="http://127.0.0.1:1")
    assert raised.value.key == "milvus_unreachable"
    assert "assistant sync" in raised.value.remedy
    assert current_name(site.index) == "gen-000001"
    publish(site)
    assert documents(site) == [*CANTEEN]


def test_a_site_that_leaves_leaves_nothing_behind(make: Make) -> None:
    site = make(CANTEEN)
    publish(site)
    publish(site, milvus_address="", milvus_tenant="")
    assert collections(site) == []
    assert server(site).resolved(alias_of(site.milvus_tenant)) is None
    assert not (site.index / SENT).exists()
    with pytest.raises(IndexMissing) as raised:
        opened(site)
    assert raised.value.key == "milvus_empty"


def test_no_site_publishes_in_the_place_of_another(make: Make) -> None:
    site, other = make(CANTEEN), make(ROADS)
    publish(site)
    with pytest.raises(SearchServerError) as raised:
        publish(other, milvus_tenant=site.milvus_tenant)
    assert raised.value.key == "milvus_taken"
    assert documents(site) == [*CANTEEN]


def test_a_machine_takes_the_place_of_one_that_is_lost(make: Make, tmp_path: Path) -> None:
    lost = make(CANTEEN)
    publish(lost)
    site = replace(lost, index=tmp_path / "restored")
    take_over(site.milvus_options(), site.index)
    write(site, ROADS)
    publish(site)
    assert documents(site) == [*CANTEEN, *ROADS]


def test_an_alias_set_on_another_site_shows_nothing_of_it(make: Make) -> None:
    site, other = make(CANTEEN), make(ROADS)
    for one in (site, other):
        publish(one)
    (passages,) = (name for name in collections(other) if not name.endswith("_records"))
    server(site).point(alias_of(site.milvus_tenant), passages)
    with pytest.raises(SearchServerError) as raised:
        opened(site)
    assert raised.value.key == "milvus_foreign"
    publish(site)
    assert documents(site) == [*CANTEEN]


def test_a_generation_of_another_format_is_sent_anew_and_nobody_goes_back_to_it(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make(CANTEEN)
    with monkeypatch.context() as former:
        former.setattr(publishing, "FORMAT", publishing.FORMAT - 1)
        publish(site)
    with pytest.raises(IndexMismatch):
        opened(site)
    publish(site)
    assert documents(site) == [*CANTEEN]
    assert len(collections(site)) == 2
    with pytest.raises(IndexMissing):
        roll_back(server(site), site.milvus_tenant)


def test_a_part_of_which_rows_are_missing_is_not_opened(make: Make) -> None:
    site = make(CANTEEN | ROADS)
    publish(site)
    passages = opened(site).name.replace("milvus-", f"{alias_of(site.milvus_tenant)}_")
    server(site).delete(passages.replace("-", "_"), "key == 0")
    with pytest.raises(SearchServerError) as raised:
        opened(site)
    assert raised.value.key == "milvus_incomplete"
    publish(site)
    assert documents(site) == [*CANTEEN, *ROADS]


def test_what_somebody_killed_had_begun_to_send_is_dropped(make: Make) -> None:
    site = make(CANTEEN | ROADS)
    publish(site)
    (passages, records), own = collections(site), server(site)
    (row,) = own.get(passages, [0], [one.name for one in passage_fields(FakeEncoder().dim)])
    own.insert(passages, [{**row, "key": key_of(1, at), "owner": "autre/"} for at in range(3)])
    own.insert(records, [*record_rows("autre/", "terms", "", ["secret"])])
    publish(site)
    assert own.count(passages) == 2
    assert not own.count(records, owned("autre/"))
    assert documents(site) == [*CANTEEN, *ROADS]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("milvus:19530", "milvus_address"),
        ("ftp://127.0.0.1", "milvus_address"),
        ("http://compte:secret@127.0.0.1:19530", "milvus_address"),
        ("http://[", "milvus_address"),
        ("http://8.8.8.8:19530", "milvus_public"),
    ],
)
def test_an_address_that_would_not_do_is_refused(address: str, key: str) -> None:
    with pytest.raises(SettingsError) as raised:
        opened(Settings(milvus_address=address, milvus_tenant="dijon"))
    assert raised.value.key == key
    assert raised.value.remedy and "secret" not in str(raised.value)


def test_without_the_extra_it_is_said_what_to_install(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(SettingsError) as raised:
        opened(make({}))
    assert "assistant-evenement[cluster]" in raised.value.remedy


def test_without_a_tenant_nothing_is_sent(make: Make) -> None:
    with pytest.raises(SettingsError) as raised:
        opened(replace(make({}), milvus_tenant=""))
    assert raised.value.key == "setting_no_tenant"


def test_where_it_was_sent_is_for_the_service_alone(make: Make) -> None:
    site = make(CANTEEN)
    publish(site)
    assert (site.index / SENT).stat().st_mode & 0o077 == 0
    assert json.loads((site.index / SENT).read_text())["options"]["milvus_tenant"]


def test_an_answer_that_takes_too_long_is_told_as_a_server_that_does_not_answer(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    grpc = pytest.importorskip("grpc")
    site = make(CANTEEN)
    publish(site)
    index = opened(site)

    class TooLate(grpc.RpcError):  # type: ignore[misc,name-defined]
        """What gRPC itself raises; a deadline of nothing at all would be met now and then."""

        def code(self) -> str:
            return "DEADLINE_EXCEEDED"

    def late(*_: object, **__: object) -> None:
        raise TooLate("StatusCode.DEADLINE_EXCEEDED: Deadline Exceeded")

    monkeypatch.setattr("pymilvus.MilvusClient.search", late)
    with pytest.raises(SearchServerError) as raised:
        index.lexical(terms("La cantine"), 10, Filters())
    assert raised.value.key == "milvus_unreachable"
