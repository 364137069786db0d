"""One table for all records of the desk: the record as JSON beside its number and its patron; and one for
papers, of which a patron has one of a name."""

TABLE = """
CREATE TABLE IF NOT EXISTS desk (
    kind TEXT NOT NULL, number INTEGER NOT NULL,
    patron_id TEXT NOT NULL REFERENCES patrons (patron_id) ON DELETE CASCADE,
    record TEXT NOT NULL, PRIMARY KEY (kind, number));
CREATE INDEX IF NOT EXISTS desk_patron ON desk (kind, patron_id);
CREATE TABLE IF NOT EXISTS desk_papers (
    patron_id TEXT NOT NULL REFERENCES patrons (patron_id) ON DELETE CASCADE,
    name TEXT NOT NULL, paper TEXT NOT NULL, PRIMARY KEY (patron_id, name));
CREATE TABLE IF NOT EXISTS desk_filled (once INTEGER PRIMARY KEY);
"""
