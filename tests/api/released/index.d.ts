/** Most channels in one bus. */
declare const MAX_CHANNELS = 32;
/** Most buses in one direction: one main, fifteen auxiliary. */
declare const MAX_BUSES = 16;
/** Most parameters of one processor. */
declare const MAX_PARAMETERS = 256;

/** What a kernel reads and writes: 32-bit or 64-bit floats, or 16-bit whole numbers. */
type SampleFormat = "f32" | "f64" | "i16";
/**
 * How the samples of a bus lie in memory. "planar": one run a channel, each on a 16-byte boundary. "contiguous": one run for all,
 * channel c at `c * frames` samples, `frames` being this block's. "interleaved": one run, frame after frame, always as
 * many samples apart as the bus has channels.
 */
type SampleLayout = "planar" | "contiguous" | "interleaved";
/** The typed array that shows one channel of a format. */
type ChannelView<F extends SampleFormat> = F extends "f64" ? Float64Array : F extends "i16" ? Int16Array : Float32Array;
/** Samples of any format. */
type Samples = Float32Array | Float64Array | Int16Array;

/** A host's list of channels, if it is what it says. */
type HostChannels = readonly Float32Array[];
/** A host's list of buses, each a list of channels, if it is what it says. */
type HostBuses = readonly HostChannels[];

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
    /** Windows that were refused, because a bus is contiguous: its channels lie as far apart as the block is long. */
    refusedWindows: number;
    /** Channel views made while rendering: for a pointer or length not seen before, or because the memory grew. */
    viewRebuilds: number;
    /** Times that `FixedBlocks.latency` has changed, because a host's block was not as long as announced. */
    latencyChanges: number;
    /** Frames of silence that a `FixedBlocks` delivered because the kernel had not made enough. */
    underrunFrames: number;
    /** Frames that the kernel of a `FixedBlocks` made, and that were lost because too many waited for the host. */
    refusedFrames: number;
    /** Frames that a `FixedBlocks` was given, and that its kernel never saw: `next` was not called, or too many waited for it. */
    skippedFrames: number;
    /** Parameters of a block that kept their last value, because what came was no `Float32Array` with values, or NaN. What is no object of them counts once. */
    invalidParameters: number;
    /** Events that an `EventQueue` refused, because it was full, or because something of them was no finite number. */
    refusedEvents: number;
}

/** One parameter as it is declared: the fields of Web Audio's `AudioParamDescriptor`. */
interface ParameterInfo {
    /** By this name the host hands its values over. No two parameters of a processor share one. */
    readonly name: string;
    /** What it is until somebody says otherwise. Default 0. */
    readonly defaultValue?: number;
    /** Default: the least 32-bit float. */
    readonly minValue?: number;
    /** Default: the largest 32-bit float. */
    readonly maxValue?: number;
    /** "a-rate" (default): a value for each frame. "k-rate": one for each block. */
    readonly automationRate?: "a-rate" | "k-rate";
}

/** The parameters of a block, by name: what an AudioWorkletProcessor's `process` gets as its third argument. */
type HostParameterValues = Readonly<Record<string, Float32Array>>;

/** One bus as it is declared. Bus 0 of a direction is its main bus; buses 1 and up are auxiliary (sidechains, sends). */
interface BusInfo {
    /** 0 … {@link MAX_CHANNELS}. A main bus of 0 channels makes room for auxiliary ones behind it. */
    readonly channelCount: number;
    /** For people; never looked at. */
    readonly name?: string;
    /** How the samples lie in memory. Default "planar". */
    readonly layout?: SampleLayout;
    /** What the kernel has here. Default: the storage's. "i16" is scaled by 32768, rounded to the nearest (halves up), clamped; NaN becomes 0. */
    readonly sampleFormat?: SampleFormat;
    /**
     * The kernel's samples are the host's times this, and are divided by it on the way out: 32768 for kernels that want floats in
     * the range of 16-bit samples. With "i16" it comes on top of the 32768. Finite, not 0. Default 1.
     */
    readonly scale?: number;
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
    /** What changes while it plays, each with a name of its own; at most 256. Default none. */
    readonly parameters?: readonly ParameterInfo[];
}
/** Which way a bus goes, seen from the kernel. */
type BusDirection = "input" | "output";
/** What most processors are: stereo in, stereo out, nothing else. */
declare const DEFAULT_BUS_CONFIG: BusConfig;
/** What is wrong with a configuration. */
type BusConfigErrorCode = "too-many-buses" | "too-many-channels" | "invalid-channel-count" | "invalid-bus-list" | "invalid-layout" | "invalid-sample-format" | "invalid-scale" | "too-many-parameters" | "invalid-parameter" | "different-config";
/** A configuration that cannot be. The message names the direction and the bus, or the parameter, what came and what is allowed. */
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
 * Where a storage lives: any wasm module's memory and allocator. `instantiateKernel` and `heapOf` find it. Where a
 * kernel exports `memory`, `malloc` and `free` by these names, its `instance.exports` are one as they are.
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
    /**
     * [setup] Address of at least `byteLength` fresh bytes, or 0. A storage asks for 16 as the `alignment`: C's malloc
     * ignores it and is asked again where it aligned to 8, wasm-bindgen's needs it.
     */
    malloc(byteLength: number, alignment: number): number;
    /**
     * [setup] Takes back what `malloc` gave, with what it was asked for. Without it, memory that a storage leaves is never
     * used again.
     */
    free?(address: number, byteLength: number, alignment: number): void;
}

/** What a kernel finds in an input channel that the host did not deliver. */
type MissingInputs = "silence" | "repeat-mono" | "drop";
/**
 * Where a kernel keeps a bus's samples: the address of the whole, in the bus's layout, with planar channels `maxFrames` samples
 * apart; for a planar bus also a list of one address a channel. 0 where it is not known yet: the bus is silent until
 * `Bus.moveTo`. `undefined` where the storage has the samples.
 */
