"""Why somebody stays a library's patron, in words: the answer to "why was this kept?"."""

from discovery_accounts.domain.retention import Policy, Reason
from discovery_accounts.locale.marking import marked as _

KEPT: dict[str, str] = {
    Reason.NO_POLICY: _("Nothing ends it by time here."),
    Reason.NOT_YET: _("Its time is not over."),
    Reason.OPEN_LOANS: _("Its time is over, but there are open loans. It stays until they are returned."),
    Reason.OPEN_HOLDS: _(
        "Its time is over, but there are holds. It stays until they are fetched or cancelled."
    ),
    Reason.UNPAID_FEES: _("Its time is over, but there are unpaid fees. It stays until they are paid."),
    Reason.GUARANTOR: _("Its time is over, but you answer for another patron."),
    Reason.PROTECTED: _("Its time is over, but the library keeps it."),
    Reason.LIBRARY_SAYS_NO: _("Its time is over, but the library keeps it."),
    Reason.OTHER_ACCOUNT: _("Its time is over, but the card is also in another account that uses it."),
    Reason.UNREACHABLE: _("Its time is over, but the library did not answer. Nothing ends before it does."),
    Reason.NOTICE_DUE: _("Its time is nearly over. You are written to before it ends."),
    Reason.NOTICE_RUNS: _("Its time is nearly over. We wrote to you about it."),
    Reason.IN_USE: _("You use it: it is renewed by itself."),
    Reason.TIME_IS_OVER: _("Its time is over."),
}

POLICIES: dict[str, str] = {
    Policy.IDLE_ACCOUNT: _("Accounts that nobody signs in to"),
    Policy.UNIVERSITY_ENDED: _("University accounts that are no longer valid"),
    Policy.IDLE_PATRON: _("Cards that nobody uses"),
    Policy.MEMBERSHIP_RENEWAL: _("Memberships that are not renewed"),
}
