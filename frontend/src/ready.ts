/**
 * Nothing here exists before Home Assistant's own elements do.
 *
 * Its app may put another registry, and another HTMLElement, in the browser's place
 * (a polyfill for scoped elements). What was defined a moment before would be lost:
 * this file is loaded beside the app, and not after it. Keep this import the first.
 */

const LIMIT_MS = 60_000;
const began = Date.now();

while (
  !customElements.get("home-assistant") &&
  !customElements.get("hc-main") &&
  Date.now() - began < LIMIT_MS
) {
  await new Promise((again) => setTimeout(again, 20));
}

export {};
