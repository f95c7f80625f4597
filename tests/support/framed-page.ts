// A page in a frame of the test's page, and what a person can do with it.

import { expect } from "vitest";
import { commands } from "vitest/browser";
import { fallSilent } from "./audio-engine";

const { pressKeys, clickAt } = commands as unknown as {
  pressKeys(keys: string[]): Promise<void>;
  clickAt(x: number, y: number): Promise<void>;
};

type FrameWindow = Window & typeof globalThis;

export class FramedPage {
  /** Nodes that the page has connected to a destination since it was loaded: browsers play nothing before a click. */
  private readonly heard: AudioNode[] = [];

  private constructor(private readonly frame: HTMLIFrameElement) {
    const { heard, window } = this;
    const { connect } = window.AudioNode.prototype;
    window.AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      if (args[0] instanceof window.AudioDestinationNode) heard.push(this);
      return Reflect.apply(connect, this, args);
    } as typeof connect;
  }

  /** Opens a page, `width` pixels wide, and waits until it is ready. */
  static async open(url: string, width: number, isReady: (page: FramedPage) => boolean): Promise<FramedPage> {
    const frame = document.createElement("iframe");
    frame.style.cssText = `display: block; inline-size: ${width}px; block-size: 700px; border: 0`;
    frame.allow = "autoplay; microphone";
    frame.src = url;
    document.body.style.margin = "0";
    document.body.append(frame);
    await new Promise((resolve) => (frame.onload = resolve));
    const page = new FramedPage(frame);
    await page.waitUntil(() => isReady(page));
    return page;
  }

  /** Lets the page fall silent, and removes it. */
  async close(): Promise<void> {
    const playing = this.heard.filter(({ context }) => context.state === "running");
    await Promise.all([...new Set(playing.map(({ context }) => context))].map((context) => fallSilent(context, playing)));
    this.frame.remove();
  }

  get window(): FrameWindow {
    return this.frame.contentWindow as FrameWindow;
  }

  get document(): Document {
    return this.frame.contentDocument!;
  }

  all<T extends Element = HTMLElement>(selector: string): T[] {
    return [...this.document.querySelectorAll<T>(selector)];
  }

  one<T extends Element = HTMLElement>(selector: string): T {
    const found = this.all<T>(selector);
    if (found.length !== 1) throw new Error(`${found.length} elements are ${selector}`);
    return found[0]!;
  }

  text(selector: string): string {
    return this.one(selector).textContent.trim();
  }

  texts(selector: string): string[] {
    return this.all(selector).map(({ textContent }) => textContent.trim());
  }

  /** Waits until the condition holds. */
  async waitUntil(condition: () => boolean): Promise<void> {
    await expect.poll(condition, { timeout: 45_000, interval: 50 }).toBe(true);
  }

  /** Waits until the text of an element matches. */
  async waitForText(selector: string, words: RegExp | string): Promise<void> {
    await expect.poll(() => this.text(selector), { timeout: 45_000, interval: 50 }).toMatch(words);
  }

  /**
   * Clicks in the middle of an element, when it no longer moves. Waits until the page has got the click: WebDriver does not. Clicks again
   * where the page was laid out anew meanwhile, so that something else was hit.
   */
  async click(selector: string): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      const hit = await this.clickWhere(await this.placeOf(selector));
      const element = this.document.querySelector(selector);
      // What was clicked may be gone by now.
      if (element === null || element.contains(hit) || hit.closest("label")?.control === element || !hit.isConnected) return;
    }
    throw new Error(`clicks on ${selector} hit something else`);
  }

  /** Clicks in the middle of a place. Resolves to the element that was hit. */
  private async clickWhere({ left, top, width, height }: DOMRect): Promise<Element> {
    let [x, y] = [left + width / 2, top + height / 2];
    for (let inner: Window = this.window; inner.frameElement !== null; inner = inner.parent) {
      const frame = inner.frameElement as HTMLElement;
      const place = frame.getBoundingClientRect();
      const scale = place.width / frame.offsetWidth;
      [x, y] = [place.left + x * scale, place.top + y * scale];
    }
    const { document } = this;
    const clicked = new Promise<Element>((resolve) =>
      document.addEventListener("click", ({ target }) => resolve(target as Element), { capture: true, once: true }),
    );
    await clickAt(x, y);
    return clicked;
  }

  /** Scrolls to an element, and waits until it stays in its place: the page may still be laid out after a change. */
  private async placeOf(selector: string): Promise<DOMRect> {
    let place: DOMRect | undefined;
    for (;;) {
      this.one(selector).scrollIntoView({ block: "center", behavior: "instant" });
      const { left, top } = this.one(selector).getBoundingClientRect();
      if (place !== undefined && left === place.left && top === place.top) return place;
      place = this.one(selector).getBoundingClientRect();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise((resolve) => this.window.requestAnimationFrame(resolve));
    }
  }

  /** Presses keys, and gives the page two frames for them: WebDriver does not wait until the page has got them. */
  async press(...keys: string[]): Promise<void> {
    await pressKeys(keys);
    for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => this.window.requestAnimationFrame(resolve));
  }

  /**
   * Clicks into a text field, empties it, and types; again where the keys do not come, as in a busy WebKit whose page plays in real
   * time.
   */
  async type(selector: string, text: string): Promise<void> {
    const value = () => this.one<HTMLInputElement>(selector).value;
    for (let tries = 0; tries < 3; tries++) {
      await this.click(selector);
      await this.press("End", ...Array<string>(value().length).fill("Backspace"), ...text);
      for (let looks = 0; looks < 60; looks++) {
        if (value() === text) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error(`${selector} is ${value()} after ${text} was typed`);
  }

  /** Chooses an option of a list. Sends the event by itself, because browsers draw the open list outside of the page. */
  choose(selector: string, value: string): void {
    const select = this.one<HTMLSelectElement>(selector);
    select.value = value;
    select.dispatchEvent(new this.window.Event("input", { bubbles: true }));
  }

  /** Drops a file on the page, by an event. */
  drop(file: File): void {
    const dataTransfer = new this.window.DataTransfer();
    dataTransfer.items.add(file);
    this.document.body.dispatchEvent(new this.window.DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }
}
