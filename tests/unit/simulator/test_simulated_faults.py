"""Faults on demand and latency."""

import http.client
import time

import pytest

from discovery_accounts.simulator.faults import FAULTS, Faults, UnknownFaultError

PATRON = "/api/v1/patrons/101"
USER = "/almaws/v1/users/HK10001"


def test_the_first_rule_that_fits_happens_as_often_as_asked() -> None:
    faults = Faults("koha")
    faults.set("hang", path_contains="/checkouts", times=2)
    faults.set("error_500")
    assert [faults.take(path) for path in ("/a", "/checkouts", "/checkouts", "/checkouts")] == [
        "error_500",
        "hang",
        "hang",
        "error_500",
    ]
    faults.clear()
    assert faults.take("/a") is None


def test_setting_a_fault_again_replaces_it() -> None:
    faults = Faults("koha")
    faults.set("html", times=1)
    faults.set("html", times=2)
    assert [faults.take("/") for _ in range(3)] == ["html", "html", None]


def test_a_fault_of_the_other_kind_is_refused() -> None:
    for library, other in (("koha", "daily_threshold"), ("alma", "expired_token"), ("koha", "fire")):
        with pytest.raises(UnknownFaultError):
            Faults(library).set(other)
    assert set(Faults("koha").names()) | set(Faults("alma").names()) == set(FAULTS)


@pytest.mark.parametrize(
    ("fault", "status"), [("error_500", 500), ("error_503", 503), ("too_many", 429), ("wrong_key", 401)]
)
def test_plain_refusals(ask_koha, koha, ask_alma, alma, fault, status) -> None:
    for library, ask, path in ((koha, ask_koha, PATRON), (alma, ask_alma, USER)):
        library.set_fault(fault, times=1)
        refused = ask.get(path)
        assert refused.status == status == library.calls[-1].status
        if fault == "too_many":
            assert refused.headers["Retry-After"] == "1"
        assert ask.get(path).status == 200


def test_the_key_is_refused_for_new_tokens_too(ask_koha, koha) -> None:
    koha.set_fault("wrong_key")
    refused = ask_koha.post("/api/v1/oauth/token", form={"grant_type": "client_credentials"})
    assert (refused.status, refused.json) == (403, {"error": "unauthorized_client"})


def test_all_tokens_forgotten_is_one_401(ask_koha, koha, koha_asker) -> None:
    koha.set_fault("expired_token")
    assert ask_koha.get(PATRON).status == 401
    again = koha_asker(koha)
    assert again.get(PATRON).status == 200
    assert ask_koha.get(PATRON).status == 401


def test_no_calls_left_today(ask_alma, alma) -> None:
    alma.set_fault("daily_threshold")
    refused = ask_alma.get(USER)
    assert refused.status == 429
    assert refused.json["errorList"]["error"][0]["errorCode"] == "DAILY_THRESHOLD"


def test_rubbish_comes_with_a_200(ask_koha, koha) -> None:
    koha.set_fault("garbage", times=1)
    answer = ask_koha.get(PATRON)
    assert answer.status == 200
    with pytest.raises(ValueError):
        _ = answer.json
    koha.set_fault("html")
    page = ask_koha.get(PATRON)
    assert (page.status, page.headers.get_content_type()) == (200, "text/html")


def test_a_hanging_call_is_recorded_when_it_arrives(ask_koha, koha) -> None:
    koha.set_fault("hang", path_contains="/checkouts")
    with pytest.raises(TimeoutError):
        ask_koha.get(f"{PATRON}/checkouts", timeout=0.2)
    assert [(call.path, call.status) for call in koha.calls] == [(f"{PATRON}/checkouts", None)]
    assert ask_koha.get(PATRON).status == 200


def test_bytes_drip_slowly(ask_koha, koha) -> None:
    koha.set_fault("slow_drip", times=1)
    connection = http.client.HTTPConnection(koha.url.removeprefix("http://"), timeout=0.4)
    connection.request("GET", PATRON, headers=ask_koha.headers)
    response = connection.getresponse()
    assert response.status == 200
    assert response.read(1) == b"{"
    with pytest.raises(TimeoutError):
        response.read(1)
    response.close()
    connection.close()


def test_a_cut_connection_has_done_its_work(ask_koha, koha) -> None:
    koha.set_fault("cut_connection", times=1)
    with pytest.raises(http.client.IncompleteRead):
        ask_koha.post("/api/v1/checkouts/5001/renewal")
    assert ask_koha.get("/api/v1/checkouts/5001").json["renewals_count"] == 1


def test_somebody_elses_data(ask_koha, koha, ask_alma, alma) -> None:
    koha.set_fault("other_patron")
    assert ask_koha.get(PATRON).json["patron_id"] == 102
    assert {one["patron_id"] for one in ask_koha.get(f"{PATRON}/checkouts").json} == {102}
    assert [p["patron_id"] for p in ask_koha.get("/api/v1/patrons?userid=reader1&_match=exact").json] == [102]
    alma.set_fault("other_patron")
    assert ask_alma.get(USER).json["primary_id"] == "u1002"
    assert {one["user_id"] for one in ask_alma.get(f"{USER}/loans").json["item_loan"]} == {"u1002"}


def test_latency_is_waited_for(ask_koha, koha) -> None:
    koha.set_latency(120)
    start = time.monotonic()
    ask_koha.get(PATRON)
    assert time.monotonic() - start >= 0.12
    koha.set_latency(0)


def test_a_cut_connection_without_a_body_answers_nothing(ask_alma, alma) -> None:
    alma.set_fault("cut_connection", times=1)
    with pytest.raises(ConnectionError):
        ask_alma.post(f"{USER}?op=auth", headers={"Exl-User-Pw": "1234"})
    assert alma.calls[-1].patron_id == "u1001"


def test_a_cut_connection_in_alma(ask_alma, alma) -> None:
    alma.set_fault("cut_connection", times=1)
    with pytest.raises(http.client.IncompleteRead):
        ask_alma.get(USER)
    assert ask_alma.get(USER).status == 200
