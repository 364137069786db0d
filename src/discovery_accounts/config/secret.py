"""A value that does not show itself."""

import hmac
from typing import NoReturn, Self


class Secret:
    """Text that appears as ``***`` wherever it is printed; ``reveal()`` gives it.

    Equality takes the same time whatever differs. It can't be pickled, so that it does not
    reach a queue or a cache inside something else.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself; call this only where it is handed over."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # The environment may hold bytes that are no UTF-8; Python gives them as halves of characters
        mine, theirs = (each._value.encode(errors="surrogatepass") for each in (self, other))
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret can't be pickled")
