"""Every code has words in every language."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from discovery_accounts.connectors.api import ContactField, HistoryKeeping, NotCardRenewable, PinFault
from discovery_accounts.domain.access import Verdict
from discovery_accounts.domain.cards import CardState, Relation, Scope
from discovery_accounts.domain.due import Urgency
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.domain.messages import Channel, MessageKind
from discovery_accounts.domain.renewal import NotRenewable
from discovery_accounts.domain.standing import Block, BlockCode, Standing
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState
from discovery_accounts.services.hold_outcomes import DONE
from discovery_accounts.services.hold_outcomes import NOT_ANSWERED as NOT_DONE
from discovery_accounts.services.problems import Code
from discovery_accounts.services.renewals import NO_SUCH_LOAN, NOT_ANSWERED, NOT_SUPPORTED
from discovery_accounts.web.fee_words import FEE_KINDS
from discovery_accounts.web.form_words import FIELD_ERRORS as FIELD_ERROR_WORDS
from discovery_accounts.web.hold_words import HOLD_REASONS
from discovery_accounts.web.loan_words import NOT_RENEWABLE
from discovery_accounts.web.notice_kinds import NOTICE_KINDS
from discovery_accounts.web.notice_words import NOTICES as NOTICE_WORDS
from discovery_accounts.web.own_words import OWN_FIELD_ERRORS, OWN_PLACES
from discovery_accounts.web.pages.shapes import CardView, LoanView, Notice
from discovery_accounts.web.problem_words import PROBLEMS as PROBLEM_WORDS
from discovery_accounts.web.words import Words

LANGUAGES = ("fi", "sv", "en", "nb")

PROBLEMS = (
    "sign_in_refused",
    "too_many_attempts",
    "library_unavailable",
    "no_pin_here",
    "csrf_failed",
    "session_expired",
    "not_found",
    "bad_request",
    "invalid_request",
    "unknown_library",
    "card_already_linked",
    "pin_rejected",
    "linking_not_allowed",
    "fresh_sign_in_required",
    "step_up_required",
    "pin_in_address",
    "method_not_allowed",
    "server_error",
    "settings_faulty",
    "link_expired",
    "code_wrong",
    "card_locked",
    "missing_scope",
    "no_such_card",
    "no_such_loan",
    "pending_approval",
    "card_blocked",
    "card_expired",
    "not_answered",
    "too_large",
)

NOTICES = (
    "card_linked",
    "card_renamed",
    "card_removed",
    "pin_accepted",
    "signed_out",
    "session_ended",
    "other_sessions_ended",
    "email_sent",
    "profile_saved",
)

FIELD_ERRORS = (
    "card_number.missing",
    "card_number.too_long",
    "card_number.bad_characters",
    "pin.missing",
    "pin.too_long",
    "pin.bad_characters",
    "pin.other_digits",
    "label.missing",
    "label.too_long",
    "label.bad_characters",
    "email.missing",
    "email.too_long",
    "email.bad_characters",
    "library.missing",
    "library.unknown",
    "library.unavailable",
    "relation.missing",
    "code.missing",
    "code.wrong",
)

CARD = CardView(
    id="c",
    label="Elsa",
    library="lumme",
    library_title="LUMME",
    number_last4="1234",
    relation=Relation.LOOKED_AFTER,
    holder=False,
    state=CardState.FRESH,
    standing=Standing.GOOD,
    blocks=(),
    expires_on=None,
    scopes=(Scope.LOANS,),
    colour=1,
)
LOAN = LoanView(
    id="l",
    card=CARD,
    title=None,
    author=None,
    due_at=datetime(2026, 1, 1, tzinfo=UTC),
    urgency=Urgency.LATER,
    days=9,
    renewals=None,
    renewable=None,
    not_renewable_because=None,
    may_renew=False,
)


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


def test_every_member_of_the_rule_books_lists_has_words(words: Words) -> None:
    said = [words.state(code) for code in CardState]
    said += [words.standing(code) for code in Standing]
    said += [words.scope(code) for code in Scope]
    said += [words.relation(code) for code in Relation]
    said += [words.urgency(code) for code in Urgency]
    said += [words.block(Block(code)) for code in BlockCode]
    assert all(text.strip() for text in said)


def test_every_reason_has_words_of_its_own() -> None:
    never = {Verdict.ALLOWED, Verdict.HOLDER_ONLY}
    reasons = {*NotRenewable, *(verdict for verdict in Verdict if verdict not in never)}
    reasons |= {state for state in CardState if state is not CardState.FRESH}
    reasons |= {NO_SUCH_LOAN, NOT_ANSWERED, NOT_SUPPORTED}
    assert reasons <= set(NOT_RENEWABLE)


def test_holds_fees_and_past_loans_have_words_of_their_own(words: Words) -> None:
    assert set(HoldReason) == set(HOLD_REASONS)
    assert set(FeeKind) == set(FEE_KINDS)
    said = [words.hold_state(state) for state in HoldState]
    said += [words.fee_kind(kind) for kind in FeeKind]
    said += [
        text for keeping in HistoryKeeping for text in (words.keeping(keeping), words.keeping_help(keeping))
    ]
    for reason in HoldReason:
        told = words.hold_reason(reason)
        assert not told.title.endswith(".")
        assert told.text.endswith(".")
        said.append(told.title)
    assert all(text.strip() for text in said)
    assert words.hold_reason("surprise") == words.hold_reason("library_says_no")


def test_everything_that_can_come_of_an_act_has_a_notice() -> None:
    for code in (*(f"hold_{done}" for done in (*DONE, NOT_DONE)), "history_switched", "history_deleted"):
        assert code in NOTICE_WORDS
        assert code in NOTICE_KINDS


def test_every_refusal_of_the_services_has_words_of_its_own() -> None:
    assert set(Code) <= set(PROBLEM_WORDS)


def test_every_state_but_a_fresh_one_says_what_it_means(words: Words) -> None:
    assert all(words.state_help(code) for code in CardState if code is not CardState.FRESH)
    assert words.state_help(CardState.FRESH) == ""


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_says_what_to_do(words: Words, code: str) -> None:
    assert code in PROBLEM_WORDS
    problem = words.problem(code)
    assert problem.title
    assert problem.text
    assert not problem.title.endswith(".")


@pytest.mark.parametrize("code", NOTICES)
def test_every_notice_has_words_with_and_without_values(words: Words, code: str) -> None:
    assert code in NOTICE_WORDS
    assert words.notice(Notice("good", code))
    said = words.notice(Notice("good", code, {"label": "Elsa 100 %", "address": "e…@example.org"}))
    assert "%(" not in said


@pytest.mark.parametrize("code", FIELD_ERRORS)
def test_every_field_error_has_words(words: Words, code: str) -> None:
    assert code in FIELD_ERROR_WORDS
    assert words.field_error(code)


def test_codes_nobody_has_heard_of_still_get_words(words: Words) -> None:
    assert words.problem("surprise") == words.problem("server_error")
    assert words.field_error("shoe.untied")
    assert words.not_renewable("surprise") == words.not_renewable("library_says_no")
    assert words.notice(Notice("bad", "too_large")).startswith(words.problem("too_large").title)
    assert words.session_kind("surprise")
    assert words.login_kind("surprise") == ""


def test_everything_of_ones_own_data_has_words(words: Words) -> None:
    said = [words.contact_field(name) for name in ContactField]
    said += [words.contact_help(name, editing) for name in ContactField for editing in ("approval",)]
    said += [words.card_not_renewable(code) for code in (*NotCardRenewable, "surprise")]
    said += [words.message_kind(kind) for kind in MessageKind]
    said += [words.channel(channel) for channel in Channel]
    said += [words.suggestion_state(state) for state in SuggestionState]
    said += [words.suggestion_reason(code).title for code in (*SuggestionReason, "surprise")]
    said += [words.own_place(code).text for code in OWN_PLACES]
    assert all(text.strip() for text in said)


def test_every_fault_of_a_pin_and_of_contact_data_has_words_of_its_own() -> None:
    codes = [f"new_pin.{fault}" for fault in PinFault]
    codes += [f"{name}.refused" for name in ContactField]
    codes += [f"{name}.library" for name in ("title", "author", "publisher", "year", "isbn", "note")]
    assert [code for code in codes if code not in OWN_FIELD_ERRORS] == []


def test_a_notice_names_the_card() -> None:
    assert (
        Words("en").notice(Notice("good", "card_linked", {"label": "Elsa"}))
        == "“Elsa” is now in your account."
    )


def test_the_librarys_own_words_are_shown_as_they_are() -> None:
    block = Block(BlockCode.LIBRARY_SAYS, "Käy tiskillä: 100 % maksamatta")
    assert Words("en").block(block) == "The library says: “Käy tiskillä: 100 % maksamatta”"
    assert Words("en").block(Block(BlockCode.FEES, "12,40 €")) == "There are unpaid fees. “12,40 €”"


def test_why_a_loan_cant_be_renewed_is_told_from_the_nearest_reason() -> None:
    words = Words("en")
    blocked = replace(CARD, standing=Standing.BLOCKED)
    waiting = replace(CARD, state=CardState.PENDING_APPROVAL, standing=None)
    stale = replace(CARD, state=CardState.STALE)
    assert words.why_not(replace(LOAN, not_renewable_because="recalled")) == words.not_renewable("recalled")
    assert words.why_not(replace(LOAN, renewable=False)) == words.not_renewable("library_says_no")
    assert words.why_not(replace(LOAN, card=blocked)) == words.not_renewable("card_blocked")
    assert words.why_not(replace(LOAN, card=waiting)) == words.not_renewable("pending_approval")
    assert words.why_not(replace(LOAN, card=stale)) == words.not_renewable("library_unavailable")
    assert words.why_not(LOAN) == words.not_renewable("missing_scope")


def test_the_script_gets_every_reason(words: Words) -> None:
    assert set(json.loads(words.not_renewable_json())) == set(NOT_RENEWABLE)


def test_waiting_is_told_in_minutes() -> None:
    assert Words("en").wait(1) == "Try again in 1 minute."
    assert Words("fi").wait(5) == "Yritä uudelleen 5 minuutin kuluttua."


def test_a_long_wait_is_told_in_hours() -> None:
    assert Words("en").wait(119) == "Try again in 119 minutes."
    assert Words("en").wait(121) == "Try again in 3 hours."
    assert Words("sv").wait(1440) == "Försök igen om 24 timmar."
