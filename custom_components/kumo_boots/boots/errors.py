"""What can go wrong with boots, as types a caller can act on.

Every error carries a ``key`` (stable, for translation) and ``values`` (its
placeholders), so that the layer that talks to people never parses a message.
"""

from typing import ClassVar, Final

UNSAID: Final = "–"
"""What an error of a kind holds where nobody filled it in."""


class BootsError(Exception):
    """Something about the boots failed; the root of every error here."""

    key: ClassVar[str] = "boots_error"

    def __init__(self, message: str = "", **values: str | float) -> None:
        """Keep the placeholders for the person's own language."""
        super().__init__(message or self.key.replace("_", " "))
        self.values: dict[str, str | float] = values


class LinkError(BootsError):
    """The Bluetooth link could not be made or was lost."""

    key = "link_failed"


class NotSeenError(LinkError):
    """No adapter or proxy has heard the unit: switched off or out of range."""

    key = "not_seen"


class NoSlotError(LinkError):
    """Every adapter or proxy in reach is at its limit of connections."""

    key = "no_slots"


class LinkTimeoutError(LinkError):
    """The unit did not answer in time."""

    key = "timed_out"


class LinkLostError(LinkError):
    """The link broke while something was under way."""

    key = "link_lost"


class LinkReleasedError(LinkError):
    """The user gave the link to another app; only a stop may take it back."""

    key = "link_released"


class ProtocolError(BootsError):
    """The unit said something that its profile does not allow."""

    key = "protocol"


class UnsupportedVersionError(ProtocolError):
    """The unit speaks a major version of the profile that is not known here."""

    key = "unsupported_version"


class AuthorisationError(BootsError):
    """The unit refused the key: it was reset, or this controller was removed."""

    key = "not_authorised"


class PairingError(BootsError):
    """The exchange of keys failed."""

    key = "pairing_failed"


class PairingWindowClosedError(PairingError):
    """Nobody held the boots' button yet."""

    key = "pairing_window_closed"


class ControllersFullError(PairingError):
    """The unit remembers as many controllers as it can."""

    key = "controllers_full"


class RefusedError(BootsError):
    """The unit refused a request; ``values['code']`` says why, in the profile's number."""

    key = "refused"


class BusyError(RefusedError):
    """The session belongs to another controller, or one is running already."""

    key = "busy"


class RequestWaitsError(BusyError):
    """A person's request waits for its yes, and is not to be made another."""

    key = "request_waits"


class NonceExpiredError(RefusedError):
    """The start came too late; nothing inflated."""

    key = "too_late"


class WrongPhaseError(RefusedError):
    """The unit, or the session, is not in a phase that allows this."""

    key = "wrong_phase"


class NobodySaidError(RefusedError):
    """Nobody said that boots run which a person was asked to start."""

    key = "nobody_said"


class SayFirstError(WrongPhaseError):
    """Nobody has said whether boots run that nothing can ask."""

    key = "say_first"


class NeedsPersonError(RefusedError):
    """Only a person may let a session go on, or make it stronger or longer."""

    key = "needs_person"


class BenchOnlyError(NeedsPersonError):
    """These boots have not the fail-safes to be worn: only a person's hand runs them."""

    key = "bench_only"


class RequestChangedError(RefusedError):
    """What waits was changed by somebody else just before the yes to it."""

    key = "request_changed"


class NotSupportedError(RefusedError):
    """These boots cannot do this."""

    key = "not_supported"


class BatteryLowError(RefusedError):
    """The battery is too low to start."""

    key = "battery_low"


class FaultedError(RefusedError):
    """The boots report a fault that has to be cleared on the boots."""

    key = "faulted"


class NotWornError(RefusedError):
    """The boots notice that nobody wears them."""

    key = "not_worn"


class LimitError(BootsError):
    """A value is outside a limit; never clamped.

    ``values``: ``field`` (target, duration, remaining, boost, legs, zones…),
    ``value``, ``minimum``, ``maximum`` (mmHg or s), ``step``.
    """

    key = "out_of_range"


class StopNotConfirmedError(BootsError):
    """The boots did not report empty within the time a person can wait."""

    key = "stop_not_confirmed"


class StoppedError(BootsError):
    """A stop overtook the command: it was not, and will not be, carried out."""

    key = "stopped"
