"""Checklist S4: what people tell their library through us is the library's: no log, table or mail of ours has it."""

import io
import json

from discovery_accounts.models import Event
from tests.factories.codes import post_office, stepped_up
from tests.factories.desks import FREE
from tests.factories.own_data import SECRET, own, own_koha, signed_in, signed_in_browser
from tests.factories.portal import Portal
from tests.factories.rows import dump, rows
from tests.fixtures.databases import ON_SQLITE
from tests.functional.test_vault_in_place import log_lines

__all__ = ["log_lines", "own", "own_koha"]

CANARIES = ("canary@contact.example", "Canarystreet 9", "0409Z7", "canarynote", "canarybook", "Canaryshelf")


@ON_SQLITE
def test_s4_contact_data_notes_and_wishes_pass_through_without_a_trace(
    own: Portal, log_lines: io.StringIO
) -> None:
    client, card = signed_in(own, "lumme")
    browser, _ = signed_in_browser(own, "lumme")
    stepped_up(own)
    mail, street, phone, note, book, alias = CANARIES
    details = {"street": street, "phone": phone, "pickup_alias": alias, "sms_number": "+358409Z7"}
    client.call("PATCH", f"/cards/{card}/details", {"email": mail}, status=200)
    client.call("PATCH", f"/cards/{card}/details", details)
    for method, path, body in (
        ("POST", "/suggestions", {"card": card, "title": book, "note": note}),
        ("POST", "/holds", {"card": card, "record_id": str(FREE), "pickup": "MAIN", "note": note}),
    ):
        client.call(method, path, body, status=201)
    for path in (f"/cards/{card}/details", "/suggestions", "/holds"):
        assert browser.get(path).status_int == 200
    own.koha.set_fault("error_500")
    for fields in ({"email": mail}, {"street": street}):
        browser.post(f"/cards/{card}/details", **fields)
    browser.post("/suggestions", card=card, title=book, note=note)
    browser.post("/holds/new", card=card, record_id=str(FREE), pickup="MAIN", note=note)
    told = json.dumps([[event.word, event.detail] for event in rows(own.house, Event)])
    mails = [str(one) for one in post_office(own)]
    stored = dump(own.house).decode(errors="replace")
    for canary in (*CANARIES, SECRET, "409Z7"):
        assert canary not in log_lines.getvalue(), canary
        assert canary not in stored, canary
        assert canary not in told, canary
        assert all(canary not in one for one in mails), canary
