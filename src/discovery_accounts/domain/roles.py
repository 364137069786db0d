"""What staff may be here (rules 9.4); what each role may do is a table in ``security.permissions``."""

from enum import StrEnum


class Role(StrEnum):
    """Help desk: helps patrons of a library. IT: looks after the portal. Insight: reads counts."""

    HELPDESK = "helpdesk"
    IT = "it"
    INSIGHT = "insight"
