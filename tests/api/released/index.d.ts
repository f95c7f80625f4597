/** Most channels in one bus. */
declare const MAX_CHANNELS = 32;
/** Most buses in one direction: one main, fifteen auxiliary. */
declare const MAX_BUSES = 16;

/** Running counts of what was clamped or refused while rendering: plain numbers, read at any time. */
interface Diagnostics {
    /** Calls of `Bus.push` that were refused. */
    refusedPushes: number;
    /**
     * Channels that were not passed on. In: the host's that are declared nowhere, or are no `Float32Array` with samples; a bus
     * that is no list counts as one. Out: the storage's for which the host has no place, and the host's that cannot be written.
     */
    droppedChannels: number;
    /** Frames beyond `maxFrames`, summed over blocks. */
    truncatedFrames: number;
    /** Channel views made while rendering: for a pointer or length not seen before, or because the memory grew. */
    viewRebuilds: number;
}

/** One bus as it is declared. Bus 0 of a direction is its main bus; buses 1 and up are auxiliary (sidechains, sends). */
interface BusInfo {
    /** 0 … {@link MAX_CHANNELS}. A main bus of 0 channels makes room for auxiliary ones behind it. */
    readonly channelCount: number;
    /** For people; never looked at. */
    readonly name?: string;
}
/**
 * Every bus of a processor. A bare number is short for `{ channelCount }`.
 *
 * @example A stereo effect with a mono sidechain
 * ```ts
 * const config: BusConfig = { inputs: [2, { channelCount: 1, name: "sidechain" }], outputs: [2] };
 * ```
 */
interface BusConfig {
    /** At most {@link MAX_BUSES}. */
    readonly inputs: readonly (BusInfo | number)[];
    /** At most {@link MAX_BUSES}. */
    readonly outputs: readonly (BusInfo | number)[];
}
/** Which way a bus goes, seen from the kernel. */
type BusDirection = "input" | "output";
/** What most processors are: stereo in, stereo out, nothing else. */
declare const DEFAULT_BUS_CONFIG: BusConfig;
/** What is wrong with a configuration. */
type BusConfigErrorCode = "too-many-buses" | "too-many-channels" | "invalid-channel-count" | "invalid-bus-list";
/** A configuration that cannot be. The message names the direction, the bus, what came and what is allowed. */
declare class BusConfigError extends RangeError {
    /** What kind of fault it is. */
    readonly code: BusConfigErrorCode;
    /** Where it is; `undefined` when the configuration as a whole is at fault. */
    readonly direction?: BusDirection | undefined;
    /** Index of the bus within its direction; `undefined` when the whole list is at fault. */
    readonly bus?: number | undefined;
    /** What `error.name` says of it. */
    readonly name = "BusConfigError";
    /** [setup] Thrown by {@link validateBusConfig} and by everything that takes a configuration. */
    constructor(
    /** What kind of fault it is. */
    code: BusConfigErrorCode, message: string, 
    /** Where it is; `undefined` when the configuration as a whole is at fault. */
    direction?: BusDirection | undefined, 
    /** Index of the bus within its direction; `undefined` when the whole list is at fault. */
    bus?: number | undefined, 
    /** What threw while the configuration was read, as `cause`. */
    options?: {
        readonly cause?: unknown;
    });
}
/**
 * [setup] The one place where a configuration is judged.
 *
 * @throws {@link BusConfigError} naming the first fault.
 * @example
 * ```ts
 * validateBusConfig({ inputs: [2, 33], outputs: [2] });
 * // BusConfigError: input bus 1 has 33 channels; at most 32 are allowed
 * ```
 */
declare function validateBusConfig(config: BusConfig): void;
/**
 * [setup] The declared bus, or `undefined` where there is none.
 *
 * @throws {@link BusConfigError} for the configuration, RangeError for the direction.
 * @example
 * ```ts
 * busInfo({ inputs: [2, 1], outputs: [2] }, "input", 1)?.channelCount; // 1
 * ```
 */
declare function busInfo(config: BusConfig, direction: BusDirection, bus: number): BusInfo | undefined;
/**
 * [setup] Channels of all buses of one direction together.
 *
 * @throws {@link BusConfigError} for the configuration, RangeError for the direction.
 * @example
 * ```ts
 * totalChannels({ inputs: [2, 1], outputs: [2] }, "input"); // 3
 * ```
 */
