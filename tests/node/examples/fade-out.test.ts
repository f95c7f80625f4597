// How the playground and the landing page end a sound.

import { afterEach, expect, test, vi } from "vitest";
import { fadeOut } from "../../../examples/playground/fade-out";
import { offlineContext, renderedChannels, SAMPLE_RATE } from "../../support/audio-engine";

afterEach(() => void vi.useRealTimers());

test("a sound falls to exact silence within 20 ms, in no step that could be heard as a click", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const context = await offlineContext(1, SAMPLE_RATE / 10, "tests/worklet/processors/mix.js");
  const volume = context.createGain();
  volume.gain.value = 0.5;
  const source = context.createConstantSource();
  source.connect(volume).connect(context.destination);
  source.start();
  fadeOut(context as unknown as AudioContext, volume, () => {});
  const [samples] = await renderedChannels(context);
  const fade = 0.02 * SAMPLE_RATE;
  expect(samples![0]).toBeCloseTo(0.5, 2);
  for (let k = 1; k < fade; k++) expect(Math.abs(samples![k]! - samples![k - 1]!)).toBeLessThan((2 * 0.5) / fade);
  expect(samples!.subarray(fade).every((sample) => sample === 0)).toBe(true);
});

test("the kernel is ended, and then its context is closed, long after the sound has fallen silent; not before", async () => {
  vi.useFakeTimers();
  const calls: string[] = [];
  const context = {
    currentTime: 3,
    async close() {
      calls.push("close");
      throw new Error("it is closed already");
    },
  };
  const gain = { value: 0.5, setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn() };
  fadeOut(context as never, { gain } as never, () => calls.push("end"));
  expect([gain.setValueAtTime.mock.calls, gain.linearRampToValueAtTime.mock.calls]).toEqual([[[0.5, 3]], [[0, 3.02]]]);
  await vi.advanceTimersByTimeAsync(150);
  expect(calls).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(calls).toEqual(["end", "close"]);
});
