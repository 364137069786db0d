"""The PAIA server in front of the simulated library, by plain HTTP and as the standard has it."""

from base64 import b64encode

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary

ITEM = "https://bib.example/item/"


class Paia:
    """The server, and its people by kind."""

    def __init__(self, library, ask):
        self.library, self.ask = library, ask
        self.people = {one.kind: one for one in reversed(library.patrons)}

    def login(self, secret=None, **form):
        pair = f"{self.library.client_id}:{secret or self.library.client_secret}"
        headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        return self.ask.post("/auth/login", form=form, headers=headers)

    def token(self, **form):
        return {"Authorization": f"Bearer {self.login(**form).json['access_token']}"}

    def own(self, kind, scope):
        who = self.people[kind]
        return self.token(grant_type="password", username=who.card_number, password=who.pin, scope=scope)

    def ours(self, kind):
        return self.token(grant_type="client_credentials", patron=self.people[kind].patron_id)


@pytest.fixture
def paia(asking):
    with SimulatedLibrary("koha", patrons=8, paia="patron") as library:
        yield Paia(library, asking(library))


def error(answer):
    return answer.status, answer.json["error"]


def test_logins(paia):
    good = paia.people["good"]
    told = paia.login(
        grant_type="password", username=good.card_number, password=good.pin, scope="read_patron"
    )
    assert told.status == 200
    assert (told.json["patron"], told.json["scope"]) == (good.patron_id, "read_patron")
    assert told.json["token_type"] == "Bearer"
    wrong = paia.login(grant_type="password", username=good.card_number, password="no")
    assert error(wrong) == (403, "access_denied")
    assert wrong.headers["WWW-Authenticate"].startswith("Bearer")
    assert error(paia.login(secret="no", grant_type="client_credentials", patron="101")) == (
        401,
        "invalid_client",
    )
    assert error(paia.login(grant_type="client_credentials", patron="999")) == (404, "not_found")
    assert error(paia.login(grant_type="other")) == (422, "invalid_request")
    assert [call.refused_pin for call in paia.library.calls] == [False, True, False, False, False]


def test_a_token_opens_one_patrons_door_for_what_it_is_for(paia):
    good, child = paia.people["good"], paia.people["child"]
    reads = paia.own("good", "read_patron")
    assert paia.ask.get(f"/core/{good.patron_id}", headers=reads).status == 200
    assert error(paia.ask.get(f"/core/{good.patron_id}/items", headers=reads)) == (403, "insufficient_scope")
    assert error(paia.ask.get(f"/core/{child.patron_id}", headers=reads)) == (403, "access_denied")
    assert error(paia.ask.get(f"/core/{good.patron_id}")) == (401, "invalid_grant")
    assert error(paia.ask.get(f"/core/{good.patron_id}/nowhere", headers=reads)) == (404, "not_found")
    assert paia.ask.post("/auth/logout", headers=reads).status == 200
    assert error(paia.ask.get(f"/core/{good.patron_id}", headers=reads)) == (401, "invalid_grant")


def test_items_and_fees(paia):
    good = paia.people["good"]
    me, ours = f"/core/{good.patron_id}", paia.ours("good")
    documents = paia.ask.get(f"{me}/items", headers=ours).json["doc"]
    assert sorted(one["status"] for one in documents) == [1, 1, 2, *[3] * good.loans, 4]
    assert all("endtime" in one for one in documents if one["status"] in (3, 4))
    fees = paia.ask.get(f"{me}/fees", headers=ours).json
    assert (fees["amount"], [fee["amount"] for fee in fees["fee"]]) == ("2.40 EUR", ["2.40 EUR"])
    states = {
        kind: paia.ask.get(f"/core/{paia.people[kind].patron_id}", headers=paia.ours(kind)).json["status"]
        for kind in ("good", "blocked", "expired")
    }
    assert states == {"good": 0, "blocked": 1, "expired": 2}


def test_what_can_not_be_done_with_a_document_is_said_of_it(paia):
    good = paia.people["good"]
    me, ours = f"/core/{good.patron_id}", paia.ours("good")
    renewed = paia.ask.post(f"{me}/renew", body={"doc": [{"item": f"{ITEM}9"}]}, headers=ours)
    assert (renewed.status, renewed.json["doc"][0]["error"]) == (200, "not on loan")
    assert error(paia.ask.post(f"{me}/renew", body={"doc": []}, headers=ours)) == (422, "invalid_request")


def test_a_password_is_changed_by_its_owner_alone(paia):
    good = paia.people["good"]
    form = {
        "patron": good.patron_id,
        "username": good.card_number,
        "old_password": good.pin,
        "new_password": "new-5678",
    }
    assert error(paia.ask.post("/auth/change", form=form, headers=paia.ours("good")))[0] == 403
    assert (
        error(paia.ask.post("/auth/change", form=form, headers=paia.own("child", "change_password")))[0]
        == 403
    )
    own = paia.own("good", "change_password")
    short = form | {"new_password": "12"}
    assert error(paia.ask.post("/auth/change", form=short, headers=own)) == (422, "invalid_request")
    assert paia.ask.post("/auth/change", form=form, headers=own).json == {"patron": good.patron_id}
    assert paia.login(grant_type="password", username=good.card_number, password="new-5678").status == 200


@pytest.mark.parametrize(("fault", "status"), [("error_500", 500), ("error_503", 503), ("too_many", 429)])
def test_faults_are_in_its_own_words(paia, fault, status):
    paia.library.set_fault(fault)
    assert paia.login(grant_type="client_credentials", patron="101").status == status
