// The playground's page, used as a person uses it: real keys and clicks, in every browser.

import { afterEach, expect, test } from "vitest";
import { createHeap, MAX_CHANNELS, ProcessBufferStorage, type StorageOptions, validateBusConfig } from "wasm-process-buffers";
import { fileUrl } from "../support/file-urls";
import type { FramedPage } from "../support/framed-page";
import { openPlayground } from "../support/playground-page";

const heap = createHeap();
let page: FramedPage;

afterEach(() => page.close());

const pointerTargets = () =>
  page.all<SVGPathElement>("#drawing .pointer:not(.table)").map(({ classList }) => [...classList].slice(2).join());

/** What the library itself says of the same storage. */
function usageOf(inputs: number[], outputs: number[], options: StorageOptions<"f32" | "f64"> = {}) {
  const storage = ProcessBufferStorage.allocateFromConfig<"f32" | "f64">({ inputs, outputs }, { ...options, heap });
  const { usage } = storage;
  storage.free();
  return usage;
}

const figure = (bytes: number) => `${bytes.toLocaleString("en-US")} B`;

function messageOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

test("the page opens with a storage of stereo and a mono sidechain, and says how sound is started", async () => {
  page = await openPlayground();
  const usage = usageOf([2, 1], [2]);
  expect(page.texts(".bar output")).toEqual([figure(usage.pointerBytes), figure(usage.totalBytes)]);
  expect(page.all("#drawing .descriptor").length).toBe(3);
  expect(pointerTargets()).toEqual(Array(5).fill("samples"));
  expect(page.all("#drawing .pointer.table").length).toBe(3);
  expect(page.text("#status")).toMatch(/off.*only after a click or a key/);
  expect(page.document.activeElement).toBe(page.document.body);
});

test("the whole is drawn to scale, byte for byte, and what is magnified is magnified evenly", async () => {
  page = await openPlayground();
  for (const preset of ["Mono", "Stereo, mono sidechain, quad", "Surround 5.1"]) {
    page.choose("#preset", preset);
    const parts = page.all<SVGGElement>("#drawing .part").map((part) => ({
      bytes: Number(/: ([\d,]+) B at/.exec(part.querySelector("title")!.textContent)![1]!.replaceAll(",", "")),
      top: Number(part.querySelector("rect")!.getAttribute("y")),
      height: Number(part.querySelector("rect")!.getAttribute("height")),
    }));
    const totalBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
    const height = parts.reduce((sum, part) => sum + part.height, 0);
    expect(figure(totalBytes)).toBe(page.texts(".bar output")[1]);
    parts.forEach((part, index) => {
      expect(part.height / height).toBeCloseTo(part.bytes / totalBytes, 6);
      if (index > 0) expect(part.top).toBeCloseTo(parts[index - 1]!.top + parts[index - 1]!.height, 6);
    });
    const heights = (selector: string) => [...new Set(page.all(selector).map((rect) => Number(rect.getAttribute("height"))))];
    expect(heights("#drawing .descriptor rect")).toEqual(heights("#drawing .entry rect").map((pointer) => pointer * 6));
  }
});

test("channels typed into a bus change storage, drawing and bars as they are typed", async () => {
  page = await openPlayground();
  await page.type("#input-0", "6");
  expect(page.all("#drawing .entry").length).toBe(9);
  expect(page.texts(".bar output")).toEqual([figure(36), figure(usageOf([6, 1], [2]).totalBytes)]);
  await page.click("#outputs .add");
  // What is there is selected, so that it need not be wiped.
  await page.press("4");
  expect(page.one<HTMLInputElement>("#output-1").value).toBe("4");
  expect(page.texts(".bar output")[0]).toBe(figure(usageOf([6, 1], [2, 4]).pointerBytes));
  await page.click("#inputs li:nth-child(2) .remove");
  expect(page.texts(".bar output")[1]).toBe(figure(usageOf([6], [2, 4]).totalBytes));
});

