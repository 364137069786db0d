"""What a pretend library saw of us."""

from discovery_accounts.simulator.server import SimulatedLibrary, SimulatedPatron


def refused(library: SimulatedLibrary) -> int:
    """How many PINs were looked at and not accepted, as the library's own log tells."""
    return sum(call.refused_pin for call in library.calls)


def pin_checks(library: SimulatedLibrary) -> int:
    """How often a PIN was sent."""
    if library.kind == "koha":
        return library.count("POST", "/auth/password/validation")
    return library.count("POST", "op=auth")


def now_of(library: SimulatedLibrary, patron: SimulatedPatron) -> SimulatedPatron:
    """The patron as things stand now: with the PIN and the number of today."""
    return next(one for one in library.patrons if one.patron_id == patron.patron_id)
