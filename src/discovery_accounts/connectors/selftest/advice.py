"""The words of the self-test: what each step is, what each cause means, what to do, and whom to ask.

English here, for the command line and for vendors; pages translate them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from discovery_accounts.connectors.api import CheckCause, CheckName, CheckState
from discovery_accounts.locale.marking import marked as _


@dataclass(frozen=True, slots=True)
class Advice:
    """``meaning`` is what happened, ``causes`` the common ones, most likely first, ``do`` what to do oneself,
    ``ask`` who can help."""

    meaning: str
    causes: str
    do: str
    ask: str


TITLES: Mapping[CheckName, str] = {
    CheckName.SETTINGS: _("Settings"),
    CheckName.DNS: _("Name"),
    CheckName.TCP: _("Connection"),
    CheckName.TLS: _("Encryption and certificate"),
    CheckName.ANSWER: _("Answer"),
    CheckName.CREDENTIALS: _("Our key"),
    CheckName.RIGHTS: _("Rights of our key"),
    CheckName.CLOCK: _("Clock"),
    CheckName.TEST_PATRON: _("Test card"),
    CheckName.TEST_PIN: _("PIN of the test card"),
    CheckName.LOANS: _("Loans of the test card"),
    CheckName.PAGING: _("Long lists"),
}

STATES: Mapping[CheckState, str] = {
    CheckState.PASSED: _("In order"),
    CheckState.WARNED: _("Warning"),
    CheckState.FAILED: _("Failed"),
    CheckState.SKIPPED: _("Not tested"),
}

_OUR_NETWORK = _("whoever looks after this server’s network and firewall")
_THEIR_SYSTEM = _("whoever runs the library system, with the text for your vendor")
_NOBODY = _("nobody: you can do this yourself")

ADVICE: Mapping[CheckCause, Advice] = {
    CheckCause.SETTINGS_FAULTY: Advice(
        _("The settings of this library can’t be used."),
        _("a key is missing or misspelt; a secret in the environment or in a file is not there"),
        _("correct the keys named here, then restart; “settings check” tells all faults at once"),
        _NOBODY,
    ),
    CheckCause.NAME_NOT_FOUND: Advice(
        _("The host name in the address is not known."),
        _(
            "a typing error in “.url”; the name was changed or removed; this server’s name server does not answer"
        ),
        _(
            "look the name up on this server and on another one, and compare it with what the library gave you"
        ),
        _OUR_NETWORK,
    ),
    CheckCause.CONNECTION_REFUSED: Advice(
        _("The machine is there, but nothing answers at this port."),
        _(
            "the library system is stopped or restarting; a wrong port in “.url”; a firewall that turns us away"
        ),
        _("wait for the end of a restart; compare the port; try to connect from this server by hand"),
        _THEIR_SYSTEM,
    ),
    CheckCause.NO_CONNECTION_IN_TIME: Advice(
        _("No connection was made in the time allowed."),
        _(
            "a firewall drops what we send, often after our address changed; the machine is down; a broken route"
        ),
        _(
            "ask for this server’s address to be let through; check that outgoing traffic to this port is allowed"
        ),
        _("the network people of both sides: the library’s firewall must know our address"),
    ),
    CheckCause.CONNECTION_BROKE: Advice(
        _("The connection was cut in the middle of an answer."),
        _(
            "the library system or the proxy before it crashed or restarted; a device in between ends connections"
        ),
        _("test again in a few minutes; if it happens again, note the times"),
        _THEIR_SYSTEM,
    ),
    CheckCause.PLAIN_CONNECTION: Advice(
        _("Patron data and PINs travel without encryption."),
        _("the address begins with http or sip, and “.insecure” allows it"),
        _("use an encrypted address, or a tunnel; then remove “.insecure”"),
        _("the vendor, for the encrypted address"),
    ),
    CheckCause.CERTIFICATE_ENDED: Advice(
        _("The certificate of the library’s server has ended."),
        _(
            "nobody renewed it, or the renewed one was not put in place; more rarely the clock of this server is wrong"
        ),
        _("do not switch the check off; look at this server’s date, then have the certificate renewed"),
        _THEIR_SYSTEM,
    ),
    CheckCause.CERTIFICATE_ENDS_SOON: Advice(
        _("The certificate of the library’s server ends soon. From that day nobody can sign in."),
        _("it is renewed by hand, or its automatic renewal does not work"),
        _("send the text for your vendor now and ask for the day of the renewal"),
        _THEIR_SYSTEM,
    ),
    CheckCause.CERTIFICATE_WRONG_NAME: Advice(
        _("The certificate belongs to another name than the one in the address."),
        _(
            "“.url” has an old or internal name, or an IP address; the server shows the certificate of another site"
        ),
        _("use the name that is in the certificate, if it is the library’s"),
        _THEIR_SYSTEM,
    ),
    CheckCause.CERTIFICATE_UNTRUSTED: Advice(
        _("The certificate was issued by nobody whom this server trusts."),
        _(
            "it is self-signed; the server does not send the certificate in between; the library has an authority of "
            "its own"
        ),
        _("have the whole chain sent, or add the library’s authority to those that this server trusts"),
        _THEIR_SYSTEM,
    ),
    CheckCause.TLS_FAILED: Advice(
        _("The two sides agree on no way to encrypt."),
        _("the port speaks without encryption; the server knows only old protocols; a proxy interferes"),
        _("compare scheme and port in “.url” with what the library gave you"),
        _THEIR_SYSTEM,
    ),
    CheckCause.NO_ANSWER_IN_TIME: Advice(
        _("The connection stands, but no whole answer came in the time allowed."),
        _("the library system is overloaded or hangs; it waits for its database; a backup is running"),
        _(
            "test again in a few minutes; if it is always slow, a longer “.timeout” helps, but pages wait for it too"
        ),
        _THEIR_SYSTEM,
    ),
    CheckCause.SLOW_ANSWER: Advice(
        _("It answers, but takes more than half of the time it is given."),
        _("the library system is under load; a long way between the two servers"),
        _("watch the times of the last tests; if they grow, act before it gets too slow"),
        _THEIR_SYSTEM,
    ),
    CheckCause.SERVER_FAILURE: Advice(
        _("The library system answers that it has failed itself."),
        _("a fault in the system, often after an upgrade; its database is away"),
        _("test again in a few minutes; give the vendor the time and the status below"),
        _THEIR_SYSTEM,
    ),
    CheckCause.IN_MAINTENANCE: Advice(
        _("The library system says that it is not available for the moment."),
        _("an announced maintenance or upgrade; it is starting; the proxy before it finds nothing behind"),
        _("look at the vendor’s announcements; cards show what was last known for a day meanwhile"),
        _THEIR_SYSTEM,
    ),
    CheckCause.NOT_OUR_SYSTEM: Advice(
        _("Something answers, but it is not the interface of this library system."),
        _(
            "“.url” leads to a web page, a login page or another site; the interface is switched off; a firewall "
            "shows a page of its own"
        ),
        _("open the address in a browser, and compare it with what the library gave you"),
        _("whoever gave you the address; the vendor, if the interface has to be switched on"),
    ),
    CheckCause.BROKEN_ANSWER: Advice(
        _("The answer is not what the interface promises."),
        _("an upgrade changed the interface; a proxy changes or cuts answers; a fault in the connector"),
        _("note the version of the library system; look for a newer version of this program"),
        _THEIR_SYSTEM,
    ),
    CheckCause.KEY_REFUSED: Advice(
        _("The library does not accept our key or password."),
        _("it was changed, has ended or was switched off; a secret of another library, or of a test system"),
        _("compare the key with the library’s; put the new one in place, then restart"),
        _("the library’s IT, for a new key"),
    ),
    CheckCause.RIGHTS_MISSING: Advice(
        _("Our key is accepted, but lacks rights for something the portal does."),
        _("the key was made with too few rights; an upgrade brought new ones"),
        _("have the rights named here given to our key"),
        _("the library’s IT, who gave the key"),
    ),
    CheckCause.TOO_MANY_CALLS: Advice(
        _("The library asks us to call less often."),
        _("many patrons at once; another program uses the same key; a low limit at the library"),
        _("test again in a minute; if it goes on, ask for a higher limit or a key of our own"),
        _THEIR_SYSTEM,
    ),
    CheckCause.DAILY_LIMIT: Advice(
        _("All the calls that the library allows in a day are used up."),
        _("another program with the same institution calls very often; the limit is too low"),
        _("wait until midnight GMT, when it is counted anew; find out which program calls so often"),
        _("the vendor, for a higher daily limit"),
    ),
    CheckCause.CLOCK_DIFFERS: Advice(
        _("The library’s clock and ours differ by more than a minute."),
        _("one of the two servers does not set its clock by the network"),
        _("look at this server’s clock first; due times and certificates depend on it"),
        _THEIR_SYSTEM,
    ),
    CheckCause.TEST_CARD_UNKNOWN: Advice(
        _("The library has no patron with the number of the test card."),
        _("the card was removed or renewed; a typing error in “.test_card”; a card of another library"),
        _("correct “.test_card”, or have a card for testing made"),
        _("the library’s circulation staff"),
    ),
    CheckCause.TEST_CARD_REFUSED: Advice(
        _("The library refuses the PIN of the test card. We do not send it again until the settings change."),
        _("the PIN was changed; a typing error in “.test_pin”"),
        _("have the PIN set anew at the library, change “.test_pin”, then restart"),
        _("the library’s circulation staff"),
    ),
    CheckCause.TEST_CARD_BLOCKED: Advice(
        _("The test card is blocked, locked or expired at the library."),
        _("its membership or PIN has ended; too many wrong PINs; a restriction or fee"),
        _("have the card put in order; what the test says about loans may be wrong until then"),
        _("the library’s circulation staff"),
    ),
    CheckCause.NO_PINS_HERE: Advice(
        _("The library keeps no PIN for the test card, so none can be checked."),
        _("this patron signs in by an organisation; PINs are kept in another system"),
        _("take a test card with a PIN, or let patrons sign in another way"),
        _("the library’s IT"),
    ),
    CheckCause.WRONG_PATRON: Advice(
        _("The library answered with somebody else’s data. Such answers are never shown."),
        _("a proxy or cache mixes answers up; a card number that two patrons have; a grave fault there"),
        _("report it at once: it may show patrons each other’s data, in other programs too"),
        _("the vendor at once, and the person in charge of data protection"),
    ),
    CheckCause.LIST_INCOMPLETE: Advice(
        _("A list holds fewer lines than the library says there are."),
        _("the list changed while it was read; a fault in the library system’s paging"),
        _("test again; if it happens again, loans would be missing, so lists are not shown"),
        _THEIR_SYSTEM,
    ),
    CheckCause.CONNECTOR_BUG: Advice(
        _("The connector itself failed."),
        _("a fault in this program, or an answer nobody has seen before"),
        _("look into the log at this time, and report it to the makers of the connector"),
        _("the makers of the connector"),
    ),
}


def said(cause: CheckCause) -> tuple[str, str]:
    """Cause and action in English, as ``--json`` and the text for vendors tell them."""
    told = ADVICE[cause]
    return f"{told.meaning} Common causes: {told.causes}.", f"Do: {told.do}. Ask: {told.ask}."
