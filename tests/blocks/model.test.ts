// Random sequences of all that a caller can do, against a plain model: queues of frames in plain arrays, one sample after the
// other. Channels, arrays and parameters come and go, lengths change, blocks are forgotten, delivered twice, made shorter or longer, and
// reset. In each life the host is planar or interleaved.

import { expect, test } from "vitest";
import { createHeap, FixedBlocks, InterleavedHost, ProcessBufferStorage } from "wasm-process-buffers";
import { parametersOf } from "../support/kernel-parameters";
import { randomNumbers, seeds } from "../support/random-numbers.js";

const heap = createHeap();
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const PARAMETERS = [
  { name: "gain", defaultValue: 3, maxValue: 1e6 },
  { name: "mode", defaultValue: 5, maxValue: 1e6, automationRate: "k-rate" },
  { name: "pan", defaultValue: 7, maxValue: 1e6 },
] as const;

interface Frame {
  /** A sample a channel, bus after bus; `undefined` where the host had none. */
  readonly samples: (number | undefined)[];
  /** Of each parameter what the host handed over for this frame; `undefined` where it had nothing. */
  readonly values: (number | undefined)[];
}

class Model {
  latency: number;
  readonly counts = { latencyChanges: 0, underrunFrames: 0, refusedFrames: 0, skippedFrames: 0, truncatedFrames: 0, droppedChannels: 0 };
  /** Of each parameter the last value of the frames that were gathered. */
  readonly lastValues: number[] = PARAMETERS.map(({ defaultValue }) => defaultValue);
  private gathered: Frame[] = [];
  private made: number[][];
  private collected = 0;
  private open: number[][] | undefined;

  constructor(
    private readonly kernelFrames: number,
    private readonly hostFrames: number | "any",
    private readonly maxHostFrames: number,
    private readonly outputs: number,
  ) {
    this.latency = kernelFrames - (hostFrames === "any" ? 1 : gcd(kernelFrames, hostFrames));
    this.made = this.silence(this.latency);
  }

  collect(frames: Frame[]): void {
    this.close();
    const { counts } = this;
    const allowed = frames.slice(0, this.maxHostFrames);
    counts.truncatedFrames += frames.length - allowed.length;
    const room = this.kernelFrames - 1 + this.maxHostFrames - this.gathered.length;
    const taken = allowed.slice(0, room);
    counts.skippedFrames += allowed.length - taken.length;
    for (const { samples, values } of taken) {
      this.gathered.push({ samples, values: values.map((value, p) => (this.lastValues[p] = value ?? this.lastValues[p]!)) });
    }
    if (this.hostFrames !== "any" && frames.length > 0 && frames.length !== this.hostFrames && this.latency < this.kernelFrames - 1) {
      const more = this.kernelFrames - 1 - this.latency;
      this.made.unshift(...this.silence(Math.min(more, this.capacity - this.made.length)));
      this.latency = this.kernelFrames - 1;
      counts.latencyChanges++;
    }
  }

  /** The kernel's block, and its first frame. */
  next(): { start: number; frames: Frame[] } | undefined {
    this.close();
    if (this.gathered.length < this.kernelFrames) return undefined;
    const frames = this.gathered.splice(0, this.kernelFrames);
    const start = this.collected;
    this.collected += this.kernelFrames;
    return { start, frames };
  }

  /** What the kernel has written, of which all is taken where `made` is not called. */
  write(block: number[][]): void {
    this.open = block;
  }

  produced(block: number[][]): void {
    this.open = undefined;
    const taken = block.slice(0, this.capacity - this.made.length);
    this.counts.refusedFrames += block.length - taken.length;
    this.made.push(...taken);
  }

  deliver(wanted: number): number[][] {
    this.close();
    const { counts } = this;
    while (this.gathered.length >= this.kernelFrames) {
      this.gathered.splice(0, this.kernelFrames);
      this.collected += this.kernelFrames;
      counts.skippedFrames += this.kernelFrames;
      counts.underrunFrames += this.kernelFrames;
      this.made.push(...this.silence(Math.min(this.kernelFrames, this.capacity - this.made.length)));
    }
    const frames = Math.min(wanted, this.maxHostFrames);
    const missing = Math.max(0, frames - this.made.length);
    counts.underrunFrames += missing;
    const delivered = this.made.splice(0, frames);
    return [...delivered, ...this.silence(wanted - delivered.length)];
  }

  reset(): void {
    this.open = undefined;
    this.collected += this.gathered.length;
    this.gathered = [];
    this.made = this.silence(this.latency);
  }

  private get capacity(): number {
    return 2 * this.kernelFrames + this.maxHostFrames;
  }

  private close(): void {
    if (this.open !== undefined) this.produced(this.open);
    this.open = undefined;
  }

