"""A worker of its own that sends what is due, and may be killed meanwhile. Its order is one line of JSON."""

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

from discovery_accounts.services.alert_digests import AlertDigests
from discovery_accounts.services.opening import open_house
from discovery_accounts.services.outbox_sending import Outbox
from discovery_accounts.web.application import checked_settings
from tests.factories.clock import MovableClock
from tests.factories.portal import Portal
from tests.factories.together import ROOT


def start(portal: Portal, what: str = "send", limit: int = 1000) -> "subprocess.Popen[str]":
    """``what`` is ``send`` or ``compose`` (alerts); the process has begun when it printed ``ready``."""
    moved = (portal.clock() - MovableClock()()).total_seconds()
    order = {"values": portal.values, "moved_seconds": moved, "what": what, "limit": limit}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.factories.sending_process"],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return process


def main() -> None:
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    clock = MovableClock()
    clock.advance(seconds=timedelta(seconds=order["moved_seconds"]).total_seconds())
    house = open_house(checked_settings(order["values"]), clock=clock)
    print("ready", flush=True)
    try:
        if order["what"] == "send":
            Outbox(house).send(clock(), order["limit"])
        else:
            AlertDigests(house).compose(clock(), order["limit"], seconds=600)
    finally:
        house.close()


if __name__ == "__main__":
    main()
