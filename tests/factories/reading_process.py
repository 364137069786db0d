"""A portal process of its own: opens the same database and keys, waits for a word, reads in many threads.

Started by :func:`tests.factories.together.read_in_processes`.
"""

import json
import sys
from datetime import timedelta
from typing import Any

from discovery_accounts.services.house import House
from discovery_accounts.services.loans import Loans
from discovery_accounts.services.opening import open_house
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.web.application import checked_settings
from tests.factories.clock import MovableClock
from tests.factories.together import together


def main() -> None:
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    clock = MovableClock()
    clock.advance(seconds=timedelta(seconds=order["moved_seconds"]).total_seconds())
    house = open_house(checked_settings(order["values"]), clock=clock)
    print("ready", flush=True)
    assert sys.stdin.readline().strip() == "go"
    try:
        read = together(order["threads"], lambda _number: _states(house, order["token"], order["times"]))
    finally:
        house.close()
    print(json.dumps([state for states in read for state in states]))


def _states(house: House, token: str, times: int) -> list[str]:
    actor = Sessions(house).find(token)
    assert actor is not None
    return [reading.state.value for _ in range(times) for reading in Loans(house).read(actor, refresh=True)]


if __name__ == "__main__":
    main()
