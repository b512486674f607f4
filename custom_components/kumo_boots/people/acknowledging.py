"""The precautions: who may say that they have read them, and how they read them."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.translation import async_get_translations

from ..boots.cause import Actor
from ..confirming import async_cause_by_hand
from ..const import DOMAIN
from ..coordinator import KumoBootsCoordinator
from .device import WearerEntity
from .wearer import SUBENTRY_WEARER, Wearer

ACKNOWLEDGE = ButtonEntityDescription(
    key="acknowledge_precautions",
    translation_key="acknowledge_precautions",
    entity_category=EntityCategory.CONFIG,
)

TEXT = f"component.{DOMAIN}.config_subentries.{SUBENTRY_WEARER}.step.precautions"


async def async_precautions(hass: HomeAssistant, wearer: Wearer) -> str:
    """Return what a wearer has to read, in the language of the house."""
    texts = await async_get_translations(
        hass, hass.config.language, "config_subentries", [DOMAIN]
    )
    return texts[f"{TEXT}.description"].replace("{name}", wearer.name)


async def async_check_own_hand(
    coordinator: KumoBootsCoordinator,
    wearer: Wearer,
    context: Context | None,
    what: str,
) -> None:
    """Raise ServiceValidationError unless the wearer does it, with their own hand.

    That is the user of the person they are linked to; of one without an account any
    person, for somebody has to. ``what`` is served, as in ``async_cause_by_hand``.
    """
    cause = await async_cause_by_hand(coordinator, context, what)
    if cause.actor is Actor.PERSON and coordinator.household.is_account_of(
        cause.user_id, wearer
    ):
        return
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="acknowledge_yourself",
        translation_placeholders={"name": wearer.name},
    )


class AcknowledgeButton(WearerEntity, ButtonEntity):
    """*I have read the precautions*, on the wearer's own device."""

    @override
    async def async_press(self) -> None:
        """Keep that they have read them."""
        await async_check_own_hand(
            self.coordinator, self.wearer, self._context, self.entity_id
        )
        self.coordinator.household.acknowledge(self.wearer)
