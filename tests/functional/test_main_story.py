"""A patron signs in by card, links a second card from another library and sees the loans of both."""

from tests.factories.portal import Portal


def test_the_first_sign_in_makes_an_account_and_shows_the_card(portal: Portal) -> None:
    client = portal.signed_in_client()
    cards = client.call("GET", "/cards", status=200).json["cards"]
    assert [card["library"] for card in cards] == ["lumme"]
    assert cards[0]["relation"] == "own"
    assert cards[0]["state"] == "fresh"
    assert cards[0]["number_last4"] == portal.patron("lumme").card_number[-4:]


def test_the_second_sign_in_opens_the_same_account(portal: Portal) -> None:
    first, second = portal.client(), portal.client()
    patron = portal.patron("lumme")
    one = first.sign_in("lumme", patron).json["account"]["id"]
    two = second.sign_in("lumme", patron).json["account"]["id"]
    assert one == two


def test_loans_of_two_libraries_come_together(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "child"), label="Elsa")
    answer = client.call("GET", "/loans", status=200).json
    assert {loan["library"] for loan in answer["loans"]} == {"lumme", "helka"}
    assert len(answer["loans"]) == 6 + 4
    assert [card["state"] for card in answer["cards"]] == ["fresh", "fresh"]
    assert all(loan["title"] for loan in answer["loans"])
    assert all(loan["due_at"][-6:] in {"+02:00", "+03:00"} for loan in answer["loans"])


def test_a_loan_is_renewed_and_the_list_shows_the_new_date(portal: Portal) -> None:
    client = portal.signed_in_client()
    before = client.call("GET", "/loans").json["loans"]
    answer = client.call("POST", "/loans/renewals", {"all": True}, status=207).json["results"]
    assert {result["loan"] for result in answer} == {loan["id"] for loan in before}
    renewed = {result["loan"]: result["due_at"] for result in answer if result["renewed"]}
    assert renewed
    assert {result["code"] for result in answer if not result["renewed"]} >= {"too_many_renewals"}
    after = {loan["id"]: loan["due_at"] for loan in client.call("GET", "/loans").json["loans"]}
    assert all(after[loan] == due_at for loan, due_at in renewed.items())


def test_the_story_in_pages_without_javascript(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    assert "6" in browser.get("/loans").text
    child = portal.patron("helka", "child")
    response = browser.post(
        "/cards/link",
        library="helka",
        card_number=child.card_number,
        pin=child.pin,
        label="Elsa",
        relation="looked_after",
        scope=["loans", "renew"],
    )
    assert response.status_int == 303, response.text
    page = browser.get("/loans")
    assert "Elsa" in page.text
    loans = [box["value"] for box in page.html.find_all("input", {"name": "loan"})]
    assert loans
    result = browser.post("/loans/renewals", loan=loans[0])
    assert result.status_int == 200
    assert browser.get("/cards").text.count("Elsa") >= 1
    assert browser.post("/sign-out").status_int == 303
    assert browser.get("/loans").status_int == 303
