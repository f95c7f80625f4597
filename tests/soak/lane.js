// One storage that renders block after block while its configuration, its host's channels and the length of
// its blocks change, and beside it a plain computation of all that must come out: lengths, masks, counts and
// samples. Plain JS without garbage, because it runs in a worklet for hours of audio.

import { InterleavedHost, ProcessBufferStorage } from "wasm-process-buffers";

/** What each input bus contributes to the mix. */
const GAINS = [0.5, 0.25, 0.125];

export class Lane {
  /**
   * @param {string} name
   * @param {import("wasm-process-buffers").WasmHeap} heap
   * @param {object} options of the storage, beside heap and maxFrames
   * @param {{ inputs: number[], outputs: number[], maxFrames: number }[]} phases configurations, one after the other
   * @param {number} widths most channels of an interleaved host; 0 for a lane without such hosts
   */
  constructor(name, heap, options, phases, widths = 0) {
    this.name = name;
    this.options = { missingInputs: "silence", sampleFormat: "f32", clearOutputs: true, detectConstant: false, ...options };
    this.heap = heap;
    this.phases = phases;
    this.widths = widths;
    /** A host of each width and format. */
    this.interleavedHosts = [];
    this.expected = { refusedPushes: 0, droppedChannels: 0, truncatedFrames: 0, viewRebuilds: 0 };
    this.storage = undefined;
    this.phase = undefined;
    this.differences = [];
    this.differenceCount = 0;
    /** Pointer and length of each view that the storage has had to make. */
    this.seen = new Set();
    this.isDouble = this.options.sampleFormat === "f64";
    this.SampleArray = this.isDouble ? Float64Array : Float32Array;
    /** In blocks of converted samples the storage needs views of its own, which nobody outside can count. */
    this.countsViews = !this.isDouble && widths === 0;
    this.inputCounts = new Int32Array(16);
  }

