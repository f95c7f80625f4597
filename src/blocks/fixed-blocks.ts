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

/** How long a host's blocks are. An option of another name is a RangeError. */
export interface FixedBlocksOptions {
  /** Frames of the host's block, 1 or more; "any" where it changes from block to block. Default: the context's render quantum size, else 128. */
  readonly hostFrames?: number | "any";
  /** Most frames in one block of the host's, at least `hostFrames`. What is beyond is cut off, and counted in `diagnostics.truncatedFrames`. Default 16384, or `hostFrames` if that is more. */
  readonly maxHostFrames?: number;
}

/**
 * Gives the kernel blocks of exactly `storage.maxFrames` frames, whatever the host's are: it gathers the host's frames until
 * they are a block, and hands out what the kernel has made of them, {@link latency} frames later.
 *
 * It works around a storage: what a kernel is handed is the storage's, as in a block that comes from the host, with all that
 * the storage can do. In place of `storage.collect`, one call of the kernel, and `storage.deliver` there are
 * {@link collect}, as many calls of the kernel as {@link next} says (none, one, or more), and {@link deliver}.
 *
 * One `FixedBlocks` serves one host: planar, or one `InterleavedHost`. Where the host changes, what is under way of the other one is
 * lost, and counted. It has the buses and the block length that its storage had when it was made. Once the storage is
 * reconfigured, it collects nothing, `next` is false, and what it delivers is what it still has, then silence, which counts: make a
 * new one. Once the storage is freed, it does nothing.
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
  /** Other ones after a reconfiguration. */
  private readonly buffers: Buffers;
  private readonly blockFrames: number;
  /** What the host announced; 0 where its blocks change. */
  private readonly hostFrames: number;
  private readonly maxHostFrames: number;
  private readonly lengths: BlockLengths;
  /** Most frames that can be gathered. */
  private readonly room: number;

  private readonly planar: PlanarBlocks<F>;
  private readonly interleaved: InterleavedBlocks<F>[] = [];
  /** Where frames are gathered, and where they go. */
  private source: Way<F>;
  private target: Way<F>;
  private hasDelivered = false;

  private latencyFrames: number;
  /** Frames that are gathered, those that were handed over since the latest block of the host's included. */
  private gathered = 0;
  /** How many blocks of those gathered were handed over or skipped. */
  private handed = 0;
  /** The host's frames that are still to be delivered, for hosts whose outputs do not tell. */
  private owed = 0;
  /** Length of a block of the host's that has no channel. */
  private usualFrames: number;
  /** Whether a block stands in the storage whose outputs were not taken yet, and whether `produced` has told what they are. */
  private isOpen = false;
  private isTold = false;
  /** Frames that came before the gathered ones: so many blocks, and so many frames. Apart, because engines box large numbers. */
  private blocksBefore = 0;
  private framesBefore = 0;
  private openBlock = 0;
  private openFrames = 0;

  /**
   * [setup] Makes room for everything but interleaved hosts; for those see {@link prepare}.
   *
   * @param storage Its `maxFrames` are the kernel's block. With channel memory of its own.
   * @param options How long the host's blocks are.
   * @throws TypeError when `storage` is none; RangeError for the options, for a storage with external channel memory, and for more than
   * the engine has room for; Error when the storage is freed.
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
    this.room = maxFrames - 1 + maxHostFrames;
    this.latencyFrames = maxFrames - (isAny ? 1 : greatestCommonDivisor(maxFrames, hostFrames));
    this.lengths = { blockFrames: maxFrames, hostFrames: this.hostFrames, maxHostFrames, latency: this.latencyFrames };
    this.planar = new PlanarBlocks(storage, this.lengths);
    this.source = this.planar;
    this.target = this.planar;
  }

  /**
   * By how many frames what comes out is later than what went in, at any time: N − gcd(N, host), where N is the kernel's block;
   * N − 1 for "any". There is no smaller one: it is what the first frame of a block waits for the last one. Constant, but that the first
   * block of another length than announced makes it N − 1: once, by that much silence, and counted in `diagnostics.latencyChanges`.
   * What the kernel itself takes comes on top.
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
   * First frame of the kernel's block that stands in the storage, counted from the first frame ever collected: for events that have a
   * time. 0 before the first one.
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

  /** @internal Frames that were ever collected. */
  get collectedFrames(): number {
    return this.blocksBefore * this.blockFrames + this.framesBefore + this.gathered;
  }

  /**
   * [setup] Makes room for an interleaved host. Without it the host's first block does, which costs that block time.
   *
   * @param host One of the same storage.
   * @throws TypeError when `host` is none of this storage; RangeError when the engine has no room.
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
    if (this.interleaved.some((way) => way.host === host)) return;
    this.interleaved.push(new InterleavedBlocks(host, this.lengths));
  }

  /**
   * [render] Gathers a block of a planar host's: as long as its longest output channel; without outputs as its longest input
   * channel; without any channel as announced, or as the block before.
   *
   * A channel that is missing for part of a kernel's block is silent there, also where speakers are mixed. One that is missing in all of it is missing for the storage,
   * too, which does with it what `missingInputs` says: with "drop" a bus is as long as the most that was there. Channels that are declared
   * nowhere or cannot be used count in `diagnostics.droppedChannels`, in each block of the host's. A parameter with a value a frame is
   * gathered likewise; a k-rate one is what it was at the first frame of the kernel's block.
   *
   * Blocks of the kernel's that are complete must be taken by {@link next} before {@link deliver}.
   *
   * @param inputs An AudioWorkletProcessor's first argument, as it comes.
   * @param outputs Its second argument, as it comes. Read for its shape alone.
   * @param parameters Its third argument, as it comes.
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
   * [render] Gathers a block of an interleaved host's, as long as its array: in the array's own format, so nothing is lost by it. What is
   * no array of the format is silence, as long as announced or as the block before, and its channels count as dropped.
   * An InterleavedHost of another storage, or what is none, counts as one dropped channel.
   *
   * @param host The host. Its first block makes room for it, unless {@link prepare} did.
   * @param samples What `host.collect` takes.
   * @example
   * ```ts
   * blocks.collectFrom(host, pcm);
   * while (blocks.next()) kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames);
   * blocks.deliverTo(host, pcm);
   * ```
   */
  collectFrom(host: InterleavedHost<F>, samples: ArrayBufferView): void {
    const way = this.wayOf(host);
    if (way === undefined || !this.begin(way)) return;
    const most = this.mostFrames;
    this.end(way.collect(samples, this.gathered, most, this.usualFrames), most);
  }

  /**
   * [render] True while a whole block stands in the storage, ready for the kernel. What the kernel made of the one before is taken by
   * it, or by {@link deliver}. All of the block's frames are `storage.maxFrames`.
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
   * [render] For kernels that make more or fewer frames than they are given, such as time stretching and resampling: how many of the
   * storage's output frames the kernel has made. More of them by calling it again, after the kernel has written them. Without a call, all of
   * the block's frames are taken. In the long run a kernel makes what the host takes: frames for which the queue has no room are refused and
   * counted in `diagnostics.refusedFrames`, and where it has made too few the host gets silence. Does nothing where no block stands in the storage.
   *
   * @param frames 0 … `storage.maxFrames`, clamped; 0 for what is no number.
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
   * [render] Always as many frames as the host wants: silence where the kernel has not made enough, counted in
   * `diagnostics.underrunFrames`. Blocks that {@link next} could have taken and has not are skipped: their frames count in
   * `diagnostics.skippedFrames`, and come out as silence, so that the latency stays what it is. Host channels that the storage does not
   * have stay untouched.
   *
   * @param outputs An AudioWorkletProcessor's second argument, as it comes.
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
   * [render] The same for an interleaved host. What is no array of its format counts as dropped channels, and its frames are lost as they
   * would be with a host that has none.
   *
   * @param host The host.
   * @param samples What `host.deliver` takes.
   * @example
   * ```ts
   * blocks.deliverTo(host, pcm);
   * ```
   */
  deliverTo(host: InterleavedHost<F>, samples: ArrayBufferView): void {
    const { buffers } = this;
    const way = this.storage.buffers.block.isLive ? this.wayOf(host) : undefined;
    if (way === undefined) return;
    this.finish(way);
    const length = way.framesOf(samples);
    const frames = this.ready(way, length < 0 ? this.owed : length);
    if (!way.deliver(samples, frames)) buffers.diagnostics.droppedChannels += host.channelCount;
    this.done(way, frames);
  }

  /**
   * [render] After a seek or a pause: forgets what is under way, uncounted. What comes out next is {@link latency} frames of silence, and then
   * what goes in from here on. {@link blockStart} counts on.
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
    return Math.min(this.maxHostFrames, this.room - this.gathered);
  }

  /** Before a block is gathered: what was handed over makes room. */
  private begin(source: Way<F>): boolean {
    if (!this.isUsable) return false;
    this.takeOutputs();
    const { blockFrames, handed } = this;
    if (handed > 0) {
      this.source.drop(handed, this.gathered);
      this.gathered -= handed * blockFrames;
      this.blocksBefore += handed;
      this.handed = 0;
    }
    if (source !== this.source) this.changeSource(source);
    return true;
  }

  /** After `wanted` frames came, of which `most` had room. */
  private end(wanted: number, most: number): void {
    const { diagnostics } = this.buffers;
    const allowed = Math.min(wanted, this.maxHostFrames);
    const taken = Math.min(allowed, most);
    diagnostics.truncatedFrames += wanted - allowed;
    diagnostics.skippedFrames += allowed - taken;
    this.gathered += taken;
    this.owed = allowed;
    if (this.hostFrames === 0) this.usualFrames = allowed;
    // A block without frames moves nothing.
    else if (wanted !== this.hostFrames && wanted > 0) this.allowAnyLength();
  }

  /** With blocks of any length, a frame may have to wait for as many as there can be. */
  private allowAnyLength(): void {
    const longest = this.blockFrames - 1;
    const more = longest - this.latencyFrames;
    if (more === 0) return;
    this.target.queue.delay(more);
    this.latencyFrames = longest;
    this.buffers.diagnostics.latencyChanges++;
  }

  /** Another host begins. What was gathered of the one before is lost: silence takes its place, so that the latency stays. */
  private changeSource(source: Way<F>): void {
    this.buffers.diagnostics.skippedFrames += this.gathered;
    source.restart(this.gathered);
    this.source = source;
    if (!this.hasDelivered) this.changeTarget(source);
  }

  // ── Out ──

  /** What the kernel has made of the block that stands in the storage goes into the queue. */
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

  /** Before frames go out: all that the kernel was to make of what came in is in the queue. */
  private finish(target: Way<F>): void {
    if (target !== this.target) this.changeTarget(target);
    this.hasDelivered = true;
    if (!this.isUsable) return;
    this.takeOutputs();
    const { blockFrames, buffers } = this;
    for (; (this.handed + 1) * blockFrames <= this.gathered; this.handed++) {
      buffers.diagnostics.skippedFrames += blockFrames;
      buffers.diagnostics.underrunFrames += blockFrames;
      target.queue.pushSilence(blockFrames);
    }
  }

  /** Sees to it that there are as many frames as the host wants, of those that it can have. Returns how many. */
  private ready({ queue }: Way<F>, wanted: number): number {
    const frames = Math.min(wanted, this.maxHostFrames);
    const missing = frames - queue.frames;
    if (missing > 0) {
      queue.pushSilence(missing);
      this.buffers.diagnostics.underrunFrames += missing;
    }
    queue.align();
    return frames;
  }

  private done({ queue }: Way<F>, frames: number): void {
    const { shownState } = this.buffers;
    queue.pop(frames);
    this.owed = 0;
    // Counts have changed since the block was delivered.
    shownState?.beginChange();
    shownState?.endChange();
  }

  /** Frames go elsewhere from now on. What waits for the host before is lost: silence takes its place, so that the latency stays. */
  private changeTarget(target: Way<F>): void {
    const { frames } = this.target.queue;
    if (this.blocksBefore + this.handed > 0) this.buffers.diagnostics.refusedFrames += frames;
    target.queue.restart(frames);
    this.target = target;
  }

  private wayOf(host: InterleavedHost<F>): InterleavedBlocks<F> | undefined {
    const { interleaved } = this;
    for (let i = 0; i < interleaved.length; i++) if (interleaved[i]!.host === host) return interleaved[i];
    try {
      if (this.isOurs(host)) {
        this.prepare(host);
        return interleaved[interleaved.length - 1];
      }
    } catch {
      // The engine has no room.
    }
    this.buffers.diagnostics.droppedChannels++;
    return undefined;
  }

  private isOurs(host: InterleavedHost<F>): boolean {
    return interleavedHosts.has(host) && host.storage === this.storage;
  }
}

type Way<F extends SampleFormat> = PlanarBlocks<F> | InterleavedBlocks<F>;

const DEFAULT_MAX = 16384;
const MOST_FRAMES = Math.floor(MEMORY_BYTES / FLOAT_BYTES);

function isFrames(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_FRAMES;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
