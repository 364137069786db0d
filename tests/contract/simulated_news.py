"""What Alma sends by itself when something of a user changed, written as its documentation shows it."""

import base64
import hmac
import json
from collections.abc import Mapping

from discovery_accounts.connectors.api import NewsKind

SECRET = "simulated-webhook-secret"


def alma_news(patron_id: str, kind: NewsKind) -> tuple[Mapping[str, str], bytes]:
    """Headers and body of a genuine webhook."""
    loan = {"action": "LOAN", "event": {"value": "LOAN_CREATED"}, "item_loan": {"user_id": patron_id}}
    request = {
        "action": "REQUEST",
        "event": {"value": "REQUEST_CREATED"},
        "user_request": {"user_primary_id": patron_id},
    }
    body = json.dumps(loan if kind is NewsKind.LOANS else request).encode()
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    return {"x-exl-signature": signature}, body
