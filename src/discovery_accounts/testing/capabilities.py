"""What connectors can do, side by side. Needs no pytest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from discovery_accounts.connectors.api import Capability, Connector


@dataclass(frozen=True, slots=True)
class Row:
    """One capability. ``absent`` gives, by the names of the connectors that lack it, the reason; the others
    can it."""

    capability: Capability
    absent: Mapping[str, str]


def table(connectors: Mapping[str, Connector]) -> tuple[Row, ...]:
    """A row for every capability, over these connectors."""
    return tuple(
        Row(
            capability,
            {
                name: connector.absent[capability]
                for name, connector in connectors.items()
                if capability not in connector.capabilities
            },
        )
        for capability in Capability
    )


def markdown(connectors: Mapping[str, Connector]) -> str:
    """The table, and under it the reasons for what is absent, connector by connector."""
    names, rows = list(connectors), table(connectors)
    lines = [_line(["capability", *names]), _line(["---"] * (len(names) + 1))]
    lines += [
        _line([f"`{row.capability}`", *("–" if name in row.absent else "yes" for name in names)])
        for row in rows
    ]
    for name in names:
        lines += ["", f"## {name}", "", *(_reasons(name, rows) or ["Everything."])]
    return "\n".join(lines) + "\n"


def _reasons(name: str, rows: Sequence[Row]) -> list[str]:
    """What that connector lacks, each reason once."""
    lacking: dict[str, list[str]] = {}
    for row in rows:
        if name in row.absent:
            lacking.setdefault(row.absent[name], []).append(f"`{row.capability}`")
    return [f"- {', '.join(capabilities)}: {reason}" for reason, capabilities in lacking.items()]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
