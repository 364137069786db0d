"""The register of a simulated library's patrons: who is entered, changed and removed, and what they owe."""

import json
from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

from discovery_accounts.simulator.population import card_number
from discovery_accounts.simulator.readings import Readings, locked
from discovery_accounts.simulator.records import Attribute, Identifier, Obligations, Patron
from discovery_accounts.simulator.schema import PATRON_COLUMNS


class UnknownPatronError(LookupError):
    """No patron with that id; the message names the id, never a card number."""


class Registrations(Readings):
    """Patron records and what belongs to them.

    All methods that take a `patron_id` and change something raise `UnknownPatronError` when there is none.
    """

    def _known(self, patron_id: str) -> Patron:
        patron = self.patron(patron_id)
        if patron is None:
            raise UnknownPatronError(f"no patron {patron_id}")
        return patron

    def _set(self, patron_id: str, column: str, value: object) -> None:
        self._known(patron_id)
        self._db.execute(f"UPDATE patrons SET {column} = ? WHERE patron_id = ?", (value, patron_id))
        self._changed(patron_id)

    # --- records

    @locked
    def next_number(self) -> tuple[str, str]:
        """The id and the card number of the next patron; those of removed patrons never come again."""
        last = self._number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'patrons'")
        return str(101 + last), card_number(self.kind, last + 1)

    @locked
    def enter(self, patron: Patron, details: Mapping[str, Any]) -> None:
        """Adds a patron. `details` are fields of the system's own that no column keeps."""
        self._insert("patrons", PATRON_COLUMNS, [astuple(patron)])
        self.keep_details(patron.patron_id, details)

    @locked
    def replace(self, patron: Patron, details: Mapping[str, Any]) -> None:
        """Writes a patron's record anew, but not the PIN and what was counted about it."""
        self._known(patron.patron_id)
        kept = {"patron_id", "pin", "wrong_pins", "kind"}
        columns = [one.name for one in fields(Patron) if one.name not in kept]
        marks = ", ".join(f"{name} = ?" for name in columns)
        values = [getattr(patron, name) for name in columns]
        self._db.execute(f"UPDATE patrons SET {marks} WHERE patron_id = ?", (*values, patron.patron_id))
        self.keep_details(patron.patron_id, details)

    @locked
    def delete_patron(self, patron_id: str) -> None:
        """Removes the patron with loans, identifiers and all."""
        self._known(patron_id)
        self._db.execute("DELETE FROM patrons WHERE patron_id = ?", (patron_id,))
        self._changed(patron_id)

    @locked
    def details(self, patron_id: str) -> dict[str, Any]:
        """Fields of the system's own that no column keeps."""
        row = self._db.execute("SELECT fields FROM details WHERE patron_id = ?", (patron_id,)).fetchone()
        found: dict[str, Any] = json.loads(row[0]) if row else {}
        return found

    @locked
    def keep_details(self, patron_id: str, details: Mapping[str, Any]) -> None:
        """Replaces them."""
        self._db.execute("REPLACE INTO details VALUES (?, ?)", (patron_id, json.dumps(details)))
        self._changed(patron_id)

    @locked
    def set_email(self, patron_id: str, email: str) -> None:
        """Gives the patron another address; an empty one is none."""
        self._set(patron_id, "email", email)
        kept = self.details(patron_id)
        kept.pop("contact_info", None)
        self.keep_details(patron_id, kept)

    # --- what belongs to them

    @locked
    def keep_identifiers(self, patron_id: str, identifiers: list[Identifier]) -> None:
        """Replaces the patron's further identifiers."""
        self._db.execute("DELETE FROM identifiers WHERE patron_id = ?", (patron_id,))
        rows: list[tuple[object, ...]] = [astuple(one) for one in identifiers]
        self._insert("identifiers", "patron_id, id_type, value, active", rows)
        self._changed(patron_id)

    @locked
    def give_identifier(self, patron_id: str, id_type: str, value: str) -> None:
        """A further identifier in Alma, an attribute in Koha; nobody asks whether others have it too."""
        self._known(patron_id)
        if self.kind == "koha":
            self._insert("attributes", "patron_id, type, value", [(patron_id, id_type, value)])
        else:
            self._insert(
                "identifiers", "patron_id, id_type, value, active", [(patron_id, id_type, value, True)]
            )
        self._changed(patron_id)

    @locked
    def attributes(self, patron_id: str | None = None) -> list[Attribute]:
        """The patron's attributes, oldest first, or everybody's."""
        rows = self._db.execute(
            "SELECT attribute_id, patron_id, type, value FROM attributes WHERE ? IS NULL OR patron_id = ?"
            " ORDER BY attribute_id",
            (patron_id, patron_id),
        )
        return [Attribute(*row) for row in rows]

    @locked
    def change_attribute(self, attribute: Attribute, value: str | None) -> None:
        """Gives the attribute another value; `None` removes it."""
        if value is None:
            self._db.execute("DELETE FROM attributes WHERE attribute_id = ?", (attribute.attribute_id,))
        else:
            self._db.execute(
                "UPDATE attributes SET value = ? WHERE attribute_id = ?", (value, attribute.attribute_id)
            )
        self._changed(attribute.patron_id)

    @locked
    def obligations(self, patron_id: str) -> Obligations:
        """What the patron owes beside loans."""
        row = self._db.execute(
            "SELECT fees, guarantees FROM obligations WHERE patron_id = ?", (patron_id,)
        ).fetchone()
        return Obligations(*row) if row else Obligations()

    @locked
    def oblige(self, patron_id: str, *, fees: float | None = None, guarantees: int | None = None) -> None:
        """Sets what the patron owes; what is not given stays."""
        self._known(patron_id)
        before = self.obligations(patron_id)
        self._db.execute(
            "REPLACE INTO obligations VALUES (?, ?, ?)",
            (
                patron_id,
                before.fees if fees is None else fees,
                before.guarantees if guarantees is None else guarantees,
            ),
        )
        self._changed(patron_id)
