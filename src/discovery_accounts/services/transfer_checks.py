"""What ``logins check`` tells of finding and making patrons: whether the library can do what the settings say."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.api import CARD_NUMBER
from discovery_accounts.login.checks import Level, Step
from discovery_accounts.services.house import House
from discovery_accounts.services.transfer import makes_patrons


def transfer_steps(house: House, login: LoginSettings) -> Iterator[Step]:
    """The steps for a login; none where its library is not there, which is told elsewhere. Asks nobody."""
    if login.library is None:
        yield from _without_library(login)
    elif login.library in house.libraries:
        if login.match_on is not None:
            yield _matching(house, login, login.library, login.match_on)
        if login.make_patrons:
            yield _making(house, login, login.library)


def _without_library(login: LoginSettings) -> Iterator[Step]:
    told = {"match_on": login.match_on is not None, "make_patrons": login.make_patrons}
    for key in (key for key, given in told.items() if given):
        found = f"accounts.login.{login.name}.{key} does nothing: the login names no library"
        advice = f"set accounts.login.{login.name}.library, or remove {key}"
        yield Step(_WHAT[key], Level.WARNING, found, advice)


def _matching(house: House, login: LoginSettings, library: str, field: str) -> Step:
    what, fields = _WHAT["match_on"], house.gateway.match_fields(library)
    if not fields:
        advice = f"remove accounts.login.{login.name}.match_on: its patrons add their cards by hand"
        return Step(what, Level.FAILED, f"patrons of {library} can't be found by any field", advice)
    known = (CARD_NUMBER, *fields)
    if any(fnmatchcase(field, name.replace("*", "?*")) for name in known):
        return Step(what, Level.OK, f"by {field} in {library}")
    advice = (
        f"set accounts.login.{login.name}.match_on to one of: {', '.join(known)} (* is a code of the library)"
    )
    return Step(what, Level.FAILED, f"patrons of {library} can't be found by {field}", advice)


def _making(house: House, login: LoginSettings, library: str) -> Step:
    what = _WHAT["make_patrons"]
    if makes_patrons(house, login):
        return Step(what, Level.OK, f"in {library}")
    advice = (
        f"set what new patrons of accounts.library.{library} get (see docs/configuration.md), if its kind can make "
        f"any, or accounts.login.{login.name}.make_patrons = no"
    )
    return Step(what, Level.FAILED, f"patrons can't be made in {library}: nobody gets a card so", advice)


_WHAT = {"match_on": "finding patrons", "make_patrons": "making patrons"}
