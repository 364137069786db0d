"""Koha's representations of patrons, items, biblios, checkouts and libraries, with every field."""

from typing import Any

from discovery_accounts.simulator.koha.times import is_past, local
from discovery_accounts.simulator.records import Attribute, Biblio, Loan, Patron

Json = dict[str, Any]

LIBRARY_ID = "MAIN"

_PATRON_NULLS = (
    "preferred_name",
    "middle_name",
    "title",
    "other_name",
    "initials",
    "pronouns",
    "street_number",
    "street_type",
    "address2",
    "state",
    "phone",
    "mobile",
    "fax",
    "secondary_email",
    "secondary_phone",
    "altaddress_street_number",
    "altaddress_street_type",
    "altaddress_address",
    "altaddress_address2",
    "altaddress_city",
    "altaddress_state",
    "altaddress_postal_code",
    "altaddress_country",
    "altaddress_email",
    "altaddress_phone",
    "date_renewed",
    "staff_notes",
    "relationship_type",
    "gender",
    "opac_notes",
    "altaddress_notes",
    "statistics_1",
    "statistics_2",
    "altcontact_firstname",
    "altcontact_surname",
    "altcontact_address",
    "altcontact_address2",
    "altcontact_city",
    "altcontact_state",
    "altcontact_postal_code",
    "altcontact_country",
    "altcontact_phone",
    "sms_number",
    "sms_provider_id",
    "overdrive_auth_token",
    "primary_contact_method",
)
#: What every patron has who was not changed through the API.
PATRON_DEFAULTS: Json = dict.fromkeys(_PATRON_NULLS) | {
    "address": "Kirjastokatu 1",
    "city": "Helsinki",
    "postal_code": "00100",
    "country": "Finland",
    "library_id": LIBRARY_ID,
    "incorrect_address": False,
    "patron_card_lost": False,
    "autorenew_checkouts": True,
    "privacy": 1,
    "privacy_guarantor_checkouts": False,
    "privacy_guarantor_fines": False,
    "check_previous_checkout": "inherit",
    "lang": "fi-FI",
    "protected": False,
}

_ITEM_NULLS = (
    "acquisition_source",
    "bookable",
    "purchase_price",
    "replacement_price",
    "replacement_price_date",
    "damaged_date",
    "lost_date",
    "withdrawn_date",
    "coded_location_qualifier",
    "localuse",
    "restricted_status",
    "public_notes",
    "internal_notes",
    "call_number_source",
    "materials_notes",
    "shelving_control_number",
    "uri",
    "extended_subfields",
    "serial_issue_number",
    "copy_number",
    "inventory_number",
    "new_status",
)
_ITEM_FIXED: Json = dict.fromkeys(_ITEM_NULLS) | {
    "acquisition_date": "2020-01-15",
    "effective_bookable": False,
    "home_library_id": LIBRARY_ID,
    "holding_library_id": LIBRARY_ID,
    "not_for_loan_status": 0,
    "effective_not_for_loan_status": 0,
    "damaged_status": 0,
    "lost_status": 0,
    "withdrawn": 0,
    "location": "AIK",
    "permanent_location": "AIK",
    "collection_code": "KIR",
    "item_type_id": "KIRJA",
    "effective_item_type_id": "KIRJA",
    "exclude_from_local_holds_priority": False,
}

_BIBLIO_NULLS = (
    "abstract",
    "age_restriction",
    "cn_class",
    "cn_item",
    "cn_sort",
    "cn_source",
    "cn_suffix",
    "collection_issn",
    "collection_title",
    "collection_volume",
    "data_source",
    "ean",
    "edition_statement",
    "illustrations",
    "issn",
    "lc_control_number",
    "material_size",
    "notes",
    "number",
    "part_name",
    "part_number",
    "serial_total_issues",
    "series_title",
    "uniform_title",
    "url",
    "volume",
    "volume_date",
    "volume_description",
)
_BIBLIO_FIXED: Json = dict.fromkeys(_BIBLIO_NULLS) | {
    "creation_date": "2020-01-15",
    "framework_id": "",
    "item_type": "KIRJA",
    "medium": None,
    "opac_suppressed": False,
    "pages": "240 s.",
    "publication_place": "Helsinki",
    "publisher": "Klassikot",
    "serial": False,
    "timestamp": "2020-01-15T12:00:00+02:00",
}


