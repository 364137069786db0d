"""What pages about signing in by organisations are given: nasty values wherever somebody could have put them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from discovery_accounts.login.claim import Attribute
from discovery_accounts.services.consents import Consent
from discovery_accounts.services.identities import Adding
from discovery_accounts.services.merging import MergeCard, MergePreview
from discovery_accounts.web.pages.shapes import Field, LibraryChoice, SignInMethodView

NASTY = "<script>alert(1)</script>\"'"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SOME_ID = UUID(int=1)
CARD = SignInMethodView("i1", "card", NASTY, "4821", None, NOW, current=True)
UNIVERSITY = SignInMethodView("i2", "oidc", NASTY, None, NASTY, NOW)
CONSENT = Consent(SOME_ID, "uni", NASTY, NASTY, "consent", ("user_name", "email"), NOW, None, only_way=True)
ADD = {
    "login": "uni",
    "login_title": NASTY,
    "kind": "form",
    "libraries": (LibraryChoice("lumme", NASTY),),
    "library": Field(),
    "card_number": Field(NASTY),
    "pin": Field(),
    "username": Field(NASTY, "username.too_long"),
    "password": Field(NASTY, "password.missing"),
    "refused": "sign_in_refused",
    "wait_minutes": None,
    "doubt": None,
    "sign_in_again": "/sign-in/uni",
}
CONFIRM = {
    "adding": Adding("oidc", "uni", NASTY, NASTY, None, mine=False),
    "title": NASTY,
    "issuer_title": NASTY,
    "mine": (CARD,),
    "merge": None,
    "theirs": (),
    "library_title": str,
}
FORM = {
    "login": "uni",
    "login_title": NASTY,
    "return_to": NASTY,
    "refused": "provider_unavailable",
    "wait_minutes": 5,
    "retry": True,
    "username": Field(NASTY, "username.missing"),
    "password": Field(NASTY, "password.missing"),
}
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "sign_in_provider": ("sign_in_provider", FORM),
    "sign_in_form": ("sign_in_form", FORM),
    "consent": (
        "consent",
        {
            "login_title": NASTY,
            "library": NASTY,
            "makes_patron": True,
            "by_consent": True,
            "daily": ("street", "valid_until"),
            "mark": "m",
            "fields": (("user_name", NASTY), ("identity_code", "010190-123A")),
        },
    ),
    "consent_refused": ("consent_refused", {"login_title": NASTY, "library": NASTY}),
    "consent_withdraw": (
        "consent_withdraw",
        {
            "consent": CONSENT,
            "title": NASTY,
            "library": NASTY,
            "fresh_needed": False,
            "sign_in_again": "/sign-in/uni",
        },
    ),
    "sign_out_onward": ("sign_out_onward", {"onward": f"/end?{NASTY}"}),
    "attributes": ("attributes", {"login": NASTY, "attributes": (Attribute(NASTY, (NASTY, "b"), "email"),)}),
    "methods": (
        "methods",
        {
            "methods": (CARD, UNIVERSITY),
            "logins": (("uni", NASTY, "oidc"),),
            "consents": (("c1", NASTY, CONSENT),),
            "library_title": str,
            "doubt": "weak",
            "sign_in_again": "/sign-in/uni",
        },
    ),
    "method_add": ("method_add", ADD),
    "method_add after a weak sign-in": (
        "method_add",
        ADD | {"doubt": "weak", "username": Field(), "password": Field()},
    ),
    "method_add by card": (
        "method_add",
        ADD
        | {
            "kind": "card",
            "username": Field(),
            "password": Field(),
            "pin": Field("", "pin.missing"),
        },
    ),
    "method_confirm": ("method_confirm", CONFIRM),
    "method_confirm of two accounts": (
        "method_confirm",
        CONFIRM
        | {
            "merge": MergePreview(
                (UNIVERSITY,),  # type: ignore[arg-type]
                (MergeCard("lumme", NASTY, "4821", in_both=True),),
                gives_up_email=True,
            ),
            "theirs": (UNIVERSITY,),
        },
    ),
    "method_remove": (
        "method_remove",
        {"method": UNIVERSITY, "only": False, "doubt": None, "sign_in_again": "/sign-in/uni"},
    ),
}
