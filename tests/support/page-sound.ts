// What a page sends to its speakers, heard beside them.

import type { Page } from "playwright";

interface Heard {
  readonly context: BaseAudioContext;
  readonly analyser: AnalyserNode;
}

export interface PageSound {
  /** The highest sample of the last 2048 that the page's youngest context plays; 0 where none plays. */
  peak(): Promise<number>;
  /** The states of all contexts so far, oldest first. */
  states(): Promise<string[]>;
  /** For each context that the page has closed, in their order: the highest of the last 128 samples before. */
  peaksAtClose(): Promise<number[]>;
}

/** Listens to each context of the page from now on: before it is opened. */
export async function listenTo(page: Page): Promise<PageSound> {
  await page.addInitScript(() => {
    const heard: Heard[] = [];
    const peaksAtClose: number[] = [];
    Object.assign(globalThis, { heard, peaksAtClose });
    const connect = AudioNode.prototype.connect as (...args: unknown[]) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      if (args[0] instanceof AudioDestinationNode) {
        const analyser = new AnalyserNode(this.context, { fftSize: 2048 });
        connect.call(this, analyser);
        heard.push({ context: this.context, analyser });
      }
      return connect.apply(this, args);
    } as typeof AudioNode.prototype.connect;
    const close = AudioContext.prototype.close;
    AudioContext.prototype.close = function () {
      const played = heard.find(({ context }) => context === this);
      if (played !== undefined) {
        const samples = new Float32Array(played.analyser.fftSize);
        played.analyser.getFloatTimeDomainData(samples);
        peaksAtClose.push(Math.max(...samples.slice(-128).map(Math.abs)));
      }
      return close.call(this);
    };
  });
  return {
    peak: () =>
      page.evaluate(() => {
        const last = (globalThis as unknown as { heard: Heard[] }).heard.at(-1);
        if (last === undefined || last.context.state !== "running") return 0;
        const samples = new Float32Array(last.analyser.fftSize);
        last.analyser.getFloatTimeDomainData(samples);
        return Math.max(...samples.map(Math.abs));
      }),
    states: () => page.evaluate(() => (globalThis as unknown as { heard: Heard[] }).heard.map(({ context }) => context.state)),
    peaksAtClose: () => page.evaluate(() => (globalThis as unknown as { peaksAtClose: number[] }).peaksAtClose),
  };
}