type KernelAddress = number | readonly number[] | undefined;
/** Of each bus, by its index. */
interface KernelAddresses {
    /** One a bus. What is left out is the storage's own. */
    readonly inputs?: readonly KernelAddress[];
    /** The same of outputs. */
    readonly outputs?: readonly KernelAddress[];
}
/** How a storage is made, beside its buses. Everything has a default. An option of another name is a RangeError. */
interface StorageOptions<F extends SampleFormat = "f32"> {
    /** Most frames in one block. Default: the context's render quantum size, else 128. */
    readonly maxFrames?: number;
    /** What the kernel reads and writes, where a bus says nothing else. Planar hosts always hand over f32; others are converted on the way in and out. Default "f32". */
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
    /**
     * Buses that the kernel keeps in buffers of its own, checked like pushed pointers. Their samples are not allocated here;
     * `collect` and `deliver` treat them like any other bus.
     */
    readonly addresses?: KernelAddresses;
    /**
     * Web Audio's word for what happens where the host has another number of channels than a bus.
     * "discrete" (default): channel to channel; what has no place is counted.
     * "speakers": mono, stereo, quad and 5.1 are mixed up and down as the Web Audio API says, in and out; other counts are
     * discrete. Mixing comes first; `missingInputs` is for what cannot be mixed, and for no channels at all.
     */
    readonly channelInterpretation?: "discrete" | "speakers";
    /** A precompiled core (`WebAssembly.Module`), for hosts that compile once and hand it to many scopes. Default: the inlined one. */
    readonly core?: WebAssembly.Module;
}
/** What a reconfiguration can change beside the buses. */
type ChangedOptions = Pick<StorageOptions, "maxFrames" | "addresses">;

/** Where another thread finds a storage: plain data, to be posted as it is. What is in it beside the memory may change from version to version. */
interface StorageLocation {
    /** A shared memory. */
    readonly memory: WebAssembly.Memory;
}

/**
 * One bus: a bounded list of channel pointers, and typed views of what they point at. Where a bus has samples of
 * its own, they stay where they are from allocation on, and no two channels ever share theirs.
 *
 * A bus holds its storage's memory: the bytes stay reserved as long as the bus is reachable.
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
    /** Number of the block for which the three below hold; in any other the bus is as that block was opened. */
    private settledIn;
    private settledLength;
    private settledConnected;
    /** Bit c is set where channel c is zeros because nobody delivered it. */
    private settledMissing;
    private readonly cache;
    /** Address of its samples; where each channel lies elsewhere, of the first channel's. */
    private base;
    /** Room for the addresses that {@link moveTo} is handed. */
    private readonly handed;
    /**
     * Address of the first channel's own samples, or of the whole run: constant from allocation to reconfiguration or
     * {@link moveTo}, so a kernel may keep it at set-up. 0 where the bus has none: with external channel memory, without channels, and
     * while the kernel has not said where it keeps them.
     */
    get samplesAddress(): number;
    /** [render] Channels pushed in this block, 0 … {@link capacity}. */
    get length(): number;
    /**
     * [render] Input: channels that the host really delivered in this block, counted up to the last
     * one; the rest, up to {@link length}, are silence. Without a host, those that the caller connected
     * or pushed. Output: channels that the host will take. Never more than {@link capacity}, but for an input whose speakers
     * were mixed: there it is what the host had.
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
     * pointer is null, misaligned, or `maxFrames` samples from it would leave the memory; and when the bus is not planar.
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
    /**
     * [render] Address of channel `channel`'s own samples in this block, whatever was pushed; 0 where there are none. In an
     * interleaved bus, of its first sample: the next one lies as many samples further on as the bus has channels.
     */
    channelAddress(channel: number): number;
    /**
     * [render] A contiguous or interleaved bus's whole run in this block, as the kernel has it: `capacity * frames` samples. Empty for a
     * planar bus, and where there are no samples. The same object while address and length stay the same; ask again after the memory grew.
     */
    get samples(): Samples;
    /**
     * [render] The kernel keeps this bus elsewhere from now on: for kernels that hand out other buffers in each block. Inputs are
     * collected into the new place from the next block on; outputs are delivered from it at once. False, and nothing changed, for
     * what cannot be such an address, and for a bus that is not the kernel's.
     *
     * @param address As option `addresses` has it, but never 0.
     * @example
     * ```ts
     * kernel.exports.process(frames);
     * storage.mainOutput!.moveTo(kernel.exports.outputBuffer());
     * storage.deliver(outputs);
     * ```
     */
    moveTo(address: number | readonly number[]): boolean;
    /**
     * [render] The block's samples of pushed channel `channel` as the kernel has them, as long as the block; an empty array
     * when out of range, and for an interleaved bus, which has {@link samples}. The same object from block to block while pointer
     * and length stay the same; ask again after the memory grew. A view is made only for a pointer or a length not seen before,
     * and each one made counts in `diagnostics.viewRebuilds`. A view alone does not hold the storage: when nothing else
     * is left of it, its bytes go to somebody else.
     */
    channel(channel: number): ChannelView<F>;
    /** Bytes from one channel's samples to the next one's in this block. */
    private get stride();
    /** Where a channel's own samples are in this block. */
    private addressOf;
    /** The kernel keeps it where {@link handed} says: each channel, or the whole run alone. */
    private placeAsRead;
    /** Whether no address of what was read is still unknown. */
    private isReadWhole;
    /** A view of each channel is made ahead of the first block, and one of the whole run. */
    private prepare;
    /** Bit c is set where channel c is zeros because nobody delivered it in this block. */
    private get missing();
    /** Zeroes own channels from frame `start` to the end of the block; of an interleaved bus always all of them. */
    private silence;
    /** Zeroes channels where a host's samples are set. */
    private silenceLanding;
}

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
    /** Floats on their way between the host and buses of another form, and while they are mixed. */
    readonly stagingBytes: number;
    /** What other threads may read of the storage; 0 in memory that is not shared. */
    readonly counterBytes: number;
    /** Parameters: a length, an address and a last value each, and the values of a block; 0 where none is declared. */
    readonly parameterBytes: number;
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
    /**
     * Address of one `{ uint32_t length; float *data; }` (8 bytes) for each parameter, in declared order: what Emscripten's
     * `AudioParamFrame` is. 0 without parameters. Constant until {@link reconfigure} or {@link free}.
     *
     * `data` of an "a-rate" parameter always holds as many values as the block has frames, that of a "k-rate" one a single value.
     * `length` is 1 where they are all the same. So a kernel may read `data[i]` of an a-rate one, `data[0]`, or by `length`.
     * A window moves `data` of a-rate ones. With sampleFormat "f64" the values are doubles.
     */
    get parametersAddress(): number;
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
     * A parameter that is missing keeps its last value: at first its default, after a block in which it changed what it was
     * at the end. So does one that is no `Float32Array` with values, or NaN somewhere; that counts in `diagnostics.invalidParameters`.
     * An array shorter than the block is prolonged by its last value, of a longer one the block's frames are taken.
     *
     * @param inputs An AudioWorkletProcessor's first argument, as it comes.
     * @param outputs Its second argument, as it comes. Read for its shape alone.
     * @param parameters Its third argument, as it comes; may be left out.
     */
    collect(inputs: HostBuses, outputs: HostBuses, parameters?: HostParameterValues): number;
    /**
     * [render] For hosts without AudioParams: parameter `index`, in declared order, has this value in the block that is open, and
     * in all that follow until it gets another one. Within its range, which clamps it as an AudioParam's does.
     * False, and nothing changed, for an index that is none, and for NaN, which counts in `diagnostics.invalidParameters`.
     *
     * @example
     * ```ts
     * storage.begin(128);
     * storage.setParameter(0, 0.5);
     * kernel.process(storage.inputsAddress, storage.outputsAddress, 128, storage.parametersAddress);
     * ```
     */
    setParameter(index: number, value: number): boolean;
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
     * objects and addresses are new, diagnostics run on. A parameter keeps its last value where the new configuration
     * has one of its name, within the new range.
     *
     * @throws What {@link allocateFromConfig} throws; Error when the storage is freed.
     * @example
     * ```ts
     * storage.reconfigure({ inputs: [6], outputs: [2] }, { maxFrames: 512 });
     * ```
     */
    reconfigure(config: BusConfig, options?: ChangedOptions): void;
    /** [setup] Gives the memory back, and that of its event queues. Idempotent; afterwards every [render] call does nothing. */
    free(): void;
    /** Of a part that `count` buses or channels have; 0 without any of them. */
    private addressOf;
}