declare function totalChannels(config: BusConfig, direction: BusDirection): number;

/**
 * Where a storage lives: any wasm module's memory and allocator. A kernel's own `instance.exports`
 * often fits as it is.
 *
 * As long as something is taken from it, a heap lives as long as its memory, so that the bytes of a storage that was
 * dropped find their way back. So what `free` leads to lives that long, too: where it closes over a processor, and the
 * kernel outlives the processor, the processor is never collected. Let it close over the kernel then.
 *
 * @example
 * ```ts
 * const kernel = new WebAssembly.Instance(kernelModule);
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel.exports as unknown as WasmHeap });
 * ```
 */
interface WasmHeap {
    /** Where the addresses lead. It may grow at any time. */
    readonly memory: WebAssembly.Memory;
    /** [setup] Address of at least `byteLength` fresh bytes, or 0. */
    malloc(byteLength: number): number;
    /** [setup] Takes back what `malloc` gave. Without it, memory that a storage leaves is never used again. */
    free?(address: number): void;
}

/** What a kernel reads and writes: 32-bit or 64-bit floats. */
type SampleFormat = "f32" | "f64";
/** The typed array that shows one channel of a format. */
type ChannelView<F extends SampleFormat> = F extends "f64" ? Float64Array : Float32Array;

/** What a kernel finds in an input channel that the host did not deliver. */
type MissingInputs = "silence" | "repeat-mono" | "drop";
/** How a storage is made, beside its buses. Everything has a default. An option of another name is a RangeError. */
interface StorageOptions<F extends SampleFormat = "f32"> {
    /** Most frames in one block. Default: the context's render quantum size, else 128. */
    readonly maxFrames?: number;
    /** What the kernel reads and writes. Planar hosts always hand over f32; "f64" converts on the way in and out. Default "f32". */
    readonly sampleFormat?: F;
    /** Default: one heap shared by all storages of this realm (engines cap the number of memories in a process). */
    readonly heap?: WasmHeap;
    /**
     * "owned" (default): the storage also holds sample memory for every configured channel, so that
     * host blocks can be collected into it.
     * "external": pointer tables alone; every pointer is pushed by the caller. An instrument (no main
     * input channel, at least one main output channel) still gets internal buffers for its main output.
     */
    readonly channelMemory?: "owned" | "external";
    /**
     * What a kernel finds in a configured input channel that the host did not deliver in this block. Whatever it is
     * stands in the channel's own samples: no two channels ever share theirs.
     * "silence" (default): zeros, its constant-mask bit set; the bus keeps its configured count.
     * "repeat-mono": like "silence", but a lone channel is copied into every channel of its bus.
     * "drop": the bus is only as long as what the host delivered; the samples of the others are zeros.
     * With external channel memory a RangeError, because there the caller brings every channel.
     */
    readonly missingInputs?: MissingInputs;
    /** Zero the owned output channels of every block before the kernel runs, so that one that writes nothing is silent, not stale. Default true. */
    readonly clearOutputs?: boolean;
    /** Look at every collected channel and set its constant-mask bit where the block holds one value. Default false: only missing channels are marked. */
    readonly detectConstant?: boolean;
    /** A precompiled core (`WebAssembly.Module`), for hosts that compile once and hand it to many scopes. Default: the inlined one. */
    readonly core?: WebAssembly.Module;
}

/** Where another thread finds a storage: plain data, to be posted as it is. What is in it beside the memory may change from version to version. */
interface StorageLocation {
    /** A shared memory. */
    readonly memory: WebAssembly.Memory;
}

/**
 * One bus: a bounded list of channel pointers, and typed views of what they point at. Where a bus has samples of
 * its own, they stay where they are from allocation on, and no two channels ever share theirs.
 *
 * A bus holds its storage's memory: as long as somebody has it, the bytes are nobody else's.
 *
 * @example
 * ```ts
 * const bus = storage.mainInput!;
 * for (let c = 0; c < bus.length; c++) meter(bus.channel(c));
 * ```
 */
