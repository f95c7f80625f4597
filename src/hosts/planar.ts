// [render] Planar hosts: `inputs[bus][channel]` and `outputs[bus][channel]`, as an AudioWorkletProcessor gets them.
//
// Each way there are four forms, and each hands the whole block to the next one where it cannot do it:
//
//   known     Lists that are frozen and came before. They cannot have changed, so they are not read: V8 reads an
//             element of a frozen array through a slow path, about 10 ns each, as long as copying a short channel.
//   compared  Lists that came before and can be changed. Each entry is compared with what it was, before any is copied.
//   plain     Lists of channels that are all as long as the block. Each is read and judged once.
//   careful   Anything else. Each channel is looked after alone. What it does is what the others must do.

import { COLLECTED, LARGEST_SMALL_INTEGER } from "../block";
import type { Buffers } from "../buffers";
import { NO_SAMPLES, type Samples, set } from "../sample-format";
import { blockFrames, type HostBuses, isWorthALook, NO_BUSES, NO_FRAMES, uniformFrames } from "./host-lists";
import { HostParameters, type HostParameterValues } from "./host-parameters";
import { HostSide } from "./host-side";
import { lengthOf } from "./typed-array";

type Form = "known" | "compared" | "plain" | "careful";

export class PlanarHost {
  // What known lists need comes first, so that it shares as few cache lines as can be.
  private inputs: HostBuses = NO_BUSES;
  private outputs: HostBuses = NO_BUSES;
  private isKnown = false;
  /** Whether somebody can change the lists that are known, so that they must be compared. */
  private canChange = false;
  private frames = 0;
  /** How often buses had been moved when the lists became known. */
  private moves = 0;
  /** The host's channel that says how long the block is: of length 0 when it is detached. */
  private deciding: Float32Array = NO_SAMPLES;
  /** One of our views: of length 0 when the memory has grown. */
  private living: Samples = NO_SAMPLES;
  /** Output channels for which a known host has no place. */
  private droppedOut = 0;
  /** Whether known lists need nothing but copying. */
  private isPlainlyFull = false;
  /** Number of the block that was collected from known lists, whose outputs can be delivered likewise. */
  private knownBlock = 0;
  /** Blocks for which the same lists have come again, and were not taken as known. */
  private repeats = 0;

  /** Which form collected and which delivered last. Tests ask, because a fast form that is never taken breaks nothing. */
  collectedBy: Form = "careful";
  deliveredBy: Form = "careful";

  /** `undefined` where no parameter is declared. */
  private readonly parameters: HostParameters | undefined;
  private readonly ins: HostSide;
  private readonly outs: HostSide;
  /** Whether outputs become floats before they are copied. */
  private readonly converts: boolean;
  /** Whether lists can become known: where every channel has samples to copy. */
  private readonly canKnow: boolean;
  /** Whether inputs need more than copying in every block. */
  private readonly alwaysSettles: boolean;

  /** [setup] */
  constructor(private readonly buffers: Buffers) {
    const { inputs, outputs, settings, tables } = buffers;
    const mayMix = settings.channelInterpretation === "speakers";
    this.ins = new HostSide(inputs, true, tables, mayMix);
    this.outs = new HostSide(outputs, false, tables, mayMix);
    this.parameters = buffers.parameters && new HostParameters(buffers.parameters, buffers.diagnostics, settings.maxFrames);
    this.converts = outputs.some(({ hostFloats }) => hostFloats !== undefined);
    this.canKnow = [...inputs, ...outputs].every(({ place }) => place.owner !== undefined);
    this.alwaysSettles = inputs.some(({ hostFloats }) => hostFloats !== undefined) || settings.detectConstant || !this.canKnow;
  }

  /** One block in. Returns its frames. */
  collect(inputs: HostBuses, outputs: HostBuses, values?: HostParameterValues): number {
    const { buffers, ins, outs, parameters } = this;
    const { block, shownState } = buffers;
    shownState?.beginChange();
    if (this.collectKnown(inputs, outputs)) {
      if (parameters !== undefined) {
        parameters.read(values, block.frames);
        if (!block.isLive) return 0;
      }
      buffers.open(COLLECTED);
      if (!this.isPlainlyFull) {
        ins.settle();
        outs.settle();
      }
      this.knownBlock = block.number;
      this.collectedBy = this.canChange ? "compared" : "known";
    } else {
      if (!block.isLive) return 0;
      const comesAgain = inputs === this.inputs && outputs === this.outputs;
      // Growth says nothing about the lists, so that they are looked at again soon.
      const hasGrown = this.isKnown && this.living.length === 0;
      // A kernel that has other buffers in each block is never known: looking at its lists would be in vain.
      const hasMoved = this.moves !== block.moves;
      this.moves = block.moves;
      this.repeats = comesAgain && !hasGrown && !hasMoved ? (this.repeats + 1) & LARGEST_SMALL_INTEGER : 0;
      this.isKnown = false;
      this.inputs = inputs;
      this.outputs = outputs;
      this.copyUnknown(inputs, outputs);
      parameters?.read(values, block.frames);
      // A getter of the host's may have freed the storage.
      if (!block.isLive) return 0;
      buffers.open(COLLECTED);
      if (this.alwaysSettles || !ins.isJustFull) ins.settle();
      outs.settle();
      if (this.collectedBy === "plain" && this.canKnow && isWorthALook(this.repeats)) this.adopt(inputs, outputs);
    }
    buffers.diagnostics.droppedChannels += ins.dropped;
    shownState?.endChange();
    return block.frames;
  }

