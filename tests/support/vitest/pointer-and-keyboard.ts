// Vitest browser commands, which run in Node: they press keys and click through playwright or WebDriver, so
// that a page gets the same events as from a person.

import type { Page } from "playwright";
import type { BrowserCommand } from "vitest/node";

/** Performs a WebDriver action sequence. */
export type PerformActions = (actions: readonly object[]) => Promise<void>;

type InputContext = { readonly page: Page } | { readonly perform: PerformActions };

/** WebDriver's code for each key, by playwright's name. A letter is the same in both. */
const CODES: Readonly<Record<string, string>> = {
  Tab: "\uE004",
  Enter: "\uE007",
  Space: " ",
  Backspace: "\uE003",
  End: "\uE010",
  ArrowDown: "\uE015",
  ArrowUp: "\uE013",
};

/** Presses one key after the other. */
export const pressKeys: BrowserCommand<[keys: string[]]> = async (context, keys) => {
  const input = context as unknown as InputContext;
  if ("page" in input) {
    for (const key of keys) await input.page.keyboard.press(key);
    return;
  }
  const strokes = keys
    .map((key) => CODES[key] ?? key)
    .flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
  await input.perform([{ type: "key", id: "keyboard", actions: strokes }]);
};

/** Clicks at a position in the window. */
export const clickAt: BrowserCommand<[x: number, y: number]> = async (context, x, y) => {
  const input = context as unknown as InputContext;
  if ("page" in input) return input.page.mouse.click(x, y);
  const button = { button: 0 };
  const actions = [
    { type: "pointerMove", x: Math.round(x), y: Math.round(y), origin: "viewport" },
    { type: "pointerDown", ...button },
    { type: "pointerUp", ...button },
  ];
  await input.perform([{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }]);
};
