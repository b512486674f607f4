"""A file of ours in Home Assistant's storage whose loss nobody has to fear."""

import logging
from pathlib import Path
from typing import Any, Final, override

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

_LOGGER = logging.getLogger(__name__)

ASIDE: Final = ".corrupt."
"""What Home Assistant puts into the name of a file that it keeps aside, and so do we."""

UNREADABLE: Final = (
    AttributeError,
    IndexError,
    KeyError,
    NotImplementedError,
    TypeError,
    ValueError,
)
"""What reading may raise where a file holds something else than was written."""


class KeptFile(Store[dict[str, Any]]):
    """Keeps aside what cannot be read: boots that have to be stopped do not wait for it.

    That is also a file of a newer major version, as after going back to an older
    release of the integration.
    """

    @override
    async def async_load(self) -> dict[str, Any] | None:
        """Return what is kept; None where there is nothing, or nothing to read.

        Never raises. Home Assistant itself keeps aside and tells of what is no JSON.
        """
        try:
            data: object = await super().async_load()
            if data is None or isinstance(data, dict):
                return data
            raise TypeError(f"{type(data).__name__}, not a dictionary")
        except (HomeAssistantError, *UNREADABLE) as error:
            _LOGGER.error("%s cannot be read and is kept aside: %r", self.key, error)
        await self.async_keep_aside()
        return None

    async def async_keep_aside(self) -> None:
        """Move the file out of the way of the next one."""
        path = Path(self.path)
        aside = path.with_name(f"{path.name}{ASIDE}{dt_util.utcnow().isoformat()}")

        def move() -> None:
            if path.exists():
                path.rename(aside)

        try:
            await self.hass.async_add_executor_job(move)
        except OSError as error:
            # Better to remember nothing new than to write over what is there.
            self.make_read_only()
            _LOGGER.error("%s cannot be kept aside: %s", self.key, error)

    async def async_aside(self) -> list[str]:
        """Return the paths of the files that were kept aside, oldest first."""
        path = Path(self.path)

        def find() -> list[str]:
            return sorted(map(str, path.parent.glob(f"{path.name}{ASIDE}*")))

        return await self.hass.async_add_executor_job(find)

    async def async_erase_aside(self) -> None:
        """Delete the files that were kept aside."""
        for path in await self.async_aside():
            await self.hass.async_add_executor_job(Path(path).unlink, True)

    @override
    async def async_remove(self) -> None:
        """Delete the file, and those that were kept aside of it."""
        await super().async_remove()
        await self.async_erase_aside()
