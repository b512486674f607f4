"""A limit that is raised above 80 mmHg is asked for twice."""

from homeassistant.helpers.selector import BooleanSelector
import voluptuous as vol

from .wearer import ASK_AGAIN_ABOVE_MMHG

CONF_SURE = "sure"


def must_ask_again(before_mmhg: int, after_mmhg: int) -> bool:
    """Tell whether a limit (mmHg) that is raised has to be asked for twice."""
    return after_mmhg > max(before_mmhg, ASK_AGAIN_ABOVE_MMHG)


def sure_schema() -> vol.Schema:
    """Return the form that asks again."""
    return vol.Schema({vol.Required(CONF_SURE, default=False): BooleanSelector()})