  private silence(frames: number): number[][] {
    return Array.from({ length: frames }, () => Array(this.outputs).fill(0));
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function run(seed: number): void {
  const roll = randomNumbers(seed);
  const one = <T>(values: readonly T[]): T => values[roll(values.length)]!;
  const inputs = one([[2], [2, 1], [1], [3, 2]]);
  const outputs = one([[2], [1, 2], [1]]);
  const kernelFrames = one([1, 2, 5, 7, 12, 16, 30]);
  const hostFrames = one([1, 3, 4, 8, 12, 20, "any"] as const);
  const maxHostFrames = one([20, 33, 64]);
  const missingInputs = one(["silence", "drop"] as const);
  const isFrozen = roll(2) === 0;
  const format = one([undefined, undefined, "f32", "i16"] as const);
  const parameters = roll(2) === 0 ? PARAMETERS : [];
  const config = { inputs, outputs, parameters };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: kernelFrames, missingInputs, heap });
  const blocks = new FixedBlocks(storage, { hostFrames, maxHostFrames });
  const channelCount = 1 + roll(4);
  const interleaved = format && new InterleavedHost(storage, { channelCount, format });
  const model = new Model(kernelFrames, hostFrames, maxHostFrames, sum(outputs));
  const name = `seed ${seed}: ${kernelFrames} under ${hostFrames}, at most ${maxHostFrames}, ${inputs} in, ${outputs} out, ${
    format === undefined ? "planar" : `${channelCount} channels of ${format}`
  }, ${parameters.length} parameters`;
  const freeze = <T extends object>(list: T): T => (isFrozen ? Object.freeze(list) : list);
  const usual = hostFrames === "any" ? 4 : hostFrames;
  const known = new Map<string, Float32Array[][]>();
  /** The same lists again, where there were such. */
  const listsOf = (kind: string, counts: readonly number[], frames: number) => {
    const key = `${kind} ${counts} ${frames}`;
    const lists = known.get(key) ?? freeze(counts.map((count) => freeze(Array.from({ length: count }, () => new Float32Array(frames)))));
    known.set(key, lists);
    return lists;
  };
  const pcmOf = (frames: number) => new (format === "i16" ? Int16Array : Float32Array)(frames * channelCount);
  /** These samples, or their bytes; where it is ragged, without the last sample, or without a part of its bytes. */
  const handedOver = (samples: Int16Array | Float32Array, isRagged = false) => {
    const { buffer, byteLength, length, BYTES_PER_ELEMENT } = samples;
    const bytes = byteLength - (isRagged ? 1 + roll(BYTES_PER_ELEMENT) : 0);
    return one([
      () => samples.subarray(0, isRagged ? length - 1 : length),
      () => new Uint8Array(buffer, 0, bytes),
      () => new DataView(buffer, 0, bytes),
    ])();
  };
  /** What the kernel writes is a whole number of these. */
  const step = format === "i16" ? 1 / 32_768 : 1;
  let time = 0;

  const kernel = (isShort: boolean) => {
    for (let block = model.next(); block !== undefined; block = model.next()) {
      expect(blocks.next(), name).toBe(true);
      expect(blocks.blockStart, name).toBe(block.start);
      expect(storage.frames, name).toBe(kernelFrames);
      let first = 0;
      for (const bus of storage.inputs) {
        const there = Array.from({ length: bus.capacity }, (_, c) => block.frames.some(({ samples }) => samples[first + c] !== undefined));
        expect(bus.connectedLength, name).toBe(there.lastIndexOf(true) + 1);
        expect(bus.length, name).toBe(missingInputs === "drop" ? bus.connectedLength : bus.capacity);
        for (let c = 0; c < bus.length; c++) {
          expect([...bus.channel(c)], name).toEqual(block.frames.map(({ samples }) => samples[first + c] ?? 0));
          expect((bus.constantMask & (1 << c)) !== 0, name).toBe(!there[c]);
        }
        first += bus.capacity;
      }
      for (const [p, { values }] of (parameters.length > 0 ? parametersOf(storage) : []).entries()) {
        const expected = block.frames.slice(0, values.length).map((frame) => frame.values[p]);
        expect(values, `${name}: ${parameters[p]!.name}`).toEqual(expected);
      }
      const write = () => {
        const base = roll(1000);
        let channel = 0;
        for (const bus of storage.outputs) {
          for (let c = 0; c < bus.length; c++, channel++) {
            const samples = bus.channel(c);
            for (let k = 0; k < kernelFrames; k++) samples[k] = step * (base + k + channel * 1024);
          }
        }
        return Array.from({ length: kernelFrames }, (_, k) => Array.from({ length: channel }, (_, c) => step * (base + k + c * 1024)));
      };
      model.write(write());
      for (let call = isShort ? roll(3) : 0; call > 0; call--) {
        const frames = roll(kernelFrames + 1);
        const written = write();
        blocks.produced(frames);
        model.produced(written.slice(0, frames));
      }
      if (roll(12) === 0) return;
    }
    expect(blocks.next(), name).toBe(false);
  };

