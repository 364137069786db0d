"""Rules about linking, tried out on the links there are and applied to them."""

import json
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from discovery_accounts.cli import main
from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.domain.standing import Standing
from discovery_accounts.models import Account, LibraryCard, Link, OutboxMessage
from discovery_accounts.services import events as words
from discovery_accounts.services import link_policy
from discovery_accounts.services.card_rows import take_over
from discovery_accounts.services.link_policy import LinkPolicy
from discovery_accounts.services.link_policy_outcome import NotInForce
from discovery_accounts.services.outbox_sending import Outbox
from tests.factories.many_links import seed_links
from tests.factories.portal import Portal
from tests.factories.rows import count, events, rows, statements
from tests.fixtures.databases import ON_SQLITE

MANY = 20_000
RULES: list[dict[str, Any]] = [
    {"linking": False},
    {"approval": "adults"},
    {"approval": "always"},
    {"max_viewers": 2},
    {"handover_age": 12},
    {"handover_age": 18},
    {"approval": "adults", "max_viewers": 3, "handover_age": 13},
]


def run(portal: Portal, *more: str, **settings: str) -> Result:
    given = ("--config", portal.ini(**settings), "links", "policy", "--library", "lumme", *more)
    return CliRunner().invoke(main, list(given))


def numbers(ran: Result) -> dict[str, Any]:
    assert ran.exit_code == 0, ran.output
    told: dict[str, Any] = json.loads(ran.output.splitlines()[-1])
    return told


def as_settings(rules: dict[str, Any]) -> dict[str, str]:
    words_of = {True: "yes", False: "no"}
    return {f"library__lumme__{name}": str(words_of.get(value, value)) for name, value in rules.items()}


def counts(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("ends", "waits", "handed_over", "accounts")}


def options(rules: dict[str, Any]) -> list[str]:
    words_of = {True: "yes", False: "no"}
    return [
        word
        for name, value in rules.items()
        for word in (f"--{name.replace('_', '-')}", str(words_of.get(value, value)))
    ]


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_applying_does_what_trying_out_counted_and_nothing_the_second_time(
    portal: Portal, rules: dict[str, Any]
) -> None:
    seed_links(portal.house, "lumme", 600, accounts=150, cards=120)
    tried = numbers(run(portal, "--json", *options(rules)))
    assert tried["applied"] is False
    done = numbers(run(portal, "--json", "--apply", *options(rules), **as_settings(rules)))
    assert done["applied"] is True
    assert counts(done) == counts(tried)
    assert sum(done[name] for name in ("ends", "waits", "handed_over")) == sum(
        len(events(portal.house, word)) for word in (words.UNLINKED, words.LINK_PAUSED)
    )
    again = numbers(run(portal, "--json", "--apply", *options(rules), **as_settings(rules)))
    assert (again["ends"], again["waits"], again["handed_over"], again["told"]) == (0, 0, 0, 0)
    (first, _second) = events(portal.house, words.LINK_RULES_APPLIED)
    assert first.detail["ends"] == done["ends"]


def test_trying_out_changes_nothing(portal: Portal) -> None:
    seed_links(portal.house, "lumme", 100, accounts=40, cards=20)
    before = {link.id: (link.state, link.answer_key) for link in rows(portal.house, Link)}
    seen = statements(portal.house, lambda: LinkPolicy(portal.house).count("lumme", rules_of(portal)))
    assert seen["write"] == 0
    assert {link.id: (link.state, link.answer_key) for link in rows(portal.house, Link)} == before


def rules_of(portal: Portal, **given: Any) -> Any:
    return LinkPolicy(portal.house).rules("lumme", **(given or {"linking": False}))


def test_only_what_the_settings_say_is_applied(portal: Portal) -> None:
    ran = run(portal, "--linking", "no", "--max-viewers", "3", "--apply")
    assert ran.exit_code == 2
    assert "accounts.library.lumme.linking, accounts.library.lumme.max_viewers" in ran.output
    with pytest.raises(NotInForce):
        LinkPolicy(portal.house).apply("lumme", rules_of(portal), tell=True)
    assert run(portal, "--approval", "sometimes").exit_code == 2
    nowhere = CliRunner().invoke(main, ["--config", portal.ini(), "links", "policy", "--library", "nowhere"])
    assert nowhere.exit_code == 1


def test_no_more_linking_ends_the_links_of_others_alone_and_at_once(portal: Portal) -> None:
    """Checklist L13: what was kept is not shown any more, the holder's own card is."""
    holder, other = portal.signed_in_client(), portal.signed_in_client("helka")
    other.link("lumme", portal.patron("lumme"))
    assert len(other.call("GET", "/loans").json["cards"]) == 2
    assert numbers(run(portal, "--json"))["ends"] == 0  # what the settings say
    numbers(run(portal, "--json", "--apply", library__lumme__linking="no"))
    assert len(other.call("GET", "/loans").json["cards"]) == 1
    assert [card["library"] for card in holder.call("GET", "/cards").json["cards"]] == ["lumme"]


def test_a_link_that_waits_shows_nothing_until_the_holder_says_yes(portal: Portal) -> None:
    portal.signed_in_client()
    other = portal.signed_in_client("helka")
    other.link("lumme", portal.patron("lumme"))
    other.call("GET", "/loans")
    told = numbers(run(portal, "--json", "--apply", library__lumme__approval="always"))
    assert (told["ends"], told["waits"]) == (0, 1)
    states = {one["state"] for one in other.call("GET", "/loans").json["cards"]}
    assert "pending_approval" in states
    (link,) = rows(portal.house, Link, state="pending")
    assert link.ended_at is None


