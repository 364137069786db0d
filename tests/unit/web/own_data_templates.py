"""What the pages about a person's own data and the register description show, with the nastiest of names."""

from typing import Any

from card_templates import LIBRARIES
from sign_in_templates import NASTY, NOW

from discovery_accounts.web.pages.own_data_shapes import SectionView
from discovery_accounts.web.pages.privacy import ControllerView, LibraryView, TransferView
from discovery_accounts.web.pages.shapes import Field

STORED = (
    SectionView("account", NASTY, 1, (((NASTY, NASTY), (NASTY, NASTY)),), 0, "/account"),
    SectionView("events", NASTY, 4000, (), 4000, None),
    SectionView("alerts", NASTY, 30, (((NASTY, NASTY),), ()), 28, "/alerts"),
)
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "privacy": (
        "privacy",
        {
            "controllers": (
                ControllerView(NASTY, NASTY, NASTY, NASTY, NASTY, NASTY, NASTY, "/elsewhere"),
                ControllerView(NASTY, None, None, None, NASTY, None, None, None),
            ),
            "joint": True,
            "libraries": (LibraryView(NASTY, True, 36, 36, 12, True, 15, True, 30),),
            "organisations": (TransferView(NASTY, NASTY, True), TransferView(NASTY, None, False)),
            "months": 12,
            "grace_days": 14,
            "warn_days": (30, 7),
            "audit_months": 24,
            "session_hours": 12,
            "texts": True,
            "reviews": "shown",
            "alerts": True,
        },
    ),
    "own_data": (
        "own_data",
        {
            "sections": STORED,
            "viewers": (("/cards/1/viewers", ((NASTY, NOW), ("", NOW))),),
            "looks": ((NOW, NASTY, "asked", "data.shown_by_staff.account"),),
            "prove": "/account/confirm",
        },
    ),
    "admin_own_data": (
        "admin_own_data",
        {
            "nav": (),
            "libraries": LIBRARIES,
            "library": Field(NASTY),
            "card_number": Field("", "card_number.missing"),
            "reason": Field("", "reason.missing"),
            "reasons": (("asked", NASTY),),
            "present": Field("", "present.missing"),
            "sections": STORED,
            "ticket": NASTY,
            "erased": (NASTY,),
            "corrected": True,
            "name": Field(NASTY, "name.too_long"),
            "its_language": "en",
            "owner": NASTY,
            "cards": 2,
            "acted": "erase",
            "theirs": Field("", "theirs.missing"),
            "sure": Field("", "sure.missing"),
            "keep": "keep_anonymous",
            "delete": "delete",
            "refused": None,
            "wait_minutes": None,
        },
    ),
}