  /** One block out. What was not pushed is silence. */
  deliver(outputs: HostBuses): void {
    const { buffers, outs } = this;
    const { block } = buffers;
    if (!block.isLive) return;
    if (this.converts) outs.convertOut();
    let dropped = this.droppedOut;
    if (this.deliverKnown(outputs)) {
      this.deliveredBy = this.canChange ? "compared" : "known";
    } else {
      if (block.frames > 0 && outs.copyPlain(outputs, block.frames)) {
        this.deliveredBy = "plain";
      } else {
        outs.copyCarefully(outputs, block.frames);
        this.deliveredBy = "careful";
      }
      dropped = outs.dropped;
    }
    buffers.diagnostics.droppedChannels += dropped;
    buffers.shownState?.endRendering();
  }

  /** [setup] Keeps nothing of any host. */
  forget(): void {
    this.isKnown = false;
    this.inputs = NO_BUSES;
    this.outputs = NO_BUSES;
    this.deciding = NO_SAMPLES;
    this.living = NO_SAMPLES;
    this.ins.forget();
    this.outs.forget();
    this.parameters?.forget();
  }

  /**
   * The known and the compared form, in. False where these are not the known lists, or something has changed since: an entry, an array is
   * detached, or the memory has grown. All of it stands here, because SpiderMonkey pays some 5 ns for each call.
   */
  private collectKnown(inputs: HostBuses, outputs: HostBuses): boolean {
    if (!this.isKnown || inputs !== this.inputs || outputs !== this.outputs || this.moves !== this.buffers.block.moves) return false;
    const { ins, outs, frames } = this;
    try {
      // Comparing comes first, because an accessor of the host's may change anything.
      if (this.canChange && !(ins.isAsKnown(inputs) && outs.isAsKnown(outputs))) return false;
      if (this.living.length === 0 || lengthOf(this.deciding) !== frames) return false;
      const { copies, copiesLength } = ins;
      for (let i = 0; i < copiesLength; i += 2) set.call(copies[i]!, copies[i + 1] as Float32Array);
    } catch {
      // `set` throws where an array is detached. The next form begins anew.
      return false;
    }
    this.buffers.block.frames = frames;
    return true;
  }

  /** The same, out. False where these are not the outputs of a block that they collected, or something has changed since. */
  private deliverKnown(outputs: HostBuses): boolean {
    const { block } = this.buffers;
    if (!this.isKnown || outputs !== this.outputs || this.knownBlock !== block.number || this.frames !== block.frames) return false;
    const { outs } = this;
    if (this.moves !== block.moves) return false;
    try {
      if (outs.isMixed) outs.mixKnown();
      if (this.canChange && !outs.isAsKnown(outputs)) return false;
      const { copies, copiesLength } = outs;
      for (let i = 0; i < copiesLength; i += 2) set.call(copies[i]!, copies[i + 1] as Float32Array);
    } catch {
      return false;
    }
    return true;
  }

  /** By the plain form, else by the careful one. */
  private copyUnknown(inputs: HostBuses, outputs: HostBuses): void {
    const { buffers, ins, outs } = this;
    const { block, settings } = buffers;
    try {
      let frames = uniformFrames(outputs, outs.offered);
      if (frames === NO_FRAMES) frames = uniformFrames(inputs, ins.offered);
      if (frames > 0 && frames <= settings.maxFrames) {
        block.frames = frames;
        this.collectedBy = "plain";
        if (ins.copyPlain(inputs, frames)) return;
      }
    } catch {
      // A list of the host's throws when it is read.
    }
    block.frames = buffers.clampedFrames(blockFrames(inputs, outputs, settings.maxFrames));
    this.collectedBy = "careful";
    ins.copyCarefully(inputs, block.frames);
    outs.count(outputs);
  }

  /** The lists that the plain form has just collected become known, if they can be. */
  private adopt(inputs: HostBuses, outputs: HostBuses): void {
    const { ins, outs, buffers } = this;
    const { frames } = buffers.block;
    try {
      if (!ins.adopt(inputs, frames) || !outs.adopt(outputs, frames)) return;
    } catch {
      return;
    }
    // The first output says how long the block is; without outputs, the first input.
    if (outs.copiesLength > 0) {
      this.deciding = outs.copies[0] as Float32Array;
      this.living = outs.copies[1]!;
    } else if (ins.copiesLength > 0 && outputs.length === 0) {
      this.deciding = ins.copies[1] as Float32Array;
      this.living = ins.copies[0]!;
    } else {
      return;
    }
    this.frames = frames;
    this.moves = buffers.block.moves;
    this.canChange = !(ins.isFrozen && outs.isFrozen);
    this.droppedOut = outs.dropped;
    this.isPlainlyFull = !this.alwaysSettles && ins.isJustFull && outs.isJustFull;
    this.isKnown = true;
  }
}
