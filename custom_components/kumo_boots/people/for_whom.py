"""Select: whose legs are in the boots."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import callback

from ..entity import KumoBootsControl
from ..exceptions import speaking_to_people
from .requesting import wearer_named
from .wearer import GUEST

FOR_WHOM = SelectEntityDescription(key="for_whom", translation_key="for_whom")


class ForWhomSelect(KumoBootsControl, SelectEntity):
    """Everybody the household knows, and the guest."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the household: its changes are not the boots'."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.household.listen(self._changed))

    @callback
    def _changed(self) -> None:
        self.async_write_ha_state()

    @property
    @override
    def options(self) -> list[str]:
        """Name everybody who may be chosen; in a studio that is the guest alone."""
        household = self.coordinator.household
        known = () if household.studio else household.wearers
        return [GUEST.name, *(wearer.name for wearer in known)]

    @property
    @override
    def current_option(self) -> str | None:
        """Tell who wears the boots; unknown is who was removed during their session."""
        name = self.coordinator.household.current.name
        return name if name in self.options else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Have somebody else wear them, between sessions."""
        with speaking_to_people():
            await self.coordinator.household.async_choose(
                wearer_named(self.coordinator, option)
            )