/** Samples of a host's array: floats, doubles, or whole numbers that are scaled to their bits; "u8" is 128 for silence. Little-endian, as Node's devices and WAV have them. */
type PcmFormat = "f32" | "f64" | "u8" | "i16" | "i24" | "i32";

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
 * `diagnostics.droppedChannels`; what no bus gives is silence.
 *
 * It has room for `maxFrames` frames in the storage's heap, until {@link free}, or until it is collected. After a
 * reconfiguration to more frames longer blocks go in parts, sample by sample, which takes longer; a new host has room for them.
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
    /** Channels in the host's array. */
    readonly channelCount: number;
    /** What the host's array holds. */
    readonly format: PcmFormat;
    private readonly core;
    /** Frames for which there is room. */
    private readonly roomFrames;
    private readonly frameBytes;
    private readonly room;
    /** Where the host's samples lie: in the second half of the room, where they grow into floats from its start. */
    private readonly pcmAddress;
    /** Views of the room: in the host's format, and of its bytes. */
    private readonly typed;
    private readonly bytes;
    /** Views of the floats that 16-bit samples become, and are made of. */
    private readonly floats;
    private isLive;
    /**
     * [setup] Takes room from the storage's heap.
     *
     * @throws TypeError for what is no storage, RangeError for the options, Error when the storage is freed, the heap has no
     * room, or the engine lacks SIMD; then nothing stays allocated.
     */
    constructor(storage: ProcessBufferStorage<F>, options: InterleavedHostOptions);
    /**
     * [render] One block in, as long as the array: a last frame that is not whole counts, its missing samples are silence.
     * What is no array of the host's format is silence of `maxFrames` frames, and all of its channels count as dropped.
     * Returns the block's frames (0 when freed).
     *
     * @param samples The typed array of the format, or bytes of it: a Uint8Array, a `Buffer` or a DataView, which may begin anywhere.
     */
    collect(samples: ArrayBufferView): number;
    /**
     * [render] One block out. Whole numbers are rounded to the nearest (halves up) and clamped; NaN becomes 0. Frames that
     * the block does not have are silence. Channels for which the array has no place count in `diagnostics.droppedChannels`.
     * Returns the frames written: 0 for what is no array of the host's format.
     *
     * @param samples Where the frames go: as in {@link collect}.
     */
    deliver(samples: ArrayBufferView): number;
    /** [setup] Gives the room back. Idempotent; afterwards {@link collect} and {@link deliver} do nothing. */
    free(): void;
    /** Frames of so many bytes; a last one that is not whole counts. Without a fraction: V8 makes an object of it until it has compiled the function for speed. */
    private framesOf;
    /** Channels of the array for a bus whose first one is `first`. */
    private channelsOf;
    /** Whether a lone channel becomes all channels of its bus. */
    private repeats;
    /** What was handed over is no array of the format: silence, which counts. */
    private collectNothing;
    /** The room holds `frames` frames afterwards, from frame `start` of the array on: what the array does not have is silence. */
    private fillRoom;
    /** The room's frames go to the input buses, from their frame `start` on. */
    private takeFromRoom;
    /** After a block was opened: the host takes those output channels for which its array has a place. */
    private settleOutputs;
    private deliverBlock;
    /** The room holds `frames` frames of the output buses afterwards, from their frame `start` on. Answers where. */
    private giveToRoom;
    /** Whether every output bus has floats as the host's. */
    private givesFloatsAlone;
}

