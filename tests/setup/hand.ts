// Vitest browser commands, which run in Node: a hand on the keyboard and the mouse, through playwright
// or through WebDriver, so that a page sees what it sees of a person.

import type { Page } from "playwright";
import type { BrowserCommand } from "vitest/node";

/** What WebDriver calls an action sequence. */
export type Perform = (actions: readonly object[]) => Promise<void>;

type Context = { readonly page: Page } | { readonly perform: Perform };

/** Keys by playwright's names, and WebDriver's codes of them. A letter is its own name. */
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
export const press: BrowserCommand<[keys: string[]]> = async (context, keys) => {
  const hand = context as unknown as Context;
  if ("page" in hand) {
    for (const key of keys) await hand.page.keyboard.press(key);
    return;
  }
  const strokes = keys
    .map((key) => CODES[key] ?? key)
    .flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
  await hand.perform([{ type: "key", id: "keyboard", actions: strokes }]);
};

/** Clicks at a place of the whole window. */
export const click: BrowserCommand<[x: number, y: number]> = async (context, x, y) => {
  const hand = context as unknown as Context;
  if ("page" in hand) return hand.page.mouse.click(x, y);
  const button = { button: 0 };
  const actions = [
    { type: "pointerMove", x: Math.round(x), y: Math.round(y), origin: "viewport" },
    { type: "pointerDown", ...button },
    { type: "pointerUp", ...button },
  ];
  await hand.perform([{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }]);
};
