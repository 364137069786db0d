"""What IT is told of a directory: each server by itself, in the order in which a sign-in goes through it."""

import time
from collections.abc import Iterator

from discovery_accounts.login.checks import Level, Step
from discovery_accounts.login.ldap.conversation import Conversation, ServerDown
from discovery_accounts.login.ldap.directory import Directory
from discovery_accounts.login.ldap.settings import USERNAME, LdapSettings, Server
from discovery_accounts.login.provider import ProviderFailure

_NOBODY = "no-such-name-4b1d27"
_ADVICE = {
    "unreachable": "check the name, the port, the firewall, and that the directory runs",
    "timed_out": "it takes connections but does not answer: ask who runs it; raise .timeout only if it is always slow",
    "certificate_refused": "the authority must be in .ca_file, and the name in .url must be in the certificate",
    "tls_refused": "the server has no StartTLS: use ldaps:// in .url",
    "tls_required": "the server wants encryption: use ldaps://, or .start_tls = true",
    "busy": "the directory says that it can't answer now: ask who runs it",
    "bind_refused": "check .bind_dn and .bind_password, and whether the account is locked or has expired there",
    "base_missing": "check .base_dn, and that the account of .bind_dn may read there",
    "search_refused": "check .filter, and that the account of .bind_dn may search",
}


def steps(directory: Directory, settings: LdapSettings) -> Iterator[Step]:
    """Never raises. Waits at most twice ``.timeout`` for each server; no value of any entry is read."""
    for server in settings.servers:
        yield from _server_steps(directory, settings, server)


def _server_steps(directory: Directory, settings: LdapSettings, server: Server) -> Iterator[Step]:
    doing, began = "connection", time.monotonic()
    try:
        with directory.converse(server) as conversation:
            took = round((time.monotonic() - began) * 1000)
            yield Step(doing, Level.OK, f"{server} answers in {took} ms")
            yield _encryption(conversation, server)
            doing = "bind"
            directory.enter(conversation)
            who = settings.bind_dn or "nobody: the directory lets strangers search"
            yield Step(doing, Level.OK, f"{server}: as {who}")
            doing = "search"
            directory.search(conversation, settings.filter.replace(USERNAME, _NOBODY), limit=2)
            yield Step(doing, Level.OK, f"{server}: {settings.base_dn} can be searched")
            yield _attributes(directory, settings, conversation)
    except (ServerDown, ProviderFailure) as failure:
        detail = f" ({failure.detail})" if failure.detail else ""
        doing = "certificate" if failure.code == "certificate_refused" else doing
        found = f"{server}: {failure.code.replace('_', ' ')}{detail}"
        yield Step(doing, Level.FAILED, found, _ADVICE.get(failure.code, "ask who runs the directory"))


def _encryption(conversation: Conversation, server: Server) -> Step:
    until = conversation.certificate_until()
    if until is None:
        advice = "use ldaps:// or .start_tls = true: whoever is on the way reads every password"
        return Step("encryption", Level.WARNING, f"{server}: none", advice)
    return Step("certificate", Level.OK, f"{server}: valid until {until}", until=until)


def _attributes(directory: Directory, settings: LdapSettings, conversation: Conversation) -> Step:
    """Whether people have the attribute that they are known by: the first entry is looked at, by names only."""
    what, name = "subject attribute", settings.subject_attribute
    anybody = settings.filter.replace(USERNAME, "*")
    _, found = directory.search(conversation, anybody, limit=1, names_only=True)
    if not found:
        advice = "check .base_dn and .filter, and that the account of .bind_dn may read people"
        return Step(what, Level.WARNING, f"{conversation.server}: the filter finds nobody at all", advice)
    if name.lower() not in found[0].attributes:
        advice = (
            "check .subject_attribute, and that the account of .bind_dn may read it: nobody could sign in"
        )
        return Step(
            what, Level.FAILED, f"{conversation.server}: the first person found has no {name}", advice
        )
    return Step(what, Level.OK, f"{conversation.server}: people have {name}")
