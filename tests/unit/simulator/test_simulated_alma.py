"""The imitation of Alma: keys, formats, users, passwords and loans."""

import re
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary

USERS = "/almaws/v1/users"


def code(answer):
    return answer.json["errorList"]["error"][0]["errorCode"]


def auth(ask, user, password, query=""):
    return ask.post(f"{USERS}/{user}?op=auth{query}", headers={"Exl-User-Pw": quote(password, safe="")})


def test_the_key_goes_in_the_header_or_in_the_query(alma, asking) -> None:
    ask = asking(alma, {"Accept": "application/json"})
    refused = ask.get(f"{USERS}/HK10001")
    assert (refused.status, code(refused)) == (401, "UNAUTHORIZED")
    assert ask.get(f"{USERS}/HK10001?apikey={alma.api_key}").status == 200
    assert alma.api_key not in alma.calls[-1].path
    assert asking(alma, {"Authorization": "apikey wrong"}).get(f"{USERS}/HK10001").status == 401


def test_xml_is_the_default(alma, asking) -> None:
    ask = asking(alma, {"Authorization": f"apikey {alma.api_key}"})
    user = ElementTree.fromstring(ask.get(f"{USERS}/HK10005").body)
    assert user.findtext("primary_id") == "u1005"
    assert user.findtext("user_blocks/user_block/block_status") == "ACTIVE"
    loans = ElementTree.fromstring(ask.get(f"{USERS}/HK10004/loans?limit=100").body)
    assert (loans.get("total_record_count"), len(loans)) == ("230", 100)
    missing = ElementTree.fromstring(ask.get(f"{USERS}/nobody").body)
    assert missing.tag == "{http://com/exlibris/urm/general/xmlbeans}web_service_result"
    assert ask.get(f"{USERS}/HK10001?format=json").json["primary_id"] == "u1001"


def test_not_found_is_a_400_with_a_code_by_the_type(ask_alma) -> None:
    anything, barcode = ask_alma.get(f"{USERS}/X"), ask_alma.get(f"{USERS}/X?user_id_type=BARCODE")
    assert (anything.status, code(anything)) == (400, "401861")
    assert (barcode.status, code(barcode)) == (400, "401890")
    assert anything.json["errorsExist"] is True
    assert anything.json["errorList"]["error"][0]["trackingId"]


def test_calls_left_today_count_down(ask_alma) -> None:
    left = [int(ask_alma.get(f"{USERS}/HK10001").headers["X-Exl-Api-Remaining"]) for _ in range(2)]
    assert left[1] == left[0] - 1


def test_the_type_of_identifier_is_honoured(ask_alma) -> None:
    assert ask_alma.get(f"{USERS}/u1001").status == 200
    assert ask_alma.get(f"{USERS}/u1001?user_id_type=BARCODE").status == 400
    assert ask_alma.get(f"{USERS}/HK19999").json["primary_id"] == "u1003"
    assert ask_alma.get(f"{USERS}/HK19999?user_id_type=BARCODE").status == 400
    assert ask_alma.get(f"{USERS}/HK19999?user_id_type=INST_ID").status == 200


def test_a_password_is_checked_by_header(ask_alma, alma) -> None:
    assert auth(ask_alma, "HK10001", "1234", "&user_id_type=BARCODE").status == 204
    wrong = auth(ask_alma, "HK10001", "4321")
    assert (wrong.status, code(wrong)) == (400, "401866")
    assert code(auth(ask_alma, "nobody", "1234")) == "401890"
    assert [call.refused_pin for call in alma.calls] == [False, True, True]
    alma.change_pin("u1001", "å b/%?")
    assert auth(ask_alma, "HK10001", "å b/%?").status == 204


def test_an_external_account_can_not_be_checked(ask_alma, alma) -> None:
    external = alma.patrons[6]
    assert external.kind == "external"
    assert code(auth(ask_alma, external.card_number, external.pin)) == "401866"
    assert ask_alma.get(f"{USERS}/HK10007").json["account_type"]["value"] == "EXTERNAL"


