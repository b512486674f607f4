"""The control point: requests are checked in R13's order, then handed to the unit."""

import struct

from . import crypto, obp, settings
from .authorisation import tag
from .programme import STANDARD
from .session import Session
from .upload import LONGEST, SHORTEST, Upload, out_of_range, programme

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .programme import Programme
    from .unit import Unit

    Answer = tuple[int, bytes]

ANY = tuple(range(len(obp.PHASES)))
BEFORE = (obp.IDLE, obp.OFFERED)
ARMABLE = (obp.IDLE, obp.OFFERED, obp.ARMED)

# opcode: shortest and longest parameters, phases, feature bit that it needs
RULES = {
    obp.OFFER: (2, 2, (obp.IDLE,), obp.FEATURE_START_BUTTON),
    obp.ARM: (7, 7, ARMABLE, 0),
    obp.START: (8, 8, (obp.ARMED,), 0),
    obp.COMMIT: (2, 2, obp.RUNNING, 0),
    obp.PAUSE: (2, 2, obp.CYCLING, obp.FEATURE_PAUSE),
    obp.RESUME: (2, 2, (obp.PAUSED,), obp.FEATURE_PAUSE),
    obp.SET: (5, 5, obp.RUNNING, 0),
    obp.HEARTBEAT: (2, 2, (obp.ARMED,) + obp.RUNNING, 0),
    obp.PROGRAMME_BEGIN: (3, 3, BEFORE, obp.FEATURE_CUSTOM),
    obp.PROGRAMME_PART: (2, 8, BEFORE, obp.FEATURE_CUSTOM),
    obp.PROGRAMME_COMMIT: (0, 0, BEFORE, obp.FEATURE_CUSTOM),
    obp.IDENTIFY: (0, 0, ANY, obp.FEATURE_IDENTIFY),
    obp.CHILD_LOCK: (1, 1, ANY, obp.FEATURE_CHILD_LOCK),
    obp.SET_PAIR_ID: (4, 4, (obp.IDLE,), 0),
    obp.FORGET_ME: (0, 0, (obp.IDLE,), 0),
}
OF_A_SESSION = (
    obp.START,
    obp.COMMIT,
    obp.PAUSE,
    obp.RESUME,
    obp.SET,
    obp.HEARTBEAT,
)
OF_ITS_OWNER = (obp.START, obp.COMMIT, obp.HEARTBEAT)
INFLATING = (obp.ARM, obp.START, obp.RESUME)


def _wrong(where: "settings.Wrong") -> "Answer | None":
    if where is None:
        return None
    return obp.OUT_OF_RANGE, struct.pack("<BH", where[0], where[1])


