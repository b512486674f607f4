"""An emulated ESPHome Bluetooth proxy, for an unmodified Home Assistant."""

from .proxy import Proxy

__all__ = ["Proxy"]