test("frames and sample format change the samples' bytes", async () => {
  page = await openPlayground();
  await page.click("[value=f64]");
  expect(page.texts(".bar output")[1]).toBe(figure(usageOf([2, 1], [2], { sampleFormat: "f64" }).totalBytes));
  await page.type("#frames", "512");
  expect(page.texts(".bar output")[1]).toBe(figure(usageOf([2, 1], [2], { sampleFormat: "f64", maxFrames: 512 }).totalBytes));
  expect(page.texts("#drawing .descriptor")[0]).toMatch(/data320x0data640x[1-9a-f]/);
});

test("a wrong channel count is answered in the library's own words, at its field, and breaks nothing", async () => {
  page = await openPlayground();
  const drawn = page.text("#sentences");
  await page.type("#input-1", "33");
  const said = messageOf(() => validateBusConfig({ inputs: [2, 33], outputs: [2] }));
  expect(page.text("#input-1-error")).toBe(`BusConfigError (too-many-channels): ${said}`);
  expect(page.one("#input-1").getAttribute("aria-invalid")).toBe("true");
  expect(page.one("#input-1").getAttribute("aria-describedby")).toBe("input-1-error");
  await page.type("#input-1", "two");
  expect(page.text("#input-1-error")).toContain(
    messageOf(() => validateBusConfig({ inputs: [2, "two" as unknown as number], outputs: [2] })),
  );
  await page.type("#input-1", "");
  expect(page.text("#input-1-error")).toContain("invalid-channel-count");
  expect(page.text("#sentences")).not.toBe("");
  await page.type("#input-1", "1");
  expect(page.all("[aria-invalid]")).toEqual([]);
  expect(page.all(".error:not([hidden])")).toEqual([]);
  expect(page.text("#sentences").replaceAll(/0x\w+/g, "")).toBe(drawn.replaceAll(/0x\w+/g, ""));
});

test("too many buses, no frames and too many frames are answered where they were asked for", async () => {
  page = await openPlayground();
  const add = page.one<HTMLButtonElement>("#inputs .add");
  for (let buses = 2; buses < 17; buses++) add.click();
  expect(page.text("#inputs-error")).toContain(messageOf(() => validateBusConfig({ inputs: Array(17).fill(2), outputs: [] })));
  await page.click("#inputs li:last-child .remove");
  expect(page.all(".error:not([hidden])")).toEqual([]);
  await page.type("#frames", "0");
  expect(page.text("#frames-error")).toContain(messageOf(() => usageOf([2], [2], { maxFrames: 0 })));
  await page.type("#frames", "999999");
  expect(page.text("#frames-error")).toMatch(/no room for \d+ bytes/);
});

test("an unplugged source turns its channel to silence in its own place, and nothing else moves", async () => {
  page = await openPlayground();
  const before = page.texts("#sentences li");
  await page.click("#plug-1");
  const after = page.texts("#sentences li");
  expect(pointerTargets()).toEqual(["samples", "samples", "silence", "samples", "samples"]);
  expect(after[2]).toMatch(/^input 1, channel 0 points at its own samples at 0x\w+, which are silent: it is missing$/);
  expect(after[2]).toContain(before[2]);
  expect(after.toSpliced(2, 1)).toEqual(before.toSpliced(2, 1));
  await page.click("#plug-1");
  expect(page.texts("#sentences li")).toEqual(before);
});

test("each policy makes of a missing channel what it says", async () => {
  page = await openPlayground();
  page.choose("#plugs li:first-child select", "tone");
  expect(pointerTargets()).toEqual(["samples", "silence", "samples", "samples", "samples"]);
  await page.click("[value=repeat-mono]");
  expect(pointerTargets()).toEqual(["samples", "repeat", "samples", "samples", "samples"]);
  await page.click("[value=drop]");
  expect(pointerTargets()).toEqual(["samples", "past-the-end", "samples", "samples", "samples"]);
});

