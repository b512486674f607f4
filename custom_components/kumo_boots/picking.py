"""A list that a person picks from, as the flows show it."""

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)


def pick_from(options: dict[str, str], *, several: bool) -> SelectSelector:
    """Return a list to pick from, by key and label."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=value, label=label)
                for value, label in options.items()
            ],
            multiple=several,
            mode=SelectSelectorMode.LIST,
        )
    )