declare class Bus<F extends SampleFormat = "f32"> {
    /** As it was declared. */
    readonly name: string | undefined;
    /** Channels that the configuration declares; {@link push} refuses one more. */
    readonly capacity: number;
    /** Address of this bus's pointer table, {@link capacity} entries long. */
    readonly tableAddress: number;
    /**
     * Address of the first channel's own samples, constant from allocation to reconfiguration: what a kernel may keep
     * at set-up. 0 where the bus has none: with external channel memory, or without channels.
     */
    readonly samplesAddress: number;
    /** Number of the block for which the three below hold; in any other the bus is as that block was opened. */
    private settledIn;
    private settledLength;
    private settledConnected;
    /** Bit c is set where channel c is zeros because nobody delivered it. */
    private settledMissing;
    /** [render] Channels pushed in this block, 0 … {@link capacity}. */
    get length(): number;
    /**
     * [render] Input: channels that the host really delivered in this block, counted up to the last
     * one; the rest, up to {@link length}, are silence. Without a host, those that the caller connected
     * or pushed. Output: channels that the host will take. Never more than {@link capacity}.
     */
    get connectedLength(): number;
    /**
     * [render] Bit c is set where channel c holds one value throughout the block; bit 0 of an unsigned
     * 32-bit number is channel 0. Written by either side: it is a hint, and a kernel may get it wrong.
     */
    get constantMask(): number;
    /** [render] The kernel finds what is written here; bits from {@link length} on mean nothing. */
    set constantMask(mask: number);
    /**
     * [render] Appends a channel pointer. False, and nothing changed, when the bus is full or the
     * pointer is null, misaligned, or `maxFrames` samples from it would leave the memory.
     *
     * @param pointer Address of `maxFrames` samples in the storage's memory; wasm's signed form of it does too.
     * @example
     * ```ts
     * storage.clear();
     * storage.setFrames(128);
     * for (let c = 0; c < 2; c++) storage.mainInput!.push(previousNode.mainOutput!.pointer(c));
     * ```
     */
    push(pointer: number): boolean;
    /**
     * [render] For callers that write an input's samples themselves, after `storage.begin`: the bus's first
     * `channels` channels are delivered, silent until they are written through {@link channel}; the others are
     * silent, and left out with `missingInputs: "drop"`. Nothing is repeated: who writes a lone channel writes the
     * others, too. Returns the channels connected: 0, and nothing changed, for an output bus, or one that has no
     * samples of its own.
     *
     * @param channels 0 … {@link capacity}, clamped; all of them by default.
     * @example
     * ```ts
     * const frames = storage.begin(128);
     * storage.mainInput!.connect();
     * synthesizer.render(storage.mainInput!.channel(0), storage.mainInput!.channel(1));
     * kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
     * ```
     */
    connect(channels?: number): number;
    /** [render] Address of pushed channel `channel`, 0 when out of range. */
    pointer(channel: number): number;
    /** [render] Address of channel `channel`'s own samples, whatever was pushed; 0 where there are none. */
    channelAddress(channel: number): number;
    /**
     * [render] The block's samples of pushed channel `channel`, as long as the block; an empty array
     * when out of range. The same object from block to block while pointer and length stay the same;
     * ask again after the memory grew. A view is made only for a pointer or a length not seen before,
     * and each one made counts in `diagnostics.viewRebuilds`. A view alone does not hold the storage: when nothing else
     * is left of it, its bytes go to somebody else.
     */
    channel(channel: number): ChannelView<F>;
    /** Bit c is set where channel c is zeros because nobody delivered it in this block. */
    private get missing();
    /** Zeroes own channels from frame `start` to the end of the block. */
    private silence;
    private has;
}

/** A host's list of channels, if it is what it says. */
type HostChannels = readonly Float32Array[];
/** A host's list of buses, each a list of channels, if it is what it says. */
type HostBuses = readonly HostChannels[];

/** Bytes of each part of a storage, exact. */
interface MemoryUsage {
    /** Pointer tables: one pointer for each declared channel. */
    readonly pointerBytes: number;
    /** Bus descriptors: one for each declared bus. */
    readonly descriptorBytes: number;
    /** Samples of the storage's own channels. */
    readonly sampleBytes: number;
    /** The zeros to which entries lead that nobody has pushed, with external channel memory. */
    readonly silenceBytes: number;
    /** Floats of output channels on their way to the host, for sample format "f64". */
    readonly stagingBytes: number;
    /** What other threads may read of the storage; 0 in memory that is not shared. */
    readonly counterBytes: number;
    /** What 16-byte boundaries cost, 8 bytes more where the heap aligns to 8 or has no `free`. */
    readonly paddingBytes: number;
    /** All of it: what was taken from the heap. */
    readonly totalBytes: number;
    /** False where the heap has no `free`: then these bytes are never used again. */
    readonly reclaimable: boolean;
    /** A table for the most channels in both directions: what storages that allocate for the worst case take for one bus. */
    readonly worstCasePointerBytes: number;
}

