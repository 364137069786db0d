"""A secret does not show itself."""

import copy
import pickle

import pytest

from discovery_accounts.config.secret import Secret


def test_it_never_prints() -> None:
    secret = Secret("hunter2")
    assert f"{secret} {secret!r} {[secret]} %s" % secret == "*** *** [***] ***"
    assert secret.reveal() == "hunter2"


def test_equality_is_by_value() -> None:
    assert Secret("ä") == Secret("ä")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_it_can_be_copied_but_not_pickled() -> None:
    secret = Secret("hunter2")
    assert copy.deepcopy(secret) is secret
    with pytest.raises(TypeError):
        pickle.dumps(secret)
