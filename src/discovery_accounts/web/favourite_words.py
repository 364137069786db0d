"""What the pages of favourites say of acts and fields that are not right."""

from collections.abc import Callable

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _

_FIRST_LIST = _("Favourites")

FAVOURITE_FIELD_ERRORS: dict[str, str] = {
    "list_name.missing": _("Give the list a name."),
    "list_name.too_long": _("The name can have at most 200 characters."),
    "list_name.bad_characters": _("The name has a character that can’t be shown."),
    "description.too_long": _("The text can have at most 5,000 characters."),
    "favourite_note.too_long": _("The note can have at most 10,000 characters."),
    "tags.too_long": _("A tag can have at most 64 characters."),
    "tags.too_many": _("There can be at most 50 tags."),
    "tags.bad_characters": _("A tag has a character that can’t be shown."),
    "place.bad_format": _("Type a whole number from 1 on."),
    "items.missing": _("Tick something first, or tick that you mean all in the list."),
    "to.missing": _("Choose the list it goes to."),
}


def first_list_name(language: str) -> str:
    """What the list is called that is made at the first favourite, if none was named."""
    return translations(language).gettext(_FIRST_LIST)


Counting = Callable[[str, str, int], str]


def act_words(ngettext: Counting, kind: str, items: int, already: int) -> str:
    """What was done, and what was left as it was because the other list had it."""
    told = _done(ngettext, kind, items) % {"count": items}
    if not already:
        return told
    more = ngettext(
        "%(count)s was in the other list before.", "%(count)s were in the other list before.", already
    ) % {"count": already}
    return f"{told} {more}"


def _done(ngettext: Counting, kind: str, items: int) -> str:
    if kind == "move":
        return ngettext("%(count)s item was moved.", "%(count)s items were moved.", items)
    if kind == "copy":
        return ngettext("%(count)s item was copied.", "%(count)s items were copied.", items)
    if kind == "remove_list":
        return ngettext(
            "The list was deleted, with %(count)s item.", "The list was deleted, with %(count)s items.", items
        )
    return ngettext("%(count)s item was removed.", "%(count)s items were removed.", items)
