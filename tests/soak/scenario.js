// Hours of audio through storages of all kinds in one heap: channels come and go, blocks change their
// length, configurations are replaced and storages allocated anew. It goes round: what a round does the next
// one does again, so that after the first one nothing may grow any more.

import { createHeap } from "wasm-process-buffers";
import { Lane } from "./lane.js";

/** Blocks from one change of configurations to the next. */
const PHASE_BLOCKS = 75;
const PHASES = 12;
export const ROUND_BLOCKS = PHASE_BLOCKS * PHASES;

const SIZES = [128, 128, 64, 128, 100, 33, 128, 1, 200, 128, 7, 0];
/** Most channels of an interleaved host. */
const WIDTHS = 4;
const COUNTS = [2, 2, 1, 0, 2, 3, 6, 1];

const phase = (inputs, outputs, maxFrames = 128) => ({ inputs, outputs, maxFrames });

export class Soak {
  constructor() {
    this.heap = createHeap();
    const { heap } = this;
    /** What the runtime itself hands over goes here. */
    this.live = new Lane("host", heap, {}, [
      phase([2, 2], [2, 1]),
      phase([2], [2]),
      phase([1, 1], [2, 1], 64),
      phase([6, 2, 1], [1, 1], 256),
      phase([], [2]),
      phase([4, 4], [4, 2]),
    ]);
    this.planar = [
      new Lane("silence", heap, { detectConstant: true }, [phase([2, 1], [2]), phase([6], [6, 2], 200), phase([2, 2, 2], [2])]),
      new Lane("repeat-mono", heap, { missingInputs: "repeat-mono", detectConstant: true }, [
        phase([2], [2]),
        phase([4, 2], [4], 100),
        phase([1], [1]),
      ]),
      new Lane("drop", heap, { missingInputs: "drop", clearOutputs: false }, [phase([6], [2]), phase([2, 1], [3, 3]), phase([8], [8], 64)]),
      new Lane("doubles", heap, { sampleFormat: "f64" }, [phase([2, 1], [2, 2]), phase([3], [3], 100)]),
    ];
    this.interleaved = [
      new Lane("interleaved", heap, {}, [phase([2, 1], [2]), phase([4], [1])], WIDTHS),
      new Lane(
        "interleaved doubles",
        heap,
        { sampleFormat: "f64", missingInputs: "repeat-mono" },
        [phase([2], [2]), phase([3, 2], [1, 2]), phase([1, 2], [2], 64)],
        WIDTHS,
      ),
    ];
    this.lanes = [this.live, ...this.planar, ...this.interleaved];
    this.hosts = new Hosts();
    this.roll = randomFractions(4711);
    this.blocks = 0;
    /** Views made in each round, and memory at its end. */
    this.rounds = [];
  }

  /** One block: what the runtime hands over, and a block of each other kind. */
  process(inputs, outputs) {
    const { blocks, roll } = this;
    if (blocks % ROUND_BLOCKS === 0) this.startRound();
    if (blocks % PHASE_BLOCKS === 0) this.changeConfigurations((blocks / PHASE_BLOCKS) % PHASES);
    this.live.block(inputs, outputs, roll());
    for (let i = 0; i < this.planar.length; i++) {
      const frames = pick(SIZES, roll);
      const isConstant = roll() < 0.2;
      const given = this.hosts.of(pick(COUNTS, roll), pick(COUNTS, roll), frames, 0);
      const taken = this.hosts.of(pick(COUNTS, roll), pick(COUNTS, roll), frames, 1);
      fill(given, isConstant, roll);
      this.planar[i].block(given, taken, roll());
      if (roll() < 0.05) this.planar[i].pushNothing();
    }
    for (let i = 0; i < this.interleaved.length; i++) {
      const width = 1 + Math.floor(roll() * WIDTHS);
      const frames = 1 + Math.floor(roll() * this.interleaved[i].phase.maxFrames);
      const given = this.hosts.of(width, width, frames, 0);
      fill(given, false, roll);
      this.interleaved[i].interleavedBlock(given, this.hosts.pcm(width * frames, roll() < 0.5), width, frames, roll());
    }
    this.blocks++;
  }

  get differenceCount() {
    return this.lanes.reduce((sum, lane) => sum + lane.differenceCount, 0) + this.unsteady.length;
  }

  get report() {
    return {
      blocks: this.blocks,
      rounds: this.rounds.length,
      differenceCount: this.differenceCount,
      differences: [...this.lanes.flatMap((lane) => lane.differences), ...this.unsteady],
      memoryBytes: this.heap.memory.buffer.byteLength,
      diagnostics: Object.fromEntries(this.lanes.map(({ name, storage }) => [name, { ...storage.diagnostics }])),
    };
  }

  /** Rounds that took more than the second one, which was the first with nothing new in it. */
  get unsteady() {
    const [, second, ...later] = this.rounds.slice(0, -1);
    return later.flatMap((round, i) => {
      if (round.views === second.views && round.memoryBytes === second.memoryBytes) return [];
      return [
        `round ${i + 3} made ${round.views} views in ${round.memoryBytes} B of memory; the second one ${second.views} in ${second.memoryBytes} B`,
      ];
    });
  }

  startRound() {
    this.finishRound();
    // The same random numbers again, so that each round is as the one before.
    this.roll = randomFractions(4711);
    this.rounds.push({ views: 0, memoryBytes: 0 });
    // In the first round alone, as the memory must end as large as it began.
    if (this.rounds.length === 1) this.growsAt = [3, 7];
    else this.growsAt = [];
  }

  finishRound() {
    const round = this.rounds.at(-1);
    if (round === undefined) return;
    for (const lane of this.interleaved) round.views += lane.storage.diagnostics.viewRebuilds;
    round.views += this.planar.at(-1).storage.diagnostics.viewRebuilds;
    round.memoryBytes = this.heap.memory.buffer.byteLength;
  }

  changeConfigurations(index) {
    if (this.growsAt.includes(index)) this.heap.memory.grow(1);
    // A round begins with new storages, and in each phase one more is new.
    for (let i = 0; i < this.lanes.length; i++) this.lanes[i].enter(index, index === 0 || (index + i) % this.lanes.length === 0);
  }
}

/** Hosts' arrays of every shape that is asked for, made once. */
class Hosts {
  known = new Map();
  pcms = new Map();

  of(first, second, frames, which) {
    const key = ((first * 16 + second) * 256 + frames) * 2 + which;
    let host = this.known.get(key);
    if (host === undefined) {
      const bus = (count) => Object.freeze(Array.from({ length: count }, () => new Float32Array(frames)));
      host = Object.freeze(second === 0 ? [bus(first)] : [bus(first), bus(second)]);
      this.known.set(key, host);
    }
    return host;
  }

  pcm(length, isInt16) {
    const key = isInt16 ? -length : length;
    let samples = this.pcms.get(key);
    if (samples === undefined) {
      samples = new (isInt16 ? Int16Array : Float32Array)(length);
      this.pcms.set(key, samples);
    }
    return samples;
  }
}

function fill(host, isConstant, roll) {
  for (let b = 0; b < host.length; b++) {
    for (let c = 0; c < host[b].length; c++) {
      const samples = host[b][c];
      if (isConstant) samples.fill(roll() - 0.5);
      else for (let k = 0; k < samples.length; k++) samples[k] = roll() * 2 - 1;
    }
  }
}

function pick(list, roll) {
  return list[Math.floor(roll() * list.length)];
}

/** Returns a function that gives numbers 0 … 1, the same ones for the same seed. */
export function randomFractions(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