def test_a_record_tells_card_status_blocks_and_dates(ask_alma) -> None:
    record = ask_alma.get(f"{USERS}/HK10008").json
    assert [(i["value"], i["status"]) for i in record["user_identifier"]] == [
        ("HK09008", "INACTIVE"),
        ("HK10008", "ACTIVE"),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dZ", record["expiry_date"])
    assert record["contact_info"]["email"][0]["preferred"] is True
    assert record["user_block"] == []
    expanded = ask_alma.get(f"{USERS}/HK10008?expand=loans,fees").json
    assert expanded["loans"]["value"] == "3"
    assert "user_block" not in ask_alma.get(f"{USERS}/HK10005?view=brief").json


def test_an_inactive_card_number_can_be_made_to_find_nobody(ask_alma, asking) -> None:
    assert ask_alma.get(f"{USERS}/HK09008?user_id_type=BARCODE").status == 200
    with SimulatedLibrary("alma", patrons=8, inactive_barcodes_match=False) as strict:
        ask = asking(strict, ask_alma.headers)
        assert ask.get(f"{USERS}/HK09008?user_id_type=BARCODE").status == 400
        assert ask.get(f"{USERS}/HK10008?user_id_type=BARCODE").status == 200


def test_a_new_card_leaves_the_old_one_inactive(ask_alma, alma) -> None:
    new = alma.renew_card("u1001")
    found = ask_alma.get(f"{USERS}/{new}?user_id_type=BARCODE").json["user_identifier"]
    assert [(i["value"], i["status"]) for i in found] == [("HK10001", "INACTIVE"), (new, "ACTIVE")]


def test_loans_come_in_pages_and_the_list_is_absent_when_empty(ask_alma) -> None:
    first = ask_alma.get(f"{USERS}/HK10004/loans").json
    assert (len(first["item_loan"]), first["total_record_count"]) == (10, 230)
    last = ask_alma.get(f"{USERS}/HK10004/loans?limit=100&offset=200").json
    assert len(last["item_loan"]) == 30
    assert ask_alma.get(f"{USERS}/HK10003/loans").json == {"total_record_count": 0}
    assert ask_alma.get(f"{USERS}/HK10001/loans?limit=0").json == {"total_record_count": 6}


@pytest.mark.parametrize(
    "query", ["limit=101", "limit=x", "offset=-1", "order_by=colour", "direction=UP", "loan_status=Lost"]
)
def test_parameters_outside_their_limits_are_refused(ask_alma, query) -> None:
    assert ask_alma.get(f"{USERS}/HK10001/loans?{query}").status == 400


def test_loans_are_ordered_and_told_renewable_on_request(ask_alma) -> None:
    plain = ask_alma.get(f"{USERS}/HK10001/loans?order_by=due_date&direction=DESC").json["item_loan"]
    due = [one["due_date"] for one in plain]
    assert due == sorted(due, reverse=True)
    assert all(one.endswith("Z") for one in due)
    assert "renewable" not in plain[0]
    expanded = ask_alma.get(f"{USERS}/HK10001/loans?expand=renewable").json["item_loan"]
    assert [one["renewable"] for one in expanded] == [True, True, False, False, True, True]
    past = ask_alma.get(f"{USERS}/HK10001/loans?loan_status=Complete").json
    assert past["total_record_count"] == 3


def test_renewing_a_loan(ask_alma, alma) -> None:
    loans = ask_alma.get(f"{USERS}/HK10001/loans").json["item_loan"]
    one, reserved = (f"{USERS}/HK10001/loans/{loans[n]['loan_id']}" for n in (1, 2))
    renewed = ask_alma.post(f"{one}?op=renew")
    assert renewed.status == 200
    assert renewed.json["due_date"] > loans[1]["due_date"]
    assert ask_alma.get(one).json["due_date"] == renewed.json["due_date"]
    refused = ask_alma.post(f"{reserved}?op=renew")
    assert (refused.status, code(refused)) == (400, "401822")
    assert code(ask_alma.post(f"{USERS}/HK10001/loans/77?op=renew")) == "401823"
    assert code(ask_alma.post(f"{USERS}/HK10002/loans/{loans[1]['loan_id']}?op=renew")) == "401823"
    assert ask_alma.post(one).status == 400
    alma.expire("u1001")
    assert code(ask_alma.post(f"{one}?op=renew")) == "401822"


def test_a_limit_by_the_second(asking) -> None:
    with SimulatedLibrary("alma", patrons=2, per_second=3) as library:
        ask = asking(library, {"Authorization": f"apikey {library.api_key}", "Accept": "application/json"})
        answers = [ask.get(f"{USERS}/HK10001") for _ in range(12)]
        refused = [answer for answer in answers if answer.status == 429]
        assert refused
        assert code(refused[0]) == "PER_SECOND_THRESHOLD"


def test_recorded_paths_hold_the_permanent_id_only(ask_alma, alma) -> None:
    ask_alma.get(f"{USERS}/HK10001/loans?limit=5")
    ask_alma.get(f"{USERS}/HK77777")
    assert [call.path for call in alma.calls] == [f"{USERS}/u1001/loans?limit=5", f"{USERS}/***"]
    assert ask_alma.get(f"{USERS}/operation/test").status == 200