/**
 * The tables of channel pointers, and the samples behind them, that a wasm kernel is handed for one
 * block of audio: allocated once from a bus configuration, filled block by block.
 *
 * Every member says when it may be called: [setup] may allocate and may throw, so never from a
 * render callback; [render] allocates nothing, never throws whatever it is handed, and does nothing
 * once the storage is freed. A property without a word of it may be read at any time. One storage
 * belongs to one thread.
 *
 * Whoever has the storage or one of its buses holds its memory. A view, an address or a {@link location} does not: a
 * storage of which nothing else is left is collected, and its bytes go to somebody else.
 *
 * @example One block in an AudioWorkletProcessor
 * ```ts
 * process(inputs, outputs) {
 *   const frames = storage.collect(inputs, outputs);
 *   kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
 *   storage.deliver(outputs);
 *   return true;
 * }
 * ```
 */
declare class ProcessBufferStorage<F extends SampleFormat = "f32"> {
    /**
     * [setup] Validates, allocates once, exactly what `config` needs.
     *
     * @throws {@link BusConfigError} for the configuration, RangeError for the options, Error when the
     * heap has no room or is none; then nothing stays allocated.
     * @example
     * ```ts
     * const heap = kernel.exports as unknown as WasmHeap;
     * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { heap });
     * ```
     */
    static allocateFromConfig<F extends SampleFormat = "f32">(config: BusConfig, options?: StorageOptions<F>): ProcessBufferStorage<F>;
    /** Running counts of what was clamped or refused while rendering, from allocation on. Always the same object. */
    readonly diagnostics: Readonly<Diagnostics>;
    private constructor();
    /** The configuration as it was declared; frozen. */
    get config(): BusConfig;
    /** Most frames in one block. */
    get maxFrames(): number;
    /** What the kernel reads and writes. */
    get sampleFormat(): F;
    /** The memory in which the storage lives. */
    get memory(): WebAssembly.Memory;
    /** All input buses, main first. The array and its buses stay the same until {@link reconfigure}. */
    get inputs(): readonly Bus<F>[];
    /** All output buses, main first. The array and its buses stay the same until {@link reconfigure}. */
    get outputs(): readonly Bus<F>[];
    /** Input bus 0, if it is declared. */
    get mainInput(): Bus<F> | undefined;
    /** Output bus 0, if it is declared. */
    get mainOutput(): Bus<F> | undefined;
    /** Input buses 1 and up. */
    get auxInputs(): readonly Bus<F>[];
    /** Output buses 1 and up. */
    get auxOutputs(): readonly Bus<F>[];
    /** The first auxiliary input bus, if one is declared. */
    get sidechain(): Bus<F> | undefined;
    /** Address of `clap_audio_buffer_t[inputs.length]` (24 bytes each), 0 with no input bus. Constant until {@link reconfigure} or {@link free}. */
    get inputsAddress(): number;
    /** Address of `clap_audio_buffer_t[outputs.length]` (24 bytes each), 0 with no output bus. Constant until {@link reconfigure} or {@link free}. */
    get outputsAddress(): number;
    /**
     * Address of one flat `float**` (or `double**`) over all input channels, bus after bus; 0 with
     * none. An entry past a bus's length still points at valid memory.
     */
    get inputTableAddress(): number;
    /** The same over all output channels. */
    get outputTableAddress(): number;
    /** [setup] Bytes of each part, exact; all 0 once freed. */
    get usage(): MemoryUsage;
    /**
     * [setup] Where another thread finds this storage: plain data for a {@link StorageObserver} there. It holds
     * nothing: once the storage is reconfigured, freed or collected, the observer knows that it is gone.
     *
     * @throws Error when the storage's memory is not shared, or the storage is freed.
     */
    get location(): StorageLocation;
    /** Frames of the current block, 0 … {@link maxFrames}. */
    get frames(): number;
    /**
     * [render] Sets the block's length, clamped to 0 … {@link maxFrames}; returns what was set. What a block
     * grows by is silence, in inputs and in outputs (there only while `clearOutputs` is true).
     */
    setFrames(frames: number): number;
    /**
     * [render] Resets every bus's length and masks; capacities, pointers' memory and samples stay. Cost
     * does not depend on channels or frames, so table entries past a bus's length stay as they are, too:
     * should a kernel have spoiled them, {@link begin} and {@link collect} put them right.
     */
    clear(): void;
    /**
     * [render] Starts a block without host arrays: every configured input channel missing, owned
     * output channels pushed and zeroed. Returns the block's frames (0 when freed). Inputs that the caller
     * writes itself are connected then, by `Bus.connect`.
     *
     * @param frames Length of the block, clamped to 0 … {@link maxFrames}.
     */
    begin(frames: number): number;
    /**
     * [render] One block in: {@link clear}, copy `inputs[bus][channel]` into owned channels and push
     * them, push owned output channels (zeroed, unless `clearOutputs` is false). Returns the block's
     * frames (0 when freed): as many as the host's longest output channel has; without outputs its longest
     * input channel; without any channel {@link maxFrames}.
     *
     * Too few, too many or no buses and channels, changing from block to block, frozen or not, are
     * all normal. A missing input channel is silence in its own place, its constant-mask bit set; one
     * that is declared nowhere counts in `diagnostics.droppedChannels`; frames beyond
     * {@link maxFrames} count in `diagnostics.truncatedFrames`.
     *
     * With external channel memory nothing is copied: the lists are cleared, the block's length is
     * set, an instrument's internal output buffers are pushed, and the caller pushes the rest.
     *
     * @param inputs An AudioWorkletProcessor's first argument, as it comes.
     * @param outputs Its second argument, as it comes. Read for its shape alone.
     */
    collect(inputs: HostBuses, outputs: HostBuses): number;
    /**
     * [render] One block out: copies the pushed output channels to `outputs`. A declared channel that
     * was not pushed is silence, and so are frames that the block does not have; host channels that
     * the storage does not have stay untouched.
     *
     * @param outputs An AudioWorkletProcessor's second argument, as it comes.
     */
    deliver(outputs: HostBuses): void;
    /**
     * [render] Points every pushed channel at `offset` frames into the block, for sample-accurate
     * events: the kernel runs once per window. `setWindow(0, frames)` is the whole block, and so is
     * every new block. Only what the kernel is handed moves: `Bus.channel` still shows the whole block.
     * What changes the block shows the kernel the whole of it again: {@link setFrames}, `Bus.connect` and
     * `Bus.push`. So windows come last.
     *
     * @param offset First frame of the window, clamped to the block.
     * @param frames Length of the window, clamped to what the block has from `offset` on.
     * @returns The frames set, for the kernel to render.
     * @example An event at frame 40
     * ```ts
     * render(storage.setWindow(0, 40));
     * applyEvent();
     * render(storage.setWindow(40, storage.frames - 40));
     * ```
     */
    setWindow(offset: number, frames: number): number;
    /**
     * [setup] A new configuration, all or nothing: when it throws, the old one still works. Bus
     * objects and addresses are new, diagnostics run on.
     *
     * @throws What {@link allocateFromConfig} throws; Error when the storage is freed.
     * @example
     * ```ts
     * storage.reconfigure({ inputs: [6], outputs: [2] }, { maxFrames: 512 });
     * ```
     */
    reconfigure(config: BusConfig, options?: Pick<StorageOptions, "maxFrames">): void;
    /** [setup] Gives the memory back. Idempotent; afterwards every [render] call does nothing. */
    free(): void;
    /** Of a part that `count` buses or channels have; 0 without any of them. */
    private addressOf;
}