class Control:
    """Answers requests of the connection."""

    def __init__(self, unit: "Unit") -> None:
        """Act on ``unit``."""
        self.unit = unit
        self.upload: Upload | None = None

    def answer(self, data: bytes) -> "Answer":
        """Return the result code and its data for any request but *stop*."""
        unit = self.unit
        opcode = data[0]
        rule = RULES.get(opcode)
        if rule is None:
            return obp.UNKNOWN_OPCODE, b""
        shortest, longest, phases, feature = rule
        end = len(data) - obp.COUNTER_BYTES - obp.TAG_BYTES
        if not shortest <= end - 2 <= longest:
            return obp.WRONG_LENGTH, b""
        refused = self._check_sender(data, end)
        if refused is not None:
            return refused, b""
        parameters = data[2:end]
        if feature & ~unit.config.features or not self._supported(opcode, parameters):
            return obp.NOT_SUPPORTED, b""
        if unit.phase not in phases:
            if unit.phase == obp.FAULT:
                return obp.FAULTED, struct.pack("<H", unit.faults)
            if opcode == obp.START:
                return obp.WRONG_NONCE, b""  # it is used or dead, else this were armed
            return obp.WRONG_PHASE, bytes([unit.phase])
        if opcode in OF_A_SESSION:
            session = unit.session
            if session is None or session.number != _u16(parameters, 0):
                return obp.WRONG_SESSION, b""
            if opcode in OF_ITS_OWNER and session.slot != unit.authorisation.slot:
                return obp.NOT_OWNER, b""
            if opcode == obp.START and not unit.nonce_is(_u32(parameters, 2)):
                return obp.WRONG_NONCE, b""
        wrong = self._check_ranges(opcode, parameters)
        if wrong is not None:
            return wrong
        if opcode in INFLATING:
            why = unit.unfit()
            if why != obp.DONE:
                return why, b""
        return self._do(opcode, data[1], parameters)

    def _check_sender(self, data: bytes, end: int) -> "int | None":
        known = self.unit.authorisation
        if known.slot is None:
            return obp.NOT_AUTHORISED
        signed = data[: end + obp.COUNTER_BYTES]
        if not crypto.same(
            data[end + obp.COUNTER_BYTES :], tag(known.link_key, signed)
        ):
            return obp.WRONG_TAG
        counter = _u16(data, end)
        if known.counter is not None and counter <= known.counter:
            return obp.OLD_COUNTER
        known.counter = counter
        return None

    def _programme(self, number: int) -> "Programme | None":
        if not self.unit.config.programmes & (1 << number):
            return None
        if number == obp.CUSTOM:
            return self.unit.custom
        return STANDARD.get(number)

    def _supported(self, opcode: int, parameters: bytes) -> bool:
        config = self.unit.config
        skip = boost = False
        if opcode == obp.ARM:
            if self._programme(parameters[0]) is None:
                return False
            skip = parameters[5] != 0
            boost = parameters[6] != 0
        elif opcode == obp.SET:
            field = parameters[2]
            if not obp.SET_TARGET <= field <= obp.SET_BOOST:
                return False
            skip = field == obp.SET_SKIP
            boost = field == obp.SET_BOOST
        return not (
            (skip and not config.has(obp.FEATURE_ZONE_SKIP))
            or (boost and not config.has(obp.FEATURE_ZONE_BOOST))
        )

    def _check_ranges(self, opcode: int, parameters: bytes) -> "Answer | None":
        config = self.unit.config
        wrong = None
        if opcode == obp.OFFER:
            wrong = settings.between(_u16(parameters, 0), 1, obp.OFFER_LIMIT_S, 1)
        elif opcode == obp.ARM:
            wanted = self._programme(parameters[0])
            if wanted is not None:
                wrong = settings.check_arm(
                    config,
                    wanted,
                    parameters[1],
                    _u16(parameters, 2),
                    parameters[4],
                    parameters[5],
                    parameters[6],
                )
        elif opcode == obp.START:
            wrong = settings.between(_u16(parameters, 6), 0, obp.DELAY_LIMIT_MS, 3)
        elif opcode == obp.SET:
            session = self.unit.session
            if session is not None:
                wrong = settings.check_set(
                    config, session, parameters[2], _u16(parameters, 3)
                )
        elif opcode == obp.PROGRAMME_BEGIN:
            wrong = settings.between(parameters[0], SHORTEST, LONGEST, 1)
        elif opcode == obp.PROGRAMME_PART:
            part = len(parameters) - 1
            if self.upload is None or part > self.upload.length:
                return obp.WRONG_PROGRAMME, b""
            last = self.upload.length - part
            wrong = settings.between(parameters[0], 0, last, 1)
        elif opcode == obp.CHILD_LOCK:
            wrong = settings.between(parameters[0], 0, 1, 1)
        return _wrong(wrong)

    def _do(self, opcode: int, number: int, parameters: bytes) -> "Answer":
        unit = self.unit
        if opcode == obp.ARM:
            return obp.DONE, self._arm(number, parameters)
        session = unit.session
        if session is not None and opcode in OF_A_SESSION:
            if opcode == obp.START:
                unit.start(session, number, _u16(parameters, 6))
            elif opcode == obp.COMMIT:
                unit.commit(session)
            elif opcode == obp.PAUSE:
                unit.pause(session)
            elif opcode == obp.RESUME:
                unit.resume(session, number)
            elif opcode == obp.SET:
                unit.change(session, parameters[2], _u16(parameters, 3))
            else:
                unit.beat(session)
        elif opcode == obp.OFFER:
            unit.offer(_u16(parameters, 0) * 1000)
        elif opcode == obp.PROGRAMME_BEGIN:
            self.upload = Upload(parameters[0], _u16(parameters, 1))
        elif opcode == obp.PROGRAMME_PART:
            if self.upload is None or not self.upload.part(
                parameters[0], parameters[1:]
            ):
                return obp.WRONG_PROGRAMME, b""
        elif opcode == obp.PROGRAMME_COMMIT:
            return self._commit_programme()
        elif opcode == obp.IDENTIFY:
            unit.identify()
        elif opcode == obp.CHILD_LOCK:
            unit.set_child_lock(parameters[0] == 1)
        elif opcode == obp.SET_PAIR_ID:
            unit.set_pair_id(parameters)
        elif opcode == obp.FORGET_ME:
            unit.forget_controller()
        return obp.DONE, b""

    def _arm(self, number: int, parameters: bytes) -> bytes:
        unit = self.unit
        wanted = self._programme(parameters[0])
        slot = unit.authorisation.slot
        if wanted is None or slot is None:
            raise RuntimeError("arm was not checked")
        session = Session(
            unit.next_session_number(),
            wanted,
            parameters[1],
            _u16(parameters, 2),
            parameters[4],
            parameters[5],
            parameters[6],
            slot,
            obp.ORIGIN_CONTROLLER,
        )
        unit.close_window()
        nonce = unit.arm(session, number)
        return struct.pack("<HIB", session.number, nonce, obp.DELAY_LIMIT_MS // 100)

    def _commit_programme(self) -> "Answer":
        upload = self.upload
        self.upload = None
        data = None if upload is None else upload.complete()
        if data is None:
            return obp.WRONG_PROGRAMME, b""
        wrong = _wrong(out_of_range(data))
        if wrong is not None:
            return wrong
        self.unit.custom = programme(data)
        return obp.DONE, b""


def _u16(data: bytes, at: int) -> int:
    return data[at] | (data[at + 1] << 8)


def _u32(data: bytes, at: int) -> int:
    return _u16(data, at) | (_u16(data, at + 2) << 16)