test("a dropped file is played through the kernel, which meters show, and ducked when a sidechain speaks", async () => {
  page = await openPlayground();
  page.drop(wavFile([0.5, -0.25], 48_000));
  await page.waitForText("#material", "half.wav: 1.0 s, 2 channels");
  await page.click("#plug-1");
  await renderOffline();
  expect(levels("input 0")).toEqual(["−6.0 dB", "−12.0 dB"]);
  expect(levels("input 1")).toEqual(["missing"]);
  expect(levels("output 0")).toEqual(["−6.0 dB", "−12.0 dB"]);
  expect(pointerTargets()[2]).toBe("silence");
  expect(page.text("[data-bus='input 1'] small")).toBe("0 of 1 connected");

  await page.click("#plug-1");
  await renderOffline();
  expect(page.text("[data-bus='input 1'] small")).toBe("1 of 1 connected");
  expect(page.text("#kernel")).toMatch(/ducks/);
  expect(pointerTargets()[2]).toBe("samples");
  expect(levels("input 1")[0]).toMatch(/^−\d/);
  const rows = new Map(page.all("#diagnostics div").map((row) => [row.children[0]!.textContent, row.children[1]!.textContent]));
  expect(rows.get("dropped channels")).toBe("0");
  expect(rows.get("blocks rendered")).toBe("750");
  // The last second of the two.
  expect(rows.get("averaged over") ?? "375 blocks").toBe("375 blocks");
  expect(rows.get("time per block")).toMatch(/^([\d.]+ ± [\d.]+ µs|below what this clock tells)$/);
});

test("what the kernel cannot take is passed through, and what does not fit is counted", async () => {
  page = await openPlayground();
  page.drop(wavFile([0.5, -0.25], 48_000));
  await page.waitForText("#material", "half.wav");
  await page.click("[value=f64]");
  await page.type("#frames", "64");
  await renderOffline();
  expect(page.text("#kernel")).toMatch(/^Passed through/);
  expect(levels("output 0")).toEqual(["−6.0 dB", "−12.0 dB"]);
  expect(page.text("#diagnostics div:nth-child(3)")).toBe(`truncated frames${(750 * 64).toLocaleString("en-US")}`);
});

test("a slider for each parameter of the kernel is an AudioParam of the node: the amount says how far the sidechain ducks", async () => {
  page = await openPlayground();
  expect(page.texts("#parameters output")).toEqual(["0.8", "0.15"]);
  const levelWith = async (amount: string) => {
    page.choose("#parameter-amount", amount);
    await renderOffline();
    expect(page.text("#kernel")).toMatch(/^The kernel ducks/);
    return Number.parseFloat(levels("output 0")[0]!.replace("−", "-"));
  };
  page.choose("#parameter-release", "5");
  const [none, some, all] = [await levelWith("0"), await levelWith("0.5"), await levelWith("1")];
  const input = Number.parseFloat(levels("input 0")[0]!.replace("−", "-"));
  expect(none).toBeCloseTo(input, 1);
  expect(some).toBeLessThan(none - 1);
  expect(all).toBeLessThan(some);
  expect(page.texts("#parameters output")).toEqual(["1", "5"]);
  expect(page.text("#diagnostics div:nth-child(6)")).toBe("invalid parameters0");
});

test("on a phone, Start, the sockets and the meters stand on the first screen", async () => {
  page = await openPlayground(390);
  const bottomOf = (selector: string) => page.all(selector).at(-1)!.getBoundingClientRect().bottom;
  expect(bottomOf("#start")).toBeLessThan(300);
  expect(bottomOf("#plugs li")).toBeLessThan(844);
  expect(page.one("#meters .meters:first-child").getBoundingClientRect().bottom).toBeLessThan(844);
});