/** How long a host's blocks are. An option of another name is a RangeError. */
interface FixedBlocksOptions {
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
declare class FixedBlocks<F extends SampleFormat = "f32"> {
    private readonly storage;
    /** Other ones after a reconfiguration. */
    private readonly buffers;
    private readonly blockFrames;
    /** What the host announced; 0 where its blocks change. */
    private readonly hostFrames;
    private readonly maxHostFrames;
    private readonly lengths;
    /** Most frames that can be gathered. */
    private readonly room;
    private readonly planar;
    private readonly interleaved;
    /** Where frames are gathered, and where they go. */
    private source;
    private target;
    private hasDelivered;
    private latencyFrames;
    /** Frames that are gathered, those that were handed over since the latest block of the host's included. */
    private gathered;
    /** How many blocks of those gathered were handed over or skipped. */
    private handed;
    /** The host's frames that are still to be delivered, for hosts whose outputs do not tell. */
    private owed;
    /** Length of a block of the host's that has no channel. */
    private usualFrames;
    /** Whether a block stands in the storage whose outputs were not taken yet, and whether `produced` has told what they are. */
    private isOpen;
    private isTold;
    /** Frames that came before the gathered ones: so many blocks, and so many frames. Apart, because engines box large numbers. */
    private blocksBefore;
    private framesBefore;
    private openBlock;
    private openFrames;
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
    constructor(storage: ProcessBufferStorage<F>, options?: FixedBlocksOptions);
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
    get latency(): number;
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
    get blockStart(): number;
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
    prepare(host: InterleavedHost<F>): void;
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
    collect(inputs: HostBuses, outputs: HostBuses, parameters?: HostParameterValues): void;
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
    collectFrom(host: InterleavedHost<F>, samples: ArrayBufferView): void;
    /**
     * [render] True while a whole block stands in the storage, ready for the kernel. What the kernel made of the one before is taken by
     * it, or by {@link deliver}. All of the block's frames are `storage.maxFrames`.
     *
     * @example
     * ```ts
     * while (blocks.next()) kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames);
     * ```
     */
    next(): boolean;
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
    produced(frames: number): void;
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
    deliver(outputs: HostBuses): void;
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
    deliverTo(host: InterleavedHost<F>, samples: ArrayBufferView): void;
    /**
     * [render] After a seek or a pause: forgets what is under way, uncounted. What comes out next is {@link latency} frames of silence, and then
     * what goes in from here on. {@link blockStart} counts on.
     *
     * @example
     * ```ts
     * port.onmessage = ({ data }) => data === "seek" && blocks.reset();
     * ```
     */
    reset(): void;
    private get isUsable();
    private get mostFrames();
    /** Before a block is gathered: what was handed over makes room. */
    private begin;
    /** After `wanted` frames came, of which `most` had room. */
    private end;
    /** With blocks of any length, a frame may have to wait for as many as there can be. */
    private allowAnyLength;
    /** Another host begins. What was gathered of the one before is lost: silence takes its place, so that the latency stays. */
    private changeSource;
    /** What the kernel has made of the block that stands in the storage goes into the queue. */
    private takeOutputs;
    private take;
    /** Before frames go out: all that the kernel was to make of what came in is in the queue. */
    private finish;
    /** Sees to it that there are as many frames as the host wants, of those that it can have. Returns how many. */
    private ready;
    private done;
    /** Frames go elsewhere from now on. What waits for the host before is lost: silence takes its place, so that the latency stays. */
    private changeTarget;
    private wayOf;
    private isOurs;
}

/** How an {@link EventQueue} is made. An option of another name is a RangeError. */
interface EventQueueOptions {
    /** Most events that wait at a time, 1 … 65536. Default 256. */
    readonly capacity?: number;
}
/** Events that take effect at a window's first frame, in the block's list. */
interface WindowEvents {
    /** Of the first one in the list. */
    readonly index: number;
    /** 0 where none takes effect there. */
    readonly count: number;
}
/**
 * Timed events for a kernel, in order of time, in its memory: at {@link address} an array of
 * `{ uint32_t frame; uint32_t type; uint32_t a; float b; }`, 16 bytes each, `frame` counted from the block's start.
 * What `type`, `a` and `b` say is between host and kernel.
 *
 * The queue has room for its list in the storage's heap, until {@link free}, until the storage is freed, or until it is
 * collected. It outlasts a reconfiguration of the storage.
 *
 * @example A kernel that takes lists of events, in an AudioWorkletProcessor
 * ```ts
 * const events = new EventQueue(storage);
 * // MIDI: port.onmessage = ({ data: [status, note, velocity] }) =>
 * events.push(currentFrame, status, note, velocity / 127);
 * // In process:
 * const frames = storage.collect(inputs, outputs, parameters);
 * const count = events.collect(currentFrame);
 * kernel.process(storage.inputsAddress, storage.outputsAddress, frames, events.address, count);
 * ```
 * @example A kernel that takes one event at a time
 * ```ts
 * events.collect(currentFrame);
 * while (events.nextWindow()) {
 *   const { index, count } = events.windowEvents;
 *   for (let i = index; i < index + count; i++) kernel.handle(events.address + i * 16);
 *   kernel.process(storage.inputTableAddress, storage.outputTableAddress, events.windowFrames);
 * }
 * ```
 */
declare class EventQueue {
    /** Most events that wait at a time. */
    readonly capacity: number;
    /** Always the same object. */
    readonly windowEvents: WindowEvents;
    private readonly storage;
    private readonly memory;
    private readonly room;
    private isLive;
    private readonly times;
    private readonly types;
    private readonly as;
    private readonly bs;
    private first;
    private waiting;
    /** The list in the kernel's memory. Of length 0 when the memory has grown. */
    private words;
    private floats;
    /** Frames of the block's events: the kernel can write to the list, so it is never read. */
    private readonly frames;
    private listed;
    /** Number of the block for which they hold. */
    private block;
    private start;
    private length;
    /**
     * [setup] Sets the room aside.
     *
     * @throws TypeError when `storage` is none; RangeError for the options; Error when the storage is freed, or its heap has no room.
     */
    constructor(storage: ProcessBufferStorage<SampleFormat>, options?: EventQueueOptions);
    /** Address of the block's events; 0 once freed. */
    get address(): number;
    /** Events of the block that is open. */
    get count(): number;
    /** First frame of the window, counted from the block's start. */
    get windowStart(): number;
    /** Frames of the window. */
    get windowFrames(): number;
    /**
     * [render] An event at `time`, an absolute frame; a fraction is rounded down. Events of one time come in the order in which
     * they were pushed. One whose time is over when its block is collected comes at frame 0. False, and counted in
     * `diagnostics.refusedEvents`, when as many wait as there is room for, or when something is no finite number.
     *
     * Its cost grows by the events that wait for a later time.
     *
     * @param time On the scale of {@link collect}'s `blockStart`: `currentFrame` in a worklet.
     * @param type Unsigned whole number of 32 bits, as is `a`; of others the low bits are taken.
     * @param b Becomes a 32-bit float.
     */
    push(time: number, type: number, a: number, b: number): boolean;
    /**
     * [render] Takes those of this block, into the list at {@link address}. Call it after the storage's `collect` or `begin`,
     * which says how long the block is. An empty block takes none. Returns how many they are.
     *
     * @param blockStart The block's first absolute frame: `currentFrame` in a worklet.
     */
    collect(blockStart: number): number;
    /**
     * [render] The next window of the block, from an event to the next one, for kernels that take one event at a time: the
     * storage's `setWindow`. False after the last one, when the storage shows the whole block again; and in a block for which
     * {@link collect} was not called. Never empty.
     */
    nextWindow(): boolean;
    /** [render] Forgets what waits, and the block's list: after a seek, or when a voice is to stop. */
    clear(): void;
    /** [setup] Gives the room back. Idempotent; afterwards [render] calls do nothing. */
    free(): void;
    /** Whether the block for which events were collected is still the storage's. */
    private get isOpen();
    private close;
    /** Where the event is that is the `i`th to come. */
    private placeOf;
    private move;
    /** Writes the earliest event that waits to place `index` of the list. */
    private list;
    /** Makes views anew where the memory has grown. */
    private revive;
    private makeViews;
}

/** What a kernel exports, by its names. Which of them are there, and what each takes, only the kernel knows. */
interface KernelFunctions {
    readonly [name: string]: any;
}
/** A kernel, ready to be called. */
interface Kernel<E extends object = KernelFunctions> {
    /** Its exports, as it names them. */
    readonly exports: Readonly<E>;
    /** Its memory, and where a storage finds room in it: option `heap` of a storage. */
    readonly heap: WasmHeap;
}
/** What {@link instantiateKernel} may be told. */
interface KernelOptions {
    /** What the kernel imports beside what audio kernels are known to ask for, or in place of it. */
    readonly imports?: WebAssembly.Imports;
    /**
     * For a kernel that imports its memory: pages of 64 KiB that it starts with. Default: what its bytes declare. A compiled
     * module does not tell, so there they have to be said.
     */
    readonly pages?: number;
    /**
     * For a kernel without an allocator: the first byte that nobody uses, such as the size that Faust's description states.
     * A kernel that exports `__heap_base` says it by itself.
     */
    readonly heapBase?: number;
}
/**
 * [setup] Instantiates a kernel where there is no loader, as in a worklet: gives it what it imports, calls its
 * `_initialize` or `__wasm_call_ctors`, and finds its memory and a heap in it.
 *
 * It knows the imports that audio kernels ask for: WASI without files (text goes to the console, in whole lines), what
 * Emscripten's runtime, AssemblyScript's, and wasm-bindgen's panics need, and C's maths. A kernel is given those that it
 * declares and no others. The heap is the kernel's own allocator; of a kernel that has none, what lies above its `__heap_base`
 * or above `heapBase`, and the memory grows for it. A memory that is handed over among the imports is the caller's: it
 * does not grow, and the heap ends where it ends now. Where no name tells, functions that take one or two numbers and answer with one
 * are tried on instances made for that; a kernel in which such a function never ends needs its allocator exported as `malloc`.
 *
 * Threads, side modules (`dylink`), memories of 64 bits, and files are not for it. Type arguments say what is exported:
 * `instantiateKernel<{ process(inputs: number, outputs: number, frames: number): void }>(module)`.
 *
 * @throws TypeError for what is no kernel; RangeError for the options; Error where imports are missing (all of them are named,
 * with module, name and kind), where there is no heap, or where the page forbids WebAssembly.
 * @example
 * ```ts
 * const { exports: kernel, heap } = instantiateKernel(module);
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
 * ```
 */
declare function instantiateKernel<E extends object = KernelFunctions>(kernel: WebAssembly.Module | BufferSource, options?: KernelOptions): Kernel<E>;

/** What {@link captureKernel} finds out, once the loader has run. */
interface CapturedKernel<E extends object = KernelFunctions> {
    /** What the loader is called with: `createModule({ ...capture.emscripten })`. */
    readonly emscripten: {
        /** [setup] Is called by the loader, with the imports that it wants to instantiate with. */
        instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance, module?: WebAssembly.Module) => unknown): object;
    };
    /** The exports, under the names that the linker left them. Error until the loader has asked for its instance. */
    readonly exports: Readonly<E>;
    /** The memory and the allocator. Error until the loader has asked for its instance, or where there is no allocator. */
    readonly heap: WasmHeap;
}
/**
 * [setup] For Emscripten's loaders, which hide their instance: makes it in their place, and keeps what was made. No build
 * setting is needed, and a loader may be sync or not. One capture is for one call of a loader.
 *
 * The allocator is the loader's `_malloc`, or else an export that behaved like one on instances that were made to
 * try it: minified exports have no telling names. Functions that take one or two numbers and answer with one are called for that. A
 * kernel in which such a function waits for another thread, or never ends for other reasons, needs `_malloc` among
 * `-sEXPORTED_FUNCTIONS`; then nothing is tried.
 *
 * @param module The loader's wasm file, compiled: the loader hands over its imports alone.
 * @throws TypeError when `module` is no compiled module.
 * @example
 * ```ts
 * const capture = captureKernel(await WebAssembly.compileStreaming(fetch("kernel.wasm")));
 * const kernel = await createModule({ ...capture.emscripten });
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: capture.heap });
 * ```
 */
