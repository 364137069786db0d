"""A message that proves nothing."""

from discovery_accounts.login.claim import NoClaim, Why


class Refused(Exception):
    """``code`` is stable and for the event log; people are told ``why``. Neither quotes the message."""

    def __init__(self, code: str, why: Why = Why.NOT_TRUSTED) -> None:
        super().__init__(code)
        self.code = code
        self.why = why

    @property
    def no_claim(self) -> NoClaim:
        return NoClaim(self.code, self.why)
