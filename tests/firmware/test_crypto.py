"""RFC 7748, RFC 4231 and the checksum, against the firmware's pure Python."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from hypothesis import given, settings, strategies as st
import pytest

from firmware import crypto

KEY = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize(
    ("scalar", "point", "product"),
    [
        (
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        ),
        (
            # The unused top bit of the point is set.
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        ),
    ],
)
def test_x25519_rfc_7748_section_5_2(scalar: str, point: str, product: str) -> None:
    """The two vectors of one multiplication."""
    made = crypto.x25519(bytes.fromhex(scalar), bytes.fromhex(point))
    assert made.hex() == product


def test_x25519_rfc_7748_a_thousand_times() -> None:
    """The iterated vector of section 5.2."""
    k = u = crypto.BASE_POINT
    for _ in range(1000):
        k, u = crypto.x25519(k, u), k
    assert k.hex() == (
        "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"
    )


def test_x25519_rfc_7748_section_6_1() -> None:
    """Both sides of an exchange."""
    alice = bytes.fromhex(
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
    )
    bob = bytes.fromhex(
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"
    )
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    assert crypto.x25519(alice, crypto.public_key(bob)).hex() == shared
    assert crypto.x25519(bob, crypto.public_key(alice)).hex() == shared


@settings(max_examples=25, deadline=None)
@given(KEY, KEY)
def test_x25519_agrees_with_openssl(one: bytes, other: bytes) -> None:
    """Any two keys."""
    theirs = X25519PrivateKey.from_private_bytes(other).public_key()
    expected = X25519PrivateKey.from_private_bytes(one).exchange(
        X25519PublicKey.from_public_bytes(theirs.public_bytes_raw())
    )
    assert crypto.x25519(one, theirs.public_bytes_raw()) == expected


@pytest.mark.parametrize(
    ("key", "message", "code"),
    [
        (
            b"\x0b" * 20,
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            b"\xaa" * 20,
            b"\xdd" * 50,
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            bytes(range(1, 26)),
            b"\xcd" * 50,
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            b"\xaa" * 131,
            (
                b"This is a test using a larger than block-size key and a larger than "
                b"block-size data. The key needs to be hashed before being used by the "
                b"HMAC algorithm."
            ),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ],
)
def test_hmac_rfc_4231(key: bytes, message: bytes, code: str) -> None:
    """The vectors for SHA-256 (5, the truncated one, left out)."""
    assert crypto.hmac_sha256(key, message).hex() == code


@settings(deadline=None)
@given(st.binary(max_size=150), st.binary(max_size=200))
def test_hmac_agrees_with_the_library(key: bytes, message: bytes) -> None:
    """Any key and message."""
    assert crypto.hmac_sha256(key, message) == hmac.digest(key, message, "sha256")


def test_sha256() -> None:
    """The digest that the pair hash is made of."""
    assert crypto.sha256(b"abc") == hashlib.sha256(b"abc").digest()


@settings(deadline=None)
@given(st.binary(max_size=20), st.binary(max_size=20))
def test_same(one: bytes, other: bytes) -> None:
    """Comparing in constant time still compares."""
    assert crypto.same(one, other) == (one == other)
    assert crypto.same(one, bytes(one))


@pytest.mark.parametrize(("data", "crc"), [(b"123456789", 0x29B1), (b"", 0xFFFF)])
def test_crc16_ccitt_false(data: bytes, crc: int) -> None:
    """The catalogue's check value."""
    assert crypto.crc16(data) == crc