/** Samples of a host's array: floats, or 16-bit whole numbers, which are scaled by 32768. */
type PcmFormat = "f32" | "i16";
/** What an {@link InterleavedHost} is told. */
interface InterleavedHostOptions {
    /** Channels in the host's array, 1 … 1024. */
    readonly channelCount: number;
    /** What the array holds. Default "f32". */
    readonly format?: PcmFormat;
}
/**
 * A host that passes interleaved frames, `frames * channelCount` samples in one array. The array's channels go to the
 * buses one after the other: bus 0 takes the first ones, bus 1 the next. What no bus takes is counted in
 * `diagnostics.droppedChannels`; what no bus gives is zero.
 *
 * It has room for `maxFrames` frames in the storage's heap, until {@link free}, or until it is collected. After a
 * reconfiguration to more frames longer blocks go sample by sample, which takes longer; a new host has room for them.
 *
 * @example
 * ```ts
 * const host = new InterleavedHost(storage, { channelCount: 2, format: "i16" });
 * const frames = host.collect(pcm);
 * kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
 * host.deliver(pcm);
 * ```
 */
declare class InterleavedHost<F extends SampleFormat = "f32"> {
    private readonly storage;
    private readonly channelCount;
    private readonly isInt16;
    private readonly core;
    private readonly room;
    private readonly roomSamples;
    private readonly floats;
    private readonly int16s;
    private isLive;
    /**
     * [setup] Sets the room aside.
     *
     * @throws TypeError when `storage` is none; RangeError for the options; Error when the storage is freed, or its heap has no room.
     */
    constructor(storage: ProcessBufferStorage<F>, options: InterleavedHostOptions);
    /**
     * [render] One block in, as long as the array: a last frame that is not whole counts, its missing samples are zero.
     * What is no array of the host's format is silence of `maxFrames` frames, and all of its channels count as dropped.
     * Returns the block's frames (0 when freed).
     *
     * @param samples A Float32Array or an Int16Array, as the format says.
     */
    collect(samples: Float32Array | Int16Array): number;
    /**
     * [render] One block out. 16-bit samples are rounded to the nearest (halves up) and clamped; NaN becomes 0. Frames that
     * the block does not have are zero. Channels for which the array has no place count in `diagnostics.droppedChannels`.
     * Returns the frames written: 0 for what is no array of the host's format.
     *
     * @param samples Where the frames go.
     */
    deliver(samples: Float32Array | Int16Array): number;
    private deliverBlock;
    /** [setup] Gives the room back. Idempotent; afterwards {@link collect} and {@link deliver} do nothing. */
    free(): void;
    /** Samples of the host's array; -1 for what is none of its format. */
    private lengthOf;
    /** Frames of so many samples; a last one that is not whole counts. Without a fraction: V8 makes an object of it until it has compiled the function for speed. */
    private framesOf;
    private get isDouble();
    /** 16-bit samples go into the second half of the room, and grow into floats from its start. */
    private get int16Address();
    /** The room holds `count` floats afterwards: `length` samples, and zeros. */
    private copyIntoRoom;
    private deinterleave;
    /** Sample by sample, into the input channels. */
    private eachInput;
    /** After a block was opened: the host takes those output channels for which its array has a place. */
    private settleOutputs;
    private interleaveAll;
    private interleave;
    /** Sample by sample, from the output channels. */
    private interleaveEach;
}

