"""Doing one thing on several units at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from .any_unit import AnyUnit
from .errors import BootsError


async def each[T](
    units: Sequence[AnyUnit], do: Callable[[AnyUnit], Awaitable[T]]
) -> list[T]:
    """Do it on all at once; at the first failure give up the others and raise it.

    A BootsError names its legs in ``values["side"]`` where there are several units.
    """
    tasks = _begin(units, do)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        failed = next((task for task in tasks if _failed(task)), None)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if failed:
        await failed
    return [task.result() for task in tasks]


async def settle[T](
    units: Sequence[AnyUnit], do: Callable[[AnyUnit], Awaitable[T]]
) -> list[T]:
    """Do it on all at once, let all finish, and raise the first failure then."""
    results = await asyncio.gather(*_begin(units, do), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]


def side_of(units: Iterable[AnyUnit]) -> str:
    """Return the legs of units as a stable text: ``left``, ``right``, ``left, right``."""
    return ", ".join(sorted({side for unit in units for side in unit.sides}))


def _begin[T](
    units: Sequence[AnyUnit], do: Callable[[AnyUnit], Awaitable[T]]
) -> list[asyncio.Task[T]]:
    async def named(unit: AnyUnit) -> T:
        try:
            return await do(unit)
        except BootsError as error:
            if len(units) > 1:
                error.values.setdefault("side", side_of([unit]))
            raise

    return [asyncio.create_task(named(unit), eager_start=True) for unit in units]


def _failed[T](task: asyncio.Task[T]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