declare function captureKernel<E extends object = KernelFunctions>(module: WebAssembly.Module): CapturedKernel<E>;

/**
 * [setup] The memory and the allocator of a kernel that is instantiated already, found by what they are: of its exports or its
 * instance, of an Emscripten module object, of what wasm-bindgen's glue resolves to. The memory is found by its
 * type, whatever its name; the allocator by its name (`malloc`, `_malloc`, `wasm_malloc`, `__wbindgen_malloc`, and
 * `__wbindgen_export_N` by what it takes). What only `captureKernel` or `instantiateKernel` can find are functions without a
 * telling name, because these are tried on an instance of their own.
 *
 * The heap holds the memory and the two functions, and nothing else of what it was found in.
 *
 * @throws TypeError for what is no object; Error where there is no memory or no allocator. It says what was looked for, what
 * was found, and what to build with.
 * @example An Emscripten module
 * ```ts
 * const kernel = await createModule();
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: heapOf(kernel) });
 * ```
 */
declare function heapOf(kernel: object): WasmHeap;

/** What {@link createHeap} may be told. */
interface HeapOptions {
    /** Pages of 64 KiB at the start. Default 1. */
    readonly initialPages?: number;
    /** Pages of 64 KiB that the memory may grow to. Default: as far as the engine goes, 4096 (256 MiB) for a shared memory. */
    readonly maximumPages?: number;
    /** A memory that other threads can read too. Default false. One thread allocates. */
    readonly shared?: boolean;
}
/** A heap that the library keeps. Whatever alignment is asked for, its addresses are multiples of 16. */
interface OwnHeap extends WasmHeap {
    /** [setup] Address of at least `byteLength` fresh bytes, or 0. */
    malloc(byteLength: number, alignment?: number): number;
    /** [setup] Takes back what `malloc` gave. */
    free(address: number, byteLength?: number, alignment?: number): void;
}
/**
 * [setup] A heap in a memory of its own, for hosts whose kernels are written in JS. It grows as it needs
 * to; `malloc` answers 0 when it cannot, and `free` ignores what is not its own. Not for a kernel that
 * imports its memory: such a kernel has data of its own in it, over which this heap would lie. `instantiateKernel` makes
 * a memory for one, and {@link createRegionHeap} keeps clear of its data in a memory that is there already.
 * Its memory can be collected when neither the heap nor a storage in it is reachable any more.
 *
 * @throws RangeError when `options` ask for what no memory can be.
 * @example
 * ```ts
 * const heap = createHeap({ maximumPages: 64 });
 * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
 * ```
 */
declare function createHeap(options?: HeapOptions): OwnHeap;
/**
 * [setup] A heap within a part of a memory that the caller has set aside, for kernels that have no allocator to hand
 * out. It never grows the memory; `malloc` answers 0 when the part is full, and `free` ignores what is not its own.
 *
 * Nothing else may use the part, and this function cannot check that. Three parts are safe:
 * - In a memory that the kernel imports, whatever lies above its data and stack: the export `__heap_base`, if its linker
 *   makes one, or what its compiler says of its size.
 * - Pages that the caller adds, `memory.grow(pages) * 65536`, where the kernel's own allocator takes only pages that it
 *   adds itself, as those of Rust, wasi-libc, AssemblyScript's runtimes `minimal` and `incremental`, and the
 *   package's `heap.c` do. Emscripten's `sbrk` and AssemblyScript's `--runtime stub` take all pages up to the memory's
 *   end, so with these it is not safe: they export an allocator instead.
 * - What the kernel's allocator gave.
 *
 * @param memory The memory that kernel and storage share.
 * @param address First byte of the part, which nothing else uses.
 * @param byteLength Its length. The part must lie within the memory as it is now.
 * @throws RangeError when the part is none, or does not lie in the memory.
 * @example A kernel whose own data ends at 64 KiB
 * ```ts
 * const memory = new WebAssembly.Memory({ initial: 4 });
 * // Where its linker makes one, the export `__heap_base` says where its data ends.
 * const heap = createRegionHeap(memory, 65536, 3 * 65536);
 * ```
 */
