"""``--shard I/N``: part I, from 0, of work that N workers share."""

import re

import click

from discovery_accounts.services.alerts.normal_form import BUCKETS

_SHARD = re.compile(r"([0-9]{1,3})/([0-9]{1,3})")


class Shard(click.ParamType[tuple[int, int]]):
    name = "I/N"

    def convert(
        self, value: str | tuple[int, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        found = _SHARD.fullmatch(value)
        index, count = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 0 <= index < count <= BUCKETS:
            self.fail(f"{value!r} is no part such as 0/4 or 3/4; at most {BUCKETS} can share", param, ctx)
        return index, count