/** What {@link createHeap} may be told. */
interface HeapOptions {
    /** Pages of 64 KiB at the start. Default 1. */
    readonly initialPages?: number;
    /** Pages of 64 KiB that the memory may grow to. Default: as far as the engine goes, 4096 (256 MiB) for a shared memory. */
    readonly maximumPages?: number;
    /** A memory that other threads can read too. Default false. One thread allocates. */
    readonly shared?: boolean;
}
/**
 * [setup] A heap in a memory of its own, for hosts whose kernels are written in JS. It grows as it needs
 * to; `malloc` answers 0 when it cannot, and `free` ignores what is not its own. Not for a kernel that
 * imports its memory: such a kernel has data of its own in it, and {@link createRegionHeap} keeps clear of that.
 * Where nobody holds the heap, its memory goes with the last storage in it.
 *
 * @throws RangeError when `options` ask for what no memory can be.
 * @example
 * ```ts
 * const heap = createHeap({ maximumPages: 64 });
 * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
 * ```
 */
declare function createHeap(options?: HeapOptions): Required<WasmHeap>;
/**
 * [setup] A heap within a part of a memory that the caller has set aside, for kernels that import
 * their memory and have data of their own in it. It never grows the memory; `malloc` answers 0 when
 * the part is full, and `free` ignores what is not its own.
 *
 * @param memory The memory that kernel and storage share.
 * @param address First byte of the part, which nobody else uses.
 * @param byteLength Its length. The part must lie within the memory as it is now.
 * @throws RangeError when the part is none, or does not lie in the memory.
 * @example A kernel whose own data ends at 64 KiB
 * ```ts
 * const memory = new WebAssembly.Memory({ initial: 4 });
 * // Where its linker makes one, the export `__heap_base` says where its data ends.
 * const heap = createRegionHeap(memory, 65536, 3 * 65536);
 * ```
 */
