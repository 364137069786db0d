"""How a library system can fail to give an answer. Known to the house as part of ``connectors.api``."""


class LibraryError(Exception):
    """A library system could not give an answer. The text is for IT and holds no personal data.

    ``code`` is stable and goes to logs and metrics, ``retryable`` says whether the same safe
    call may succeed soon, ``sent`` whether the request may have reached the library.
    """

    code = "library_error"
    retryable = False
    status: int | None = None  # of HTTP, where the failure is an answer

    def __init__(self, detail: str = "", *, sent: bool = True, retry_after: float | None = None) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.sent = sent
        self.retry_after = retry_after  # seconds


class Unreachable(LibraryError):
    """No connection: name not found, refused, TLS failed, or the connection broke."""

    code = "unreachable"
    retryable = True


class TimedOut(LibraryError):
    """No whole answer within the time of one call."""

    code = "timed_out"
    retryable = True


class Overloaded(LibraryError):
    """Too many calls to this library are under way already; nothing was sent."""

    code = "overloaded"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, sent=False)


class BreakerOpen(LibraryError):
    """The library failed repeatedly and is left alone for a while; nothing was sent."""

    code = "breaker_open"

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail, sent=False, retry_after=retry_after)


class ServerFailure(LibraryError):
    """The library answered with a failure of its own (HTTP 5xx)."""

    code = "server_failure"
    retryable = True


class RateLimited(LibraryError):
    """The library asks us to wait; ``retry_after`` in seconds where it told."""

    code = "rate_limited"


class DailyLimit(RateLimited):
    """The calls that the library allows us in a day are used up."""


class Refused(LibraryError):
    """The library refuses *us*: wrong key, missing right, capability switched off there. ``rights`` are those
    that our key lacks, in the vendor's words, where it told them."""

    code = "refused"

    def __init__(
        self,
        detail: str = "",
        *,
        sent: bool = True,
        retry_after: float | None = None,
        rights: tuple[str, ...] = (),
    ) -> None:
        super().__init__(detail, sent=sent, retry_after=retry_after)
        self.rights = rights


class UnexpectedAnswer(LibraryError):
    """An answer that the contract does not know: other format, missing field, broken JSON."""

    code = "unexpected_answer"


class Incomplete(UnexpectedAnswer):
    """A list that is shorter than the library itself says it is."""


class WrongPatron(UnexpectedAnswer):
    """An answer about somebody else than the patron asked for; a security event."""

    code = "wrong_patron"


class Unsupported(LibraryError):
    """The connector lacks the capability; asking for it is a fault of the caller."""

    code = "unsupported"


class NotMade(LibraryError):
    """The library will not have such a patron: a needed field is missing, or a value is taken.

    ``fields`` are names of ``PatronDetails`` where the library told them. Nothing was made.
    """

    code = "not_made"

    def __init__(self, detail: str = "", fields: tuple[str, ...] = (), *, sent: bool = True) -> None:
        super().__init__(detail, sent=sent)
        self.fields = fields
