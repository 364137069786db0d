"""The imitation of Alma: requests, fees, purchase requests, libraries, passwords and webhooks."""

import base64
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from discovery_accounts.simulator.desk.records import Hold

USERS = "/almaws/v1/users"
MINE = f"{USERS}/u1001/requests"
BODY = {"request_type": "HOLD", "pickup_location_type": "LIBRARY", "pickup_location_library": "MAIN"}
FREE, REFERENCE = "990003050000121", "990003250000121"


def code(answer):
    return answer.json["errorList"]["error"][0]["errorCode"]


def test_a_list_of_requests_is_paged_and_absent_when_empty(ask_alma) -> None:
    first = ask_alma.get(f"{MINE}?limit=3").json
    assert (len(first["user_request"]), first["total_record_count"]) == (3, 4)
    assert len(ask_alma.get(f"{MINE}?limit=3&offset=3").json["user_request"]) == 1
    assert ask_alma.get(f"{USERS}/u1003/requests").json == {"total_record_count": 0}
    assert ask_alma.get(f"{MINE}?request_type=BOOKING").json == {"total_record_count": 0}
    assert code(ask_alma.get(f"{MINE}?limit=101")) == "40166411"
    assert code(ask_alma.get(f"{MINE}?status=all")) == "40166411"
    assert code(ask_alma.get(f"{USERS}/nobody/requests")) == "401861"


def test_a_request_tells_how_far_it_is_and_where_it_goes(ask_alma) -> None:
    ready, waiting, moving, _ = ask_alma.get(MINE).json["user_request"]
    assert (ready["request_status"], waiting["request_status"]) == ("ON_HOLD_SHELF", "NOT_STARTED")
    assert (moving["request_status"], moving["task_name"]) == ("IN_PROCESS", "Transit Item")
    assert ready["expiry_date"].endswith("Z")
    assert (waiting["place_in_queue"], waiting["pickup_location_library"]) == (3, "EAST")
    assert waiting["user_primary_id"] == "u1001"


@pytest.mark.parametrize(
    ("query", "changes", "refused"),
    [
        (f"mms_id={FREE}", {"pickup_location_library": "STACKS"}, "401895"),
        (f"mms_id={FREE}", {"request_type": "WISH"}, "401676"),
        (f"mms_id={FREE}", {"last_interest_date": "soon"}, "40166411"),
        (f"mms_id={REFERENCE}", {}, "401129"),
        ("mms_id=990003990000121", {}, "402203"),
        ("", {}, "402203"),
    ],
)
def test_a_request_that_is_not_made_has_a_code(ask_alma, query, changes, refused) -> None:
    answer = ask_alma.post(f"{USERS}/u1003/requests?{query}", body=BODY | changes)
    assert (answer.status, code(answer)) == (400, refused)
    assert "user_request" not in ask_alma.get(f"{USERS}/u1003/requests").json


def test_a_request_is_made_changed_and_cancelled_once(ask_alma) -> None:
    path = f"{USERS}/u1003/requests"
    made = ask_alma.post(f"{path}?mms_id={FREE}", body=BODY | {"comment": "soon"}).json
    assert code(ask_alma.post(f"{path}?mms_id={FREE}", body=BODY)) == "401136"
    one = f"{path}/{made['request_id']}"
    changed = ask_alma("PUT", one, body=BODY | {"pickup_location_library": "EAST"}).json
    assert (changed["pickup_location"], changed["comment"]) == ("Eastern Library", None)
    assert code(ask_alma("DELETE", one)) == "40166411"
    assert code(ask_alma("DELETE", f"{USERS}/u1001/requests/{made['request_id']}?reason=X")) == "401694"
    assert ask_alma("DELETE", f"{one}?reason=CancelledAtPatronRequest").status == 204
    assert code(ask_alma("DELETE", f"{one}?reason=CancelledAtPatronRequest")) == "401694"
    assert code(ask_alma.get(one)) == "401652"


def test_on_the_shelf_nothing_changes_any_more(ask_alma) -> None:
    assert code(ask_alma("PUT", f"{MINE}/101", body=BODY)) == "401652"


def test_one_copy_can_be_asked_for(ask_alma) -> None:
    made = ask_alma.post(f"{USERS}/u1003/requests?item_pid=2300030500010121", body=BODY).json
    assert (made["mms_id"], made["item_id"]) == (FREE, "2300030500010121")


def test_what_can_be_requested_depends_on_title_and_user(ask_alma) -> None:
    def kinds(mms, user):
        listed = ask_alma.get(f"/almaws/v1/bibs/{mms}/request-options?user_id={user}").json
        return {one["type"]["value"] for one in listed["request_option"]}

    assert "HOLD" in kinds(FREE, "u1001")
    assert "HOLD" not in kinds(REFERENCE, "u1001") | kinds(FREE, "u1005") | kinds(FREE, "GUEST")
    assert code(ask_alma.get("/almaws/v1/bibs/1/request-options")) == "402203"
    assert code(ask_alma.get(f"/almaws/v1/bibs/{FREE}/request-options?user_id=x")) == "401861"


def test_every_library_is_told(ask_alma) -> None:
    listed = ask_alma.get("/almaws/v1/conf/libraries").json
    assert [one["code"] for one in listed["library"]] == ["MAIN", "EAST", "KIDS", "STACKS"]


