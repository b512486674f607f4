"""Makes one Bluetooth connection, and says in our words why it could not."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast, override

from bleak.backends.device import BLEDevice
from bleak.exc import BleakDeviceNotFoundError, BleakError
import bleak_retry_connector
from bleak_retry_connector import (
    OUT_OF_SLOTS_ERRORS,
    BleakClientWithServiceCache,
    BleakNotFoundError,
    BleakOutOfConnectionSlotsError,
)

from .errors import LinkError, LinkTimeoutError, NoSlotError, NotSeenError

CONNECT_TIMEOUT_S = 45
"""Two tries of bleak-retry-connector's 20 s each, and what is between them."""
TRIES = 2
"""Small: whoever holds the link tries again, with a backoff that does not flood the
radio; and whoever asked for it learns soon what is wrong."""

type ClientClass = type[BleakClientWithServiceCache]

if TYPE_CHECKING:
    from bleak import BleakClient as _Client
else:
    # Whatever it is mixed with decides: Home Assistant replaces bleak's own class.
    _Client = object


async def connect(
    name: str,
    find_device: Callable[[], BLEDevice | None],
    disconnected: Callable[[], None],
    client_class: ClientClass | None,
) -> BleakClientWithServiceCache:
    """Connect to the device as it is known now; raises ``LinkError``s only."""
    device = find_device()
    if device is None:
        raise NotSeenError(f"{name} was not heard by any adapter or proxy")
    # The class is looked up late: Home Assistant puts its own in the module's place.
    chosen = client_class or bleak_retry_connector.BleakClientWithServiceCache
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            return await bleak_retry_connector.establish_connection(
                _impatient(chosen),
                device,
                name,
                disconnected_callback=lambda _: disconnected(),
                max_attempts=TRIES,
                ble_device_callback=lambda: find_device() or device,
            )
    except (BleakError, OSError, EOFError, TimeoutError) as cause:
        raise _in_our_words(name, cause) from cause


def source_of(device: BLEDevice | None) -> str:
    """Return the adapter or proxy through which a device was heard, if it is known."""
    details = device.details if device is not None else None
    if isinstance(details, dict):
        return str(details.get("source") or details.get("path") or "")
    return ""


class _Impatience(_Client):
    """Makes a client try to connect ``TRIES`` times only, whatever is wrong.

    bleak-retry-connector tries up to nine times, 4 s apart, when every connection
    slot is taken: too long for a person who waits to be told. It does not retry
    after an error that is none of bleak's.
    """

    tried = 0

    @override
    async def connect(self, **kwargs: Any) -> None:
        self.tried += 1
        try:
            await super().connect(**kwargs)
        except (BleakError, EOFError, TimeoutError) as cause:
            if self.tried < TRIES:
                raise
            # Home Assistant's client knows no address before it is connected.
            raise _in_our_words("connect", cause) from cause


def _impatient(client_class: ClientClass) -> ClientClass:
    """Return the class with that impatience."""
    return cast(ClientClass, type("Client", (_Impatience, client_class), {}))


def _in_our_words(name: str, cause: Exception) -> LinkError:
    """Map what bleak and its retry connector raise."""
    text = f"{name}: {cause or type(cause).__name__}"
    if isinstance(cause, BleakOutOfConnectionSlotsError) or any(
        words in text for words in OUT_OF_SLOTS_ERRORS
    ):
        return NoSlotError(text)
    if isinstance(cause, TimeoutError):
        return LinkTimeoutError(text)
    if isinstance(cause, BleakDeviceNotFoundError | BleakNotFoundError):
        return NotSeenError(text)
    return LinkError(text)