declare function createRegionHeap(memory: WebAssembly.Memory, address: number, byteLength: number): OwnHeap;

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

/** `bool (int, const AudioSampleFrame *, int, AudioSampleFrame *, int, const AudioParamFrame *, void *)`, as JS sees it. */
type AudioWorkletCallback = (numInputs: number, inputs: number, numOutputs: number, outputs: number, numParams: number, params: number, userData: number) => number | boolean;
/** What an {@link EmscriptenCallback} may be told. */
interface EmscriptenCallbackOptions {
    /** The callback's last argument. Default 0. */
    readonly userData?: number;
}
/**
 * A kernel that is an `EmscriptenWorkletNodeProcessCallback`, as `emscripten/webaudio.h` declares it, called without
 * SharedArrayBuffer and without Emscripten's own worklet. All buses are `layout: "contiguous"`, in floats. The kernel is handed one
 * `AudioSampleFrame { int numberOfChannels; int samplesPerChannel; float *data; }` for each, and the storage's parameters.
 *
 * It holds for the configuration for which it was made: make a new one after `reconfigure`. The frames lie in the storage's heap,
 * until {@link free}, until the storage is freed, or until it is collected.
 *
 * @example
 * ```ts
 * const { exports, heap } = instantiateKernel(module);
 * const bus = { channelCount: 2, layout: "contiguous" };
 * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [bus], outputs: [bus] }, { heap, missingInputs: "drop" });
 * const callback = new EmscriptenCallback(storage, exports.process);
 *
 * process(inputs, outputs, parameters) {
 *   storage.collect(inputs, outputs, parameters);
 *   if (!callback.call()) return false;
 *   storage.deliver(outputs);
 *   return true;
 * }
 * ```
 */
declare class EmscriptenCallback<F extends SampleFormat = "f32"> {
    private readonly storage;
    private readonly callback;
    private readonly userData;
    /** What the storage had when this was made. */
    private readonly buffers;
    private readonly memory;
    private readonly room;
    /** The frames in 32-bit words. Of length 0 when the memory has grown. */
    private words;
    private isLive;
    /**
     * [setup] Sets the frames aside.
     *
     * @param storage All of its buses are contiguous floats, which may be scaled, and may be the kernel's own.
     * @param callback The kernel's function: an export, or what the exported table has at the callback's number:
     *   `exports.__indirect_function_table.get(number)`.
     * @throws TypeError for what is no storage or no function; RangeError for the options, and for a storage of another form; Error
     *   when the storage is freed, or its heap has no room.
     */
    constructor(storage: ProcessBufferStorage<F>, callback: AudioWorkletCallback, options?: EmscriptenCallbackOptions);
    /** Address of one `AudioSampleFrame` (12 bytes) for each input bus; 0 without one, and once freed. */
    get inputsAddress(): number;
    /** The same of the output buses. */
    get outputsAddress(): number;
    /**
     * [render] The kernel renders the block that stands in the storage: after `collect` or `begin`, or a `FixedBlocks`' `next`. Returns
     * what the kernel returned: false where it is done, and its outputs are not to be heard; then Emscripten ends the processor, its
     * outputs silent. False, and nothing called, once freed or reconfigured. What the kernel throws, this throws.
     */
    call(): boolean;
    /** [setup] Gives the frames back. Idempotent; afterwards {@link call} calls nothing. */
    free(): void;
    /** Writes the frames of these buses from word `at` on; answers where the next ones begin. */
    private write;
    private makeView;
}

/**
 * [render] Largest magnitude of pushed channel `channel` in this block, where 1 is the host's full scale; 0 when it is not
 * there, or the bus is none.
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
    private readonly maxFrames;
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
     * [setup] Largest magnitude of a channel in the current block, in the host's units whatever the kernel's are; 0 where there is no such channel; NaN where the kernel
     * wrote it; `undefined` when gone or not seen.
     */
    peak(direction: BusDirection, bus: number, channel: number): number | undefined;
    /** What `read` sees while the storage does not change. It looks again where something did, or where `read` sees nothing. */
    private look;
    private busAt;
    private shown;
    /** Whatever a kernel wrote there, no more than were declared. */
    private lengthOf;
    /** Address of a channel's samples. Only where the storage does not have them the table knows better, and there a kernel may have written anything. */
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

type Globals = typeof globalThis;
/** A context of the Web Audio API. */
type ContextOfPage = Globals extends {
    BaseAudioContext: {
        prototype: infer T;
    };
} ? T : object;
/** The class of AudioWorkletNodes. */
type NodeClassOfPage = Globals extends {
    AudioWorkletNode: infer T;
} ? T : abstract new (...args: never[]) => object;
/** An AudioWorkletNode. */
type NodeOfPage = Globals extends {
    AudioWorkletNode: {
        prototype: infer T;
    };
} ? T : EventTarget;
/** What `fetch` answers. */
type ResponseOfPage = Globals extends {
    Response: {
        prototype: infer T;
    };
} ? T : never;
/** A URL that was parsed. */
type UrlOfPage = Globals extends {
    URL: {
        prototype: infer T;
    };
} ? T : never;

/** What a kernel's module can come as. A string is a URL, relative to the page. */
type KernelSource = WebAssembly.Module | BufferSource | ResponseOfPage | UrlOfPage | string;

/**
 * What a processor is registered with: the buses and parameters that the kernel takes, and what else there is to say of it. All but the
 * buses may be left out. An entry of another name is a RangeError.
 *
 * @example A kernel that exports process, with inputs, outputs, frames and parameters
 * ```ts
 * registerKernelProcessor("gain", config);
 * ```
 * @example One that has to be prepared
 * ```ts
 * registerKernelProcessor("synth", {
 *   ...config,
 *   start({ kernel: { exports: synth }, storage, events, sampleRate }) {
 *     const voice = synth.create(sampleRate);
 *     return {
 *       process: (frames) => synth.render(voice, storage.outputsAddress, frames, events.address, events.count),
 *       message: ({ program }) => synth.select(voice, program),
 *       dispose: () => synth.destroy(voice),
 *     };
 *   },
 * });
 * ```
 */