@pytest.mark.parametrize(("choice", "some"), [("--tell", True), ("--no-tell", False)])
def test_owners_are_told_by_choice_once_for_each_card_and_without_a_name(
    portal: Portal, choice: str, some: bool
) -> None:
    """Checklist A1."""
    seed_links(portal.house, "lumme", 60, accounts=20, cards=20)
    rules = {"approval": "always", "max_viewers": 2}
    done = numbers(run(portal, "--json", "--apply", choice, **as_settings(rules)))
    assert done["ends"] > 0
    assert done["waits"] > 0
    written = count(portal.house, OutboxMessage)
    assert written == done["told"]
    assert (written > 0) is some
    numbers(run(portal, "--json", "--apply", choice, **as_settings(rules)))
    assert count(portal.house, OutboxMessage) == written
    Outbox(portal.house).send(portal.house.now(), 100)
    assert len(portal.mails()) == written
    assert not any("Somebody" in mail for mail in portal.mails())


def test_a_run_that_is_killed_in_the_middle_goes_on_where_it_was(
    make_portal: Callable[..., Portal], monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = make_portal(library__lumme__linking="no")
    seed_links(portal.house, "lumme", 400, accounts=100, cards=100)
    policy, rules = LinkPolicy(portal.house), rules_of(portal)
    monkeypatch.setattr(link_policy, "CARDS", 20)
    tried = policy.count("lumme", rules)
    turns = 0

    def die(_seen: int, _of: int | None) -> None:
        nonlocal turns
        turns += 1
        if turns == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        policy.apply("lumme", rules, tell=True, progress=die)
    ended = len(events(portal.house, words.UNLINKED))
    assert 0 < ended < sum(one.links for one in tried.by_effect.values())
    done = policy.apply("lumme", rules, tell=True)
    assert ended + sum(one.links for one in done.by_effect.values()) == sum(
        one.links for one in tried.by_effect.values()
    )
    reached = {account.id for account in rows(portal.house, Account) if account.email}
    ends = [event for event in events(portal.house, words.UNLINKED) if event.account_id in reached]
    assert count(portal.house, OutboxMessage) == len(ends)


def test_a_handover_age_moves_the_day_and_tells_which_cards_it_can_not_say_it_of(portal: Portal) -> None:
    seed_links(portal.house, "lumme", 300, accounts=80, cards=90)
    unknown = {card.id for card in rows(portal.house, LibraryCard) if card.hands_over_at is None}
    of_others = {link.card_id for link in rows(portal.house, Link) if not link.holder}
    tried = numbers(run(portal, "--json", "--handover-age", "12"))
    assert 0 < tried["unknown_cards"] <= len(unknown & of_others)
    before = {card.id: card.hands_over_at for card in rows(portal.house, LibraryCard)}
    numbers(run(portal, "--json", "--apply", library__lumme__handover_age="12"))
    changed = [card for card in rows(portal.house, LibraryCard) if card.hands_over_at != before[card.id]]
    assert {card.handover_age for card in changed} == {12}
    assert all(card.hands_over_at.year == before[card.id].year - 3 for card in changed)


def test_what_is_said_has_the_numbers_in_words(portal: Portal) -> None:
    portal.signed_in_client()
    portal.signed_in_client("helka").link("lumme", portal.patron("lumme"))
    said = run(portal, "--linking", "no").output
    assert "This would be done: 1 link of 1 account ended" in said
    assert "Nothing was changed." in said


@ON_SQLITE
def test_many_links_take_seconds_and_no_more_statements_for_each(portal: Portal) -> None:
    seed_links(portal.house, "lumme", MANY, accounts=8000, cards=6000)
    policy, rules = LinkPolicy(portal.house), rules_of(portal, approval="always")
    began = time.process_time()
    seen = statements(portal.house, lambda: policy.count("lumme", rules))
    took = time.process_time() - began
    assert seen["read"] <= 3 * (6000 // link_policy.CARDS + 2)
    assert took < 5, f"{took:.1f} s"
    tracemalloc.start()
    try:
        policy.count("lumme", rules)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 16 * 1024 * 1024


@ON_SQLITE
def test_ending_many_links_takes_seconds(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__linking="no")
    seed_links(portal.house, "lumme", MANY, accounts=8000, cards=6000)
    policy, rules = LinkPolicy(portal.house), rules_of(portal)
    began = time.process_time()
    outcome = policy.apply("lumme", rules, tell=True)
    took = time.process_time() - began
    assert outcome.told > MANY / 2
    assert took < 60, f"{took:.1f} s"


@ON_SQLITE
def test_a_higher_handover_age_takes_no_decision_back(portal: Portal) -> None:
    """Rules 3.6: neither applying it nor the next reading brings back a link that waits."""
    house, now = portal.house, portal.house.now()
    portal.signed_in_client()
    portal.signed_in_client("helka").link("lumme", portal.patron("lumme"))
    (card,) = rows(house, LibraryCard, library="lumme")
    young = replace(house.library("lumme"), handover_age=16)
    born_on = now.date().replace(year=now.year - 15) - timedelta(days=99)
    record = PatronRecord(card.patron_id, None, Standing.GOOD, born_on=born_on)
    with house.database.writing() as session:
        row = session.get_one(LibraryCard, card.id)
        row.hands_over_at, row.handover_age = now - timedelta(days=99), 15
        take_over(replace(house, libraries={**house.libraries, "lumme": young}), row, record, now)
        assert (row.hands_over_at, row.handover_age) == (now - timedelta(days=99), 15)
    tried = numbers(run(portal, "--json", "--handover-age", "16"))
    assert (tried["ends"], tried["waits"], tried["handed_over"]) == (0, 0, 0)
