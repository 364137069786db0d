"""Starting, stopping, steering from outside, and the foreground server."""

import json
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary

PATRON = "/api/v1/patrons/101"


def test_it_comes_back_on_the_same_port_with_the_same_records(ask_koha, koha) -> None:
    url = koha.url
    koha.change_pin("101", "5555")
    koha.stop()
    with pytest.raises(ConnectionRefusedError):
        ask_koha.get(PATRON)
    koha.start()
    koha.start()
    assert koha.url == url
    assert ask_koha.get(PATRON).status == 200
    assert koha.patrons[0].pin == "5555"


def test_stopping_cuts_hanging_calls_off(koha, ask_koha) -> None:
    koha.set_fault("hang")
    with pytest.raises(TimeoutError):
        ask_koha.get(PATRON, timeout=0.1)
    start = time.monotonic()
    koha.stop()
    koha.stop()
    assert time.monotonic() - start < 2


def test_a_taken_port_is_told_at_once(koha) -> None:
    port = int(koha.url.rpartition(":")[2])
    with pytest.raises(OSError, match=str(port)):
        SimulatedLibrary("koha", patrons=1, port=port).start()


def test_calls_are_counted_and_forgotten(ask_koha, koha) -> None:
    for path in (PATRON, f"{PATRON}/checkouts", "/api/v1/nowhere"):
        ask_koha.get(path)
    assert [call.status for call in koha.calls] == [200, 200, 404]
    assert (koha.count(), koha.count("GET", "/checkouts"), koha.count("POST")) == (3, 1, 0)
    assert "1234" not in repr(koha.calls)
    koha.clear_calls()
    assert koha.count() == 0


def test_everything_can_be_steered_over_http(ask_koha, koha) -> None:
    ask_koha.get(PATRON)
    assert ask_koha.get("/_control").json["kind"] == "koha"
    assert ask_koha.get("/_control/calls?path_contains=patrons").json["count"] == 1
    people = ask_koha.get("/_control/patrons").json["patrons"]
    assert (people[0]["card_number"], people[0]["pin"]) == ("21270000001", "1234")
    for method, path, body in (
        ("POST", "patrons/101/pin", {"pin": "4321"}),
        ("POST", "patrons/101/block", {}),
        ("POST", "patrons/102/expire", None),
        ("POST", "patrons/103/loans", {"count": 2}),
        ("PUT", "patrons/102/loans", {"count": 1}),
        ("DELETE", "patrons/104", None),
        ("POST", "latency", {"ms": 1}),
        ("POST", "tokens", {"seconds": 5}),
        ("DELETE", "calls", None),
    ):
        assert ask_koha(method, f"/_control/{path}", body=body).status == 204
    new = ask_koha.post("/_control/patrons/101/renew-card").json["card_number"]
    by_id = {patron.patron_id: patron for patron in koha.patrons}
    assert (by_id["101"].pin, by_id["101"].card_number) == ("4321", new)
    assert (by_id["103"].loans, by_id["102"].loans, "104" in by_id) == (2, 1, False)
    assert ask_koha.get(PATRON).json["restricted"] is True
    assert koha.count() == 1


def test_steering_is_never_spoilt_or_recorded(ask_koha, koha) -> None:
    assert ask_koha.post("/_control/fault", body={"kind": "hang", "times": None}).status == 204
    with pytest.raises(TimeoutError):
        ask_koha.get(PATRON, timeout=0.1)
    assert ask_koha("DELETE", "/_control/fault").status == 204
    assert ask_koha.get(PATRON).status == 200
    assert koha.count(path_contains="_control") == 0


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("fault", {"kind": "fire"}, 400),
        ("fault", {}, 400),
        ("latency", {"ms": "slow"}, 400),
        ("fault", ["x"], 400),
        ("fault", {"kind": "html", "times": "2"}, 400),
        ("patrons/999/block", {}, 404),
        ("patrons/101/pin", {}, 400),
    ],
)
def test_mistakes_in_steering_are_told(ask_koha, path, body, status) -> None:
    refused = ask_koha.post(f"/_control/{path}", body=body)
    assert refused.status == status
    assert refused.json["error"]


def test_tokens_can_be_forgotten_from_outside(ask_koha) -> None:
    assert ask_koha("DELETE", "/_control/tokens").status == 204
    assert ask_koha.get(PATRON).status == 401


def test_an_outage_ends_by_itself(ask_koha) -> None:
    assert ask_koha.post("/_control/outage", body={"seconds": 0.4}).status == 204
    time.sleep(0.2)
    with pytest.raises(ConnectionRefusedError):
        ask_koha.get(PATRON)
    time.sleep(0.5)
    assert ask_koha.get(PATRON).status == 200


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_foreground_server_ends_when_told(end) -> None:
    code = (
        "from discovery_accounts.simulator.server import serve\n"
        "serve('alma', 0, fault='daily_threshold', patrons=3, announce=lambda t: print(t, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        base = told.split(" at ")[1].split(" ")[0]
        with urllib.request.urlopen(base.removesuffix("/almaws/v1") + "/_control/patrons") as answer:
            assert len(json.load(answer)["patrons"]) == 3
        process.send_signal(end)
        assert process.wait(5) == 0
    assert told.startswith("simulated alma at http://127.0.0.1:")
    assert "HK10001" not in told


def test_the_library_shows_only_its_kind_and_address(koha) -> None:
    assert repr(koha) == f"SimulatedLibrary('koha', url='{koha.url}')"
