import { wholeWithin } from "../block";
import type { Buffers } from "../buffers";
import type { HostBuses } from "../hosts/host-lists";
import type { HostParameterValues } from "../hosts/host-parameters";
import type { InterleavedHost } from "../hosts/interleaved";
import { interleavedHosts, storages } from "../identity";
import { MEMORY_BYTES } from "../memory/address";
import { checkNames, described, unlike } from "../messages";
import { renderQuantumFrames } from "../options";
import { FLOAT_BYTES, type SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";
import type { BlockLengths } from "./frame-queue";
import { InterleavedBlocks } from "./interleaved-blocks";
import { PlanarBlocks } from "./planar-blocks";

/** Lengths of a host's blocks. An option of an unknown name is a RangeError. */
export interface FixedBlocksOptions {
  /**
   * Frames of the host's block, a whole number from 1 on; "any" where the length changes from block to block. Default: the
   * context's render quantum size, or 128 where that is not known.
   */
  readonly hostFrames?: number | "any";
  /**
   * Most frames in one block of the host, at least `hostFrames`. Frames beyond are cut off and count in
   * `diagnostics.truncatedFrames`. Default 16384, or `hostFrames` if that is more.
   */
  readonly maxHostFrames?: number;
}

/**
 * Gives the kernel blocks of exactly `storage.maxFrames` frames, whatever the length of the host's blocks is. It gathers the
 * host's frames until they fill a block, and delivers the kernel's frames {@link latency} frames later.
 *
 * It works on top of a storage: the kernel gets the storage's buses, parameters and addresses as usual. Instead of
 * `storage.collect`, one call of the kernel, and `storage.deliver`, call {@link collect}, then the kernel each time that
 * {@link next} returns true (never, once or several times in a host's block), and then {@link deliver}.
 *
 * One `FixedBlocks` serves one host: a planar one, or one `InterleavedHost`. When another host takes over, the frames of the
 * host before are lost, and counted. Buses and block length are those that the storage had when the `FixedBlocks` was made.
 * Once the storage is reconfigured, make a new one: the old one collects nothing, its `next` returns false, and it delivers
 * the frames that it still has, then silence, which counts in `diagnostics.underrunFrames`. Once the storage is freed, it
 * does nothing.
 *
 * @example RNNoise takes 480 frames, the host has 128
 * ```ts
 * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { heap, maxFrames: 480 });
 * const blocks = new FixedBlocks(storage); // blocks.latency is 448
 *
 * process(inputs, outputs) {
 *   blocks.collect(inputs, outputs);
 *   while (blocks.next()) kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames);
 *   blocks.deliver(outputs);
 *   return true;
 * }
 * ```
 */
export class FixedBlocks<F extends SampleFormat = "f32"> {
  private readonly storage: ProcessBufferStorage<F>;
  /** The storage has another object here after a reconfiguration. */
  private readonly buffers: Buffers;
  private readonly blockFrames: number;
  /** Frames of the host's block; 0 where its length changes. */
  private readonly hostFrames: number;
  private readonly maxHostFrames: number;
  private readonly lengths: BlockLengths;
  /** Most frames that can be gathered. */
  private readonly gatherCapacity: number;

  private readonly planar: PlanarBlocks<F>;
  private readonly interleaved: InterleavedBlocks<F>[] = [];
  /** The object that gathers the host's frames (`source`), and the one whose queue the host's output comes from (`target`). */
  private source: HostBlocks<F>;
  private target: HostBlocks<F>;
  private hasDelivered = false;

  private latencyFrames: number;
  /** Frames that are gathered. Blocks that were handed to the storage stay included until the host's next block comes. */
  private gathered = 0;
  /** Of those the first ones that are silence in place of lost frames, which were counted when they were lost. */
  private replaced = 0;
  /** Blocks of the gathered frames that were handed to the storage, or skipped. */
  private handed = 0;
  /**
   * Frames of the host's block that are not delivered yet. It is the length of the output where the host's outputs have no
   * channel.
   */
  private owed = 0;
  /** Length of a host's block that has no channel. */
  private usualFrames: number;
  /** `isOpen`: the storage has a block whose outputs were not taken yet. `isTold`: `produced` was called for it. */
  private isOpen = false;
  private isTold = false;
  /**
   * Frames collected before the gathered ones, as whole blocks and a rest. Two numbers, because V8 allocates an object for a
   * larger integer than 2^30 - 1 where its pointers have 32 bits.
   */
  private blocksBefore = 0;
  private framesBefore = 0;
  private openBlock = 0;
  private openFrames = 0;

  /**
   * [setup] Allocates its queues in the JS heap. Those of an interleaved host are allocated by {@link prepare}.
   *
   * @param storage Its `maxFrames` is the length of the kernel's block. Its `channelMemory` must be "owned".
   * @param options Lengths of the host's blocks.
   * @throws TypeError when `storage` is not a storage. RangeError for an option, for a storage with external channel memory,
   * and when the engine has no space for the queues. Error when the storage is freed.
   * @example
   * ```ts
   * const blocks = new FixedBlocks(storage, { hostFrames: "any", maxHostFrames: 4096 });
   * ```
   */
  constructor(storage: ProcessBufferStorage<F>, options: FixedBlocksOptions = {}) {
    if (!storages.has(storage)) throw new TypeError(`FixedBlocks are for a ProcessBufferStorage; ${described(storage)} came`);
    checkNames(options, ["hostFrames", "maxHostFrames"]);
    const { hostFrames = renderQuantumFrames() } = options;
    const isAny = hostFrames === "any";
    if (!isAny && !isFrames(hostFrames)) {
      throw unlike(RangeError, `option hostFrames is "any" or a whole number of frames, 1 to ${MOST_FRAMES}`, hostFrames);
    }
    const least = isAny ? 1 : hostFrames;
    const { maxHostFrames = Math.max(DEFAULT_MAX, least) } = options;
    if (!isFrames(maxHostFrames) || maxHostFrames < least) {
      throw unlike(RangeError, `option maxHostFrames is a whole number of frames, ${least} to ${MOST_FRAMES}`, maxHostFrames);
    }
    const { buffers, maxFrames } = storage;
    if (!buffers.block.isLive) throw new Error("the storage is freed, so no FixedBlocks can be made for it");
    if (buffers.settings.channelMemory === "external") {
      throw new RangeError(
        'FixedBlocks copy samples into the storage, and with channelMemory "external" it has no place for them; use one with channelMemory "owned"',
      );
    }
    this.storage = storage;
    this.buffers = buffers;
    this.blockFrames = maxFrames;
    this.hostFrames = isAny ? 0 : hostFrames;
    this.maxHostFrames = maxHostFrames;
    this.usualFrames = isAny ? Math.min(renderQuantumFrames(), maxHostFrames) : hostFrames;
    this.gatherCapacity = maxFrames - 1 + maxHostFrames;
    this.latencyFrames = maxFrames - (isAny ? 1 : greatestCommonDivisor(maxFrames, hostFrames));
    this.lengths = { blockFrames: maxFrames, hostFrames: this.hostFrames, maxHostFrames, latency: this.latencyFrames };
    this.planar = new PlanarBlocks(storage, this.lengths);
    this.source = this.planar;
    this.target = this.planar;
  }

  /**
   * Frames from a sample's input to its output: N - gcd(N, H) for kernel blocks of N frames and host blocks of H frames; N -
   * 1 for "any". It cannot be smaller, because the first frame of a kernel's block waits until the last one has come. It
   * stays constant while all host blocks are as long as announced. The first block of another length makes it N - 1 for good:
   * that much silence is inserted, which counts in `diagnostics.latencyChanges`. The kernel's own latency is not included.
   *
   * @example
   * ```ts
   * port.postMessage({ latency: blocks.latency / sampleRate });
   * ```
   */
  get latency(): number {
    return this.latencyFrames;
  }

  /**
   * First frame of the block that the storage has, counted from the first frame ever collected. 0 before the first block. Use
   * it for events with a time.
   *
   * @example
   * ```ts
   * while (blocks.next()) {
   *   events.collect(blocks.blockStart);
   *   kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames);
   * }
   * ```
   */
  get blockStart(): number {
    return this.openBlock * this.blockFrames + this.openFrames;
  }

  /** @internal Frames collected since the start. */
  get collectedFrames(): number {
    return this.blocksBefore * this.blockFrames + this.framesBefore + this.gathered;
  }

  /**
   * [setup] Allocates the queues for an interleaved host. Without this call the host's first block allocates them, which
   * takes time in a render callback.
   *
   * @param host A host of the same storage.
   * @throws TypeError when `host` is not a host of this storage. RangeError when the engine has no space for the queues.
   * @example
   * ```ts
   * const host = new InterleavedHost(storage, { channelCount: 2, format: "i16" });
   * const blocks = new FixedBlocks(storage, { hostFrames: 512 });
   * blocks.prepare(host);
   * ```
   */
  prepare(host: InterleavedHost<F>): void {
    if (!this.isOurs(host)) {
      throw new TypeError(`an interleaved host of the same storage is wanted; ${described(host)} came`);
    }
    const { interleaved, source, target } = this;
    if (interleaved.some((hostBlocks) => hostBlocks.host === host)) return;
    const made = new InterleavedBlocks(host, this.lengths);
    // Hosts that are freed have no more blocks, but for what waits.
    const used = interleaved.filter((one) => one.host.isLive || one === source || one === target);
    interleaved.splice(0, interleaved.length, ...used, made);
  }

  /**
   * [render] Gathers a planar host's block. It is as long as the host's longest output channel; without output channels as
   * its longest input channel; without any channel as announced, or for "any" as the block before.
   *
   * A channel that is missing in a part of a kernel's block is silence there, also where channels are mixed. A channel that
   * is missing in all of it is missing in the storage too, and `missingInputs` applies; with "drop" the bus has the largest
   * number of channels that any of its frames had. Channels that no bus takes, and channels that cannot be used, count in
   * `diagnostics.droppedChannels` for each of the host's blocks. An a-rate parameter is gathered frame by frame. A k-rate
   * parameter has the value of the first frame of the kernel's block.
   *
   * Call {@link next} until it returns false before you call {@link deliver}.
   *
   * @param inputs An AudioWorkletProcessor's first argument, as it is.
   * @param outputs Its second argument, as it is. Only its shape is read.
   * @param parameters Its third argument, as it is.
   * @example
   * ```ts
   * blocks.collect(inputs, outputs, parameters);
   * ```
   */
  collect(inputs: HostBuses, outputs: HostBuses, parameters?: HostParameterValues): void {
    if (!this.begin(this.planar)) return;
    const most = this.mostFrames;
    this.end(this.planar.collect(inputs, outputs, parameters, this.gathered, most, this.usualFrames), most);
  }

  /**
   * [render] Gathers an interleaved host's block, as long as its array. The frames stay in the array's format, so nothing is
   * lost by gathering them. A value that is not an array of the format is silence, as long as announced, or for "any" as the
   * block before; its channels count as dropped. A `host` that is not an InterleavedHost of this storage counts as one
   * dropped channel.
   *
   * @param host The host. Its first block allocates its queues, unless {@link prepare} did.
   * @param samples An argument that `host.collect` takes.
   * @example
   * ```ts
   * blocks.collectFrom(host, pcm);
   * while (blocks.next()) kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames);
   * blocks.deliverTo(host, pcm);
   * ```
   */
  collectFrom(host: InterleavedHost<F>, samples: ArrayBufferView): void {
    const hostBlocks = this.blocksOf(host);
    if (hostBlocks === undefined || !this.begin(hostBlocks)) return;
    const most = this.mostFrames;
    this.end(hostBlocks.collect(samples, this.gathered, most, this.usualFrames), most);
  }

  /**
   * [render] Returns true when the storage has a whole block for the kernel, always of `storage.maxFrames` frames. It first
   * takes the kernel's outputs of the block before; {@link deliver} takes those of the last block.
   *
   * @example
   * ```ts
   * while (blocks.next()) kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames);
   * ```
   */
  next(): boolean {
    if (!this.isUsable) return false;
    this.takeOutputs();
    const { blockFrames, handed } = this;
    if ((handed + 1) * blockFrames > this.gathered || !this.source.hand(handed)) return false;
    this.openBlock = this.blocksBefore + handed;
    this.openFrames = this.framesBefore;
    this.handed = handed + 1;
    this.isOpen = true;
    this.isTold = false;
    return true;
  }

  /**
   * [render] For kernels that make more or fewer frames than they take, such as time stretching and resampling: tells how
   * many frames the kernel has written to the storage's outputs. Call it again for more frames of the same block, after the
   * kernel has written them. Without a call, `storage.maxFrames` frames are taken. In the long run the kernel must make as
   * many frames as the host takes. Frames for which the queue has no space count in `diagnostics.refusedFrames`; where frames
   * are missing, the host gets silence. Does nothing where the storage has no block.
   *
   * @param frames 0 … `storage.maxFrames`, clamped. A value that is not a number is 0.
   * @example
   * ```ts
   * while (blocks.next()) {
   *   stretch.write(storage.inputsAddress, storage.frames);
   *   blocks.produced(0);
   *   for (let made = stretch.read(storage.outputsAddress); made > 0; made = stretch.read(storage.outputsAddress)) blocks.produced(made);
   * }
   * ```
   */
  produced(frames: number): void {
    if (!this.isUsable || !this.isOpen) return;
    this.isTold = true;
    const made = wholeWithin(frames, this.blockFrames);
    if (made > 0) this.take(made);
  }

  /**
   * [render] Delivers as many frames as the host wants. Where the kernel has not made enough, the rest is silence, which
   * counts in `diagnostics.underrunFrames`. Whole blocks for which {@link next} was not called are skipped: their frames
   * count in `diagnostics.skippedFrames`, and silence takes their place, so that the latency does not change. The host's
   * channels that the storage does not declare stay untouched.
   *
   * @param outputs An AudioWorkletProcessor's second argument, as it is.
   * @example
   * ```ts
   * blocks.deliver(outputs);
   * ```
   */
  deliver(outputs: HostBuses): void {
    const { planar } = this;
    if (!this.storage.buffers.block.isLive) return;
    this.finish(planar);
    const wanted = planar.framesOf(outputs, this.owed);
    const frames = this.ready(planar, wanted);
    planar.deliver(outputs, wanted, frames);
    this.done(planar, frames);
  }

  /**
   * [render] The same for an interleaved host. A value that is not an array of its format counts as dropped channels. Then as
   * many frames are lost as the block that was collected last has.
   *
   * @param host The host.
   * @param samples An argument that `host.deliver` takes.
   * @example
   * ```ts
   * blocks.deliverTo(host, pcm);
   * ```
   */
  deliverTo(host: InterleavedHost<F>, samples: ArrayBufferView): void {
    const hostBlocks = this.storage.buffers.block.isLive ? this.blocksOf(host) : undefined;
    if (hostBlocks === undefined) return;
    this.finish(hostBlocks);
    const length = hostBlocks.framesOf(samples);
    const frames = this.ready(hostBlocks, length < 0 ? this.owed : length);
    hostBlocks.deliver(samples, frames);
    this.done(hostBlocks, frames);
  }

  /**
   * [render] Forgets all gathered and all undelivered frames, without counting them. Call it after a seek or a pause. The
   * next output is {@link latency} frames of silence, followed by the frames that come in from now on. {@link blockStart}
   * counts on.
   *
   * @example
   * ```ts
   * port.onmessage = ({ data }) => data === "seek" && blocks.reset();
   * ```
   */
  reset(): void {
    if (!this.isUsable) return;
    this.blocksBefore += this.handed;
    this.framesBefore += this.gathered - this.handed * this.blockFrames;
    this.gathered = 0;
    this.replaced = 0;
    this.handed = 0;
    this.owed = 0;
    this.isOpen = false;
    this.source.restart(0);
    this.target.queue.restart(this.latencyFrames);
  }

  // ── In ──

  private get isUsable(): boolean {
    return this.storage.buffers === this.buffers && this.buffers.block.isLive;
  }

  private get mostFrames(): number {
    return Math.min(this.maxHostFrames, this.gatherCapacity - this.gathered);
  }

  /** Call it before a block is gathered. Removes the blocks that were handed to the storage. */
  private begin(source: HostBlocks<F>): boolean {
    if (!this.isUsable) return false;
    this.takeOutputs();
    const { blockFrames, handed } = this;
    if (handed > 0) {
      this.source.drop(handed, this.gathered);
      this.gathered -= handed * blockFrames;
      this.replaced = Math.max(0, this.replaced - handed * blockFrames);
      this.blocksBefore += handed;
      this.handed = 0;
    }
    if (source !== this.source) this.changeSource(source);
    return true;
  }

  /** Call it after a block was gathered. `wanted` is its length, `most` the frames for which there was space. */
  private end(wanted: number, most: number): void {
    const { diagnostics } = this.buffers;
    const allowed = Math.min(wanted, this.maxHostFrames);
    const taken = Math.min(allowed, most);
    diagnostics.truncatedFrames += wanted - allowed;
    diagnostics.skippedFrames += allowed - taken;
    this.gathered += taken;
    this.owed = allowed;
    if (this.hostFrames === 0) this.usualFrames = allowed;
    // A block without frames does not change the latency.
    else if (wanted !== this.hostFrames && wanted > 0) this.allowAnyLength();
  }

  /** Makes the latency N - 1: with blocks of any length, a frame may have to wait for all others of its block. */
  private allowAnyLength(): void {
    const longest = this.blockFrames - 1;
    const more = longest - this.latencyFrames;
    if (more === 0) return;
    this.target.queue.delay(more);
    this.latencyFrames = longest;
    this.buffers.diagnostics.latencyChanges++;
  }

  /**
   * Another host takes over the input. Gathered frames of the host before are lost; silence takes their place, so that the
   * latency does not change.
   */
  private changeSource(source: HostBlocks<F>): void {
    this.buffers.diagnostics.skippedFrames += this.gathered - this.replaced;
    this.replaced = this.gathered;
    source.restart(this.gathered);
    this.source = source;
    if (!this.hasDelivered) this.changeTarget(source);
  }

  // ── Out ──

  /** Moves the kernel's outputs of the current block into the queue. */
  private takeOutputs(): void {
    if (!this.isOpen) return;
    if (!this.isTold) this.take(this.blockFrames);
    this.isOpen = false;
  }

  private take(frames: number): void {
    const { target } = this;
    target.take();
    this.buffers.diagnostics.refusedFrames += frames - target.queue.push(frames);
  }

  /**
   * Call it before frames are delivered. Moves the outputs of all gathered blocks into the queue, and silence for those that
   * were skipped.
   */
  private finish(target: HostBlocks<F>): void {
    if (target !== this.target) this.changeTarget(target);
    this.hasDelivered = true;
    if (!this.isUsable) return;
    this.takeOutputs();
    const { blockFrames, buffers } = this;
    for (; (this.handed + 1) * blockFrames <= this.gathered; this.handed++) {
      // Silence in place of lost frames was counted when they were lost.
      const replaced = Math.max(0, Math.min(blockFrames, this.replaced - this.handed * blockFrames));
      buffers.diagnostics.skippedFrames += blockFrames - replaced;
      buffers.diagnostics.underrunFrames += blockFrames;
      target.queue.pushSilence(blockFrames);
    }
  }

  /** Fills the queue with silence up to the frames that the host wants, at most `maxHostFrames`. Returns their number. */
  private ready({ queue }: HostBlocks<F>, wanted: number): number {
    const frames = Math.min(wanted, this.maxHostFrames);
    const missing = frames - queue.frames;
    if (missing > 0) {
      queue.pushSilence(missing);
      this.buffers.diagnostics.underrunFrames += missing;
    }
    queue.align();
    return frames;
  }

  private done({ queue }: HostBlocks<F>, frames: number): void {
    const { shownState } = this.buffers;
    queue.pop(frames);
    this.owed = 0;
    // The counts have changed after `storage.deliver` showed them to other threads.
    shownState?.beginChange();
    shownState?.endChange();
  }

  /**
   * Another host takes over the output. Frames that wait for the host before are lost; silence takes their place, so that the
   * latency does not change.
   */
  private changeTarget(target: HostBlocks<F>): void {
    const { frames } = this.target.queue;
    if (this.blocksBefore + this.handed > 0) this.buffers.diagnostics.refusedFrames += frames;
    target.queue.restart(frames);
    this.target = target;
  }

  private blocksOf(host: InterleavedHost<F>): InterleavedBlocks<F> | undefined {
    const { interleaved } = this;
    for (let i = 0; i < interleaved.length; i++) if (interleaved[i]!.host === host) return interleaved[i];
    try {
      if (this.isOurs(host)) {
        this.prepare(host);
        return interleaved[interleaved.length - 1];
      }
    } catch {
      // The engine has no space for the queues.
    }
    this.buffers.diagnostics.droppedChannels++;
    return undefined;
  }

  private isOurs(host: InterleavedHost<F>): boolean {
    return interleavedHosts.has(host) && host.storage === this.storage;
  }
}

type HostBlocks<F extends SampleFormat> = PlanarBlocks<F> | InterleavedBlocks<F>;

const DEFAULT_MAX = 16384;
const MOST_FRAMES = Math.floor(MEMORY_BYTES / FLOAT_BYTES);

function isFrames(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_FRAMES;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
