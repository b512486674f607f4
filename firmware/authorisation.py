"""Pairing and proof: the unit's side of section 6."""

from . import crypto, obp
from .keys import Keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

UNIT = b"U"
CONTROLLER = b"C"


def pairing_key(shared: bytes, controller_public: bytes, unit_public: bytes) -> bytes:
    """Return the key that an exchange gives, 32 bytes."""
    return crypto.hmac_sha256(shared, b"OBP1 key" + controller_public + unit_public)


def confirmation(key: bytes, role: bytes, slot: int, serial: bytes) -> bytes:
    """Return what a side shows to confirm that it has the key, 16 bytes."""
    return crypto.hmac_sha256(key, b"OBP1 paired" + role + bytes([slot]) + serial)[:16]


def proof(
    key: bytes, role: bytes, slot: int, serial: bytes, nc: bytes, nu: bytes
) -> bytes:
    """Return what a side shows in each connection, 16 bytes."""
    label = b"OBP1 link" + bytes([obp.VERSION_MAJOR]) + serial
    return crypto.hmac_sha256(key, label + role + bytes([slot]) + nc + nu)[:16]


def link_key(key: bytes, nc: bytes, nu: bytes) -> bytes:
    """Return the key of this connection's tags, 32 bytes."""
    return crypto.hmac_sha256(key, b"OBP1 session" + nc + nu)


def tag(key: bytes, request: bytes) -> bytes:
    """Return the tag of a request (opcode to counter) under a link key, 8 bytes."""
    return crypto.hmac_sha256(key, request)[: obp.TAG_BYTES]


class Authorisation:
    """What one connection has shown of itself.

    ``slot`` is None until the connection is authorised. ``strikes`` counts the wrong
    confirmations, slots and proofs of the connection; the unit drops it after three.
    """

    def __init__(
        self,
        serial: bytes,
        keys: Keys,
        random: "Callable[[int], bytes]",
        send: "Callable[[bytes], None]",
        observe: "Callable[..., None]",
    ) -> None:
        """``send`` notifies a frame, ``observe`` tells the witness."""
        self.serial = serial
        self.keys = keys
        self.random = random
        self.send = send
        self.observe = observe
        self.window_until: int | None = None
        self.begin()

    def begin(self) -> None:
        """Forget everything about the connection: it is new, or gone."""
        self.slot: int | None = None
        self.link_key = b""
        self.counter: int | None = None
        self.strikes = 0
        self._forget_exchanges()

    def revoke(self) -> None:
        """Take the authorisation away; the connection may stay."""
        self.slot = None
        self.link_key = b""
        self.counter = None
        self._forget_exchanges()

    def _forget_exchanges(self) -> None:
        self._first_half: bytes | None = None
        self._pairing: tuple[int, bytes] | None = None  # slot, key
        self._nonces: tuple[int, bytes, bytes] | None = None  # slot, nc, nu

    def open_window(self, now_ms: int) -> None:
        """Somebody holds the button: for 60 s a controller may pair."""
        self.window_until = now_ms + obp.WINDOW_MS

    def close_window(self) -> None:
        """End the pairing window and what was under way in it."""
        self.window_until = None
        self._first_half = None
        self._pairing = None

    def write(self, data: bytes) -> None:
        """Take a frame from the controller."""
        kind = data[0] if data else -1
        length = len(data)
        if kind == 0x01 and length == 18:
            self._public_key(data[1], data[2:])
        elif kind == 0x02 and length == 17:
            self._confirmed(data[1:])
        elif kind == 0x10 and length == 18:
            self._challenged(data[1], data[2:])
        elif kind == 0x11 and length == 17:
            self._proved(data[1:])
        else:
            self._refuse(obp.AUTH_UNEXPECTED)

    def _refuse(self, code: int) -> None:
        if code in (
            obp.AUTH_WRONG_CONFIRMATION,
            obp.AUTH_UNKNOWN_SLOT,
            obp.AUTH_WRONG_PROOF,
        ):
            self.strikes += 1
        self._forget_exchanges()
        self.observe("authorisation_refused", code=code, why=obp.AUTH_ERRORS[code])
        self.send(bytes([0x8F, code]))

    def _public_key(self, part: int, half: bytes) -> None:
        if self.window_until is None:
            self._refuse(obp.AUTH_WINDOW_CLOSED)
        elif self.keys.free_slot() is None:
            self._refuse(obp.AUTH_SLOTS_TAKEN)
        elif part == 0:
            self._forget_exchanges()
            self._first_half = half
        elif part == 1 and self._first_half is not None:
            self._exchange(self._first_half + half)
        else:
            self._refuse(obp.AUTH_UNEXPECTED)

    def _exchange(self, theirs: bytes) -> None:
        secret = self.random(32)
        shared = crypto.x25519(secret, theirs)
        slot = self.keys.free_slot()
        if slot is None or crypto.same(shared, bytes(32)):  # R32
            self._refuse(obp.AUTH_BAD_KEY)
            return
        ours = crypto.public_key(secret)
        key = pairing_key(shared, theirs, ours)
        self._forget_exchanges()
        self._pairing = (slot, key)
        self.send(b"\x81\x00" + ours[:16])
        self.send(b"\x81\x01" + ours[16:])
        self.send(bytes([0x82, slot]) + confirmation(key, UNIT, slot, self.serial))

    def _confirmed(self, shown: bytes) -> None:
        pairing = self._pairing
        if pairing is None:
            self._refuse(obp.AUTH_UNEXPECTED)
            return
        slot, key = pairing
        if not crypto.same(shown, confirmation(key, CONTROLLER, slot, self.serial)):
            self._refuse(obp.AUTH_WRONG_CONFIRMATION)
            return
        self.keys.put(slot, key)
        self.close_window()
        self.observe("paired", slot=slot)
        self.send(bytes([0x83, slot]))

    def _challenged(self, slot: int, nc: bytes) -> None:
        key = self.keys.get(slot)
        if key is None:
            self._refuse(obp.AUTH_UNKNOWN_SLOT)
            return
        nu = self.random(16)
        self._forget_exchanges()
        self._nonces = (slot, nc, nu)
        self.send(b"\x90" + nu)
        self.send(b"\x91" + proof(key, UNIT, slot, self.serial, nc, nu))

    def _proved(self, shown: bytes) -> None:
        if self._nonces is None:
            self._refuse(obp.AUTH_UNEXPECTED)
            return
        slot, nc, nu = self._nonces
        key = self.keys.get(slot)
        if key is None or not crypto.same(
            shown, proof(key, CONTROLLER, slot, self.serial, nc, nu)
        ):
            self._refuse(obp.AUTH_WRONG_PROOF)
            return
        self._forget_exchanges()
        self.slot = slot
        self.link_key = link_key(key, nc, nu)
        self.counter = None
        self.observe("authorised", slot=slot)
        self.send(bytes([0x92, slot]))
