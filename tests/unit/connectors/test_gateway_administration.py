"""The gateway asks about patron records: capabilities, deadlines, and nobody else's record."""

from stand_in_connectors import Reader, StandIn, libraries

from discovery_accounts.config.faults import Fault
from discovery_accounts.connectors.api import (
    ChangeRefused,
    LibraryError,
    NotAPatron,
    PatronDetails,
    PatronRecord,
    Removed,
    ServerFailure,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
    Unsupported,
    WrongPatron,
)
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.connectors.registry import Libraries
from discovery_accounts.domain.standing import Standing

ADA = PatronDetails(family_name="Canary", email="canary@lib.example")


def everything(gateway: Gateway, library: str = "lumme", deadline: float = 1.0) -> dict[str, object]:
    """What comes of each question, by its method."""
    asked = {
        "find_patrons": lambda: gateway.find_patrons(library, "userid", "ada", deadline=deadline),
        "find_by_email": lambda: gateway.find_by_email(library, "a@b.c", deadline=deadline),
        "make_patron": lambda: gateway.make_patron(library, ADA, "once", deadline=deadline),
        "change_patron": lambda: gateway.change_patron(library, "57", ADA, deadline=deadline),
        "remove_patron": lambda: gateway.remove_patron(library, "57", deadline=deadline),
    }
    came: dict[str, object] = {}
    for method, ask in asked.items():
        try:
            came[method] = ask()
        except LibraryError as failure:
            came[method] = failure
    return came


def test_answers_come_as_they_are() -> None:
    stand_in = StandIn()
    record = stand_in.patron
    assert everything(Gateway(libraries(lumme=stand_in))) == {
        "find_patrons": (record,),
        "find_by_email": (record,),
        "make_patron": PatronRecord("58", None, Standing.GOOD),
        "change_patron": record,
        "remove_patron": Removed(),
    }
    assert Gateway(libraries(lumme=stand_in)).match_fields("lumme") == ("userid",)


def test_no_more_than_three_are_ever_told() -> None:
    stand_in = StandIn()
    stand_in.found = 9
    assert len(Gateway(libraries(lumme=stand_in)).find_by_email("lumme", "a@b.c", deadline=1)) == 3


def test_a_no_is_an_answer() -> None:
    came = everything(Gateway(libraries(lumme=StandIn(patron=NotAPatron()))))
    assert (came["find_patrons"], came["change_patron"]) == ((), NotAPatron())
    assert repr(ChangeRefused(("email",))) == "ChangeRefused(fields=('email',))"


def test_what_a_library_can_not_do_is_told_with_its_reason_and_unsent() -> None:
    gateway = Gateway(libraries(lumme=Reader()))
    for failure in everything(gateway).values():
        assert isinstance(failure, Unsupported)
        assert not failure.sent
        assert failure.detail in ("no search there", "only at the desk")
    assert gateway.match_fields("lumme") == ()


def test_faulty_and_unknown_libraries_are_told_apart() -> None:
    gateway = Gateway(Libraries(faults={"helka": (Fault("x", "y"),)}))
    for library, kind in (("helka", Unreachable), ("nobody", Unsupported)):
        came = everything(gateway, library)
        assert {type(failure) for failure in came.values()} == {kind}
        assert gateway.match_fields(library) == ()


def test_at_the_deadline_the_question_is_given_up_and_its_outcome_unknown() -> None:
    methods = ("find_patrons", "find_by_email", "make_patron", "change_patron", "remove_patron")
    stand_in = StandIn(waits=dict.fromkeys(methods, 30.0))
    for method, failure in everything(Gateway(libraries(lumme=stand_in)), deadline=0.05).items():
        assert isinstance(failure, TimedOut), method
        assert failure.sent
    assert stand_in.cancelled == list(methods)


def test_a_failure_is_raised_once_asked_and_never_asked_again() -> None:
    stand_in = StandIn(
        fails={"make_patron": ServerFailure("HTTP 500"), "remove_patron": ValueError("canary@")}
    )
    came = everything(Gateway(libraries(lumme=stand_in)))
    assert isinstance(came["make_patron"], ServerFailure)
    assert isinstance(came["remove_patron"], UnexpectedAnswer)
    assert "canary" not in str(came["remove_patron"])
    assert sum(asked.startswith("make_patron") for asked in stand_in.asked) == 1


def test_a_change_that_answers_for_somebody_else_is_never_passed_on() -> None:
    stand_in = StandIn(patron=PatronRecord("99", None, Standing.GOOD))
    assert isinstance(everything(Gateway(libraries(lumme=stand_in)))["change_patron"], WrongPatron)


def test_details_and_records_show_no_person() -> None:
    record = PatronRecord(
        "57",
        "C1",
        Standing.GOOD,
        email="canary@lib.example",
        given_names="Canary",
        family_name="Canary",
        phone="CANARY",
    )
    assert "canary" not in f"{ADA!r} {record!r}".lower()
    assert repr(ADA) == "PatronDetails(told=('family_name', 'email'))"
