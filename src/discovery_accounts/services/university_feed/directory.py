"""A directory as a feed: each person whose transfer is in force is looked up in it, and nobody else is read."""

from collections.abc import Iterator
from datetime import timedelta

from discovery_accounts.domain.feed_person import BrokenRow, Who, read_person
from discovery_accounts.login.looking_up import LookedUp, TellsPeople, UnreadablePerson
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.services.house import House
from discovery_accounts.services.university_feed.maintained import day_in
from discovery_accounts.services.university_feed.people import Agreed, People
from discovery_accounts.services.university_feed.rows import Feed, Row, UnreadableFeed


def directories(house: House) -> tuple[str, ...]:
    """The logins whose directory can be asked about people who do not sign in just now."""
    return tuple(
        one.name
        for one in house.settings.logins
        if one.library in house.libraries and isinstance(house.logins.get(one.name), TellsPeople)
    )


def directory_feed(house: House, login: str) -> Feed:
    """Asked once, however often it is read. Reading raises ``UnreadableFeed`` where the directory can't be asked: that
    is no word about anybody."""
    rows: list[Row] = []

    def read() -> Iterator[Row]:
        if not rows:
            rows.extend(_rows(house, login))
        return iter(rows)

    return read


def _rows(house: House, login: str) -> list[Row]:
    directory = house.logins[login]
    assert isinstance(directory, TellsPeople)
    people = [one for one in People(house).everybody if one.login == login]
    try:
        return [
            _row(house, number, one, directory)
            for number, one in enumerate(sorted(people, key=lambda one: one.identity_id), start=1)
        ]
    except ProviderFailure as failure:
        raise UnreadableFeed(f"the directory of {login} can't be asked: {failure.code}") from None


def _row(house: House, number: int, one: Agreed, directory: TellsPeople) -> Row:
    who = {"subject": one.subject, "login": one.login, "issuer": one.issuer}
    try:
        told = _told(house, one, directory.look_up(one.subject))
        return Row(number, read_person({**told, **who}))
    except (BrokenRow, UnreadablePerson) as broken:
        return Row(number, broken=str(broken), who=Who(one.subject, one.login, one.issuer))


def _told(house: House, one: Agreed, found: LookedUp | None) -> dict[str, str]:
    """Whom the directory does not know any more was valid until yesterday."""
    if found is None:
        yesterday = day_in(house, one.library, house.now()) - timedelta(days=1)
        return {"valid_until": yesterday.isoformat()}
    told = found.person.as_mapping()
    if found.valid_until is not None:
        try:
            day = day_in(house, one.library, found.valid_until - timedelta(microseconds=1))
        except OverflowError:
            raise BrokenRow("valid_until: no day of this calendar") from None
        told["valid_until"] = day.isoformat()
    return told
