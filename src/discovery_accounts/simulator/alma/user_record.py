"""Alma's representation of a user, with every field."""

from typing import Any

from discovery_accounts.simulator.records import Identifier, Patron

Json = dict[str, Any]

_GROUPS = {True: ("CHILD", "Child"), False: ("ADULT", "Adult")}


def coded(value: str | None, desc: str | None = None) -> Json:
    """A code with its description, as Alma gives all codes."""
    return {"value": value, "desc": desc if desc is not None else (value or "").capitalize()}


def user(
    patron: Patron, identifiers: list[Identifier], brief: bool = False, details: Json | None = None
) -> Json:
    """The whole user, or with `brief` the core, e-mail addresses and identifiers. `details` are the fields
    that were written through the API."""
    record = _user(patron, identifiers, brief)
    kept = {name: value for name, value in (details or {}).items() if name in record}
    if brief and "contact_info" in kept:
        kept["contact_info"] = {"email": kept["contact_info"].get("email", [])}
    return record | kept


def _user(patron: Patron, identifiers: list[Identifier], brief: bool) -> Json:
    core = {
        "record_type": coded("PUBLIC"),
        "primary_id": patron.patron_id,
        "first_name": patron.given_name,
        "middle_name": "",
        "last_name": patron.family_name,
        "full_name": f"{patron.given_name} {patron.family_name}".strip(),
        "user_title": coded("", ""),
        "preferred_language": coded("en", "English"),
        "account_type": coded("EXTERNAL" if patron.external else "INTERNAL"),
        "external_id": "SIS" if patron.external else "",
        "status": coded("ACTIVE"),
        "status_date": f"{patron.enrolled_on}Z",
        "expiry_date": f"{patron.expires_on}Z",
        "contact_info": _contact(patron, brief),
        "user_identifier": _identifiers(patron, identifiers),
        "user_statistic": [],
    }
    if brief:
        return core
    return core | {
        "link": None,
        "pin_number": "",
        "job_category": coded("", ""),
        "job_description": "",
        "gender": coded("", ""),
        "user_group": coded(*_GROUPS[patron.child]),
        "campus_code": coded("", ""),
        "web_site_url": "",
        "cataloger_level": coded("00", "[00] Default Level"),
        "birth_date": f"{patron.birth_date}Z" if patron.birth_date else None,
        "purge_date": "2099-12-31Z",
        "password": "",
        "force_password_change": "",
        "requests": None,
        "loans": None,
        "fees": None,
        "user_role": [
            {
                "status": coded("ACTIVE"),
                "scope": coded("NB_INST", "Institution"),
                "role_type": coded("200", "Patron"),
                "parameter": [],
            }
        ],
        "user_block": [_block(patron)] if patron.restricted else [],
        "user_note": [],
        "proxy_for_user": [],
        "rs_library": [],
        "library_notice": [],
        "source_link_id": None,
        "source_institution_code": None,
        "linking_id": None,
        "pref_first_name": "",
        "pref_middle_name": "",
        "pref_last_name": "",
        "pref_name_suffix": "",
        "is_researcher": False,
        "researcher": {},
    }


def _contact(patron: Patron, brief: bool) -> Json:
    emails = [
        {
            "description": None,
            "preferred": True,
            "email_address": patron.email,
            "segment_type": "External" if patron.external else "Internal",
            "email_type": [coded("personal")],
        }
    ]
    if not patron.email:
        emails = []
    if brief:
        return {"email": emails}
    address = {
        "preferred": True,
        "segment_type": "Internal",
        "line1": "Bibliotekgata 1",
        "line2": None,
        "line3": None,
        "line4": None,
        "line5": None,
        "city": "Oslo",
        "state_province": "",
        "postal_code": "0001",
        "country": coded("NOR", "Norway"),
        "address_note": "",
        "start_date": f"{patron.enrolled_on}Z",
        "end_date": None,
        "address_type": [coded("home")],
    }
    return {"address": [address], "email": emails, "phone": []}


def _identifiers(patron: Patron, further: list[Identifier]) -> list[Json]:
    names = {"BARCODE": "Barcode", "INST_ID": "Institution ID"}
    card = Identifier(patron.patron_id, "BARCODE", patron.card_number)
    return [
        {
            "value": one.value,
            "id_type": coded(one.id_type, names.get(one.id_type, one.id_type)),
            "note": None,
            "status": "ACTIVE" if one.active else "INACTIVE",
            "segment_type": "Internal",
        }
        for one in ((*further, card) if patron.has_card else further)
    ]


def _block(patron: Patron) -> Json:
    return {
        "segment_type": "Internal",
        "block_type": coded("LOAN"),
        "block_description": coded("02-GLOBAL", "Long overdue material"),
        "block_status": "ACTIVE",
        "block_note": "Ask at the desk",
        "created_by": "desk",
        "created_date": f"{patron.enrolled_on}T09:00:00.000Z",
        "expiry_date": None,
        "item_loan_id": None,
    }