declare function createRegionHeap(memory: WebAssembly.Memory, address: number, byteLength: number): Required<WasmHeap>;

/** [render] Channels that two buses can pair by index: as many as the shorter one has in this block; 0 where one is none. */
declare function pairedChannels<F extends SampleFormat>(input: Bus<F> | undefined, output: Bus<F> | undefined): number;
/**
 * [render] Copies each input bus to the output bus of the same index, channel by channel. Output
 * channels without a partner stay as they are.
 *
 * @example A bypass
 * ```ts
 * storage.collect(inputs, outputs);
 * copyInputsToOutputs(storage);
 * storage.deliver(outputs);
 * ```
 */
declare function copyInputsToOutputs<F extends SampleFormat>(storage: ProcessBufferStorage<F>): void;
/** [render] Zeroes the block's frames of every pushed output channel. */
declare function clearOutputs<F extends SampleFormat>(storage: ProcessBufferStorage<F>): void;
/** [render] Multiplies the block's frames of every pushed output channel by `gain`, a factor; by nothing, where it is no number. */
declare function applyGain<F extends SampleFormat>(storage: ProcessBufferStorage<F>, gain: number): void;

/**
 * [render] Largest magnitude of pushed channel `channel` in this block; 0 when it is not there, or the bus
 * is none.
 *
 * @example
 * ```ts
 * duck(peak(storage.sidechain, 0));
 * ```
 */
declare function peak<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number;
/** [render] Root of the mean square of pushed channel `channel` in this block; 0 when it is not there, or the bus is none. */
declare function rms<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number;
/** [render] Mean magnitude of pushed channel `channel` in this block; 0 when it is not there, or the bus is none. */
declare function average<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number;

/**
 * Reads a storage that renders in another thread, over the same shared memory: meters and counts, while the audio
 * runs. The audio never waits for it. What it shows at once is of one block, never of two.
 *
 * Every answer may be `undefined`, which means one of two things. The storage is gone: freed, reconfigured or collected.
 * Then {@link isGone} is true for good; ask for its location anew. Or it was changing all the time, although the observer
 * looked again for a while: some 20 µs. Then show what you showed before; the next look will see something.
 *
 * A block that was collected shows its inputs at once, and its outputs from `deliver` on. Nobody tells when a kernel is
 * through with a block that `begin` or `clear` started, so that one shows its outputs as they stand: with
 * `clearOutputs: false` the block before may still be there. What pushed pointers lead to is shown as it stands, too.
 *
 * @example In the worklet, then on the main thread
 * ```ts
 * this.port.postMessage(storage.location);
 * node.port.onmessage = ({ data }) => {
 *   const observer = new StorageObserver(data);
 *   let level = 0;
 *   setInterval(() => draw((level = observer.peak("output", 0, 0) ?? level)), 50);
 * };
 * ```
 */
