"""Single logout on the redirect binding, both ways (saml-profiles 4.4). Every message must be signed."""

from collections.abc import Mapping
from datetime import timedelta

from lxml import etree

from discovery_accounts.login.claim import Why
from discovery_accounts.login.provider import Departure, EndOrder, ProviderFailure
from discovery_accounts.login.saml.answers import SLACK
from discovery_accounts.login.saml.documents import moment, parse, text_of
from discovery_accounts.login.saml.identity_provider import IdentityProvider
from discovery_accounts.login.saml.messages import logout_request, logout_response
from discovery_accounts.login.saml.name_id import handles_of
from discovery_accounts.login.saml.namespaces import SAML, SAMLP, SUCCESS
from discovery_accounts.login.saml.party import Party
from discovery_accounts.login.saml.redirect import Incoming, incoming, verify
from discovery_accounts.login.saml.refused import Refused

_LASTS = timedelta(minutes=5)
"""How old an order may be; so long it is remembered."""
_LONGEST_STATE = 2048


def leave(party: Party, memory: Mapping[str, str]) -> Departure | None:
    """Ask the provider to end a session; ``None`` when it can't be asked."""
    if not memory.get("name") or not memory.get("provider"):
        return None
    try:
        provider = party.provider(memory["provider"])
        if provider.sign_out is None:
            return None
        envelope = party.envelope(party.address(provider.sign_out))
    except ProviderFailure:  # it left the federation since
        return None
    url = party.sent(envelope, "SAMLRequest", logout_request(envelope, memory))
    return Departure(url, envelope.id, {"provider": provider.entity_id, "request": envelope.id})


def left(party: Party, memory: Mapping[str, str], query: str) -> bool:
    """Whether the answer is the provider's, to this request, and says yes."""
    try:
        message = incoming(query)
        if message.kind != "SAMLResponse":
            return False
        root = parse(message.document)
        if root.tag != f"{SAMLP}LogoutResponse" or root.get("InResponseTo") != memory.get("request"):
            return False
        if _from_whom(party, message, root).entity_id != memory.get("provider"):
            return False
    except (Refused, ProviderFailure):
        return False
    status = root.find(f"{SAMLP}Status/{SAMLP}StatusCode")
    return status is not None and status.get("Value") == SUCCESS


def told_to_end(party: Party, query: str) -> EndOrder:
    """Check an order to end sessions. Raises ``Refused``."""
    message = incoming(query)
    root = parse(message.document)
    if message.kind != "SAMLRequest" or root.tag != f"{SAMLP}LogoutRequest" or root.get("Version") != "2.0":
        raise Refused("no_message")
    provider = _from_whom(party, message, root)
    identifier, now = root.get("ID", ""), party.tools.now()
    issued, until = moment(root.get("IssueInstant")), moment(root.get("NotOnOrAfter"))
    if not identifier or issued is None or abs(now - issued) > _LASTS or (until and now >= until + SLACK):
        raise Refused("expired", Why.NOT_EXPECTED)
    name = _name(party, root)
    word = f"{provider.entity_id} {identifier}"
    if not party.tools.replays.first_time("saml-logout", word, issued + 2 * _LASTS):
        raise Refused("order_again", Why.NOT_EXPECTED)
    indexes = [text_of(each) for each in root.findall(f"{SAMLP}SessionIndex")]
    handles = handles_of(provider.entity_id, name, [index for index in indexes if index])
    return EndOrder(handles, _reply(party, provider, message, identifier))


def _from_whom(party: Party, message: Incoming, root: etree._Element) -> IdentityProvider:
    """The provider whose signature the message has. Raises ``Refused``."""
    issuer = text_of(root.find(f"{SAML}Issuer"))
    try:
        provider = party.provider(issuer)
    except ProviderFailure:
        raise Refused("unknown_issuer") from None
    verify(message, provider.certificates)
    # a signed message must say where it belongs (saml-bindings 3.4.5.2)
    if root.get("Destination") != party.slo:
        raise Refused("destination")
    return provider


def _name(party: Party, root: etree._Element) -> str:
    name = root.find(f"{SAML}NameID")
    if name is None and root.find(f"{SAML}EncryptedID") is not None:
        from discovery_accounts.login.saml.decryption import decrypted_name

        name = decrypted_name(root, [pair.key for pair in party.settings.encryption])
    if not text_of(name):
        raise Refused("no_subject")
    return text_of(name)


def _reply(party: Party, provider: IdentityProvider, message: Incoming, identifier: str) -> str | None:
    """Where the browser tells the provider that it is done; ``None`` when it takes no answer."""
    try:
        envelope = party.envelope(party.address(provider.sign_out_answers))
    except ProviderFailure:
        return None
    state = message.relay_state or ""
    document = logout_response(envelope, identifier)
    return party.sent(envelope, "SAMLResponse", document, state if len(state) <= _LONGEST_STATE else "")
