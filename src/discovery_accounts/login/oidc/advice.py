"""What IT can do about a provider that can't be used, by the code of the failure."""

from collections.abc import Mapping
from types import MappingProxyType

from discovery_accounts.login.provider import ProviderFailure

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "unreachable": "Open the address from this machine (curl). If that fails too: look at name service,"
        " firewall and the provider's status page; nobody can sign in this way until it answers.",
        "timed_out": "The provider took more than 5 seconds. Try the address from this machine (curl), look at"
        " its status page; a firewall that drops packets silently looks the same.",
        "address_refused": "The name leads to an address inside our own network. If the provider really is"
        " there, set .private_addresses = yes; if not, its name or metadata has been tampered with.",
        "certificate_refused": "Its TLS certificate does not verify: look at its last day and its chain"
        " (openssl s_client -connect HOST:443). With a certificate authority of one's own, set .ca_file.",
        "certificates_unreadable": "The file of .ca_file must hold certificates in PEM.",
        "unexpected_answer": "Something answers, but not as an OpenID provider does: compare .issuer with what"
        " the provider told; a proxy or a maintenance page may stand in between.",
        "issuer_mismatch": "Write .issuer letter by letter as the word issuer in the metadata has it; a slash"
        " at the end counts.",
        "metadata_incomplete": "The provider's metadata lacks this endpoint; ask its people.",
        "insecure_endpoint": "This endpoint is not https; the provider must publish it with https.",
        "no_keys": "The provider publishes no key that signatures can be checked with; ask its people.",
        "client_refused": "The provider does not accept us: compare .client_id, .client_secret (may it have"
        " ended?) and .auth_method with what is registered there.",
    }
)


def advice(failure: ProviderFailure) -> str:
    """What to do about it."""
    return ADVICE.get(failure.code, "Ask the provider's people, with the code and the time of this check.")
