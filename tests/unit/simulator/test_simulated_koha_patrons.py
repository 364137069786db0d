"""Koha's patron records and what happens to them."""

import pytest


def test_a_record_has_every_field(ask_koha) -> None:
    record = ask_koha.get("/api/v1/patrons/101").json
    assert len(record) == 76
    assert record["cardnumber"] == "21270000001"
    assert (record["expired"], record["restricted"]) == (False, False)


def test_blocks_and_expiry_are_flags(ask_koha) -> None:
    assert ask_koha.get("/api/v1/patrons/105").json["restricted"] is True
    assert ask_koha.get("/api/v1/patrons/106").json["expired"] is True


def test_a_card_number_is_found_exactly(ask_koha, koha) -> None:
    found = ask_koha.get("/api/v1/patrons?cardnumber=21270000002&_match=exact")
    assert [one["patron_id"] for one in found.json] == [102]
    assert found.headers["X-Total-Count"] == "1"
    assert found.headers["X-Base-Total-Count"] == "10"
    assert koha.calls[-1].path == "/api/v1/patrons?cardnumber=***&_match=exact"


def test_without_exact_a_part_is_enough(ask_koha) -> None:
    assert len(ask_koha.get("/api/v1/patrons?cardnumber=2127000000").json) == 9
    assert ask_koha.get("/api/v1/patrons?cardnumber=2127000000&_match=exact").json == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("userid=reader3&_match=exact", [103]),
        ("q=%7B%22email%22%3A%22reader4%40koha.example%22%7D", [104]),
        ("patron_id=101&_match=exact", [101]),
    ],
)
def test_other_fields_and_plain_queries(ask_koha, query, ids) -> None:
    assert [one["patron_id"] for one in ask_koha.get(f"/api/v1/patrons?{query}").json] == ids


def test_counts_come_with_embeds(ask_koha) -> None:
    found = ask_koha.get(
        "/api/v1/patrons?patron_id=101&_match=exact", headers={"x-koha-embed": "checkouts+count,library"}
    ).json[0]
    assert found["checkouts_count"] == 6
    assert found["library"]["library_id"] == found["library_id"]
    assert ask_koha.get("/api/v1/patrons?nonsense=1").status == 400
    assert ask_koha.get("/api/v1/patrons?q=nonsense").status == 400


def test_a_new_card_keeps_the_record_and_ends_the_old_number(ask_koha, koha) -> None:
    new = koha.renew_card("101")
    body = {"identifier": "21270000001", "password": "1234"}
    assert ask_koha.post("/api/v1/auth/password/validation", body=body).status == 400
    renewed = ask_koha.post("/api/v1/auth/password/validation", body=body | {"identifier": new})
    assert renewed.json["patron_id"] == 101
    assert koha.patrons[0].card_number == new


def test_every_change_is_seen_in_the_next_answer(ask_koha, koha) -> None:
    koha.change_pin("101", "9876")
    assert (
        ask_koha.post(
            "/api/v1/auth/password/validation", body={"identifier": "21270000001", "password": "9876"}
        ).status
        == 201
    )
    koha.add_loans("101", 2)
    assert len(ask_koha.get("/api/v1/patrons/101/checkouts").json) == 8
    koha.set_loan_count("101", 1)
    assert len(ask_koha.get("/api/v1/patrons/101/checkouts").json) == 1
    koha.expire("101")
    assert ask_koha.get("/api/v1/patrons/101").json["expired"] is True
    koha.delete_patron("101")
    assert ask_koha.get("/api/v1/patrons/101").status == 404
    assert ask_koha.get("/api/v1/patrons/101/checkouts").status == 404
    assert "101" not in [patron.patron_id for patron in koha.patrons]