interface KernelDefinition<F extends SampleFormat = "f32"> extends BusConfig, KernelOptions {
    /** Frames of each block of the kernel's, where they are not the host's: a whole number, 1 or more. The latency that this costs is part of `KernelNode.latency`. */
    readonly blockFrames?: number;
    /** The sample rate in Hz that the kernel is made for. In a context of another rate no node can be made. Default: any. */
    readonly sampleRate?: number;
    /** [setup] For kernels that need their own loader. Default: `instantiateKernel` with what is said here. May return a promise; the node is ready once it is resolved. */
    instantiate?(module: WebAssembly.Module): Kernel | Promise<Kernel>;
    /** [setup] Options of the storage that depend on the instance, such as the kernel's own buffers. Those that it leaves out are the storage's defaults, but for `channelInterpretation`, which is "speakers" here. */
    storage?(kernel: Kernel): Partial<StorageOptions<F>>;
    /**
     * [setup] Prepares the instance for a node, and says how it renders. May throw: then `createKernelNode` rejects with what was thrown. Without
     * it the kernel's export `process(inputs, outputs, frames, parameters, events, eventCount)` is called, with the addresses that
     * the storage and the EventQueue have, so that a kernel may declare as many of these as it wants from the left; what an export `latency()`
     * answers is its latency.
     */
    start?(context: KernelContext<F>): KernelRun;
}
/** What a kernel has while it plays. */
interface KernelContext<F extends SampleFormat = "f32"> {
    /** The instance: its exports and its heap. */
    readonly kernel: Kernel;
    /** In the kernel's memory, with the buses and parameters that were declared. */
    readonly storage: ProcessBufferStorage<F>;
    /** Events of the block that is rendered, collected before `process` is called. */
    readonly events: EventQueue;
    /** Of the context, in Hz. */
    readonly sampleRate: number;
    /** First frame of the block that is rendered, counted from the context's start. */
    readonly currentFrame: number;
    /** What `createKernelNode` was given as option `data`. */
    readonly data: unknown;
    /** [setup] Sends a message to the node: a "message" event of `node.port`. */
    post(data: unknown, transfer?: object[]): void;
}
/** How a kernel renders, as `start` returns it. */
interface KernelRun {
    /** [render] One block: inputs, parameters and events are there, outputs are to be written. What it throws ends it, and is told. */
    process(frames: number): void;
    /** [setup] What was posted to `node.port`. What it throws is told, and ends nothing. */
    message?(data: unknown): void;
    /** [setup] The node has ended, or the kernel has; the storage is freed afterwards. */
    dispose?(): void;
    /** In frames, what the kernel itself takes, beside its blocks. May change. Default 0. */
    readonly latency?: number;
}

/**
 * How a node goes on after an error. "silence": for good; the kernel is not called again. "restart": with a new instance. "continue": as
 * before, because what threw was not the kernel's block but what handles a message, or ends the node.
 */
type KernelErrorOutcome = "silence" | "restart" | "continue";
/** What a meter shows of one bus. */
interface BusLevels {
    /** Channels that the host delivers to an input bus, and that the kernel has for an output bus, in the latest block. */
    readonly connected: number;
    /** Largest magnitude of each declared channel since the levels before, where 1 is full scale. NaN where the kernel wrote it. */
    readonly peaks: readonly number[];
}
/** What a meter shows of a node. */
interface KernelLevels {
    /** Of each input bus, as the kernel has it. */
    readonly inputs: readonly BusLevels[];
    /** Of each output bus. */
    readonly outputs: readonly BusLevels[];
    /** The storage's counts, from the start on. */
    readonly diagnostics: Readonly<Diagnostics>;
}

