// [render] Planar hosts have `inputs[bus][channel]` and `outputs[bus][channel]`, like an AudioWorkletProcessor.
//
// Samples are copied in one of four forms. A form that cannot copy a block leaves the whole block to the next form.
//
//   known     Frozen lists that have come before. They cannot have changed, so they are not read: V8 reads an element
//             of a frozen array through a slow path of about 10 ns, which is as long as copying a short channel takes.
//   compared  Lists that have come before and can change. First each entry is compared with the entry of the block
//             before, then all are copied.
//   plain     Lists in which all channels are as long as the block. Each entry is read and checked once.
//   careful   Everything else. Each channel is checked on its own. The other forms must give the same results.

import { COLLECTED, LARGEST_SMALL_INTEGER } from "../block";
import type { Buffers } from "../buffers";
import { NO_SAMPLES, type Samples, set } from "../sample-format";
import { blockFrames, type HostBuses, isWorthALook, NO_BUSES, NO_FRAMES, uniformFrames } from "./host-lists";
import { HostParameters, type HostParameterValues } from "./host-parameters";
import { HostSide } from "./host-side";
import { lengthOf } from "./typed-array";

type Form = "known" | "compared" | "plain" | "careful";

export class PlanarHost {
  // The fields that known lists need come first, so that they lie in few cache lines.
  private inputs: HostBuses = NO_BUSES;
  private outputs: HostBuses = NO_BUSES;
  private isKnown = false;
  /** Whether the known lists can change, so that they must be compared. */
  private canChange = false;
  private frames = 0;
  /** The block's count of moved buses when the lists became known. */
  private moves = 0;
  /** The host's channel that decides how long the block is. Its length becomes 0 when it is detached. */
  private deciding: Float32Array = NO_SAMPLES;
  /** One view of the storage's memory. Its length becomes 0 when the memory grows. */
  private living: Samples = NO_SAMPLES;
  /** Output channels for which the known host has no place. */
  private droppedOut = 0;
  /** Whether known lists need only be copied: no bus has to be settled. */
  private isPlainlyFull = false;
  /** Number of the last block that was collected from known lists. Its outputs can be delivered to known lists. */
  private knownBlock = 0;
  /** Blocks in which the same lists came again, and were not taken as known. */
  private repeats = 0;

  /**
   * The forms that collected and delivered last. Only tests read them: a fast form that is never taken gives no wrong
   * results, so nothing else would show it.
   */
  collectedBy: Form = "careful";
  deliveredBy: Form = "careful";

  /** `undefined` where the configuration declares none. */
  private readonly parameters: HostParameters | undefined;
  private readonly ins: HostSide;
  private readonly outs: HostSide;
  /** Whether outputs are converted to floats before they are copied. */
  private readonly converts: boolean;
  /** Whether lists can become known: the storage or the kernel must own the samples of every bus. */
  private readonly canKnow: boolean;
  /** Whether inputs must be settled in every block. */
  private readonly alwaysSettles: boolean;

  /** [setup] */
  constructor(private readonly buffers: Buffers) {
    const { inputs, outputs, settings, block, tables } = buffers;
    const mayMix = settings.channelInterpretation === "speakers";
    this.ins = new HostSide(inputs, true, block, tables, mayMix);
    this.outs = new HostSide(outputs, false, block, tables, mayMix);
    this.parameters = buffers.parameters && new HostParameters(buffers.parameters, block, buffers.diagnostics, settings.maxFrames);
    this.converts = outputs.some(({ hostFloats }) => hostFloats !== undefined);
    this.canKnow = [...inputs, ...outputs].every(({ place }) => place.owner !== undefined);
    this.alwaysSettles = inputs.some(({ hostFloats }) => hostFloats !== undefined) || settings.detectConstant || !this.canKnow;
  }

  /** Starts a block with a host's samples. Returns its frames. */
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
      // Growth changes no list. So they are checked again soon.
      const hasGrown = this.isKnown && this.living.length === 0;
      // Where the kernel moves its buffers in each block, lists never become known, and checking them would be in vain.
      const hasMoved = this.moves !== block.moves;
      this.moves = block.moves;
      this.repeats = comesAgain && !hasGrown && !hasMoved ? (this.repeats + 1) & LARGEST_SMALL_INTEGER : 0;
      this.isKnown = false;
      this.inputs = inputs;
      this.outputs = outputs;
      this.copyUnknown(inputs, outputs);
      // A getter of the host may have freed the storage, in its lists or in its parameters.
      if (!block.isLive) return 0;
      parameters?.read(values, block.frames);
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

  /** Copies the block's outputs to the host. Channels that were not pushed are silence. */
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

  /** [setup] Drops all references to a host's objects. */
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
   * Collects in the known and the compared form. False where these are not the known lists, or where something has changed:
   * an entry differs, an array is detached, or the memory has grown. It is one long method, because SpiderMonkey takes about
   * 5 ns for each call.
   */
  private collectKnown(inputs: HostBuses, outputs: HostBuses): boolean {
    if (!this.isKnown || inputs !== this.inputs || outputs !== this.outputs || this.moves !== this.buffers.block.moves) return false;
    const { ins, outs, frames } = this;
    try {
      // Compared before anything else is read, because a getter of the host may change anything.
      if (this.canChange && !(ins.isAsKnown(inputs) && outs.isAsKnown(outputs))) return false;
      if (this.living.length === 0 || lengthOf(this.deciding) !== frames) return false;
      const { copies, copiesLength } = ins;
      for (let i = 0; i < copiesLength; i += 2) set.call(copies[i]!, copies[i + 1] as Float32Array);
    } catch {
      // `set` throws where an array is detached. The next form starts from the beginning.
      return false;
    }
    this.buffers.block.frames = frames;
    return true;
  }

  /**
   * Delivers in the known and the compared form. False where this block was not collected in one of them, or where something
   * has changed since.
   */
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

  /**
   * Collects in the plain form, or else in the careful form. A getter of the host's can free the storage. Its block has no frames
   * then and must not get any, because the memory is somebody else's.
   */
  private copyUnknown(inputs: HostBuses, outputs: HostBuses): void {
    const { buffers, ins, outs } = this;
    const { block, settings } = buffers;
    try {
      let frames = uniformFrames(outputs, outs.offered);
      if (frames === NO_FRAMES) frames = uniformFrames(inputs, ins.offered);
      if (frames > 0 && frames <= settings.maxFrames && block.isLive) {
        block.frames = frames;
        this.collectedBy = "plain";
        if (ins.copyPlain(inputs, frames)) return;
      }
    } catch {
      // Reading one of the host's lists threw.
    }
    const frames = blockFrames(inputs, outputs, settings.maxFrames);
    if (!block.isLive) return;
    block.frames = buffers.clampedFrames(frames);
    this.collectedBy = "careful";
    ins.copyCarefully(inputs, block.frames);
    outs.count(outputs);
  }

  /** Makes the lists known that the plain form has just collected, if possible. */
  private adopt(inputs: HostBuses, outputs: HostBuses): void {
    const { ins, outs, buffers } = this;
    const { frames } = buffers.block;
    try {
      if (!ins.adopt(inputs, frames) || !outs.adopt(outputs, frames)) return;
    } catch {
      return;
    }
    // The first output channel decides how long the block is. Without outputs, the first input channel does.
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
