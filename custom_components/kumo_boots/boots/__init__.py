"""Talks to pressotherapy boots over Bluetooth LE, without Home Assistant.

Nothing in this folder imports anything outside it but bleak,
bleak-retry-connector and cryptography: it works as a package of its own.
"""

from . import drivers as drivers  # registers the protocols
