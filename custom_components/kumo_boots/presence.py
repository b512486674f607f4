"""Who is there: links and advertisements, without the flicker.

A link that is lost and comes back within the grace was never away, as far as the
entities tell. A link that was let go on purpose is no loss.
"""

from collections.abc import Callable, Sequence

from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import (
    BluetoothCallbackMatcher,
    BluetoothCallbackReplay,
    BluetoothScanningMode,
    BluetoothServiceInfoBleak,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .boots.link_status import INTENDED
from .boots.unit import Unit
from .const import LINK_LOSS_GRACE_S
from .units import said_running


class UnitPresence:
    """Whether one unit is linked, and whether it is about at all."""

    def __init__(
        self,
        hass: HomeAssistant,
        unit: Unit,
        changed: Callable[[], None],
        heard: Callable[[Unit, BluetoothServiceInfoBleak, bool], None],
    ) -> None:
        """Watch ``unit``.

        ``heard`` is told of every advertisement, with True for the first one since
        the unit was away.
        """
        self._hass = hass
        self._unit = unit
        self._changed = changed
        self._heard = heard
        self._in_grace: CALLBACK_TYPE | None = None
        self._was_linked = False
        self.on_air = bluetooth.async_address_present(hass, unit.address)
        self._unsubscribe = [
            bluetooth.async_register_advertisement_callback(
                hass, self._advertised, unit.address
            ),
            # Has scanners that only listen ask now and then: whether a session runs is
            # in the answer.
            bluetooth.async_register_callback(
                hass,
                lambda info, _: self._advertised(info),
                BluetoothCallbackMatcher(address=unit.address, connectable=True),
                BluetoothScanningMode.ACTIVE,
                replay=BluetoothCallbackReplay.DISABLED,
            ),
            bluetooth.async_track_unavailable(hass, self._silent, unit.address),
        ]

    @property
    def connected(self) -> bool:
        """Linked, or lost so recently that it does not count."""
        return self._unit.connected or (
            self._in_grace is not None and self._unit.link_status.reason not in INTENDED
        )

    @property
    def available(self) -> bool:
        """Linked or on the air, or until recently."""
        return self._unit.connected or self._in_grace is not None or self.on_air

    @callback
    def link_changed(self) -> None:
        """Look at the link again; called with every change of the unit."""
        linked = self._unit.connected
        if linked == self._was_linked:
            return
        self._was_linked = linked
        self._end_grace()
        if linked:
            return
        # It begins to advertise only now (profile, R5): what was heard before the link
        # says nothing.
        self.on_air = False
        self._in_grace = async_call_later(
            self._hass, LINK_LOSS_GRACE_S, self._grace_over
        )

    @callback
    def _grace_over(self, _now: object) -> None:
        self._in_grace = None
        self._changed()

    @callback
    def _end_grace(self) -> None:
        if self._in_grace is not None:
            self._in_grace()
            self._in_grace = None

    @callback
    def _advertised(self, info: BluetoothServiceInfoBleak) -> None:
        first = not self.available
        self.on_air = True
        self._unit.rssi = info.rssi
        self._unit.seen(said_running(info))
        self._heard(self._unit, info, first)
        if first:
            self._changed()

    @callback
    def _silent(self, _info: BluetoothServiceInfoBleak) -> None:
        self.on_air = False
        self._changed()

    @callback
    def close(self) -> None:
        """Stop watching."""
        self._end_grace()
        while self._unsubscribe:
            self._unsubscribe.pop()()


class Presence:
    """The presence of all units of a pair."""

    def __init__(
        self,
        hass: HomeAssistant,
        units: Sequence[Unit],
        changed: Callable[[], None],
        heard: Callable[[Unit, BluetoothServiceInfoBleak, bool], None],
    ) -> None:
        """Watch all units."""
        self._units = [UnitPresence(hass, unit, changed, heard) for unit in units]

    @property
    def connected(self) -> bool:
        """Every unit is."""
        return all(unit.connected for unit in self._units)

    @property
    def available(self) -> bool:
        """Every unit is."""
        return all(unit.available for unit in self._units)

    @callback
    def link_changed(self) -> None:
        """Look at the links again."""
        for unit in self._units:
            unit.link_changed()

    @callback
    def close(self) -> None:
        """Stop watching."""
        for unit in self._units:
            unit.close()
