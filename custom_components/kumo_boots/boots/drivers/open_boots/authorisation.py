"""The keys of the Open Boots Profile (section 6): pure functions."""

import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)

from ...errors import PairingError
from .profile import VERSION_MAJOR

CONTROLLER = b"C"
UNIT = b"U"
PROOF_BYTES = 16
TAG_BYTES = 8


def keyed_hash(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA256, 32 bytes."""
    return hmac.digest(key, message, "sha256")


def public_key(private: X25519PrivateKey) -> bytes:
    """Return the 32 bytes that may be shown to anybody."""
    return private.public_key().public_bytes_raw()


def pairing_key(private: X25519PrivateKey, theirs: bytes) -> bytes:
    """Return the key that both get from the exchange, 32 bytes.

    ``PairingError`` for a public key whose shared result is all zeros (R32).
    """
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError as cause:
        raise PairingError("a bad public key") from cause
    return keyed_hash(shared, b"OBP1 key" + public_key(private) + theirs)


def confirmation(key: bytes, role: bytes, slot: int, unit: bytes) -> bytes:
    """Return what shows in the pairing that a role has the key."""
    message = b"OBP1 paired" + role + bytes((slot,)) + unit
    return keyed_hash(key, message)[:PROOF_BYTES]


def proof(
    key: bytes, role: bytes, slot: int, unit: bytes, nc: bytes, nu: bytes
) -> bytes:
    """Return what shows in each connection that a role has the key."""
    message = (
        b"OBP1 link" + bytes((VERSION_MAJOR,)) + unit + role + bytes((slot,)) + nc + nu
    )
    return keyed_hash(key, message)[:PROOF_BYTES]


def link_key(key: bytes, nc: bytes, nu: bytes) -> bytes:
    """Return the key of this connection's tags."""
    return keyed_hash(key, b"OBP1 session" + nc + nu)


def tag(link: bytes, request: bytes) -> bytes:
    """Return the tag of a request: opcode, number, parameters, counter."""
    return keyed_hash(link, request)[:TAG_BYTES]


def same(mine: bytes, theirs: bytes) -> bool:
    """Compare in a time that does not depend on what they hold (R37)."""
    return hmac.compare_digest(mine, theirs)
