"""Single logout, both ways, with the real provider."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from tests.factories.saml_login import PAGES, PERSISTENT, Service, open_saml_login
from tests.fixtures.saml_provider import SamlProvider, Visitor, make_pair

from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.provider import Answer, EndOrder
from discovery_accounts.login.saml.messages import Envelope, logout_request
from discovery_accounts.login.saml.redirect import incoming, outgoing

pytestmark = pytest.mark.saml


@pytest.fixture
def service(tmp_path: Path, saml_provider: SamlProvider) -> Service:
    return open_saml_login(tmp_path, saml_provider, **PERSISTENT)


def signed_in(service: Service, visitor: Visitor) -> Claim:
    found = service.sign_in(visitor, "ada")
    assert isinstance(found, Claim)
    assert found.provider is not None
    return found


def query_of(url: str) -> str:
    return urlsplit(url).query


def ordered(provider: SamlProvider, visitor: Visitor) -> str:
    """The raw query of the order that the provider sends when the person signs out there."""
    url = visitor.away(provider.sign_out_url, PAGES)
    assert urlsplit(url).path.endswith("/slo")
    return query_of(url)


def own_order(provider: SamlProvider, key: Path | None = None, **changes: str) -> str:
    """An order as the provider would make it, signed by its key unless another is given."""
    at = datetime.now(UTC)
    envelope = Envelope(
        changes.get("issuer", provider.entity_id), changes.get("destination", f"{PAGES}/slo"), at
    )
    document = logout_request(envelope, {"name": "ada-name", "index": "_1"})
    private = load_pem_private_key((key or provider.key_file).read_bytes(), None)
    return query_of(outgoing(f"{PAGES}/slo", "SAMLRequest", document, private, "state"))  # type: ignore[arg-type]


def test_leaving_ends_the_session_at_the_provider(service: Service, saml_provider: SamlProvider) -> None:
    visitor = saml_provider.visitor()
    claim = signed_in(service, visitor)
    departure = service.login.leave(claim.provider.memory, "fi")  # type: ignore[union-attr]
    assert departure is not None
    answer = Answer(query=query_of(visitor.away(departure.url, PAGES)))
    assert service.login.request_key(answer) == departure.key
    assert service.login.left(departure.memory, answer)
    with pytest.raises(AssertionError, match="asks who it is"):
        service.sign_in(visitor)
    assert not service.login.left({**departure.memory, "request": "_other"}, answer)
    assert not service.login.left({**departure.memory, "provider": "https://idp.example"}, answer)
    assert not service.login.left(departure.memory, Answer(query=answer.query.partition("&SigAlg")[0]))
    assert not service.login.left(departure.memory, Answer(query=query_of(departure.url)))
    assert not service.login.left(departure.memory, Answer(query="SAMLResponse=AAAA"))


def test_the_provider_ends_our_session(service: Service, saml_provider: SamlProvider) -> None:
    visitor = saml_provider.visitor()
    claim = signed_in(service, visitor)
    other = signed_in(service, saml_provider.visitor())
    order = service.login.told_to_end(Answer(query=ordered(saml_provider, visitor)))
    assert isinstance(order, EndOrder)
    assert set(order.handles) <= set(claim.provider.handles)  # type: ignore[union-attr]
    assert not set(order.handles) & set(other.provider.handles)  # type: ignore[union-attr]
    assert order.reply is not None
    assert order.reply.startswith(saml_provider.url)
    # the provider takes our answer: it goes on to the page it was asked for
    assert visitor.session.get(order.reply, timeout=20).ok
    with pytest.raises(AssertionError, match="asks who it is"):
        service.sign_in(visitor)


def test_an_encrypted_name_in_an_order_is_opened(service: Service, saml_provider: SamlProvider) -> None:
    saml_provider.set_service_options({"nameid.encryption": True})
    visitor = saml_provider.visitor()
    claim = signed_in(service, visitor)
    order = service.login.told_to_end(Answer(query=ordered(saml_provider, visitor)))
    assert isinstance(order, EndOrder)
    assert set(order.handles) <= set(claim.provider.handles)  # type: ignore[union-attr]


def test_m3_an_order_is_good_once(service: Service, saml_provider: SamlProvider) -> None:
    visitor = saml_provider.visitor()
    signed_in(service, visitor)
    answer = Answer(query=ordered(saml_provider, visitor))
    assert isinstance(service.login.told_to_end(answer), EndOrder)
    assert service.login.told_to_end(answer) == NoClaim("order_again", Why.NOT_EXPECTED)


def test_an_order_without_the_providers_signature_is_refused(
    service: Service, saml_provider: SamlProvider, tmp_path: Path
) -> None:
    visitor = saml_provider.visitor()
    signed_in(service, visitor)
    query = ordered(saml_provider, visitor)
    message, _, signature = query.partition("&SigAlg=")

    def told(changed: str) -> str:
        found = service.login.told_to_end(Answer(query=changed))
        assert isinstance(found, NoClaim)
        return found.reason

    assert told(message) == "unsigned"
    assert told(f"{message}&SigAlg={signature.partition('&')[0]}") == "unsigned"
    assert told(query.replace("rsa-sha256", "rsa-sha1")) == "weak_algorithm"
    assert told(query.replace("rsa-sha256", "rsa-sha512")) == "signature"
    assert told(f"{query}&RelayState=other") in {"parameter_twice", "signature"}
    assert told(f"{query}&SAMLRequest=AAAA") == "parameter_twice"
    assert told(f"{query}&SAMLResponse=AAAA") == "no_message"
    _, stranger = make_pair(tmp_path, "stranger")
    assert told(own_order(saml_provider, stranger)) == "signature"
    assert isinstance(service.login.told_to_end(Answer(query=query)), EndOrder)


def test_m3_an_order_must_be_meant_for_us_and_young(service: Service, saml_provider: SamlProvider) -> None:
    elsewhere = Answer(query=own_order(saml_provider, destination="https://other.example/slo"))
    assert service.login.told_to_end(elsewhere) == NoClaim("destination", Why.NOT_TRUSTED)
    stranger = Answer(query=own_order(saml_provider, issuer="https://idp.example"))
    assert service.login.told_to_end(stranger) == NoClaim("unknown_issuer", Why.NOT_TRUSTED)
    order = Answer(query=own_order(saml_provider))
    for minutes in (-10, 10):
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
            assert service.login.told_to_end(order) == NoClaim("expired", Why.NOT_EXPECTED)
    found = service.login.told_to_end(order)
    assert isinstance(found, EndOrder)
    assert found.reply is not None
    reply = incoming(query_of(found.reply))
    assert (reply.kind, reply.relay_state) == ("SAMLResponse", "state")


def test_a_signature_is_over_the_characters_that_were_sent(
    service: Service, saml_provider: SamlProvider
) -> None:
    """Others escape other characters, and in small letters; re-encoding would not give theirs back."""
    query = own_order(saml_provider)
    message = incoming(query)
    fields = dict(part.split("=", 1) for part in query.split("&"))
    packed = fields["SAMLRequest"].replace("%2B", "%2b").replace("%2F", "/")
    signed = f"SAMLRequest={packed}&RelayState=st%61te&SigAlg={quote(message.algorithm, safe=':/')}"
    private = load_pem_private_key(saml_provider.key_file.read_bytes(), None)
    assert isinstance(private, RSAPrivateKey)
    signature = base64.b64encode(private.sign(signed.encode(), PKCS1v15(), SHA256())).decode()
    found = service.login.told_to_end(Answer(query=f"{signed}&Signature={quote(signature, safe='/')}"))
    assert isinstance(found, EndOrder)


def test_who_has_no_session_there_needs_not_leave(service: Service) -> None:
    assert service.login.leave({}, "fi") is None
    assert service.login.leave({"provider": "https://gone.example", "name": "x"}, "fi") is None
