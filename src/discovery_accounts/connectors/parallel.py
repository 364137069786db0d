"""Several calls at a time, never more than a few: a patron's page must not take all of a library."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

_AT_A_TIME = 4


async def together(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """The answers in the order of the calls. The first failure ends the others and is raised."""
    gate = asyncio.Semaphore(_AT_A_TIME)

    async def one(call: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await call()

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(call)) for call in calls]
    except ExceptionGroup as failures:  # not except*: Python before 3.11.4 wraps again what is raised in it
        first = _first(failures)
    else:
        return [task.result() for task in tasks]
    raise first


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
