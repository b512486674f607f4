"""The little cryptography that the profile needs: X25519, HMAC-SHA256, CRC-16.

MicroPython has SHA-256 but neither X25519 nor HMAC. X25519 is RFC 7748's ladder on
Python's integers: it is not free of timing differences, which is good enough for a key
that is used once, in a window that somebody opened by hand.
"""

import hashlib

P = (1 << 255) - 19
A24 = 121665
BASE_POINT = b"\x09" + bytes(31)


def x25519(scalar: bytes, point: bytes) -> bytes:
    """Multiply a point by a scalar, 32 bytes each (RFC 7748, section 5)."""
    masked = bytearray(scalar)
    masked[0] &= 248
    masked[31] = (masked[31] & 127) | 64
    k = int.from_bytes(bytes(masked), "little")
    x1 = int.from_bytes(point, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3 = 1, 0, x1, 1
    swap = 0
    for t in range(254, -1, -1):
        bit = (k >> t) & 1
        if swap ^ bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swap = bit
        a = (x2 + z2) % P
        b = (x2 - z2) % P
        da = ((x3 - z3) * a) % P
        cb = ((x3 + z3) * b) % P
        aa = a * a % P
        bb = b * b % P
        e = (aa - bb) % P
        x3 = (da + cb) * (da + cb) % P
        z3 = (da - cb) * (da - cb) % P * x1 % P
        x2 = aa * bb % P
        z2 = e * (aa + A24 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def public_key(secret: bytes) -> bytes:
    """Return the public key of a 32-byte secret."""
    return x25519(secret, BASE_POINT)


def sha256(data: bytes) -> bytes:
    """Return the 32-byte digest."""
    return hashlib.sha256(data).digest()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return the 32-byte code (RFC 2104 with SHA-256)."""
    if len(key) > 64:
        key = sha256(key)
    key = key + bytes(64 - len(key))
    inner = bytes([b ^ 0x36 for b in key])
    outer = bytes([b ^ 0x5C for b in key])
    return sha256(outer + sha256(inner + message))


def same(one: bytes, other: bytes) -> bool:
    """Compare in a time that depends on the lengths only (R37)."""
    if len(one) != len(other):
        return False
    difference = 0
    for i in range(len(one)):
        difference |= one[i] ^ other[i]
    return difference == 0


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, not reflected, no final xor."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
            crc &= 0xFFFF
    return crc
