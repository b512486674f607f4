"""The bundle, to be downloaded once by the administrator who made it.

Not a file under ``www``, which anybody on the network can read, nor one in the
configuration, which would stay: it is kept in memory, behind an address that is signed
for the administrator's own session, until the flow is closed.
"""

from datetime import timedelta
from http import HTTPStatus
import json
from typing import Any

from aiohttp import web
from homeassistant.components.http import KEY_HASS, KEY_HASS_USER, HomeAssistantView
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

VALID = timedelta(hours=1)

KEPT: HassKey[dict[str, dict[str, Any]]] = HassKey(f"{DOMAIN}_bundles")
"""Bundles by the flow that made them."""


class BundleView(HomeAssistantView):
    """Gives a bundle to who made it."""

    url = f"/api/{DOMAIN}/bundle/{{flow_id}}"
    name = f"api:{DOMAIN}:bundle"

    async def get(self, request: web.Request, flow_id: str) -> web.Response:
        """Return the bundle as a file."""
        if not request[KEY_HASS_USER].is_admin:
            raise Unauthorized
        bundle = request.app[KEY_HASS].data[KEPT].get(flow_id)
        if bundle is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return web.Response(
            text=json.dumps(bundle, indent=1),
            content_type="application/json",
            headers={
                "Content-Disposition": 'attachment; filename="boots-bundle.json"',
                "Cache-Control": "no-store",
            },
        )


@callback
def async_serve(hass: HomeAssistant) -> None:
    """Have the view; the flow may run where no boots are set up yet."""
    if KEPT not in hass.data:
        hass.data[KEPT] = {}
        hass.http.register_view(BundleView)


@callback
def async_keep(hass: HomeAssistant, flow_id: str, bundle: dict[str, Any]) -> str:
    """Keep a bundle until it is dropped; returns the address of it."""
    hass.data[KEPT][flow_id] = bundle
    return async_sign_path(hass, BundleView.url.format(flow_id=flow_id), VALID)


@callback
def async_drop(hass: HomeAssistant, flow_id: str) -> None:
    """Keep a bundle no longer."""
    hass.data.get(KEPT, {}).pop(flow_id, None)
