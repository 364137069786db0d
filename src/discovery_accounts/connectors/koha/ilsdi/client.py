"""Asking ILS-DI, and reading its XML: always HTTP 200, with what went wrong as a code inside."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from discovery_accounts.connectors.api import Refused, UnexpectedAnswer
from discovery_accounts.connectors.koha.errors import rate_limited
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport

_ADDRESS = "/cgi-bin/koha/ilsdi.pl"
_NOT_FOR_US = frozenset({"NotAllowed", "NotSupported"})
_OUR_FAULT = frozenset({"MissingParameter", "IllegalParameter", "MultipleValuesNotAllowed"})


class Record(KohaFields):
    """An element whose children are fields; numbers and flags are texts here."""

    def __init__(self, value: object, what: str) -> None:
        if isinstance(value, Element):
            value = {child.tag: child.text for child in value if len(child) == 0}
        super().__init__(value, what)

    def number(self, name: str) -> int | None:
        """A whole number."""
        told = self.text(name)
        if told is None:
            return None
        if not (told.isascii() and told.lstrip("-").isdigit() and len(told) < 18):
            raise self.fault(name, "a whole number")
        return int(told)

    def flag(self, name: str) -> bool | None:
        """0 is false, and so is nothing; any other number is true."""
        told = self.number(name)
        return None if told is None else told != 0


class Answer:
    """What a service said. ``code`` is why it did not do it, empty when it did."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self.code = (root.findtext("code") or "").strip()
        message = (root.findtext("message") or "").strip()
        # some services, and some versions, put the code where the message belongs
        if not self.code and message.isalnum():
            self.code = message
        self.fields = Record(root, root.tag)

    def rows(self, group: str, one: str) -> list[Record]:
        """The records of a list inside."""
        return [Record(element, one) for element in self._root.findall(f"{group}/{one}")]

    def words(self, name: str) -> tuple[str, ...]:
        """All texts of elements of that name."""
        return tuple((element.text or "").strip() for element in self._root.findall(name))


class IlsDi:
    """The service of one library. There is no key: the server knows us by our address."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def read(self, service: str, params: Mapping[str, str]) -> Answer:
        """Something that changes nothing; no secret may be in ``params``."""
        return await self._send(
            HttpRequest("GET", _ADDRESS, {"service": service, **params}, safe=True), service
        )

    async def post(self, service: str, form: Mapping[str, str]) -> Answer:
        """An act, or a check that counts a person's failures: sent once, in the body, where no log of
        addresses sees it."""
        return await self._send(HttpRequest("POST", _ADDRESS, form={"service": service, **form}), service)

    async def _send(self, request: HttpRequest, service: str) -> Answer:
        answer = await self._transport.send(request)
        if answer.status == 429:
            raise rate_limited(answer)
        if answer.status in (401, 403):
            raise Refused(f"{service}: refused (HTTP {answer.status})")
        if answer.status != 200:
            raise UnexpectedAnswer(f"{service}: HTTP {answer.status}")
        told = Answer(_root(answer, service))
        if told.code in _NOT_FOR_US:
            raise Refused(
                f"{service}: {told.code}: see the system preferences ILS-DI and ILS-DI:AuthorizedIPs"
            )
        if told.code in _OUR_FAULT:
            raise UnexpectedAnswer(f"{service}: {told.code}")
        return told


def _root(answer: HttpAnswer, service: str) -> Element:
    try:
        root: Element = fromstring(answer.body)
    except (
        ParseError,
        DefusedXmlException,
        ValueError,
        LookupError,
    ):  # the last for an encoding nobody knows
        kind = answer.headers.get("content-type", "no content type")
        raise UnexpectedAnswer(f"{service}: expected XML, got {kind}") from None
    if root.tag.lower() == "html":
        raise UnexpectedAnswer(f"{service}: a web page in place of an answer")
    return root
