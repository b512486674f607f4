"""Cards that are told what a test has them be told, beside one that is told the truth."""

from collections.abc import Sequence
from typing import Any

from playwright.async_api import Locator

FEED = """async (card, [moments, config, part, more]) => {
  // Beside the other, and as wide as it is there, or as a part of that.
  const width = card.getBoundingClientRect().width * part;
  const place = document.createElement("div");
  place.className = "fed";
  place.style.width = `${width}px`;
  card.parentElement.append(place);
  window.pressed ??= [];
  const { hass } = card;
  const told = (message) => ({
    ...hass,
    entities: { ...hass.entities, ...more.entities },
    states: { ...hass.states, ...more.states },
    // Whether it answers is the real one's to say.
    connection: new Proxy(hass.connection, {
      get: (home, name) => {
        if (name === "subscribeMessage") {
          return async (hear) => (hear(message), async () => {});
        }
        const value = home[name];
        return typeof value === "function" ? value.bind(home) : value;
      },
    }),
    callService: async (...what) => void window.pressed.push(what.slice(0, 3)),
  });
  for (const [name, message] of Object.entries(moments)) {
    const fed = document.createElement("kumo-boots-card");
    fed.className = name;
    fed.setConfig({ ...card.config, ...config });
    fed.hass = told(message);
    place.append(fed);
  }
  for (const fed of place.children) {
    for (let n = 0; n < 50 && !fed.shadowRoot.querySelector(".phase"); n++) {
      await new Promise(requestAnimationFrame);
    }
    await fed.updateComplete;
  }
  await new Promise(requestAnimationFrame);
}"""

LOOK = """(card) => {
  const found = [];
  const edge = card.getBoundingClientRect();
  const parent = (node) => node.parentNode instanceof ShadowRoot
    ? node.parentNode.host : node.parentNode;
  const name = (one) => `${one.localName}.${one.getAttribute("class") ?? ""}`;
  const texts = [];
  const area = ({ width, height }) => width * height;
  const stop = area(card.shadowRoot.querySelector(".stop").getBoundingClientRect());
  const outside = (box, room) => box.right > room.right + 1 || box.left < room.left - 1
    || box.bottom > room.bottom + 2 || box.top < room.top - 2;
  const seek = (root) => {
    for (const one of root.children) {
      if (["option", "svg", "ha-icon", "style"].includes(one.localName)
        || one.classList.contains("said")) continue;
      if (one.shadowRoot) seek(one.shadowRoot);
      seek(one);
      // Of what has no box of its own the parts were looked at.
      if (!one.checkVisibility({ visibilityProperty: true })) continue;
      const style = getComputedStyle(one);
      const box = one.getBoundingClientRect();
      if (one.localName === "button" && !one.matches(".stop") && area(box) >= stop) {
        found.push(`not smaller than stop: ${one.textContent.trim()}`);
      }
      if (box.right > edge.right + 1 || box.left < edge.left - 1) {
        found.push(`wider than the card: ${name(one)}`);
      }
      if (style.overflowX !== "visible" && (one.scrollWidth > one.clientWidth + 1
        || one.scrollHeight > one.clientHeight + 1)) {
        found.push(`cut: ${name(one)} ${one.textContent.trim()}`);
      }
      for (const node of one.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const line of range.getClientRects()) {
          if (!line.width) continue;
          texts.push([node, line]);
          // What is cut is told by who cuts it.
          for (let in_ = one; in_ !== card; in_ = parent(in_)) {
            if (getComputedStyle(in_).overflowX !== "visible") break;
            if (outside(line, in_.getBoundingClientRect())) {
              found.push(`beyond ${name(in_)}: ${node.data.trim()}`);
              break;
            }
          }
          const ring = one.closest(".ring")?.getBoundingClientRect();
          if (!ring) continue;
          const away = Math.hypot(line.width / 2, Math.max(
            ...[line.top, line.bottom].map((y) => Math.abs(y - ring.top - ring.height / 2))));
          // Its own line is four sixtieths of it on either side of 52.
          if (away > ring.width / 2 * 48 / 60) found.push(`on the ring: ${node.data.trim()}`);
        }
      }
    }
  };
  seek(card.shadowRoot);
  texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
    if (one === other || [one, other].some((text) => text.parentElement.closest(".stop"))) {
      return;
    }
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 3) {
      found.push(`over each other: ${one.data.trim()} and ${other.data.trim()}`);
    }
  }));
  return [...new Set(found)];
}"""
"""What of a card's words is cut, or written beyond its box or over another; and what is
as large as stop."""

ARM = """(place) => {
  for (const card of place.children) {
    for (const more of card.shadowRoot.querySelectorAll("details")) more.open = true;
    for (const hold of card.shadowRoot.querySelectorAll("kumo-hold-button")) {
      const button = hold.shadowRoot.querySelector("button");
      if (!button.disabled) button.click();
    }
  }
}"""
"""Press once, as a switch does, what has to be pressed twice; unfold what is folded."""


async def feed(
    card: Locator,
    moments: dict[str, Any],
    *,
    part: float = 1,
    more: dict[str, dict[str, Any]] | None = None,
    **config: Any,
) -> Locator:
    """Hang up a card for each moment beside another; return where they hang.

    ``more`` are entities and states that this home has not. What is pressed is kept in
    the page's ``pressed`` and goes nowhere.
    """
    await card.evaluate(FEED, [moments, config, part, more or {}])
    return card.page.locator(".fed")


async def badly_written(place: Locator) -> Sequence[str]:
    """Return what cannot be read on the cards that hang there, by their moment."""
    found: list[str] = await place.evaluate(
        f"""(place) => [...place.children].flatMap((card) =>
              ({LOOK})(card).map((what) => `${{card.className}}: ${{what}}`))"""
    )
    return found
