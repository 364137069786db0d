"""How many calls to one library may be under way."""

import pytest

from discovery_accounts.connectors.api import Overloaded
from discovery_accounts.connectors.bulkhead import Bulkhead


def entered(bulkhead: Bulkhead, optional: bool) -> int:
    count = 0
    while True:
        try:
            bulkhead.enter(optional)
        except Overloaded:
            return count
        count += 1


def test_by_default_optional_calls_stop_at_32_and_others_at_96() -> None:
    bulkhead = Bulkhead(96)
    assert entered(bulkhead, optional=True) == 32
    assert entered(bulkhead, optional=False) == 64
    assert bulkhead.in_flight == 96


def test_a_place_given_back_can_be_taken() -> None:
    bulkhead = Bulkhead(1)
    bulkhead.enter(optional=False)
    bulkhead.leave()
    bulkhead.enter(optional=True)
    with pytest.raises(Overloaded) as caught:
        bulkhead.enter(optional=False)
    assert not caught.value.sent
