"""One API client of the proxy: its TCP connection and what it asks for."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any, override

from .wire_format import Decoder, FrameError, encode, pb

if TYPE_CHECKING:
    from .proxy import Proxy

_LOGGER = logging.getLogger(__name__)
API_VERSION = (1, 14)


class ApiSession(asyncio.Protocol):
    """Answers the requests that every ESPHome device knows; the rest is the proxy's."""

    def __init__(self, proxy: Proxy) -> None:
        """Wait for the client to speak first."""
        self._proxy = proxy
        self._decoder = Decoder()
        self._transport: asyncio.Transport | None = None
        self.mute = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._proxy.joined(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._proxy.left(self)

    @override
    def data_received(self, data: bytes) -> None:
        if self.mute:
            return
        try:
            for message in self._decoder.feed(data):
                self._received(message)
        except FrameError as error:
            _LOGGER.debug("%s: not plaintext: %s", self._proxy.name, error)
            self.abort()

    def send(self, message: Any) -> None:
        """Send one message, unless the client is gone."""
        if self._transport and not self.mute:
            self._transport.write(encode(message))

    def abort(self) -> None:
        """Reset the TCP connection."""
        if self._transport:
            self._transport.abort()

    def _received(self, message: Any) -> None:
        match type(message):
            case pb.HelloRequest:
                self.send(
                    pb.HelloResponse(
                        api_version_major=API_VERSION[0],
                        api_version_minor=API_VERSION[1],
                        server_info=f"{self._proxy.name} (simulated)",
                        name=self._proxy.name,
                    )
                )
            case pb.AuthenticationRequest:
                self.send(pb.AuthenticationResponse())
            case pb.PingRequest:
                self.send(pb.PingResponse())
            case pb.DeviceInfoRequest:
                self.send(self._proxy.device_info)
            case pb.ListEntitiesRequest:
                self.send(pb.ListEntitiesDoneResponse())
            case pb.DisconnectRequest:
                self.send(pb.DisconnectResponse())
                if self._transport:
                    self._transport.close()
            case _:
                self._proxy.bluetooth(self, message)
