"""The messages that Alma sends by itself: what is in them, how they are signed, and sending one."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from discovery_accounts.simulator.alma.loan_record import item_loan
from discovery_accounts.simulator.alma.request_record import user_request
from discovery_accounts.simulator.alma.user_record import user
from discovery_accounts.simulator.desk.desk import Desk
from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.store import UnknownPatronError

SIGNATURE = "X-Exl-Signature"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
#: By what happened: action, event, and what is done to a user.
EVENTS: Mapping[str, tuple[str, str, str]] = {
    "user_updated": ("USER", "USER_UPDATED", "UPDATE"),
    "user_deleted": ("USER", "USER_DELETED", "DELETE"),
    "loan_created": ("LOAN", "LOAN_CREATED", ""),
    "loan_returned": ("LOAN", "LOAN_RETURNED", ""),
    "request_created": ("REQUEST", "REQUEST_CREATED", ""),
    "request_on_shelf": ("REQUEST", "REQUEST_PLACED_ON_SHELF", ""),
    "job_end": ("JOB_END", "JOB_END", ""),
}


def webhook(store: Desk, patron: Patron, event: str) -> tuple[dict[str, str], bytes]:
    """Headers without the signature, and the body. `event` is one of `EVENTS`; raises `KeyError`."""
    action, name, method = EVENTS[event]
    body: dict[str, Any] = {
        "id": "900000000000000121",
        "action": action,
        "institution": {"value": "SIMULATED", "desc": "Simulated University"},
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "event": {"value": name, "desc": name.replace("_", " ").capitalize()},
    }
    if action == "USER":
        record = user(patron, store.identifiers(patron.patron_id), details=store.details(patron.patron_id))
        body["webhook_user"] = {"method": method, "cause": "UI", "user": record}
    elif action == "LOAN":
        loans = store.loans(patron.patron_id, returned=event == "loan_returned")
        told = item_loan(loans[-1], store.biblios[loans[-1].biblio_id], patron) if loans else {}
        body["item_loan"] = {"user_id": patron.patron_id} | told
    elif action == "REQUEST":
        holds = store.records(Hold, patron.patron_id)
        body["user_request"] = {"user_primary_id": patron.patron_id} | (
            user_request(holds[-1], store.biblios[holds[-1].biblio_id]) if holds else {}
        )
    return {"Content-Type": "application/json"}, json.dumps(body, ensure_ascii=False).encode()


def signed(secret: str, body: bytes) -> str:
    """What Alma writes into the header `X-Exl-Signature`."""
    return base64.b64encode(hmac.digest(secret.encode(), body, sha256)).decode()


def send_webhook(store: Desk, url: str, secret: str, patron_id: str, event: str) -> int:
    """Sends what happened to that patron, signed, and gives the status of the answer. Raises `LookupError` for
    an unknown patron or event, `ValueError` for an address of another machine, `OSError` when nobody answers."""
    patron = store.patron(patron_id)
    if patron is None:
        raise UnknownPatronError(patron_id)
    headers, body = webhook(store, patron, event)
    return _send(url, headers | {SIGNATURE: signed(secret, body)}, body)


def _send(url: str, headers: Mapping[str, str], body: bytes) -> int:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        raise ValueError("only to this machine")
    connection = HTTPConnection(parts.hostname, parts.port or 80, timeout=5)
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, body=body, headers=dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()