test("of 16 buses each way, every pointer is written out", async () => {
  const buses = Array(16).fill(2).join();
  page = await openPlayground(1280, `/examples/playground/index.html?in=${buses}&out=${buses}`);
  const entries = page.all("#drawing .entry");
  expect(entries.length).toBe(64);
  expect(entries.filter((entry) => !/0x[1-9a-f]/.test(entry.querySelector("text:last-of-type")?.textContent ?? ""))).toEqual([]);
});

test("what is chosen stands in the address, and an address brings it back", async () => {
  page = await openPlayground();
  await page.type("#input-0", "6");
  await page.click("[value=interleaved]");
  await page.click("[value=i16]");
  await page.click("#fixed");
  const { search } = page.window.location;
  const [figures, code] = [page.texts(".bar output"), page.text("#files")];
  expect(code).toContain('"layout": "interleaved"');
  expect(code).toContain("blockFrames: 128");
  await page.close();
  page = await openPlayground(390, `/examples/playground/index.html${search}`);
  expect(page.one<HTMLInputElement>("#input-0").value).toBe("6");
  expect(page.one<HTMLInputElement>("#fixed").checked).toBe(true);
  expect([page.texts(".bar output"), page.text("#files")]).toEqual([figures, code]);
});

test.each(["contiguous", "interleaved"])("channels that are %s are drawn as one run, and heard", async (layout) => {
  page = await openPlayground(390, `/examples/playground/index.html?in=2&out=2&layout=${layout}&format=i16`);
  page.drop(wavFile([0.5, -0.25], 48_000));
  await page.waitForText("#material", "half.wav: 1.0 s, 2 channels");
  expect(page.texts("#drawing .part.samples title").every((title) => title.includes("all channels"))).toBe(true);
  await renderOffline();
  expect(levels("output 0")).toEqual(["−6.0 dB", "−12.0 dB"]);
});

test("blocks of the kernel's own length are rendered, with their latency", async () => {
  page = await openPlayground(390, "/examples/playground/index.html?in=2,1&out=2&frames=480&fixed=1");
  await renderOffline();
  expect(page.text("#kernel")).toMatch(/ducks/);
  const rows = new Map(page.all("#diagnostics div").map((row) => [row.children[0]!.textContent, row.children[1]!.textContent]));
  expect(rows.get("latency")).toBe("448 frames, 9.33 ms");
  expect(rows.get("truncated frames")).toBe("0");
});

test("a kernel that is dropped on the page plays; one without process says what it lacks", async () => {
  page = await openPlayground();
  const kernel = await (await fetch(fileUrl("build/mix.wasm"))).arrayBuffer();
  page.drop(new File([kernel], "mix.wasm"));
  await page.waitForText("#material", /^mix.wasm plays in place of the ducker/);
  await renderOffline();
  expect(page.text("#kernel")).toBe("Your kernel plays.");
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 0x6d, 2, 0);
  page.drop(new File([empty], "empty.wasm"));
  await page.waitForText("#material", /^empty.wasm cannot play: /);
  expect(page.text("#sentences")).not.toBe("");
});

/** Firefox leaves a context suspended where there is no audio device. */
const staysSuspended = navigator.userAgent.includes("Firefox");

test.skipIf(staysSuspended)("sound runs after a click, meters move, and a channel turns to silence while it runs", async () => {
  page = await openPlayground();
  await page.click("#start");
  await page.waitForText("#status", /^Sound is on/);
  await page.waitForText("[data-bus='input 1'] small", "1 of 1 connected");
  const blocks = () => Number(page.text("#diagnostics div:nth-child(5) dd").replaceAll(",", ""));
  const before = blocks();
  await page.waitUntil(() => blocks() > before);
  const waves = () =>
    page
      .all("#drawing .samples .wave")
      .map((wave) => wave.getAttribute("d"))
      .join();
  const wavesBefore = waves();
  await page.waitUntil(() => waves() !== wavesBefore);
  await page.waitUntil(() => levels("input 0").every((level) => level.startsWith("−")));

  await page.click("#plug-1");
  await page.waitUntil(() => levels("input 1")[0] === "missing" && pointerTargets()[2] === "silence");
  expect(pointerTargets().toSpliced(2, 1)).toEqual(Array(4).fill("samples"));
  await page.click("#plug-1");
  await page.waitUntil(() => levels("input 1")[0] !== "missing" && pointerTargets()[2] === "samples");

  await page.type("#input-0", "4");
  await page.waitForText("[data-bus='input 0'] small", "2 of 4 connected");
  await page.click("#start");
  await page.waitForText("#status", /^Sound is off/);
});

