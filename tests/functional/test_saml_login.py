"""Signing in by SAML from the button to the way out, the login against the real provider."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from discovery_accounts.login.checks import ChecksItself, Level
from discovery_accounts.login.claim import Claim, NoClaim
from discovery_accounts.login.provider import Answer, EndOrder, LeavesProvider, ProviderLogin
from tests.factories import saml_forgeries as forge
from tests.factories.saml_login import PAGES, PERSISTENT, open_saml_login
from tests.fixtures.saml_provider import SamlProvider, make_pair

pytestmark = pytest.mark.saml


def test_the_whole_story(tmp_path: Path, saml_provider: SamlProvider) -> None:
    service = open_saml_login(tmp_path, saml_provider, **PERSISTENT)
    login = service.login
    assert isinstance(login, ProviderLogin)
    assert isinstance(login, LeavesProvider)
    assert isinstance(login, ChecksItself)
    assert all(step.level is Level.OK for step in login.check())
    visitor = saml_provider.visitor()
    url = service.begin()
    assert set(parse_qs(urlsplit(url).query)) == {"SAMLRequest", "SigAlg", "Signature"}
    form = visitor.sign_in(url, "ada")
    assert form.action == f"{PAGES}/acs"
    claim = service.complete(form.fields)
    assert isinstance(claim, Claim)
    assert claim.person.full_name == "Ada One"
    assert claim.provider is not None
    # the second device
    elsewhere = service.sign_in(saml_provider.visitor(), "ada")
    assert isinstance(elsewhere, Claim)
    assert (elsewhere.issuer, elsewhere.subject) == (claim.issuer, claim.subject)
    # out from our side, then from theirs
    departure = login.leave(claim.provider.memory, "fi")
    assert departure is not None
    back = visitor.away(departure.url, f"{PAGES}/slo")
    assert login.left(departure.memory, Answer(query=urlsplit(back).query))
    again = service.sign_in(visitor, "ada")
    assert isinstance(again, Claim)
    assert again.provider is not None
    order = login.told_to_end(
        Answer(query=urlsplit(visitor.away(saml_provider.sign_out_url, f"{PAGES}/slo")).query)
    )
    assert isinstance(order, EndOrder)
    assert set(order.handles) & set(again.provider.handles)


def test_many_sign_in_at_once(tmp_path: Path, saml_provider: SamlProvider) -> None:
    """One login in all threads of the portal: nobody becomes somebody else."""
    service = open_saml_login(tmp_path, saml_provider, **PERSISTENT)
    answers = []
    for account in ("ada", "bob") * 6:
        memory, form = service.answered(saml_provider.visitor(), account)
        answers.append((account, memory, Answer(form.fields)))
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda each: (each[0], service.login.complete(each[1], each[2])), answers))
    people: dict[str, set[str]] = {"ada": set(), "bob": set()}
    for account, claim in found:
        assert isinstance(claim, Claim)
        assert claim.person.given_names == account.title()
        people[account].add(claim.subject)
    assert {len(subjects) for subjects in people.values()} == {1}
    assert people["ada"] != people["bob"]


def test_logs_and_reprs_tell_nothing_of_people(
    tmp_path: Path, saml_provider: SamlProvider, caplog: pytest.LogCaptureFixture
) -> None:
    service = open_saml_login(tmp_path, saml_provider)
    with caplog.at_level(logging.DEBUG):
        memory, form = service.answered(saml_provider.visitor(), "ada")
        claim = service.login.complete(memory, Answer(form.fields))
        _, stranger = make_pair(tmp_path, "stranger")
        forged = forge.signed_again(forge.opened(form.fields), stranger)
        refusal = service.login.complete(memory, Answer(forge.closed(forged, form.fields)))
        service.sign_in(saml_provider.visitor(), "foreign")
    ours = [record for record in caplog.records if not record.name.startswith(("urllib3", "requests"))]
    assert isinstance(refusal, NoClaim)
    told = "\n".join(
        [*(record.getMessage() for record in ours), repr(claim), repr(refusal), repr(Answer(form.fields))]
    )
    for secret in ("ada-1815", "010190", "Ada", "other.example", form.fields["SAMLResponse"][:40], "PRIVATE"):
        assert secret not in told