declare class StorageObserver {
    private readonly memory;
    private readonly identity;
    /** Index of the shown state among the memory's 32-bit words. */
    private readonly state;
    private readonly inputs;
    private readonly outputs;
    /** All of the memory as it was when something was first looked for there. */
    private readonly words;
    private readonly samples;
    private isKnownGone;
    /**
     * [setup] Sees the storage from now on. One that is gone is no error: {@link isGone} tells.
     *
     * @param location What `ProcessBufferStorage.location` said in the other thread.
     * @throws TypeError when it is something else.
     */
    constructor(location: StorageLocation);
    /**
     * [setup] Whether the storage is freed, reconfigured or collected. Everything else answers `undefined` from then on.
     * One that was collected is known to be gone when its bytes are given back: never, where its heap has no `free`.
     */
    get isGone(): boolean;
    /** [setup] How often a block was started since allocation: by `clear`, `begin` or `collect`. `undefined` when gone or not seen. */
    get blocks(): number | undefined;
    /** [setup] Frames of the current block; `undefined` when gone or not seen. */
    get frames(): number | undefined;
    /** [setup] The storage's diagnostics when the current block was last changed or delivered; `undefined` when gone or not seen. */
    get diagnostics(): Readonly<Diagnostics> | undefined;
    /** [setup] Channels of a bus in the current block; 0 where there is no such bus; `undefined` when gone or not seen. */
    channelCount(direction: BusDirection, bus: number): number | undefined;
    /**
     * [setup] Largest magnitude of a channel in the current block; 0 where there is no such channel; NaN where the kernel
     * wrote it; `undefined` when gone or not seen.
     */
    peak(direction: BusDirection, bus: number, channel: number): number | undefined;
    /** What `read` sees while the storage does not change. It looks again where something did, or where `read` sees nothing. */
    private look;
    private busAt;
    private shown;
    /** Whatever a kernel wrote there, no more than were declared. */
    private lengthOf;
    /** Address of a channel's samples. Only where pointers were pushed the table knows better, and there a kernel may have written anything. */
    private samplesOf;
    /** `undefined` for samples that cannot be in the memory: a kernel may have written over what leads to them. */
    private peakOf;
}

/**
 * [setup] Does once what costs time the first time: engines compile a function of JavaScript when it is first called, and
 * the core when the first storage is allocated. Called at the module scope of a processor, it makes `addModule` take
 * longer, and the processor's constructor and first block, which run between two blocks of audio, shorter.
 *
 * It allocates a storage, renders blocks of silence with it, and frees it.
 *
 * @param config The buses of the processors to come. Default: stereo in and out.
 * @param options Their options. Without a heap, the one that all storages of this realm share.
 * @throws What `ProcessBufferStorage.allocateFromConfig` throws.
 * @example In the processor's module
 * ```ts
 * warmUp();
 * registerProcessor("effect", Effect);
 * ```
 */
declare function warmUp<F extends SampleFormat = "f32">(config?: BusConfig, options?: StorageOptions<F>): void;

/** The part of `AudioWorkletNodeOptions` that says which buses a node has. */
interface NodeBusOptions {
    /** Default 1. */
    readonly numberOfInputs?: number;
    /** Default 1. */
    readonly numberOfOutputs?: number;
    /** Most channels of each input. Default 2. */
    readonly channelCount?: number;
    /** Channels of each output. */
    readonly outputChannelCount?: readonly number[];
}
/**
 * [setup] The buses of an AudioWorkletNode that is made with `options`. Worked out once, on the main
 * thread, and handed to the processor in its `processorOptions`, so that node and storage cannot
 * disagree. Every input has `channelCount` channels: the most that a node's input can deliver while
 * its `channelCountMode` is "clamped-max" or "explicit". What the options leave open is as the Web
 * Audio API has it: one input, one output, `channelCount` 2; one channel for each output, but as many
 * as the input has where there is one of each.
 *
 * @throws {@link BusConfigError} when no storage can have these buses.
 * @example
 * ```ts
 * const options = { numberOfInputs: 2, outputChannelCount: [2], channelCount: 2, channelCountMode: "explicit" };
 * const config = busConfigFromNodeOptions(options);
 * const node = new AudioWorkletNode(context, "effect", { ...options, processorOptions: { config } });
 * ```
 */
declare function busConfigFromNodeOptions(options?: NodeBusOptions): BusConfig;

export { Bus, BusConfigError, DEFAULT_BUS_CONFIG, InterleavedHost, MAX_BUSES, MAX_CHANNELS, ProcessBufferStorage, StorageObserver, applyGain, average, busConfigFromNodeOptions, busInfo, clearOutputs, copyInputsToOutputs, createHeap, createRegionHeap, pairedChannels, peak, rms, totalChannels, validateBusConfig, warmUp };
export type { BusConfig, BusConfigErrorCode, BusDirection, BusInfo, ChannelView, Diagnostics, HeapOptions, HostBuses, HostChannels, InterleavedHostOptions, MemoryUsage, MissingInputs, NodeBusOptions, PcmFormat, SampleFormat, StorageLocation, StorageOptions, WasmHeap };