test.runIf(staysSuspended)("where no device lets sound start, the page says so plainly, and can be stopped", async () => {
  page = await openPlayground();
  await page.click("#start");
  await page.waitForText("#status", /holds the sound back: it found no audio device/);
  await page.click("#start");
  await page.waitForText("#status", /^Sound is off/);
});

test.each([
  ["NotAllowedError", "The microphone was refused"],
  ["NotFoundError", "There is no microphone here"],
  ["NotReadableError", "The microphone cannot be opened"],
])("a microphone that answers %s is silence, and the page says why", async (name, words) => {
  page = await openPlayground();
  const getUserMedia = () => Promise.reject(new page.window.DOMException("busy", name));
  Object.defineProperty(page.window.navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
  page.choose("#plugs li:first-child select", "microphone");
  await page.waitForText("#material", words);
  expect(pointerTargets()).toEqual(["silence", "silence", "samples", "samples", "samples"]);
});

test.skipIf(staysSuspended)("a microphone that is let in is heard on its bus, and closed when nothing is plugged into it", async () => {
  page = await openPlayground();
  const { voice, stream } = await hum();
  const getUserMedia = () => Promise.resolve(stream);
  Object.defineProperty(page.window.navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
  page.choose("#plugs li:nth-child(2) select", "microphone");
  await page.waitForText("#material", "The microphone is open");
  await page.click("#start");
  await page.waitForText("#status", /^Sound is on/);
  await page.waitUntil(() => levels("input 1")[0]!.startsWith("−"));
  const [track] = stream.getTracks();
  expect(track!.readyState).toBe("live");
  page.choose("#plugs li:nth-child(2) select", "tone");
  expect(track!.readyState).toBe("ended");
  await page.click("#start");
  await page.waitForText("#status", /^Sound is off/);
  await voice.close();
});

test("bars are as long as what they say is to the worst case", async () => {
  page = await openPlayground(1280);
  for (const preset of ["Mono", "Surround 5.1"]) {
    page.choose("#preset", preset);
    const channels = preset === "Mono" ? 1 : 6;
    const usage = usageOf([channels], [channels]);
    const worst = [usage.worstCasePointerBytes, usageOf([MAX_CHANNELS], [MAX_CHANNELS]).totalBytes];
    expect(page.texts(".bar small").map((words) => /[\d,]+ B/.exec(words)![0])).toEqual(worst.map(figure));
    const drawn = page.all(".bar .track span").map((bar) => bar.getBoundingClientRect().width / bar.parentElement!.clientWidth);
    expect(drawn[0]).toBeCloseTo(usage.pointerBytes / worst[0]!, 2);
    expect(drawn[1]).toBeCloseTo(usage.totalBytes / worst[1]!, 2);
  }
});

test("without AudioWorklet, or without a microphone to ask for, the page says so and goes on drawing", async () => {
  page = await openPlayground();
  Object.defineProperty(page.window.navigator, "mediaDevices", { value: undefined, configurable: true });
  page.choose("#plugs li:first-child select", "microphone");
  await page.waitForText("#material", "only over https");
  Reflect.deleteProperty(page.window.BaseAudioContext.prototype, "audioWorklet");
  page.choose("#preset", "Mono");
  expect(page.text("#status")).toMatch(/no AudioWorklet/);
  expect(page.one<HTMLButtonElement>("#start").disabled).toBe(true);
  expect(page.all("#drawing .entry").length).toBe(2);
});

test("a file that is no audio is named, and nothing is played in its place", async () => {
  page = await openPlayground();
  page.drop(new File(["words"], "letter.txt"));
  await page.waitForText("#material", "letter.txt cannot be played");
});

test("every control is reached with the Tab key, in the order in which it is read, and shows that it is", async () => {
  page = await openPlayground();
  const isShown = (control: Element) => control.matches("summary") || control.closest("details")?.open !== false;
  const isFocusable = (control: HTMLElement) =>
    !(control instanceof page.window.HTMLInputElement && control.type === "radio" && !control.checked);
  const controls = page.all("a, button, input, select, summary").filter(isShown).filter(isFocusable);
  // The first Tab of all must be pressed in the page.
  await page.click("h1");
  const reached: Element[] = [];
  for (const _ of controls) {
    await page.press("Tab");
    const focused = page.document.activeElement!;
    reached.push(focused);
    const { outlineStyle, outlineWidth } = page.window.getComputedStyle(focused);
    expect([focused.id, outlineStyle, Number.parseFloat(outlineWidth)]).toEqual([focused.id, "solid", 3]);
  }
  expect(reached.map(({ id, textContent }) => id || textContent)).toEqual(controls.map(({ id, textContent }) => id || textContent));
});

test("a sidechain is unplugged, buses are removed and words are opened with the keyboard alone", async () => {
  page = await openPlayground();
  page.one("#plug-1").focus();
  await page.press("Space");
  expect(pointerTargets()[2]).toBe("silence");
  page.one("#outputs .remove").focus();
  await page.press("Enter");
  expect(page.all("#drawing .descriptor").length).toBe(2);
  expect(page.document.activeElement).toBe(page.one("#outputs .add"));
  expect(page.text("#status")).toMatch(/no output bus/);
  page.one("#words summary").focus();
  await page.press("Enter");
  expect(page.one<HTMLDetailsElement>("#words").open).toBe(true);
});

test("every control has a name, and the drawing a title and a description", async () => {
  page = await openPlayground();
  for (const control of page.all<HTMLInputElement>("button, input, select")) {
    const words =
      control.getAttribute("aria-label") ??
      [...(control.labels ?? [])].map(({ textContent }) => textContent).join("") + control.textContent;
    expect([control.id, words.trim()]).not.toEqual([control.id, ""]);
  }
  const described = page
    .one("#drawing")
    .getAttribute("aria-labelledby")!
    .split(" ")
    .map((id) => page.text(`#${id}`));
  expect(described).toEqual(["The storage in memory", expect.stringMatching(/3 descriptors \(72 B\), 5 pointers \(20 B\)/)]);
  const ids = page.all("[id]").map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

test.each([360, 390, 800, 1280])("at %i pixels, nothing is wider than the page, with few channels or with all", async (width) => {
  page = await openPlayground(width);
  const widest = `${MAX_CHANNELS}`;
  for (const [input, output] of [
    ["1", "1"],
    ["2", "6"],
    [widest, widest],
  ]) {
    await page.type("#input-0", input!);
    await page.type("#output-0", output!);
    const { scrollWidth, clientWidth } = page.document.documentElement;
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    expect(page.one("#drawing").getBoundingClientRect().right).toBeLessThanOrEqual(width);
    const outside = page
      .all<SVGTextElement>("#drawing text")
      .filter((text) => text.getBBox().x < 0 || text.getBBox().x + text.getBBox().width > page.one("#drawing").clientWidth + 1);
    expect(outside.map(({ textContent }) => textContent)).toEqual([]);
  }
});

test("words and lines stand out enough from what is behind them, in the light and in the dark", async () => {
  page = await openPlayground();
  const rules = [...page.document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  const palettes = rules
    .flatMap((rule) => ("conditionText" in rule ? [...(rule as CSSMediaRule).cssRules] : [rule]))
    .filter((rule) => (rule as CSSStyleRule).selectorText === ":root") as CSSStyleRule[];
  expect(palettes.length).toBe(2);
  for (const { style } of palettes) {
    const contrast = (front: string, back: string) =>
      contrastOf(style.getPropertyValue(`--${front}`).trim(), style.getPropertyValue(`--${back}`).trim());
    for (const back of ["sheet", "ground"]) {
      for (const front of ["ink", "soft", "error", "missing"])
        expect([front, back, contrast(front, back) >= 4.5]).toEqual([front, back, true]);
      for (const front of ["edge", "input", "output"]) expect([front, back, contrast(front, back) >= 3]).toEqual([front, back, true]);
    }
    for (const back of ["input-wash", "output-wash", "missing-wash", "lens"]) {
      for (const front of ["ink", "soft"]) expect([front, back, contrast(front, back) >= 4.5]).toEqual([front, back, true]);
    }
  }
});

test("what keeps a drawn word apart from lines lies behind it", async () => {
  page = await openPlayground();
  await page.click("#plug-1");
  for (const word of page.all("#drawing text")) {
    const { stroke, paintOrder } = page.window.getComputedStyle(word);
    expect([word.textContent, stroke === "none" || paintOrder.startsWith("stroke")]).toEqual([word.textContent, true]);
  }
});

test("nothing moves by itself for whoever prefers less motion", async () => {
  page = await openPlayground();
  const rules = [...page.document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  const moving = rules.filter(({ cssText }) => /transition|animation/.test(cssText));
  expect(moving.map((rule) => (rule as CSSMediaRule).conditionText)).toEqual(["(prefers-reduced-motion: no-preference)"]);
});

test("what vite builds plays through its worklet, too", async () => {
  page = await openPlayground(1280, "/build/site/playground/index.html");
  await renderOffline();
  expect(levels("input 0")).toEqual([expect.stringMatching(/^−\d/), expect.stringMatching(/^−\d/)]);
  expect(page.text("#kernel")).toMatch(/ducks/);
});

const levels = (bus: string) => page.texts(`[data-bus='${bus}'] .figure`);

async function renderOffline(): Promise<void> {
  await page.click("#offline");
  await page.waitForText("#status", "Rendered 2 s without a device");
}

/** What a microphone hears where somebody hums. */
async function hum(): Promise<{ voice: AudioContext; stream: MediaStream }> {
  const voice = new AudioContext();
  await voice.resume();
  const ear = voice.createMediaStreamDestination();
  const tone = new OscillatorNode(voice, { frequency: 110 });
  tone.connect(ear);
  tone.start();
  return { voice, stream: ear.stream };
}

/** One second, each channel at its level all the time. */
function wavFile(channelLevels: readonly number[], sampleRate: number): File {
  const channels = channelLevels.length;
  const bytes = new DataView(new ArrayBuffer(44 + sampleRate * channels * 2));
  const word = (at: number, letters: string) => [...letters].forEach((letter, k) => bytes.setUint8(at + k, letter.charCodeAt(0)));
  word(0, "RIFF");
  bytes.setUint32(4, bytes.byteLength - 8, true);
  word(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, channels, true);
  bytes.setUint32(24, sampleRate, true);
  bytes.setUint32(28, sampleRate * channels * 2, true);
  bytes.setUint16(32, channels * 2, true);
  bytes.setUint16(34, 16, true);
  word(36, "data");
  bytes.setUint32(40, bytes.byteLength - 44, true);
  for (let frame = 0; frame < sampleRate; frame++) {
    channelLevels.forEach((level, c) => bytes.setInt16(44 + (frame * channels + c) * 2, level * 32768, true));
  }
  return new File([bytes.buffer], "half.wav", { type: "audio/wav" });
}

/** WCAG's ratio of two colours as #rrggbb. */
function contrastOf(front: string, back: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [light, dark] = [luminance(front), luminance(back)].toSorted((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}