  /** [setup] The storage takes the shape of phase `index`, counted round; `anew` by a new storage. */
  enter(index, anew) {
    const phase = this.phases[index % this.phases.length];
    const { maxFrames, inputs, outputs } = phase;
    this.phase = phase;
    if (anew || this.storage === undefined) {
      this.storage?.free();
      for (const host of this.interleavedHosts) host.free();
      this.storage = ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, { ...this.options, maxFrames, heap: this.heap });
      for (const count of Object.keys(this.expected)) this.expected[count] = 0;
      this.interleavedHosts = Array.from(
        { length: 2 * this.widths },
        (_, i) => new InterleavedHost(this.storage, { channelCount: 1 + (i >> 1), format: i % 2 === 0 ? "f32" : "i16" }),
      );
    } else {
      this.storage.reconfigure({ inputs, outputs }, { maxFrames });
    }
    this.buffer = this.heap.memory.buffer;
    this.viewsAreFresh = true;
    this.seen.clear();
    this.look();
  }

  /** One planar block. `cut`, 0 … 1, says whether and where it is split in two windows. */
  block(inputs, outputs, cut) {
    const { storage, expected, phase } = this;
    this.noticeGrowth();
    const hostFrames = framesOf(outputs, framesOf(inputs, phase.maxFrames));
    const frames = Math.min(hostFrames, phase.maxFrames);
    expected.truncatedFrames += hostFrames - frames;
    for (let b = 0; b < inputs.length; b++) expected.droppedChannels += Math.max(0, inputs[b].length - (phase.inputs[b] ?? 0));
    for (let b = 0; b < phase.inputs.length; b++) this.inputCounts[b] = Math.min(inputs[b]?.length ?? 0, phase.inputs[b]);
    this.same(storage.collect(inputs, outputs), frames, "frames");
    this.checkInputs(inputs, frames);
    this.render(frames, cut);
    storage.deliver(outputs);
    for (let b = 0; b < phase.outputs.length; b++) {
      const places = b < outputs.length ? outputs[b].length : 0;
      expected.droppedChannels += Math.max(0, phase.outputs[b] - places);
      for (let c = 0; c < places && c < phase.outputs[b]; c++) this.checkOutput(inputs, outputs[b][c], frames, b, c);
    }
    this.checkCounts();
  }

  /** One interleaved block, in and out: the array's channels are those of the buses, one after the other. */
  interleavedBlock(planar, pcm, width, frames, cut) {
    const { expected, phase } = this;
    this.noticeGrowth();
    const isInt16 = pcm instanceof Int16Array;
    const host = this.interleavedHosts[2 * (width - 1) + (isInt16 ? 1 : 0)];
    let first = 0;
    for (let b = 0; b < phase.inputs.length; b++) {
      const count = Math.max(0, Math.min(width - first, phase.inputs[b]));
      this.inputCounts[b] = count;
      for (let c = 0; c < count; c++) {
        for (let k = 0; k < frames; k++) {
          const at = k * width + first + c;
          pcm[at] = isInt16 ? planar[b][c][k] * 32767 : planar[b][c][k];
          if (isInt16) planar[b][c][k] = pcm[at] / 32768;
        }
      }
      first += count;
    }
    // What no bus takes.
    for (let c = first; c < width; c++) for (let k = 0; k < frames; k++) pcm[k * width + c] = 1;
    expected.droppedChannels += width - first;
    this.same(host.collect(pcm), frames, "frames");
    this.checkInputs(planar, frames);
    this.render(frames, cut);
    this.same(host.deliver(pcm), frames, "frames delivered");
    let place = 0;
    for (let b = 0; b < phase.outputs.length; b++) {
      for (let c = 0; c < phase.outputs[b]; c++, place++) {
        if (place >= width) expected.droppedChannels++;
        else this.checkInterleaved(pcm, width, place, frames, planar, b, c);
      }
    }
    for (; place < width; place++) this.checkInterleaved(pcm, width, place, frames, planar, -1, 0);
    this.checkCounts();
  }

  /** What is given at one place of each frame: what bus `b` gives, or zero where no bus does. */
  checkInterleaved(pcm, width, place, frames, planar, b, c) {
    const isInt16 = pcm instanceof Int16Array;
    for (let k = 0; k < frames; k++) {
      const sample = b < 0 ? 0 : this.mixed(planar, b, c, k);
      // A kernel that has floats writes floats.
      const written = this.isDouble ? sample : Math.fround(sample);
      this.sameSample(pcm[k * width + place], isInt16 ? int16(written) : Math.fround(sample), place, k);
    }
  }

  /** A push that must be refused, because the bus is full or the pointer is none. */
  pushNothing() {
    if (this.storage.mainOutput === undefined) return;
    this.same(this.storage.mainOutput.push(0), false, "push");
    this.expected.refusedPushes++;
  }

  // ── The kernel: it knows descriptors, tables and frames, and nothing else ──

  render(frames, cut) {
    const { storage, phase } = this;
    if (cut < 0.5) {
      this.run(frames);
    } else {
      const at = Math.floor(frames * (2 * cut - 1));
      this.run(this.same(storage.setWindow(0, at), at, "window"));
      this.run(this.same(storage.setWindow(at, frames - at), frames - at, "window"));
    }
    if (phase.outputs.length > 0) this.sameMask(storage.outputs[0].constantMask, 0);
  }

  run(frames) {
    const { storage, words, samples, isDouble, phase } = this;
    const shift = isDouble ? 3 : 2;
    const data = isDouble ? 1 : 0;
    for (let b = 0; b < phase.outputs.length; b++) {
      const output = (storage.outputsAddress >> 2) + 6 * b;
      for (let c = 0; c < words[output + 2]; c++) {
        const to = words[(words[output + data] >> 2) + c] >>> shift;
        for (let k = 0; k < frames; k++) {
          let sum = 0;
          for (let i = 0; i < phase.inputs.length; i++) {
            const input = (storage.inputsAddress >> 2) + 6 * i;
            if (c < words[input + 2]) sum += samples[(words[(words[input + data] >> 2) + c] >>> shift) + k] * GAINS[i];
          }
          samples[to + k] = sum * (b + 1);
        }
      }
    }
  }

  // ── The plain computation ──

  /** Sample `k` of output channel `c` of bus `b`, straight from what the host has. */
  mixed(inputs, b, c, k) {
    const { phase } = this;
    let sum = 0;
    for (let i = 0; i < phase.inputs.length; i++) if (c < phase.inputs[i]) sum += this.delivered(inputs, i, c, k) * GAINS[i];
    return sum * (b + 1);
  }

  delivered(inputs, bus, channel, k) {
    const count = this.inputCounts[bus];
    if (channel < count) return inputs[bus][channel][k];
    return count === 1 && this.options.missingInputs === "repeat-mono" ? inputs[bus][0][k] : 0;
  }

  checkInputs(inputs, frames) {
    const { storage, phase, options } = this;
    for (let b = 0; b < phase.inputs.length; b++) {
      const bus = storage.inputs[b];
      const count = this.inputCounts[b];
      const length = options.missingInputs === "drop" ? count : phase.inputs[b];
      this.same(bus.length, length, "length");
      this.same(bus.connectedLength, count, "connectedLength");
      let mask = 0;
      for (let c = 0; c < length; c++) {
        const isRepeated = c >= count && count === 1 && options.missingInputs === "repeat-mono";
        const isMissing = c >= count && !isRepeated;
        if (isMissing || (options.detectConstant && isConstant(inputs[b][isRepeated ? 0 : c], frames))) mask += 2 ** c;
        this.see(bus, c, frames);
      }
      this.sameMask(bus.constantMask, mask);
    }
    for (let b = 0; b < phase.outputs.length; b++) {
      this.same(storage.outputs[b].length, phase.outputs[b], "output length");
      for (let c = 0; c < phase.outputs[b]; c++) this.see(storage.outputs[b], c, frames);
    }
  }

  checkOutput(inputs, target, frames, b, c) {
    for (let k = 0; k < target.length; k++) this.sameSample(target[k], k < frames ? Math.fround(this.mixed(inputs, b, c, k)) : 0, c, k);
  }

  checkCounts() {
    const { diagnostics } = this.storage;
    this.same(diagnostics.refusedPushes, this.expected.refusedPushes, "refusedPushes");
    this.same(diagnostics.droppedChannels, this.expected.droppedChannels, "droppedChannels");
    this.same(diagnostics.truncatedFrames, this.expected.truncatedFrames, "truncatedFrames");
    if (this.countsViews) this.same(diagnostics.viewRebuilds, this.expected.viewRebuilds, "viewRebuilds");
  }

  // ── Views ──

  look() {
    this.words = new Uint32Array(this.buffer);
    this.samples = new this.SampleArray(this.buffer);
  }

  noticeGrowth() {
    if (this.buffer === this.heap.memory.buffer) return;
    this.buffer = this.heap.memory.buffer;
    this.viewsAreFresh = false;
    this.seen.clear();
    // That of descriptors and tables.
    this.expected.viewRebuilds++;
    this.look();
  }

  /** A view that is neither from set-up nor known is made, and counted. */
  see(bus, channel, frames) {
    const view = bus.channel(channel);
    this.same(view.length, frames, "length of a view");
    const pointer = bus.pointer(channel);
    this.same(pointer, bus.channelAddress(channel), "pointer");
    if (frames === 0) return;
    this.same(view.byteOffset, pointer, "address of a view");
    const key = pointer * 512 + frames;
    const isFromSetUp = this.viewsAreFresh && frames === this.phase.maxFrames;
    if (!isFromSetUp && !this.seen.has(key)) {
      this.seen.add(key);
      this.expected.viewRebuilds++;
    }
  }

  // ── Comparison ──

  same(actual, expected, what) {
    if (actual !== expected) this.differ(what, actual, expected);
    return actual;
  }

  sameMask(actual, expected) {
    if (actual >>> 0 !== expected >>> 0) this.differ("constantMask", actual, expected);
  }

  sameSample(actual, expected, c, k) {
    if (actual !== expected) this.differ(`sample ${k} of channel ${c}`, actual, expected);
  }

  differ(what, actual, expected) {
    this.differenceCount++;
    if (this.differences.length < 5) this.differences.push(`${this.name}: ${what} is ${actual}, and should be ${expected}`);
  }
}

/** Frames of a host's first channel, which is as long as all others. */
function framesOf(buses, otherwise) {
  for (let b = 0; b < buses.length; b++) if (buses[b].length > 0) return buses[b][0].length;
  return otherwise;
}

function isConstant(samples, frames) {
  for (let k = 1; k < frames; k++) if (!Object.is(samples[k], samples[0])) return false;
  return true;
}

function int16(sample) {
  return Math.max(-32768, Math.min(32767, Math.round(sample * 32768))) + 0;
}