def test_fees_are_told_by_status(ask_alma) -> None:
    opened = ask_alma.get(f"{USERS}/u1001/fees").json
    assert (opened["total_sum"], opened["currency"], len(opened["fee"])) == (2.4, "EUR", 1)
    closed = ask_alma.get(f"{USERS}/u1001/fees?status=CLOSED").json
    assert closed["fee"][0]["transaction"][0]["amount"] == 1.0
    assert "fee" not in ask_alma.get(f"{USERS}/u1001/fees?status=INDISPUTE").json
    assert code(ask_alma.get(f"{USERS}/u1001/fees?status=ALL")) == "40166411"
    assert ask_alma.get(f"{USERS}/u1001?expand=fees").json["fees"]["value"] == "2.4"


def test_a_purchase_request_needs_its_kind_and_title(ask_alma) -> None:
    path = f"{USERS}/u1003/purchase-requests"
    work = {"citation_type": {"value": "BOOK"}, "title": "Any"}
    for body, refused in (
        ({"format": {"value": "PHYSICAL"}, "resource_metadata": work}, "60270"),
        ({"format": {"value": "P"}, "resource_metadata": work | {"citation_type": {}}}, "60280"),
        ({"format": {"value": "P"}}, "401676"),
    ):
        assert code(ask_alma.post(path, body=body)) == refused
    assert ask_alma.get(path).json == {"total_record_count": 0}
    made = ask_alma.post(path, body={"format": {"value": "P"}, "resource_metadata": work}).json
    assert ask_alma.get(path).json["purchase_request"][0]["request_id"] == made["request_id"]


def test_a_new_password_must_be_good_and_is_then_the_one(ask_alma) -> None:
    whole = ask_alma.get(f"{USERS}/u1001").json

    def put(password):
        return ask_alma("PUT", f"{USERS}/u1001", body=whole | {"password": password})

    def opens(password):
        return ask_alma.post(f"{USERS}/u1001?op=auth", headers={"Exl-User-Pw": password}).status == 204

    for bad in ("short", "my-password", "u1001-u1001"):
        assert code(put(bad)) == "500038"
    assert opens("1234")
    assert put("").status == 200
    assert opens("1234")
    assert put("good-enough").status == 200
    assert opens("good-enough")
    assert not opens("1234")


def test_for_whom_a_user_borrows_is_told(ask_alma) -> None:
    (child,) = ask_alma.get(f"{USERS}/u1001").json["proxy_for_user"]
    assert child["primary_id"] == "u1002"


@pytest.fixture
def portal() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Its address, and the signature and body of every message it hears."""
    heard: list[tuple[str, bytes]] = []

    class Portal(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.headers["X-Exl-Signature"], body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", heard
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("event", "action", "where"),
    [
        ("user_deleted", "USER", ("webhook_user", "user", "primary_id")),
        ("loan_created", "LOAN", ("item_loan", "user_id")),
        ("loan_returned", "LOAN", ("item_loan", "user_id")),
        ("request_on_shelf", "REQUEST", ("user_request", "user_primary_id")),
    ],
)
def test_a_webhook_is_signed_and_names_the_patron(alma, portal, event, action, where) -> None:
    url, heard = portal
    assert alma.send_webhook(url, "s3cret", "u1001", event) == 204
    ((signature, body),) = heard
    assert signature == base64.b64encode(hmac.digest(b"s3cret", body, "sha256")).decode()
    told = json.loads(body)
    assert told["action"] == action
    for name in where:
        told = told[name]
    assert told == "u1001"
    assert alma.calls == ()


def test_a_webhook_goes_nowhere_else(alma, portal, asking) -> None:
    url, heard = portal
    with pytest.raises(ValueError, match="this machine"):
        alma.send_webhook("http://portal.example/", "s", "u1001", "loan_created")
    with pytest.raises(LookupError):
        alma.send_webhook(url, "s", "nobody", "loan_created")
    with pytest.raises(LookupError):
        alma.send_webhook(url, "s", "u1001", "moved")
    with pytest.raises(OSError):
        alma.send_webhook("http://127.0.0.1:9/", "s", "u1001", "loan_created")
    assert heard == []


def test_another_process_can_have_a_webhook_sent(alma, portal, asking) -> None:
    url, heard = portal
    path = "/_control/patrons/u1001/webhook"
    wanted = {"url": url, "secret": "s", "event": "user_updated"}
    assert asking(alma).post(path, body=wanted).json == {"status": 204}
    assert len(heard) == 1
    assert asking(alma).post(path, body=wanted | {"url": "http://127.0.0.1:9/"}).status == 400
    assert asking(alma).post(path, body=wanted | {"event": "moved"}).status == 400


def test_what_happens_at_the_desk_is_told(alma, ask_alma) -> None:
    hold = alma.desk.place_hold("u1003", 305, "MAIN")
    alma.desk.shelve(hold.hold_id)
    (told,) = ask_alma.get(f"{USERS}/u1003/requests").json["user_request"]
    assert (told["request_id"], told["request_status"]) == (str(hold.hold_id), "ON_HOLD_SHELF")
    assert isinstance(alma.desk.record(Hold, hold.hold_id), Hold)