/** How a kernel's node is made. An option of another name is a RangeError. */
interface KernelNodeOptions {
    /** The kernel: compiled, as bytes, as the response that brings them, or its URL. Compiled once for all nodes of the same bytes. */
    readonly module: KernelSource;
    /** What the processor was registered with: import it on both sides. Its buses and parameters are what counts; the rest of a definition is the worklet's own. */
    readonly config: BusConfig;
    /** For the kernel's `start`: whatever can be cloned. */
    readonly data?: unknown;
    /** Values that parameters begin with, by name, in place of their defaults. */
    readonly parameterData?: Readonly<Record<string, number>>;
    /**
     * Seconds for which the node renders on after its inputs have ended: none has a sample that is not exactly zero, after there was one. The latency comes on top.
     * Then it ends as {@link KernelNode.dispose} ends it. Default Infinity: it renders until `dispose`.
     */
    readonly tail?: number;
    /** What follows where the kernel throws: "silence" (default), for good; or "restart": a new instance, at most three within a minute. Both are told by a "kernelerror" event. */
    readonly onTrap?: "silence" | "restart";
    /** "own" (default): an instance for this node. "shared": one for all nodes of this processor and module in this context, since engines cap the memories of a process (Chromium: about 123). */
    readonly instance?: "own" | "shared";
    /** The engine's class, where it is no global. Default: the global one; without it that of node-web-audio-api. */
    readonly AudioWorkletNode?: NodeClassOfPage;
}
/** An AudioWorkletNode that plays a kernel. Its `port` is the caller's: what is posted there comes to the kernel's `message`, what the kernel posts comes from it. */
interface KernelNode extends NodeOfPage {
    /** In frames: what the kernel's blocks take, and what the kernel says of itself. May change; a "latencychange" event tells. */
    readonly latency: number;
    /**
     * [setup] An event for the kernel: at `time` of the context, in seconds. Late ones come at once.
     *
     * @throws RangeError for what is no finite number.
     */
    schedule(time: number, type: number, a: number, b: number): void;
    /**
     * [setup] Shows `listener` the levels and the counts at most every `interval` ms, as long as there is something new: read from memory that the
     * worklet shares, where the page is cross-origin isolated; else sent, one message at a time. Returns what ends it.
     *
     * @throws RangeError for an interval that is none; TypeError for a listener that is none.
     */
    meter(interval: number, listener: (levels: KernelLevels) => void): () => void;
    /** [setup] Resolves when the processor has all that was sent before. An offline context may handle what was sent before it renders only when it is through. */
    received(): Promise<void>;
    /** [setup] An AudioWorkletNode's own, with the events of {@link KernelNodeEventMap}. */
    addEventListener<K extends keyof KernelNodeEventMap>(type: K, listener: (this: KernelNode, event: KernelNodeEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
    /** [setup] An AudioWorkletNode's own, for events of any other type. */
    addEventListener(type: string, listener: EventListener | EventListenerObject, options?: boolean | AddEventListenerOptions): void;
    /** [setup] Ends the node: disconnects it, its `process` returns false, its storage is freed, and what it holds can be collected. An "ended" event tells. Idempotent. */
    dispose(): void;
}
/** The events of a {@link KernelNode}, beside an AudioWorkletNode's. */
interface KernelNodeEventMap {
    /** The processor threw, which one of this package's does not. */
    processorerror: Event;
    /** The kernel threw. */
    kernelerror: KernelErrorEvent;
    /** {@link KernelNode.latency} is another one. */
    latencychange: Event;
    /** The node renders no more: it was disposed of, its tail is over, or its kernel failed for good. */
    ended: Event;
}
/**
 * What a "kernelerror" event of a node says. Where nobody calls its `preventDefault`, the error is written to the console.
 */
interface KernelErrorEvent extends Event {
    /** What was thrown: of its own class where the language, WebAssembly or this package has it. */
    readonly error: Error;
    /** Its message. */
    readonly message: string;
    /** In which block of the host's, counted from the node's first one as 1. */
    readonly block: number;
    /** That block's first frame, counted from the context's start. */
    readonly frame: number;
    /** How it goes on. */
    readonly outcome: KernelErrorOutcome;
}
/**
 * [setup] On the page: makes a node that plays a kernel, in a suspended context, too. The processor of that name is registered by `registerKernelProcessor`,
 * in a module that was added to `context.audioWorklet`.
 *
 * @param name As the processor was registered.
 * @returns The node, when the kernel is there.
 * @throws What was wrong, as a rejection: BusConfigError for the configuration, and "different-config" where the processor has another one;
 * RangeError and TypeError for options; Error where no such processor is registered, where the module cannot be had, and whatever the
 * worklet's side threw, with its class, message, code and cause.
 * @example
 * ```ts
 * await context.audioWorklet.addModule(new URL("./processor.js", import.meta.url));
 * const gain = await createKernelNode(context, "gain", { module: new URL("./gain.wasm", import.meta.url), config });
 * source.connect(gain).connect(context.destination);
 * gain.addEventListener("kernelerror", ({ message, outcome }) => show(message, outcome));
 * ```
 */
declare function createKernelNode(context: ContextOfPage, name: string, options: KernelNodeOptions): Promise<KernelNode>;

/**
 * [setup] In the module that `audioWorklet.addModule` loads: registers a processor that plays a kernel. Nodes of it are made by
 * `createKernelNode`, which brings the kernel's module and the same buses and parameters.
 *
 * A fault of the definition is told where a node is made of it: `createKernelNode` rejects with it. Engines tell nobody what a worklet's
 * module throws.
 *
 * In `process` nothing throws and nothing makes garbage, but for messages that tell of something. A kernel that throws
 * is not called again; the node says so by a "kernelerror" event.
 *
 * @param name As the node will name it.
 * @param definition What the kernel takes, and what else there is to say of it.
 * @throws TypeError for a name that is none; Error where there is no worklet. What the engine throws, for a name that is registered.
 * @example
 * ```ts
 * import { registerKernelProcessor } from "wasm-process-buffers";
 * import { config } from "./config.js";
 *
 * registerKernelProcessor("gain", config);
 * ```
 */
declare function registerKernelProcessor<F extends SampleFormat = "f32">(name: string, definition: KernelDefinition<F>): void;

/** The part of `AudioWorkletNodeOptions` that says which buses a node has, all of it filled in. */
interface NodeBusOptions {
    /** One for each input bus. */
    numberOfInputs: number;
    /** One for each output bus. */
    numberOfOutputs: number;
    /** Channels of each output. */
    outputChannelCount: number[];
    /** Most channels of each input: one number holds for all of them. */
    channelCount: number;
    /** How a node brings its sources to that count. */
    channelCountMode: "explicit" | "max";
}
/**
 * [setup] What an AudioWorkletNode is made with for a processor of these buses, so that node and storage cannot
 * disagree. `outputChannelCount` is always there, because a node without it follows its input.
 *
 * A node has one `channelCount` for all of its inputs. Where they are equally wide, it is theirs, and the mode is "explicit":
 * a mono source fills a stereo bus. Where they differ, the mode is "max": each input comes as wide as its source is.
 * An input bus of 0 channels is left out of that, because a node's inputs cannot have none: what is connected there is
 * dropped, and counted. Without an input that has channels it is Web Audio's own 2.
 *
 * @throws {@link BusConfigError} for the configuration, and for an output bus of 0 channels, which a node cannot have.
 * @example
 * ```ts
 * const config = { inputs: [2, 2], outputs: [2] };
 * const node = new AudioWorkletNode(context, "effect", { ...nodeOptionsFor(config), processorOptions: { config } });
 * ```
 */
declare function nodeOptionsFor(config: BusConfig): NodeBusOptions;
/**
 * [setup] The parameters of a configuration as `static get parameterDescriptors()` hands them to the engine: copies, as
 * they were declared.
 *
 * @throws {@link BusConfigError} for the configuration.
 * @example
 * ```ts
 * class Effect extends AudioWorkletProcessor {
 *   static get parameterDescriptors() {
 *     return parameterDescriptorsFor(config);
 *   }
 * }
 * ```
 */
declare function parameterDescriptorsFor(config: BusConfig): ParameterInfo[];

export { Bus, BusConfigError, DEFAULT_BUS_CONFIG, EmscriptenCallback, EventQueue, FixedBlocks, InterleavedHost, MAX_BUSES, MAX_CHANNELS, MAX_PARAMETERS, ProcessBufferStorage, StorageObserver, applyGain, average, busInfo, captureKernel, clearOutputs, copyInputsToOutputs, createHeap, createKernelNode, createRegionHeap, heapOf, instantiateKernel, nodeOptionsFor, pairedChannels, parameterDescriptorsFor, peak, registerKernelProcessor, rms, totalChannels, validateBusConfig, warmUp };
export type { AudioWorkletCallback, BusConfig, BusConfigErrorCode, BusDirection, BusInfo, BusLevels, CapturedKernel, ChangedOptions, ChannelView, Diagnostics, EmscriptenCallbackOptions, EventQueueOptions, FixedBlocksOptions, HeapOptions, HostBuses, HostChannels, HostParameterValues, InterleavedHostOptions, Kernel, KernelAddress, KernelAddresses, KernelContext, KernelDefinition, KernelErrorEvent, KernelErrorOutcome, KernelFunctions, KernelLevels, KernelNode, KernelNodeEventMap, KernelNodeOptions, KernelOptions, KernelRun, KernelSource, MemoryUsage, MissingInputs, NodeBusOptions, OwnHeap, ParameterInfo, PcmFormat, SampleFormat, SampleLayout, Samples, StorageLocation, StorageOptions, WasmHeap, WindowEvents };