def patron(record: Patron, details: Json | None = None) -> Json:
    """A patron without embeds. `details` are the fields that differ from everybody's."""
    return (
        PATRON_DEFAULTS
        | (details or {})
        | {
            "patron_id": int(record.patron_id),
            "cardnumber": record.card_number if record.has_card else None,
            "userid": record.userid,
            "surname": record.family_name,
            "firstname": record.given_name or None,
            "email": record.email or None,
            "date_of_birth": record.birth_date or None,
            "category_id": "LAPSI" if record.child else "HENKILO",
            "date_enrolled": record.enrolled_on,
            "expiry_date": record.expires_on,
            "expired": is_past(record.expires_on),
            "restricted": record.restricted,
            "updated_on": f"{record.enrolled_on}T12:00:00+02:00",
            "last_seen": None,
            "login_attempts": record.wrong_pins,
            "anonymized": False,
        }
    )


PATRON_FIELDS: frozenset[str] = frozenset(
    patron(Patron("1", "", "", "", "", "", "", "", "2000-01-01", "2000-01-01", ""))
)


def attribute(one: Attribute) -> Json:
    """An extended attribute."""
    return {"extended_attribute_id": one.attribute_id, "type": one.type, "value": one.value}


def item(loan: Loan, biblio: Biblio) -> Json:
    """The copy that is lent."""
    callnumber = f"84.2 {biblio.author[:3].upper()}"
    taken = local(loan.taken_at)
    return _ITEM_FIXED | {
        "item_id": loan.item_id,
        "biblio_id": loan.biblio_id,
        "external_id": loan.barcode,
        "callnumber": callnumber,
        "call_number_sort": callnumber.replace(" ", "_"),
        "last_checkout_date": taken[:10],
        "last_seen_date": taken,
        "timestamp": taken,
        "checked_out_date": local(loan.due_at)[:10] if loan.returned_at is None else None,
        "checkouts_count": 1,
        "renewals_count": loan.renewals,
        "holds_count": int(loan.reserved),
    }


def biblio_record(biblio: Biblio) -> Json:
    """The work, as embedded in an item."""
    return _BIBLIO_FIXED | {
        "biblio_id": biblio.biblio_id,
        "title": biblio.title,
        "subtitle": biblio.subtitle,
        "author": biblio.author,
        "copyright_date": biblio.year,
        "publication_year": str(biblio.year),
        "isbn": f"951-0-{biblio.biblio_id:05d}-0",
        "language": biblio.language,
    }


def checkout(loan: Loan) -> Json:
    """A loan without embeds: no title, no author."""
    renewed = local(loan.renewed_at) if loan.renewed_at is not None else None
    taken = local(loan.taken_at)
    return {
        "checkout_id": loan.loan_id,
        "patron_id": int(loan.patron_id),
        "item_id": loan.item_id,
        "booking_id": None,
        "external_id": loan.barcode,
        "due_date": local(loan.due_at),
        "library_id": LIBRARY_ID,
        "issuer_id": 1,
        "checkin_date": local(loan.returned_at) if loan.returned_at is not None else None,
        "checkin_library_id": LIBRARY_ID if loan.returned_at is not None else None,
        "last_renewed_date": renewed,
        "renewals_count": loan.renewals,
        "unseen_renewals": 0,
        "auto_renew": False,
        "auto_renew_error": None,
        "timestamp": renewed or taken,
        "checkout_date": taken,
        "onsite_checkout": False,
        "note": None,
        "note_date": None,
        "note_seen": None,
    }


def library() -> Json:
    """The only library there is."""
    return {
        "library_id": LIBRARY_ID,
        "name": "Pääkirjasto",
        "address1": "Kirjastokatu 1",
        "address2": None,
        "address3": None,
        "postal_code": "00100",
        "city": "Helsinki",
        "state": None,
        "country": "Finland",
        "phone": None,
        "fax": None,
        "email": None,
        "public": True,
        "pickup_location": True,
    }
