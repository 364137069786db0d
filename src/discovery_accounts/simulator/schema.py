"""The tables of a simulated library and how rows become records."""

import sqlite3
from typing import Any

from discovery_accounts.simulator.records import Loan, Patron

TABLES = """
CREATE TABLE IF NOT EXISTS patrons (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    patron_id TEXT NOT NULL UNIQUE, card_number TEXT NOT NULL UNIQUE, pin TEXT NOT NULL,
    userid TEXT NOT NULL UNIQUE, given_name TEXT NOT NULL, family_name TEXT NOT NULL,
    email TEXT NOT NULL, birth_date TEXT NOT NULL, enrolled_on TEXT NOT NULL, expires_on TEXT NOT NULL,
    kind TEXT NOT NULL, child INTEGER NOT NULL, external INTEGER NOT NULL, restricted INTEGER NOT NULL,
    wrong_pins INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS identifiers (
    patron_id TEXT NOT NULL REFERENCES patrons (patron_id) ON DELETE CASCADE,
    id_type TEXT NOT NULL, value TEXT NOT NULL, active INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS identifiers_value ON identifiers (value);
CREATE INDEX IF NOT EXISTS identifiers_patron ON identifiers (patron_id);
CREATE TABLE IF NOT EXISTS biblios (
    biblio_id INTEGER PRIMARY KEY, title TEXT NOT NULL, subtitle TEXT, author TEXT NOT NULL,
    year INTEGER NOT NULL, language TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS loans (
    loan_id INTEGER PRIMARY KEY,
    patron_id TEXT NOT NULL REFERENCES patrons (patron_id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL, barcode TEXT NOT NULL, biblio_id INTEGER NOT NULL,
    taken_at INTEGER NOT NULL, due_at INTEGER NOT NULL, renewals INTEGER NOT NULL, renewed_at INTEGER,
    reserved INTEGER NOT NULL, returned_at INTEGER);
CREATE INDEX IF NOT EXISTS loans_patron ON loans (patron_id);
CREATE TABLE IF NOT EXISTS details (
    patron_id TEXT PRIMARY KEY REFERENCES patrons (patron_id) ON DELETE CASCADE, fields TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attributes (
    attribute_id INTEGER PRIMARY KEY AUTOINCREMENT,
    patron_id TEXT NOT NULL REFERENCES patrons (patron_id) ON DELETE CASCADE,
    type TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS attributes_patron ON attributes (patron_id);
CREATE TABLE IF NOT EXISTS obligations (
    patron_id TEXT PRIMARY KEY REFERENCES patrons (patron_id) ON DELETE CASCADE,
    fees REAL NOT NULL, guarantees INTEGER NOT NULL);
"""

PATRON_COLUMNS = (
    "patron_id, card_number, pin, userid, given_name, family_name, email, birth_date, "
    "enrolled_on, expires_on, kind, child, external, restricted, wrong_pins"
)
LOAN_COLUMNS = (
    "loan_id, patron_id, item_id, barcode, biblio_id, taken_at, due_at, renewals, renewed_at, "
    "reserved, returned_at"
)


def connect(path: str) -> sqlite3.Connection:
    """A connection usable from the server's thread and from the test's; writes are kept at once."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(TABLES)
    return connection


def patron_from(row: tuple[Any, ...]) -> Patron:
    """The patron in a row of `PATRON_COLUMNS`."""
    values = [*row[:11], *(bool(flag) for flag in row[11:14]), row[14]]
    return Patron(*values)


def loan_from(row: tuple[Any, ...]) -> Loan:
    """The loan in a row of `LOAN_COLUMNS`."""
    values = [*row[:9], bool(row[9]), row[10]]
    return Loan(*values)
