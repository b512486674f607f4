"""Who is behind a call."""

from homeassistant.core import Context, HomeAssistant

from .boots.cause import Actor, Cause


async def async_cause_from(
    hass: HomeAssistant, context: Context | None, *, why: str = "requested"
) -> Cause:
    """Return who is behind a call: a person only when signed in and acting directly.

    A person is a user that exists, is active and not system-generated, in a context
    without parent. Anything else is an automation.
    """
    actor, user_id = Actor.AUTOMATION, None
    if context is not None and context.user_id is not None:
        user_id = context.user_id
        user = await hass.auth.async_get_user(user_id)
        if (
            user is not None
            and user.is_active
            and not user.system_generated
            and context.parent_id is None
        ):
            actor = Actor.PERSON
    return Cause(actor=actor, why=why, user_id=user_id)


def cause_of_words(context: Context | None) -> Cause:
    """Return who is behind what was said, or written by a model: nobody's hand.

    Assistants carry the account of whoever set them up, or is signed in beside them.
    """
    user_id = None if context is None else context.user_id
    return Cause(actor=Actor.AUTOMATION, why="requested", user_id=user_id)
