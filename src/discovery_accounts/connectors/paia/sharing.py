"""One question at a time about each thing: who asks the same meanwhile waits for the same answer."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Nothing is kept: the next question after an answer is asked anew."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[T]] = {}

    async def ask(self, about: str, question: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to ``question``, or to the one about the same that is under way."""
        task = self._under_way.get(about)
        if task is None:
            task = asyncio.create_task(question())
            self._under_way[about] = task
            task.add_done_callback(partial(self._answered, about))
        # Shielded: a caller whose deadline passes must not take the answer from the others.
        return await asyncio.shield(task)

    def close(self) -> None:
        """Gives up what is under way."""
        for task in self._under_way.values():
            task.cancel()

    def _answered(self, about: str, task: asyncio.Task[T]) -> None:
        self._under_way.pop(about, None)
        if not task.cancelled():
            task.exception()  # looked at here, for callers may all be gone
