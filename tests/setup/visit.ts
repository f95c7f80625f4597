// A visit to the playground: the page in a frame of the test's own, and a person's hands on it.

import { expect } from "vitest";
import { commands } from "vitest/browser";

const { press, click, buildPlayground } = commands as unknown as {
  press(keys: string[]): Promise<void>;
  click(x: number, y: number): Promise<void>;
  buildPlayground(): Promise<void>;
};

export { buildPlayground };

type FrameWindow = Window & typeof globalThis;

export class Visit {
  private constructor(private readonly frame: HTMLIFrameElement) {}

  /** Opens the page, `width` pixels wide, and waits until it has drawn something. */
  static async open(width = 390, url = "/examples/playground/index.html"): Promise<Visit> {
    const frame = document.createElement("iframe");
    frame.style.cssText = `display: block; inline-size: ${width}px; block-size: 700px; border: 0`;
    frame.allow = "autoplay; microphone";
    frame.src = url;
    document.body.style.margin = "0";
    document.body.append(frame);
    await new Promise((resolve) => (frame.onload = resolve));
    const visit = new Visit(frame);
    await visit.see(() => visit.all("#sentences li").length > 0);
    return visit;
  }

  leave(): void {
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

  /** Waits until it is so. */
  async see(condition: () => boolean): Promise<void> {
    await expect.poll(condition, { timeout: 15_000, interval: 50 }).toBe(true);
  }

  /** Waits until an element says it. */
  async read(selector: string, words: RegExp | string): Promise<void> {
    await expect.poll(() => this.text(selector), { timeout: 15_000, interval: 50 }).toMatch(words);
  }

  /** Clicks in the middle of what `selector` names, once it lies still. */
  async click(selector: string): Promise<void> {
    const { left, top, width, height } = await this.placeOf(selector);
    let [x, y] = [left + width / 2, top + height / 2];
    for (let inner: Window = this.window; inner.frameElement !== null; inner = inner.parent) {
      const frame = inner.frameElement as HTMLElement;
      const place = frame.getBoundingClientRect();
      const scale = place.width / frame.offsetWidth;
      [x, y] = [place.left + x * scale, place.top + y * scale];
    }
    await click(x, y);
  }

  /** Scrolls to what `selector` names. A page that has just been changed is laid out anew after a while. */
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

  async press(...keys: string[]): Promise<void> {
    await press(keys);
  }

  /** Clicks into a text field, wipes it, and types. */
  async type(selector: string, text: string): Promise<void> {
    await this.click(selector);
    const { length } = this.one<HTMLInputElement>(selector).value;
    await press(["End", ...Array<string>(length).fill("Backspace"), ...text]);
  }

  /** What a click into a list and on one of its words comes to; no engine shows its list to the page. */
  choose(selector: string, value: string): void {
    const select = this.one<HTMLSelectElement>(selector);
    select.value = value;
    select.dispatchEvent(new this.window.Event("input", { bubbles: true }));
  }

  /** What dropping a file somewhere comes to. */
  drop(file: File): void {
    const dataTransfer = new this.window.DataTransfer();
    dataTransfer.items.add(file);
    this.document.body.dispatchEvent(new this.window.DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }
}