  /** What the host hands over of each parameter, and of each what it is in each frame. */
  const valuesOf = (frames: number) => {
    const handed: Record<string, Float32Array> = {};
    const ofFrames = parameters.map(({ name: parameter, ...info }) => {
      if (roll(4) === 0) return () => undefined;
      const count = "automationRate" in info || roll(2) === 0 ? 1 : frames;
      const base = 10 + roll(100);
      const values = Float32Array.from({ length: Math.max(1, count) }, (_, k) => base + (roll(3) === 0 ? k : 0));
      handed[parameter] = values;
      return (k: number) => values[count === 1 ? 0 : k];
    });
    return { handed: roll(8) === 0 && Object.keys(handed).length === 0 ? undefined : handed, ofFrames };
  };

  const collectFrom = (host: InterleavedHost<"f32">, frames: number) => {
    const samples = pcmOf(frames);
    const isThere = roll(6) !== 0 || frames !== usual || hostFrames === "any";
    const unit = format === "i16" ? 32_768 : 1;
    for (let at = 0; at < samples.length; at++) samples[at] = ++time % 30_000;
    // The last frame of a ragged array counts, and its last sample is silent.
    const isRagged = channelCount > 1 && frames > 0 && roll(4) === 0;
    blocks.collectFrom(host, isThere ? handedOver(samples, isRagged) : (undefined as never));
    if (isRagged) samples[samples.length - 1] = 0;
    const counted = sum(inputs);
    model.counts.droppedChannels += isThere ? Math.max(0, channelCount - counted) : channelCount;
    const none = PARAMETERS.map(() => undefined);
    model.collect(
      Array.from({ length: frames }, (_, k) => ({
        samples: Array.from({ length: counted }, (_, c) =>
          isThere && c < channelCount ? samples[k * channelCount + c]! / unit : undefined,
        ),
        values: none,
      })),
    );
  };

  const collect = (frames: number) => {
    if (interleaved) return collectFrom(interleaved, frames);
    const counts = inputs.map((capacity) => (roll(4) === 0 ? roll(capacity + 1) : capacity));
    const lists = listsOf("in", counts, frames);
    for (const samples of lists.flat()) for (let k = 0; k < frames; k++) samples[k] = ++time % 100_000;
    // A block is as long as its outputs, which are there.
    const { handed, ofFrames } = valuesOf(frames);
    blocks.collect(lists, listsOf("out", outputs, frames), handed);
    model.collect(
      Array.from({ length: frames }, (_, k) => ({
        samples: inputs.flatMap((capacity, b) => Array.from({ length: capacity }, (_, c) => lists[b]![c]?.[k])),
        values: PARAMETERS.map((_, p) => ofFrames[p]?.(k)),
      })),
    );
  };

  const deliverTo = (host: InterleavedHost<"f32">, frames: number) => {
    const samples = pcmOf(frames).fill(-1);
    blocks.deliverTo(host, handedOver(samples));
    const counted = sum(outputs);
    model.counts.droppedChannels += Math.max(0, counted - channelCount);
    const unit = format === "i16" ? 32_768 : 1;
    const delivered = model
      .deliver(frames)
      .flatMap((frame) => Array.from({ length: channelCount }, (_, c) => (c < counted ? frame[c]! * unit : 0)));
    expect([...samples], name).toEqual(delivered);
  };

  const deliver = (frames: number) => {
    if (interleaved) return deliverTo(interleaved, frames);
    const counts = outputs.map((capacity) => (roll(6) === 0 ? 1 + roll(capacity) : capacity));
    const lists = listsOf("out", counts, frames);
    for (const samples of lists.flat()) samples.fill(-1);
    blocks.deliver(lists);
    model.counts.droppedChannels += sum(outputs) - sum(counts);
    const delivered = model.deliver(frames);
    let first = 0;
    for (const [b, capacity] of outputs.entries()) {
      for (const [c, samples] of lists[b]!.entries()) expect([...samples], name).toEqual(delivered.map((frame) => frame[first + c]!));
      first += capacity;
    }
  };

  const keepsToIt = roll(3) === 0;
  for (let round = 0; round < 60; round++) {
    const frames = hostFrames !== "any" && (keepsToIt || roll(8) !== 0) ? usual : roll(40);
    const isShort = roll(6) === 0;
    if (roll(30) !== 0) collect(frames);
    if (roll(30) === 0) collect(frames);
    if (roll(15) !== 0) kernel(isShort);
    if (roll(20) !== 0) deliver(frames);
    if (roll(40) === 0) deliver(frames);
    if (roll(40) === 0) {
      blocks.reset();
      model.reset();
    }
    expect(blocks.latency, name).toBe(model.latency);
    expect({ ...storage.diagnostics }, name).toMatchObject(model.counts);
  }
  interleaved?.free();
  storage.free();
}

test.each(seeds)("two hundred random lives, from seed %i: all that is seen is the model's", (seed) => {
  const roll = randomNumbers(seed);
  for (let life = 0; life < 200; life++) run(roll(2 ** 31));
});
