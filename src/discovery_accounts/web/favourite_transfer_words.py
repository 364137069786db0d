"""What is said of files of favourites: their formats, and what is wrong with one or with something in it."""

from discovery_accounts.locale.marking import marked as _

FILE_FORMATS: dict[str, tuple[str, str]] = {
    "json": (
        _("Everything (JSON)"),
        _("To keep, or to take to another portal. It can be taken in again here."),
    ),
    "csv": (_("Table (CSV)"), _("For spreadsheets.")),
    "ris": (_("References (RIS)"), _("For reference managers such as Zotero, Mendeley and EndNote.")),
    "bibtex": (_("References (BibTeX)"), _("For writing in LaTeX.")),
}
"""Title and what it is for, in the order in which they are offered."""

FILE_ERRORS: dict[str, str] = {
    "file.missing": _("Choose a file."),
    "file.empty": _("There is nothing in the file."),
    "file.not_text": _("The file can’t be read: it is not a text file, or in an unknown character encoding."),
    "file.unknown_format": _(
        "The file is none that can be read here. Choose a JSON, CSV, RIS or BibTeX file of favourites or references."
    ),
    "file.not_json": _("The file is not whole, or not correct JSON. Nothing was added. Export it once more."),
    "file.too_deep": _("The file is not a file of favourites. Nothing was added."),
    "file.too_many_values": _("There is too much in the file. Divide it and try again."),
    "file.newer_version": _("The file was made by a newer version, which can’t be read here yet."),
    "file.no_heading": _("The table has no heading with a column named title or record_id."),
    "into.unknown": _("Choose a list."),
}

REASONS: dict[str, str] = {
    "not_readable": _("It can’t be read."),
    "too_long": _("It is far too long."),
    "no_title": _("It has neither a title nor a record’s id."),
    "bad_record_id": _("The record’s id is too long or has characters that can’t be part of it."),
    "bad_source": _("The name of the catalogue is too long or has characters that can’t be part of it."),
    "too_many_lists": _("The file has more than 1,000 new lists."),
}
"""Why something in a file was not taken in."""
