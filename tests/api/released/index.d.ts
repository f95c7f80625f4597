/** Most channels in one bus. */
declare const MAX_CHANNELS = 32;
/** Most buses in one direction: one main bus and fifteen auxiliary buses. */
declare const MAX_BUSES = 16;
/** Most parameters of one processor. */
declare const MAX_PARAMETERS = 256;

/** Format of a kernel's samples: 32-bit or 64-bit floats, or 16-bit integers. */
type SampleFormat = "f32" | "f64" | "i16";
/**
 * How the samples of a bus lie in memory.
 * "planar": one run for each channel. In the storage, each begins on a 16-byte boundary.
 * "contiguous": one run for all channels. Channel c begins at sample `c * frames`, where `frames` is the length of this
 * block.
 * "interleaved": one run for all channels, frame after frame. The next sample of a channel is as many samples further on as
 * the bus has channels.
 */
type SampleLayout = "planar" | "contiguous" | "interleaved";
/** The typed array that shows one channel of a format. */
type ChannelView<F extends SampleFormat> = F extends "f64" ? Float64Array : F extends "i16" ? Int16Array : Float32Array;
/** An array of samples in any format. */
type Samples = Float32Array | Float64Array | Int16Array;

/** A host's list of channels. At run time it may be anything. */
type HostChannels = readonly Float32Array[];
/** A host's list of buses, each a list of channels. At run time it may be anything. */
type HostBuses = readonly HostChannels[];

/** Running counts of what was clamped or refused while rendering. Plain numbers, which may be read at any time. */
interface Diagnostics {
    /** Calls of `Bus.push` that were refused. */
    refusedPushes: number;
    /**
     * Channels that were not passed on. In: a host's channel that no bus takes, or that is not a `Float32Array` with samples. A
     * bus that is not a list counts as one channel. Out: a storage's channel for which the host has no place, and a host's
     * channel that cannot be written. An interleaved array of the wrong type counts all of its channels.
     */
    droppedChannels: number;
    /** Frames beyond `maxFrames`, or beyond the `maxHostFrames` of a `FixedBlocks`, summed over blocks. */
    truncatedFrames: number;
    /**
     * Calls of `setWindow` that were refused because a bus is contiguous: its channels are one block length apart, so a shorter
     * window cannot be shown.
     */
    refusedWindows: number;
    /** Views of memory that were made while rendering: for a pointer or a length not seen before, or because the memory grew. */
    viewRebuilds: number;
    /** How often `FixedBlocks.latency` has changed, because a host's block was not as long as announced. */
    latencyChanges: number;
    /** Frames of silence that a `FixedBlocks` delivered because the kernel had not made enough frames. */
    underrunFrames: number;
    /**
     * Frames that the kernel of a `FixedBlocks` made and that were lost: the queue was full, or another host took over the
     * output.
     */
    refusedFrames: number;
    /**
     * Frames that the host of a `FixedBlocks` handed over and that the kernel never saw: `next` was not called, too many frames
     * waited for it, or another host took over the input.
     */
    skippedFrames: number;
    /**
     * Parameters that kept their last value because the new one was NaN, or not a `Float32Array` with values. Counted once for
     * each parameter and block; a third argument of `process` that is not an object counts once.
     */
    invalidParameters: number;
    /** Events that an `EventQueue` refused, because it was full, or because a number of the event was not finite. */
    refusedEvents: number;
}

/** One declared parameter. The fields are those of Web Audio's `AudioParamDescriptor`. */
interface ParameterInfo {
    /** Name under which the host hands the values over. Each parameter of a processor has a different one. */
    readonly name: string;
    /** Value until the host sets another one. Within the range. Default 0. */
    readonly defaultValue?: number;
    /** Smallest value. Default: the most negative 32-bit float, about -3.4e38. */
    readonly minValue?: number;
    /** Largest value. Default: the largest 32-bit float, about 3.4e38. */
    readonly maxValue?: number;
    /** "a-rate" (default): one value for each frame. "k-rate": one value for each block. */
    readonly automationRate?: "a-rate" | "k-rate";
}

/** Parameter values of one block, by parameter name: the third argument of an AudioWorkletProcessor's `process`. */
type HostParameterValues = Readonly<Record<string, Float32Array>>;

/** One declared bus. Bus 0 of a direction is the main bus; buses 1 and up are auxiliary (sidechains, sends). */
interface BusInfo {
    /** 0 … {@link MAX_CHANNELS}. A main bus may have 0 channels, for a processor that has auxiliary buses alone. */
    readonly channelCount: number;
    /** For people. The library does not use it. */
    readonly name?: string;
    /** How the samples lie in memory. Default "planar". */
    readonly layout?: SampleLayout;
    /**
     * What the kernel reads or writes here. Default: the storage's `sampleFormat`. "i16" is scaled by 32768, rounded to the
     * nearest (halves up) and clamped; NaN becomes 0.
     */
    readonly sampleFormat?: SampleFormat;
    /**
     * The host's samples are multiplied by this number for the kernel, and the kernel's are divided by it for the host: 32768
     * for a kernel that wants floats in the range of 16-bit samples. With "i16" it is applied beside the factor 32768. Finite,
     * not 0. Default 1.
     */
    readonly scale?: number;
}
/**
 * All buses and parameters of a processor. A bare number is short for `{ channelCount }`.
 *
 * @example A stereo effect with a mono sidechain
 * ```ts
 * const config: BusConfig = { inputs: [2, { channelCount: 1, name: "sidechain" }], outputs: [2] };
 * ```
 */
interface BusConfig {
    /** Input buses, the main bus first. At most {@link MAX_BUSES}; `[]` for none. */
    readonly inputs: readonly (BusInfo | number)[];
    /** Output buses, the main bus first. At most {@link MAX_BUSES}; `[]` for none. */
    readonly outputs: readonly (BusInfo | number)[];
    /**
     * Values that a host may change while audio plays. Each has a name of its own. At most {@link MAX_PARAMETERS}. Default:
     * none.
     */
    readonly parameters?: readonly ParameterInfo[];
}
/** Direction of a bus, seen from the kernel. */
type BusDirection = "input" | "output";
/** One stereo input bus and one stereo output bus, which suits most processors. */
declare const DEFAULT_BUS_CONFIG: BusConfig;
/** Kinds of faults in a configuration. */
type BusConfigErrorCode = "too-many-buses" | "too-many-channels" | "invalid-channel-count" | "invalid-bus-list" | "invalid-layout" | "invalid-sample-format" | "invalid-scale" | "too-many-parameters" | "invalid-parameter" | "different-config";
/**
 * A configuration is not valid. The message names the direction and the bus, or the parameter, and says what came and what is
 * allowed.
 */
declare class BusConfigError extends RangeError {
    /** The kind of fault. */
    readonly code: BusConfigErrorCode;
    /** Direction of the faulty bus or list; `undefined` when the fault is not in a list of buses. */
    readonly direction?: BusDirection | undefined;
    /** Index of the faulty bus in its direction; `undefined` when the fault is not in one bus. */
    readonly bus?: number | undefined;
    /** The value of `error.name`. */
    readonly name = "BusConfigError";
    /** [setup] {@link validateBusConfig} and everything else that takes a configuration throws it. */
    constructor(
    /** The kind of fault. */
    code: BusConfigErrorCode, message: string, 
    /** Direction of the faulty bus or list; `undefined` when the fault is not in a list of buses. */
    direction?: BusDirection | undefined, 
    /** Index of the faulty bus in its direction; `undefined` when the fault is not in one bus. */
    bus?: number | undefined, 
    /** `cause`: the error that was thrown while the configuration was read. */
    options?: {
        readonly cause?: unknown;
    });
}
/**
 * [setup] Checks a configuration. Everything that takes one checks it in the same way.
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
 * [setup] The declared bus as an object, or `undefined` where there is no bus of that index.
 *
 * @throws {@link BusConfigError} for the configuration. RangeError for the direction.
 * @example
 * ```ts
 * busInfo({ inputs: [2, 1], outputs: [2] }, "input", 1)?.channelCount; // 1
 * ```
 */
declare function busInfo(config: BusConfig, direction: BusDirection, bus: number): BusInfo | undefined;
/**
 * [setup] The sum of the channels of all buses of one direction.
 *
 * @throws {@link BusConfigError} for the configuration. RangeError for the direction.
 * @example
 * ```ts
 * totalChannels({ inputs: [2, 1], outputs: [2] }, "input"); // 3
 * ```
 */
declare function totalChannels(config: BusConfig, direction: BusDirection): number;

/**
 * The memory and the allocator that a storage uses, those of any wasm module. `instantiateKernel` and `heapOf` find them. The
 * `instance.exports` of a kernel are a heap already, where they have the names `memory`, `malloc` and `free`.
 *
 * While a storage has bytes of a heap, the library keeps the heap alive as long as its memory. So the bytes can be given back
 * when the storage is garbage-collected. Everything that `free` refers to stays alive as long: if it refers to a processor,
 * that processor is not collected before the kernel's memory. So let it refer to the kernel only.
 *
 * @example
 * ```ts
 * const kernel = new WebAssembly.Instance(kernelModule);
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel.exports as unknown as WasmHeap });
 * ```
 */
interface WasmHeap {
    /** The memory to which the addresses belong. It may grow at any time. */
    readonly memory: WebAssembly.Memory;
    /**
     * [setup] Address of at least `byteLength` unused bytes, or 0 when there are none. A storage passes 16 as the `alignment`.
     * C's malloc ignores it; where the address is not a multiple of 16, the storage gives it back and asks for some bytes more.
     * wasm-bindgen's malloc needs it.
     */
    malloc(byteLength: number, alignment: number): number;
    /**
     * [setup] Takes back what `malloc` returned. `byteLength` and `alignment` are those of the call of `malloc`. Without this
     * function, the memory of a freed storage is never used again.
     */
    free?(address: number, byteLength: number, alignment: number): void;
}

/** What a kernel finds in an input channel that the host did not deliver. See `StorageOptions.missingInputs`. */
type MissingInputs = "silence" | "repeat-mono" | "drop";
/**
 * Address of a bus whose samples the kernel has in its own buffers. A number is the address of the whole bus: its channels
 * lie as `layout` says, planar ones `maxFrames` samples apart. A list, for a planar bus alone, has one address for each
 * channel. 0 means that the address is not known yet: until `Bus.moveTo` the bus has no channels, and its table entries lead
 * to silence. `undefined` means that the storage has the samples.
 */
type KernelAddress = number | readonly number[] | undefined;
/** Addresses of kernel-owned buses, by the index of the bus. */
interface KernelAddresses {
    /** One address for each input bus. The storage has the samples of buses that are left out. */
    readonly inputs?: readonly KernelAddress[];
    /** The same for output buses. */
    readonly outputs?: readonly KernelAddress[];
}
/** Options of a storage. Each has a default. An option of an unknown name is a RangeError. */
interface StorageOptions<F extends SampleFormat = "f32"> {
    /**
     * Most frames in one block, a whole number from 1 on. Default: the context's render quantum size, or 128 where that is not
     * known.
     */
    readonly maxFrames?: number;
    /**
     * Format of the kernel's samples, for buses that declare none. Planar hosts always hand over floats ("f32"), which are
     * converted on the way in and out. Default "f32".
     */
    readonly sampleFormat?: F;
    /**
     * The memory and allocator that the storage uses. Default: one heap that all storages of this realm share. They share it
     * because engines reserve gigabytes of address space for each memory, so that a process can have only a limited number of
     * them.
     */
    readonly heap?: WasmHeap;
    /**
     * "owned" (default): the storage has sample memory for every declared channel, into which `collect` copies.
     * "external": the storage has only tables, and the caller pushes every pointer. An instrument (no main input channel, at
     * least one main output channel) still gets sample memory for its main output.
     */
    readonly channelMemory?: "owned" | "external";
    /**
     * What a kernel finds in a declared input channel that the host did not deliver in this block. The channel keeps its own
     * samples in all three cases: no two channels share theirs. With external channel memory this option is a RangeError,
     * because there the caller pushes every channel.
     * "silence" (default): zeros, and the channel's constant-mask bit is set. The bus keeps its declared number of channels.
     * "repeat-mono": like "silence", but a lone channel is copied into every channel of its bus.
     * "drop": the bus is only as long as the host's. The samples of the other channels are zeros.
     */
    readonly missingInputs?: MissingInputs;
    /**
     * Whether output channels are zeroed in every block before the kernel runs, in the kernel's own buffers too. Without it, a
     * kernel that writes nothing outputs the block before. Default true.
     */
    readonly clearOutputs?: boolean;
    /**
     * Whether every collected channel is checked for a constant value. If it holds one value throughout the block, its
     * constant-mask bit is set. Default false: only missing channels get their bit.
     */
    readonly detectConstant?: boolean;
    /**
     * Addresses of buses that the kernel has in its own buffers. They are checked like pushed pointers. The storage allocates
     * no samples for these buses; `collect` and `deliver` serve them like any other bus.
     */
    readonly addresses?: KernelAddresses;
    /**
     * What happens where the host has another number of channels than a bus. The words are Web Audio's.
     * "discrete" (default): channel c goes to channel c. A channel for which the other side has no place counts in
     * `diagnostics.droppedChannels`.
     * "speakers": mono, stereo, quad and 5.1 are mixed into each other as the Web Audio API says, for inputs and outputs. Other
     * numbers of channels are discrete. `missingInputs` then applies to buses that cannot be mixed, and to buses without any
     * channel.
     */
    readonly channelInterpretation?: "discrete" | "speakers";
    /**
     * The compiled core.wasm, or core-shared.wasm for a shared memory, for hosts that compile once and pass the module to many
     * scopes. Default: the core that is inlined in the script.
     */
    readonly core?: WebAssembly.Module;
}
/**
 * Options that a reconfiguration may change. `maxFrames` stays as it was where it is left out. `addresses` do not stay: list
 * those of the new buses again.
 */
type ChangedOptions = Pick<StorageOptions, "maxFrames" | "addresses">;

/**
 * Where another thread finds a storage. It is plain data, which can be posted as it is. Only `memory` is part of the API: the
 * rest may change from version to version.
 */
interface StorageLocation {
    /** The storage's memory, which is shared. */
    readonly memory: WebAssembly.Memory;
}

/**
 * One bus: a list of channel pointers, up to a declared number, and typed views of the samples to which they point. The
 * channels' own samples stay at their addresses from allocation on, and no two channels share theirs. Only `moveTo` moves
 * them.
 *
 * The storage's memory stays reserved while a bus is reachable.
 *
 * @example
 * ```ts
 * const bus = storage.mainInput!;
 * for (let c = 0; c < bus.length; c++) meter(bus.channel(c));
 * ```
 */
declare class Bus<F extends SampleFormat = "f32"> {
    /** The declared name. */
    readonly name: string | undefined;
    /** Channels that the configuration declares. {@link push} refuses more. */
    readonly capacity: number;
    /**
     * Number of the block in which the bus was settled: its channels differ from those of the opened block. The next three
     * fields hold for that block alone.
     */
    private settledIn;
    private settledLength;
    private settledConnected;
    /** Bit c is set where channel c is zeros because the host did not deliver it. */
    private settledMissing;
    private readonly cache;
    /** Address of the samples. Where the channels are scattered, address of the first channel. */
    private base;
    /** {@link moveTo} copies the addresses that it is handed to this array. */
    private readonly handed;
    /** Address of this bus's table of {@link capacity} pointers. 0 once the storage is freed. */
    get tableAddress(): number;
    /**
     * Address of the first channel's own samples, or of the whole run. Constant until reconfiguration or {@link moveTo}, so a
     * kernel may store it at set-up. 0 where the bus has no samples of its own: with external channel memory, without channels,
     * while a kernel-owned address is not known, and once the storage is freed.
     */
    get samplesAddress(): number;
    /** [render] Channels pushed in this block, 0 … {@link capacity}. */
    get length(): number;
    /**
     * [render] For an input: channels that the host delivered in this block, up to the last usable one. Channels from there to
     * {@link length} are silence. Without a host: channels that the caller connected or pushed. For an output: channels that
     * the host will take. At most {@link capacity}; only an input that was mixed shows the host's own number of channels.
     */
    get connectedLength(): number;
    /**
     * [render] Bit c is set where channel c holds one value throughout the block. An unsigned 32-bit number; bit 0 is channel
     * 0. The storage and the kernel both write it, and a kernel may be wrong, so it is only a hint.
     */
    get constantMask(): number;
    /** [render] Sets the mask that the kernel reads. Bits from {@link length} on mean nothing. */
    set constantMask(mask: number);
    /**
     * [render] Appends a channel pointer. Returns false and changes nothing when the bus is full or not planar, or when the
     * pointer is null, misaligned, or less than `maxFrames` samples before the end of the memory. This counts in
     * `diagnostics.refusedPushes`.
     *
     * @param pointer Address of `maxFrames` samples in the storage's memory. Negative numbers are addresses above 2 GiB, as
     * wasm returns them.
     * @example
     * ```ts
     * storage.clear();
     * storage.setFrames(128);
     * for (let c = 0; c < 2; c++) storage.mainInput!.push(previousNode.mainOutput!.pointer(c));
     * ```
     */
    push(pointer: number): boolean;
    /**
     * [render] For callers that write an input's samples themselves, after `storage.begin`. The first `channels` channels count
     * as delivered; they are zeros until the caller writes them through {@link channel}. The others are missing: zeros, or with
     * `missingInputs: "drop"` left out of the bus. "repeat-mono" does not apply. Returns the number of connected channels.
     * Returns 0 and changes nothing for an output bus, and for a bus without samples of its own.
     *
     * @param channels 0 … {@link capacity}, clamped. All by default.
     * @example
     * ```ts
     * const frames = storage.begin(128);
     * storage.mainInput!.connect();
     * synthesizer.render(storage.mainInput!.channel(0), storage.mainInput!.channel(1));
     * kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
     * ```
     */
    connect(channels?: number): number;
    /** [render] Address of pushed channel `channel`. 0 when out of range. */
    pointer(channel: number): number;
    /**
     * [render] Address of channel `channel`'s own samples in this block, whether or not it is pushed. 0 where there are none.
     * In an interleaved bus it is the address of the channel's first sample; the next one is {@link capacity} samples further
     * on.
     */
    channelAddress(channel: number): number;
    /**
     * [render] The whole run of a contiguous or interleaved bus in this block, `capacity * frames` samples in the kernel's
     * format. Empty for a planar bus, and where there are no samples. The same object while address and length stay the same.
     * Growth of the memory empties it: read the property again then.
     */
    get samples(): Samples;
    /**
     * [render] Tells the storage that the kernel has moved this bus to another buffer, for kernels that use other buffers in
     * each block. Inputs are collected into the new buffer from the next block on; outputs are delivered from it at once.
     * Returns false and changes nothing for an address that is not valid, and for a bus that was not declared in option
     * `addresses`.
     *
     * @param address As in option `addresses`, but not 0.
     * @example
     * ```ts
     * kernel.exports.process(frames);
     * storage.mainOutput!.moveTo(kernel.exports.outputBuffer());
     * storage.deliver(outputs);
     * ```
     */
    moveTo(address: number | readonly number[]): boolean;
    /**
     * [render] The samples of pushed channel `channel` in this block, in the kernel's format. Empty when out of range, and for
     * an interleaved bus, which has {@link samples}. The same object while pointer and length stay the same. Growth of the
     * memory empties it: ask again then. A new view is made only for a pointer or length not seen before, and counts in
     * `diagnostics.viewRebuilds`. A view does not keep the storage: once storage and buses are garbage-collected, its bytes may
     * be used for something else.
     */
    channel(channel: number): ChannelView<F>;
    /** Bytes from one channel's samples to the next one's in this block. */
    private get stride();
    /** Address of a channel's own samples in this block. */
    private addressOf;
    /** Moves the bus to the addresses in {@link handed}: one for each channel, or one for the whole bus. */
    private placeAsRead;
    /** Whether no address that was read is 0, which means not known. */
    private isReadWhole;
    /** Makes a view of each channel, and one of the whole run, before the first block. */
    private prepare;
    /** Bit c is set where channel c is zeros because the host did not deliver it in this block. */
    private get missing();
    /** Zeroes channels from frame `start` to the end of the block. Of an interleaved bus it zeroes all channels. */
    private silence;
    /** Zeroes channels in the place to which a host's samples are copied. */
    private silenceLanding;
}

/** Bytes of each part of a storage. */
interface MemoryUsage {
    /** Pointer tables: one pointer for each declared channel. */
    readonly pointerBytes: number;
    /** Bus descriptors: one for each declared bus. */
    readonly descriptorBytes: number;
    /** Samples of the channels that the storage owns. */
    readonly sampleBytes: number;
    /** Zeros to which table entries lead until a pointer is pushed, or until the address of a kernel-owned bus is known. */
    readonly silenceBytes: number;
    /** Floats on their way between the host and buses of another form, and channels that are being mixed. */
    readonly stagingBytes: number;
    /** State that other threads may read. 0 where the memory is not shared. */
    readonly counterBytes: number;
    /** Parameters: a length, an address, a last value and the values of one block for each. 0 where none is declared. */
    readonly parameterBytes: number;
    /**
     * Bytes lost to alignment on 16 bytes. 8 or 12 of them are slack, where the heap's addresses are not multiples of 16 or it
     * has no `free`.
     */
    readonly paddingBytes: number;
    /** Sum of all parts: the bytes taken from the heap. */
    readonly totalBytes: number;
    /** False where the heap has no `free`: then these bytes are never used again. */
    readonly reclaimable: boolean;
    /** For comparison: bytes of pointer tables for the most channels in one bus of each direction. */
    readonly worstCasePointerBytes: number;
}

/**
 * What a wasm kernel is handed for one block of audio: bus descriptors, tables of channel pointers, samples and parameters.
 * They are allocated once from a bus configuration, and filled block by block.
 *
 * A tag says when a method or property may be used. [setup] may allocate and throw, so do not use it in a render callback.
 * [render] allocates nothing and never throws, whatever its arguments are. Once the storage is freed, it does nothing. A
 * property without a tag may be read at any time. A storage belongs to one thread.
 *
 * The memory stays reserved while the storage or one of its buses is reachable. A view, an address or a {@link location} does
 * not keep it: without anything else the storage is garbage-collected, and its bytes may be used for something else.
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
     * [setup] Checks `config` and `options`, and allocates exactly the bytes that they need, in one allocation.
     *
     * @throws {@link BusConfigError} for the configuration. RangeError for an option, TypeError for a heap that is none. Error
     * when the heap has no space or its `malloc` fails, or when the engine cannot compile the core. Nothing stays allocated
     * then.
     * @example
     * ```ts
     * const heap = kernel.exports as unknown as WasmHeap;
     * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { heap });
     * ```
     */
    static allocateFromConfig<F extends SampleFormat = "f32">(config: BusConfig, options?: StorageOptions<F>): ProcessBufferStorage<F>;
    /**
     * Running counts, since allocation, of what was clamped or refused while rendering. Always the same object, which changes
     * in place.
     */
    readonly diagnostics: Readonly<Diagnostics>;
    private constructor();
    /** The configuration in the form in which it was declared: a frozen copy. */
    get config(): BusConfig;
    /** Most frames in one block. */
    get maxFrames(): number;
    /** Format of the kernel's samples in buses that declare none. */
    get sampleFormat(): F;
    /** The memory of the storage's heap. */
    get memory(): WebAssembly.Memory;
    /** All input buses, the main bus first. The same array and the same buses until {@link reconfigure}. */
    get inputs(): readonly Bus<F>[];
    /** All output buses, the main bus first. The same array and the same buses until {@link reconfigure}. */
    get outputs(): readonly Bus<F>[];
    /** Input bus 0; `undefined` if it is not declared. */
    get mainInput(): Bus<F> | undefined;
    /** Output bus 0; `undefined` if it is not declared. */
    get mainOutput(): Bus<F> | undefined;
    /** Input buses from bus 1 on. */
    get auxInputs(): readonly Bus<F>[];
    /** Output buses from bus 1 on. */
    get auxOutputs(): readonly Bus<F>[];
    /** The first auxiliary input bus; `undefined` if it is not declared. */
    get sidechain(): Bus<F> | undefined;
    /**
     * Address of `clap_audio_buffer_t[inputs.length]`, 24 bytes each. 0 without input buses. Constant until {@link reconfigure}
     * or {@link free}.
     */
    get inputsAddress(): number;
    /**
     * Address of `clap_audio_buffer_t[outputs.length]`, 24 bytes each. 0 without output buses. Constant until
     * {@link reconfigure} or {@link free}.
     */
    get outputsAddress(): number;
    /**
     * Address of one flat table of pointers to all declared input channels, bus after bus: `float**`, or `double**` for
     * doubles. 0 without channels. Entries past a bus's length point at valid memory too. Constant until {@link reconfigure} or
     * {@link free}.
     */
    get inputTableAddress(): number;
    /** The same for all declared output channels. */
    get outputTableAddress(): number;
    /**
     * Address of one `{ uint32_t length; float *data; }` for each parameter, in declared order, 8 bytes each. This is
     * Emscripten's `AudioParamFrame`. 0 without parameters. Constant until {@link reconfigure} or {@link free}.
     *
     * `data` of an "a-rate" parameter holds one value for each frame of the block, `data` of a "k-rate" parameter one value.
     * `length` is 1 where all values are the same, otherwise the block's frames. So for an a-rate parameter a kernel may read
     * `data[i]`, or `data[length > 1 ? i : 0]`. A window moves `data` of a-rate parameters. With `sampleFormat` "f64" the
     * values are doubles.
     */
    get parametersAddress(): number;
    /** [setup] Bytes of each part of the storage. Those that the storage takes are 0 once it is freed. */
    get usage(): MemoryUsage;
    /**
     * [setup] Where a {@link StorageObserver} in another thread finds this storage: plain data, which can be posted. It does
     * not keep the storage. Once the storage is reconfigured, freed or garbage-collected, the observer says that it is gone.
     *
     * @throws Error when the storage's memory is not shared, or when the storage is freed.
     */
    get location(): StorageLocation;
    /** Length of the current block in frames, 0 … {@link maxFrames}. */
    get frames(): number;
    /**
     * [render] Sets the length of the current block, clamped to 0 … {@link maxFrames}, and returns it. Frames that are added
     * are silence in inputs, and in outputs while `clearOutputs` is true. A-rate parameters get their last value there.
     */
    setFrames(frames: number): number;
    /**
     * [render] Starts the next block with every bus empty: all lengths and constant masks are 0. Samples stay as they are. The
     * cost does not depend on channels, and on frames only for a-rate parameters. So table entries past a bus's length are not
     * written again: if a kernel has overwritten them, or other pointers were pushed, {@link begin} and {@link collect} correct
     * them.
     */
    clear(): void;
    /**
     * [render] Starts a block without a host: every declared input channel is missing, and the output channels that the storage
     * or the kernel owns are pushed and zeroed. Returns the block's frames, 0 when freed. To write inputs yourself, call
     * `Bus.connect` after it.
     *
     * @param frames Length of the block, clamped to 0 … {@link maxFrames}.
     */
    begin(frames: number): number;
    /**
     * [render] Starts a block with a host's samples. Copies `inputs[bus][channel]` into the samples of the same bus and
     * channel, pushes all channels that the storage or the kernel owns, and zeroes those of the outputs, unless `clearOutputs`
     * is false. Returns the block's frames, 0 when freed: the length of the host's longest output channel; without output
     * channels that of its longest input channel; without any channel {@link maxFrames}. At most {@link maxFrames}.
     *
     * The host may have too few, too many or no buses and channels, and this may change from block to block. A missing input
     * channel is treated as `missingInputs` says; by default its own samples are zeros, and its constant-mask bit is set. A
     * host's channel that no bus takes counts in `diagnostics.droppedChannels`, frames beyond {@link maxFrames} in
     * `diagnostics.truncatedFrames`.
     *
     * With external channel memory nothing is copied: every bus is empty, but for an instrument's main output, and the caller
     * pushes the pointers.
     *
     * A parameter that is missing keeps its last value, which is its default at first. So does a parameter that is not a
     * `Float32Array` with values, or has a NaN; this counts in `diagnostics.invalidParameters`. Where an array is shorter than
     * the block, its last value is repeated; of a longer array the block's frames are taken.
     *
     * @param inputs An AudioWorkletProcessor's first argument, as it is.
     * @param outputs Its second argument, as it is. Only its shape is read.
     * @param parameters Its third argument, as it is. May be left out.
     */
    collect(inputs: HostBuses, outputs: HostBuses, parameters?: HostParameterValues): number;
    /**
     * [render] Sets a parameter, for hosts without AudioParams. The value holds in the current block and in all blocks that
     * follow, until another value comes. It is clamped to the parameter's range, as an AudioParam's is. Returns false and
     * changes nothing for an index without a parameter, and for NaN, which counts in `diagnostics.invalidParameters`.
     *
     * @param index Place of the parameter in the configuration.
     * @param value The value for all frames.
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
     * [render] Copies the block's pushed output channels to the host. A declared channel that was not pushed is silence, and so
     * are frames beyond the block. The host's channels that the storage does not declare stay untouched.
     *
     * @param outputs An AudioWorkletProcessor's second argument, as it is.
     */
    deliver(outputs: HostBuses): void;
    /**
     * [render] Points every pushed channel `offset` frames into the block, for sample-accurate events: the kernel runs once for
     * each window. Every new block starts as one window of all its frames, and `setWindow(0, frames)` makes it so again. Only
     * the kernel's pointers move: `Bus.channel` still shows the whole block. {@link setFrames}, `Bus.connect` and `Bus.push`
     * close the window, so call them before. Where a bus is contiguous, the call is refused: it returns 0 and counts in
     * `diagnostics.refusedWindows`.
     *
     * @param offset First frame of the window, clamped to the block.
     * @param frames Length of the window, clamped to the frames from `offset` to the end of the block.
     * @returns The length of the window in frames, for the kernel to render.
     * @example An event at frame 40
     * ```ts
     * render(storage.setWindow(0, 40));
     * applyEvent();
     * render(storage.setWindow(40, storage.frames - 40));
     * ```
     */
    setWindow(offset: number, frames: number): number;
    /**
     * [setup] Replaces buses, parameters and `maxFrames`. When it throws, the old configuration still works. Bus objects and
     * addresses are new; diagnostics count on. A parameter keeps its last value where the new configuration has a parameter of
     * the same name, clamped to the new range.
     *
     * @throws What {@link allocateFromConfig} throws. Error when the storage is freed.
     * @example
     * ```ts
     * storage.reconfigure({ inputs: [6], outputs: [2] }, { maxFrames: 512 });
     * ```
     */
    reconfigure(config: BusConfig, options?: ChangedOptions): void;
    /**
     * [setup] Gives back the memory of the storage and of its event queues. May be called again. From then on every [render]
     * call does nothing.
     */
    free(): void;
    /** Address of a part of the storage; 0 where it has none of the `count` buses or channels, or is freed. */
    private addressOf;
}

/**
 * Format of a host's samples: floats, doubles, or integers that are scaled to their number of bits. Silence is 128 in "u8",
 * otherwise 0. Bytes are little-endian, as in WAV files and in Node's audio devices.
 */
type PcmFormat = "f32" | "f64" | "u8" | "i16" | "i24" | "i32";

/** Options of an {@link InterleavedHost}. An option of an unknown name is a RangeError. */
interface InterleavedHostOptions {
    /** Channels in one frame of the array, 1 … 1024. */
    readonly channelCount: number;
    /** Format of the array's samples. Default "f32". */
    readonly format?: PcmFormat;
}
/**
 * A host with interleaved samples: one array of `frames * channelCount` samples. The array's channels belong to the buses in
 * order: the first ones to bus 0, the next ones to bus 1. Channels that no bus takes count in `diagnostics.droppedChannels`;
 * channels that no bus fills are silence.
 *
 * The host has staging memory for `maxFrames` frames in the storage's heap, until {@link free}, or until it is
 * garbage-collected. After a reconfiguration to more frames it converts longer blocks in parts, and copies these sample by
 * sample, which is slower. A new host has enough memory again.
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
    /** Channels in one frame of the array. */
    readonly channelCount: number;
    /** Format of the array's samples. */
    readonly format: PcmFormat;
    private readonly core;
    /** Frames that the staging memory holds. */
    private readonly stagingFrames;
    private readonly frameBytes;
    private readonly staging;
    /**
     * Address of the host's samples in the staging memory. 16-bit samples lie in its second half, and are converted to floats
     * from its start on.
     */
    private readonly pcmAddress;
    /** Views of the staging memory: `typed` in the host's format, `bytes` as bytes. */
    private readonly typed;
    private readonly bytes;
    /** Views of the floats to and from which 16-bit samples are converted. */
    private readonly floats;
    /**
     * [setup] Takes staging memory from the storage's heap.
     *
     * @throws TypeError when `storage` is not a storage. RangeError for an option. Error when the storage is freed, the heap
     * has no space, or the engine has no SIMD. Nothing stays allocated then.
     */
    constructor(storage: ProcessBufferStorage<F>, options: InterleavedHostOptions);
    /**
     * [render] Starts a block with the samples of the array, as long as the array. An incomplete last frame counts as a frame;
     * its missing samples are silence. A value that is not an array of the host's format is `maxFrames` frames of silence, and
     * all its channels count as dropped. Returns the block's frames, 0 when freed.
     *
     * @param samples A typed array of the format. Or its bytes, in a Uint8Array (a Node `Buffer` is one) or a DataView, at any
     * byte offset.
     */
    collect(samples: ArrayBufferView): number;
    /**
     * [render] Writes the block's output channels to the array. Integers are rounded to the nearest (halves up) and clamped;
     * NaN becomes 0. Frames beyond the block are silence. Channels for which the array has no place count in
     * `diagnostics.droppedChannels`. Returns the frames written, 0 for a value that is not an array of the host's format.
     *
     * @param samples The array to write to, in one of the forms that {@link collect} takes.
     */
    deliver(samples: ArrayBufferView): number;
    /** [setup] Gives the staging memory back. May be called again. From then on {@link collect} and {@link deliver} do nothing. */
    free(): void;
    /**
     * Frames in `byteLength` bytes; an incomplete last frame counts. It divides without a fraction, for which V8 allocates an
     * object in a function that it has not optimised yet.
     */
    private framesOf;
    /** How many of a bus's channels the array has. `first` is the index of the bus's first channel in a frame. */
    private channelsOf;
    /** Whether a lone channel is copied into all channels of its bus. */
    private repeats;
    /** Starts a block of silence, and counts the channels as dropped, because the value is not an array of the format. */
    private collectNothing;
    /**
     * Copies `frames` frames of the array, from frame `start` on, into the staging memory. Frames that the array lacks are
     * silence.
     */
    private fillStaging;
    /** Copies the staging memory to the input buses, from their frame `start` on. */
    private stagingToInputs;
    /** Call it after a block was opened. Tells each output bus for how many channels the array has a place. */
    private settleOutputs;
    private deliverBlock;
    /** Copies `frames` frames of the output buses, from their frame `start` on, into the staging memory. Returns their address. */
    private outputsToStaging;
    /** Whether every output bus has planar floats that are not scaled. */
    private givesFloatsAlone;
}

/** Lengths of a host's blocks. An option of an unknown name is a RangeError. */
interface FixedBlocksOptions {
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
declare class FixedBlocks<F extends SampleFormat = "f32"> {
    private readonly storage;
    /** The storage has another object here after a reconfiguration. */
    private readonly buffers;
    private readonly blockFrames;
    /** Frames of the host's block; 0 where its length changes. */
    private readonly hostFrames;
    private readonly maxHostFrames;
    private readonly lengths;
    /** Most frames that can be gathered. */
    private readonly gatherCapacity;
    private readonly planar;
    private readonly interleaved;
    /** The object that gathers the host's frames (`source`), and the one whose queue the host's output comes from (`target`). */
    private source;
    private target;
    private hasDelivered;
    private latencyFrames;
    /** Frames that are gathered. Blocks that were handed to the storage stay included until the host's next block comes. */
    private gathered;
    /** Of those the first ones that are silence in place of lost frames, which were counted when they were lost. */
    private replaced;
    /** Blocks of the gathered frames that were handed to the storage, or skipped. */
    private handed;
    /**
     * Frames of the host's block that are not delivered yet. It is the length of the output where the host's outputs have no
     * channel.
     */
    private owed;
    /** Length of a host's block that has no channel. */
    private usualFrames;
    /** `isOpen`: the storage has a block whose outputs were not taken yet. `isTold`: `produced` was called for it. */
    private isOpen;
    private isTold;
    /**
     * Frames collected before the gathered ones, as whole blocks and a rest. Two numbers, because V8 allocates an object for a
     * larger integer than 2^30 - 1 where its pointers have 32 bits.
     */
    private blocksBefore;
    private framesBefore;
    private openBlock;
    private openFrames;
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
    constructor(storage: ProcessBufferStorage<F>, options?: FixedBlocksOptions);
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
    get latency(): number;
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
    get blockStart(): number;
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
    prepare(host: InterleavedHost<F>): void;
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
    collect(inputs: HostBuses, outputs: HostBuses, parameters?: HostParameterValues): void;
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
    collectFrom(host: InterleavedHost<F>, samples: ArrayBufferView): void;
    /**
     * [render] Returns true when the storage has a whole block for the kernel, always of `storage.maxFrames` frames. It first
     * takes the kernel's outputs of the block before; {@link deliver} takes those of the last block.
     *
     * @example
     * ```ts
     * while (blocks.next()) kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames);
     * ```
     */
    next(): boolean;
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
    produced(frames: number): void;
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
    deliver(outputs: HostBuses): void;
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
    deliverTo(host: InterleavedHost<F>, samples: ArrayBufferView): void;
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
    reset(): void;
    private get isUsable();
    private get mostFrames();
    /** Call it before a block is gathered. Removes the blocks that were handed to the storage. */
    private begin;
    /** Call it after a block was gathered. `wanted` is its length, `most` the frames for which there was space. */
    private end;
    /** Makes the latency N - 1: with blocks of any length, a frame may have to wait for all others of its block. */
    private allowAnyLength;
    /**
     * Another host takes over the input. Gathered frames of the host before are lost; silence takes their place, so that the
     * latency does not change.
     */
    private changeSource;
    /** Moves the kernel's outputs of the current block into the queue. */
    private takeOutputs;
    private take;
    /**
     * Call it before frames are delivered. Moves the outputs of all gathered blocks into the queue, and silence for those that
     * were skipped.
     */
    private finish;
    /** Fills the queue with silence up to the frames that the host wants, at most `maxHostFrames`. Returns their number. */
    private ready;
    private done;
    /**
     * Another host takes over the output. Frames that wait for the host before are lost; silence takes their place, so that the
     * latency does not change.
     */
    private changeTarget;
    private blocksOf;
    private isOurs;
}

/** How an {@link EventQueue} is made. An option of an unknown name is a RangeError. */
interface EventQueueOptions {
    /** Most events that wait at a time, 1 … 65536. Default 256. */
    readonly capacity?: number;
}
/** The events that take effect at a window's first frame: a part of the block's list. */
interface WindowEvents {
    /** Index in the block's list of the first of them. */
    readonly index: number;
    /** How many they are; 0 if no event takes effect there. */
    readonly count: number;
}
/**
 * Hands timed events to a kernel, in order of time. For each block, the array at {@link address} in the kernel's memory has the
 * block's events: `{ uint32_t frame; uint32_t type; uint32_t a; float b; }`, 16 bytes each. `frame` is counted from the block's
 * start. Host and kernel agree on what `type`, `a` and `b` mean.
 *
 * The array lies in the storage's heap, until {@link free}, until the storage is freed, or until the queue is collected. When the
 * storage is reconfigured, the queue stays as it is.
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
    /** The events of the current window. Always the same object. */
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
    /** Views of the list in the kernel's memory. Growth of the memory detaches them: their length is 0 then. */
    private words;
    private floats;
    /** Frames of the events in the list. The kernel can overwrite the list, so it is never read. */
    private readonly frames;
    /** How many events are in the list. */
    private listed;
    /** Number of the block whose events are in the list; 0 for none. */
    private block;
    /** That block's owner. A reconfigured storage has another one, which counts its blocks anew. */
    private opened;
    /** First frame of the window, and its frames. */
    private start;
    private length;
    /**
     * [setup] Allocates the list.
     *
     * @throws TypeError when `storage` is no storage; RangeError for the options; Error when the storage is freed, or its heap has
     * no room.
     */
    constructor(storage: ProcessBufferStorage<SampleFormat>, options?: EventQueueOptions);
    /** Address of the list of the block's events; 0 once freed. */
    get address(): number;
    /** Number of events in the list; 0 if {@link collect} was not called in the current block. */
    get count(): number;
    /** First frame of the current window, counted from the block's start. */
    get windowStart(): number;
    /** Frames of the current window; 0 if there is none. */
    get windowFrames(): number;
    /**
     * [render] Adds an event. Events of the same time keep the order in which they were pushed. An event whose time is over when
     * its block is collected takes effect at frame 0. The cost grows with the number of events that wait for a later time.
     *
     * @param time Absolute frame, on the scale of {@link collect}'s `blockStart`: `currentFrame` in a worklet. A fraction is
     * rounded down.
     * @param type Unsigned 32-bit whole number, as is `a`. Of any other number the low 32 bits are taken.
     * @param b Becomes a 32-bit float.
     * @returns False, and nothing added, if {@link capacity} events wait already, or an argument is no finite number: both count in
     *   `diagnostics.refusedEvents`. Also false once freed.
     */
    push(time: number, type: number, a: number, b: number): boolean;
    /**
     * [render] Moves the events of the current block into the list at {@link address}. Call it once in each block, after the
     * storage's `collect` or `begin`, which set the block's length. In a block of 0 frames all events go on waiting. Returns the
     * number of events in the list.
     *
     * @param blockStart The block's first absolute frame: `currentFrame` in a worklet.
     */
    collect(blockStart: number): number;
    /**
     * [render] Goes to the next window of the block, for kernels that take one event at a time. A window begins at the block's
     * start or at an event, and ends before the next event; it is never empty. It is set by the storage's `setWindow`.
     *
     * @returns False after the last window: the storage shows the whole block again. Also false if {@link collect} was not called
     *   in this block, and if the storage refuses windows, because a bus is contiguous.
     */
    nextWindow(): boolean;
    /**
     * [render] Removes all waiting events and those in the list: after a seek, or to stop all voices. Between two windows the rest of
     * the block is one more window, without events.
     */
    clear(): void;
    /** [setup] Gives the list's memory back. Idempotent. Afterwards [render] calls do nothing. */
    free(): void;
    /** Whether the block whose events are in the list is the storage's current block. */
    private get isOpen();
    private emptyWindow;
    private close;
    /** Place in the ring of waiting event `i`, of which 0 is the earliest. */
    private placeOf;
    private move;
    /** Writes the earliest waiting event to place `index` of the list. */
    private list;
    /** Makes new views if growth of the memory has detached them. */
    private revive;
    private makeViews;
}

/** A kernel's exports by name, of any type: only the kernel knows which there are and what arguments each function takes. */
interface KernelFunctions {
    readonly [name: string]: any;
}
/** A kernel, ready to be called. */
interface Kernel<E extends object = KernelFunctions> {
    /** Its exports, under the names that the kernel gives them. */
    readonly exports: Readonly<E>;
    /** Its memory, with an allocator: what a storage takes as option `heap`. */
    readonly heap: WasmHeap;
}
/** Options of {@link instantiateKernel}. An option of an unknown name is a RangeError. */
interface KernelOptions {
    /** Values for the kernel's imports. They have priority over the functions that `instantiateKernel` knows. Default: none. */
    readonly imports?: WebAssembly.Imports;
    /**
     * For a kernel that imports its memory: the memory's initial size in pages of 64 KiB, 1 to 65536. Default: the size that the
     * kernel's bytes declare. Required if the kernel comes as a compiled module, because a compiled module does not tell the size.
     */
    readonly pages?: number;
    /**
     * For a kernel that has no allocator and exports no `__heap_base`: the address of the first byte that the kernel does not use,
     * a whole number, 0 or more. For Faust's kernels it is `size` in Faust's description.
     */
    readonly heapBase?: number;
}
/**
 * [setup] Instantiates a kernel without a loader, as in a worklet. It provides the kernel's imports, calls its initialisers
 * (`_initialize` or `__wasm_call_ctors`, and `__wbindgen_start`), and finds its memory and a heap in it.
 *
 * These imports are provided: WASI without files (text goes to the console, in whole lines), the functions of Emscripten's and
 * AssemblyScript's runtimes, those that wasm-bindgen's panics need, and C's `math.h`. A kernel gets only the imports that it
 * declares.
 *
 * The heap is the first of these that the kernel has:
 * 1. An allocator with a telling name: the names are those of {@link heapOf}.
 * 2. The memory above option `heapBase`, for a kernel that exports no `__heap_base`.
 * 3. An allocator with a name like one, such as `alloc` or `audio_malloc`, if it gives bytes when it is called.
 * 4. The memory above the export `__heap_base`. A kernel that has an allocator which it does not export must export it, because that
 * allocator begins there, too. A heap above an address grows the memory when it is full. A memory that was handed over among the
 * imports belongs to the caller: it is not grown, and the heap ends where the memory ends now.
 * 5. An allocator without a telling name: functions that take one or two numbers and return one, and functions that take one to three
 * and return nothing. A function that never returns cannot be stopped; a kernel with such a function has to export its allocator as
 * `malloc`.
 *
 * For 3 and 5 exports are called on instances that are made for this, and never on the kernel itself, except for 3 in a memory that
 * belongs to the caller. The first export without arguments and result is called there before, because it may be what runs the
 * constructors.
 *
 * Not supported: threads, side modules (`dylink`), 64-bit memories, and files. A type argument describes the exports:
 * `instantiateKernel<{ process(inputs: number, outputs: number, frames: number): void }>(module)`.
 *
 * @param kernel A compiled module, or a module's bytes.
 * @throws TypeError when `kernel` is neither; RangeError for the options; Error when the bytes do not compile, when the kernel is
 * not supported, when imports are missing (the message names all of them, with module, name and kind), when there is no memory or
 * no heap, and when the page's Content-Security-Policy forbids WebAssembly; a LinkError when an import does not have the declared
 * type.
 * @example
 * ```ts
 * const { exports: kernel, heap } = instantiateKernel(module);
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
 * ```
 */
declare function instantiateKernel<E extends object = KernelFunctions>(kernel: WebAssembly.Module | BufferSource, options?: KernelOptions): Kernel<E>;

/** What {@link captureKernel} returns: a hook for the loader, and what the hook has captured. */
interface CapturedKernel<E extends object = KernelFunctions> {
    /** Options for the loader: `createModule({ ...capture.emscripten })`. */
    readonly emscripten: {
        /**
         * [setup] The loader calls this with the instance's imports.
         *
         * @throws Error when called twice, or when the imports do not fit.
         */
        instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance, module?: WebAssembly.Module) => unknown): object;
    };
    /**
     * The instance's exports, under the names that the linker gave them. A minifying linker shortens the names.
     *
     * @throws Error until the loader has asked for its instance.
     */
    readonly exports: Readonly<E>;
    /**
     * The kernel's memory and allocator, looked for at the first access.
     *
     * @throws Error until the loader has asked for its instance; when there is no 32-bit memory, or no allocator is found.
     */
    readonly heap: WasmHeap;
}
/**
 * [setup] Captures the instance that an Emscripten loader keeps to itself, by making it in the loader's place. Emscripten's
 * default settings are enough. The loader may be synchronous or asynchronous. One capture is for one call of a loader.
 *
 * The allocator is looked for by its name: first among the exports, then among the properties of the loader's module object
 * (`_malloc`). If no name tells, as in minified builds, exports are called on instances that are made for this, and the export
 * that behaves like an allocator is taken. Functions are called that take one or two numbers and return one, and functions that
 * take one to three and return nothing. The first export without arguments and result is called before them, because it may be
 * what runs the constructors. A function that waits for another thread, or never returns, cannot be stopped. A kernel with such
 * a function needs `_malloc` among its `-sEXPORTED_FUNCTIONS`: then no export is tried.
 *
 * @param module The compiled wasm file of the loader. It is needed because the loader hands over only the imports.
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
 * [setup] Finds the memory and the allocator of a kernel that is already instantiated.
 *
 * The memory is recognised by its class, whatever its name. The allocator is recognised by its name: `malloc`, `_malloc`,
 * `wasm_malloc`, `__wbindgen_malloc`; a numbered `__wbindgen_export_N`, by the numbers that it takes and returns; or a name like
 * `allocate` or `audio_malloc`, after two calls that have to give bytes. An allocator whose name tells nothing is found only by
 * {@link captureKernel} and {@link instantiateKernel}: they try exports on instances that are made for this.
 *
 * The result keeps the memory and the two functions alive, and nothing else of the kernel. A heap that is written in JS,
 * `{ memory, malloc, free? }`, is returned as it is.
 *
 * @param kernel The kernel's exports or its instance; an Emscripten module object; or what wasm-bindgen's glue resolves to.
 * @throws TypeError when `kernel` is no object, or a module or promise; Error when there is no 32-bit memory or no allocator. The
 * message says what was looked for, what was found, and how to build the kernel.
 * @example An Emscripten module
 * ```ts
 * const kernel = await createModule();
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: heapOf(kernel) });
 * ```
 */
declare function heapOf(kernel: object): WasmHeap;

/** Options of {@link createHeap}. */
interface HeapOptions {
    /** Size of the memory at the start, in pages of 64 KiB. Default 1. */
    readonly initialPages?: number;
    /**
     * Size up to which the memory may grow, in pages of 64 KiB. Default: as much as the engine allows; 4096 (256 MiB) for a
     * shared memory.
     */
    readonly maximumPages?: number;
    /** Whether other threads can read the memory. Only one thread may allocate. Default false. */
    readonly shared?: boolean;
}
/** A heap that the library manages. All its addresses are multiples of 16, whatever `alignment` is. */
interface OwnHeap extends WasmHeap {
    /** [setup] Address of at least `byteLength` unused bytes, or 0 when there are none. */
    malloc(byteLength: number, alignment?: number): number;
    /** [setup] Takes back what `malloc` returned. Ignores other addresses. */
    free(address: number, byteLength?: number, alignment?: number): void;
}
/**
 * [setup] A heap in a new memory, for kernels that are written in JS. The memory grows when it has to; `malloc` returns 0
 * when it cannot grow, and `free` ignores addresses that `malloc` did not return. Do not use it as the memory that a kernel
 * imports: the kernel's data lie in that memory, and this heap would overwrite them. For such a kernel, `instantiateKernel`
 * makes a memory, and {@link createRegionHeap} uses only a part of an existing one. The memory is garbage-collected when
 * neither the heap nor a storage in it is reachable.
 *
 * @throws RangeError for the options. Also when the engine cannot make such a memory.
 * @example
 * ```ts
 * const heap = createHeap({ maximumPages: 64 });
 * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
 * ```
 */
declare function createHeap(options?: HeapOptions): OwnHeap;
/**
 * [setup] A heap in a part of an existing memory, for kernels that export no allocator. It never grows the memory; `malloc`
 * returns 0 when the part is full, and `free` ignores addresses that `malloc` did not return.
 *
 * Nothing else may use the part. This function cannot check that. Three kinds of parts are safe:
 * - In a memory that the kernel imports: everything above the kernel's data and stack. The export `__heap_base` says where
 *   that begins, if the linker makes one; otherwise the compiler's settings say it.
 * - Pages that the caller adds, at `memory.grow(pages) * 65536`, where the kernel's allocator uses only pages that it has
 *   added itself. The allocators of Rust and this package's `heap.c` do so. Those of wasi-libc and of AssemblyScript's runtimes
 *   `minimal` and `incremental` do so after their first allocation; at that one they take everything up to the memory's end.
 *   Emscripten's `sbrk` and AssemblyScript's `--runtime stub` always do, so there it is not safe; these kernels export an
 *   allocator instead.
 * - Bytes that the kernel's allocator has returned.
 *
 * @param memory The memory that kernel and storage share.
 * @param address First byte of the part.
 * @param byteLength Bytes of the part, which must lie within the memory's current size.
 * @throws TypeError when `memory` is not a memory. RangeError when the part does not lie in it.
 * @example A kernel whose own data ends at 64 KiB
 * ```ts
 * const memory = new WebAssembly.Memory({ initial: 4 });
 * // Where its linker makes one, the export `__heap_base` says where its data ends.
 * const heap = createRegionHeap(memory, 65536, 3 * 65536);
 * ```
 */
declare function createRegionHeap(memory: WebAssembly.Memory, address: number, byteLength: number): OwnHeap;

/** [render] Number of channels that both buses have in this block: the smaller of their lengths; 0 if one of them is no bus. */
declare function pairedChannels<F extends SampleFormat>(input: Bus<F> | undefined, output: Bus<F> | undefined): number;
/**
 * [render] Copies each input bus to the output bus of the same index, channel by channel, and converts samples if the buses
 * differ in format or scale. Output channels without an input channel of the same index stay as they are.
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
/** [render] Multiplies the block's frames of every pushed output channel by `gain`. Does nothing if `gain` is no number. */
declare function applyGain<F extends SampleFormat>(storage: ProcessBufferStorage<F>, gain: number): void;

/**
 * The callback, as JS calls it:
 * `bool (int, const AudioSampleFrame *, int, AudioSampleFrame *, int, const AudioParamFrame *, void *)`.
 */
type AudioWorkletCallback = (numInputs: number, inputs: number, numOutputs: number, outputs: number, numParams: number, params: number, userData: number) => number | boolean;
/** How an {@link EmscriptenCallback} is made. An option of an unknown name is a RangeError. */
interface EmscriptenCallbackOptions {
    /** The callback's last argument: an address, or any other whole number. Default 0. */
    readonly userData?: number;
}
/**
 * Calls a kernel that is an `EmscriptenWorkletNodeProcessCallback`, as `emscripten/webaudio.h` declares it, without
 * SharedArrayBuffer and without Emscripten's own worklet. All buses of the storage have `layout: "contiguous"` and floats as
 * samples. The kernel gets one `AudioSampleFrame { int numberOfChannels; int samplesPerChannel; float *data; }` for each bus, and
 * the storage's parameters.
 *
 * It is made for the storage's current configuration: make a new one after `reconfigure`. The structs lie in the storage's heap,
 * until {@link free}, until the storage is freed, or until this object is collected.
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
    /** The storage's buffers when this was made. After `reconfigure` the storage has others. */
    private readonly buffers;
    private readonly memory;
    private readonly room;
    /** The structs as 32-bit words. Growth of the memory detaches this view: its length is 0 then. */
    private words;
    private isLive;
    /**
     * [setup] Allocates the structs.
     *
     * @param storage All of its buses are contiguous floats. They may be scaled, and may be kernel-owned.
     * @param callback The kernel's function. Either an export, or, if the kernel tells its callback as a number, that entry of the
     *   exported table: `exports.__indirect_function_table.get(number)`.
     * @throws TypeError when `storage` is no storage or `callback` no function; RangeError for the options, for a bus of another
     *   layout or format, and for parameters in doubles; Error when the storage is freed, or its heap has no room.
     */
    constructor(storage: ProcessBufferStorage<F>, callback: AudioWorkletCallback, options?: EmscriptenCallbackOptions);
    /** Address of one `AudioSampleFrame` (12 bytes) for each input bus; 0 without an input bus, and once freed. */
    get inputsAddress(): number;
    /** The same for the output buses. */
    get outputsAddress(): number;
    /**
     * [render] Lets the kernel render the storage's current block. Call it after `collect` or `begin`, or after `next` of a
     * `FixedBlocks`. Throws what the kernel throws.
     *
     * @returns What the kernel returned. False: the kernel has finished, and its outputs are not to be heard. Emscripten then ends
     *   the processor. Also false, without a call of the kernel, once this is freed, or the storage is freed or reconfigured.
     */
    call(): boolean;
    /** [setup] Gives the structs' memory back. Idempotent. Afterwards {@link call} does not call the kernel. */
    free(): void;
    /** Writes the structs of these buses, the first one to word `at`. Returns the word after the last one. */
    private write;
    private makeView;
}

/**
 * [render] Largest magnitude of pushed channel `channel` in this block, where 1 is the host's full scale; NaN if a sample is NaN;
 * 0 if there is no such channel, or `bus` is no bus.
 *
 * @example
 * ```ts
 * duck(peak(storage.sidechain, 0));
 * ```
 */
declare function peak<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number;
/**
 * [render] Root of the mean square of pushed channel `channel` in this block, where 1 is the host's full scale; 0 if there is no
 * such channel, or `bus` is no bus.
 */
declare function rms<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number;
/**
 * [render] Mean magnitude of pushed channel `channel` in this block, where 1 is the host's full scale; 0 if there is no such
 * channel, or `bus` is no bus.
 */
declare function average<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number;

/**
 * Reads levels and counts of a storage that renders in another thread, while the audio runs. The storage lives in a memory that
 * both threads share. The audio never waits for the observer. Every answer is of one block, never of two.
 *
 * An answer is `undefined` in two cases:
 * - The storage is gone: freed, reconfigured or collected. {@link isGone} is true then, and stays true. Get a new location from
 * the other thread.
 * - The storage was changing each time the observer looked, in about 20 µs of attempts. Keep showing the previous answer: a later
 * attempt will succeed.
 *
 * After `collect`, a block's inputs can be read at once, and its outputs from `deliver` on. In a block that `begin` or `clear`
 * started, nothing says when the kernel has finished. So its outputs are read as they are: the kernel may still be writing them,
 * and with `clearOutputs: false` they may be those of the previous block. Samples behind pushed pointers are always read as they
 * are.
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
    /** The memory in 32-bit words, as large as it was when this was made. Growth of a shared memory does not detach its views. */
    private readonly words;
    private readonly samples;
    private isKnownGone;
    /**
     * [setup] Begins to observe a storage. A storage that is already gone is no error: {@link isGone} is true then.
     *
     * @param location The `ProcessBufferStorage.location` of the other thread.
     * @throws TypeError when `location` is something else.
     */
    constructor(location: StorageLocation);
    /**
     * [setup] Whether the storage is freed, reconfigured or collected. From then on every other answer is `undefined`. After a
     * collection it becomes true when the storage's bytes are given back to the heap, and may stay false if the heap has no `free`.
     */
    get isGone(): boolean;
    /**
     * [setup] Number of blocks that `clear`, `begin` or `collect` have started since the storage was allocated. `undefined` if the
     * storage is gone or could not be read.
     */
    get blocks(): number | undefined;
    /** [setup] Frames of the current block; `undefined` if the storage is gone or could not be read. */
    get frames(): number | undefined;
    /**
     * [setup] The storage's diagnostics modulo 2^32, as of the last change or delivery of the current block; `undefined` if the
     * storage is gone or could not be read.
     */
    get diagnostics(): Readonly<Diagnostics> | undefined;
    /**
     * [setup] Length of a bus in the current block; 0 if there is no such bus; `undefined` if the storage is gone or could not be
     * read.
     */
    channelCount(direction: BusDirection, bus: number): number | undefined;
    /**
     * [setup] Largest magnitude of a channel in the current block, where 1 is the host's full scale, whatever the kernel's format
     * and scale are; NaN if a sample is NaN; 0 if there is no such channel; `undefined` if the storage is gone or could not be
     * read.
     */
    peak(direction: BusDirection, bus: number, channel: number): number | undefined;
    /** The result of `read`, if the storage did not change meanwhile. Otherwise, or if it is `undefined`, it reads again. */
    private look;
    private busAt;
    private shown;
    /** Length of a bus, at most its capacity: the kernel may have overwritten the length in the descriptor. */
    private lengthOf;
    /**
     * Address of a channel's samples. If the storage holds them and no pointer was pushed, the address is computed. Otherwise it is
     * read from the table, where the kernel may have written anything.
     */
    private samplesOf;
    /** Largest magnitude; `undefined` if the samples do not lie in the memory, because the kernel has overwritten their pointer. */
    private peakOf;
}

/**
 * [setup] Makes the engine do now what it otherwise does at the first use: it compiles a JavaScript function when that is first
 * called, and a core when a storage first needs it. It allocates a storage, renders blocks of silence with it, and frees it, twelve
 * times: V8 compiles a function once more, to faster code, when it has been called some times.
 *
 * In a worklet, the library does this by itself for the default buses and options when its module is evaluated. Call `warmUp` at
 * the module scope of a processor whose buses or options are others, such as doubles, parameters or buses that are contiguous.
 * Then `addModule` takes longer. The processor's constructor and its first block take less time, and these run between two
 * blocks of audio. `registerKernelProcessor` does the same for the buses of its definition, but not for options that the
 * definition's `storage` returns: these are known only when there is a kernel.
 *
 * @param config The buses of the processors to come. Default: stereo in and out.
 * @param options Options of their storages. Default for `heap`: the one that all storages of this realm share.
 * @throws What `ProcessBufferStorage.allocateFromConfig` throws.
 * @example In the processor's module
 * ```ts
 * warmUp({ inputs: [2, 1], outputs: [2] }, { sampleFormat: "f64" });
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

/** A kernel's compiled module, its bytes, the response that brings them, or its URL. A string is a URL, relative to the page. */
type KernelSource = WebAssembly.Module | BufferSource | ResponseOfPage | UrlOfPage | string;

/**
 * What a processor is registered with: the kernel's buses and parameters, and how the kernel is made and called. Only the buses
 * are required. An entry of an unknown name is a RangeError, with which `createKernelNode` rejects.
 *
 * @example A kernel that exports process, with inputs, outputs, frames and parameters
 * ```ts
 * registerKernelProcessor("gain", config);
 * ```
 * @example A kernel that has to be prepared
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
    /**
     * Frames in each block of the kernel: a whole number, 1 or more. Default: as many as in the host's block. Any other number adds
     * latency, which `KernelNode.latency` includes.
     */
    readonly blockFrames?: number;
    /** The sample rate that the kernel is made for, in Hz. In a context of another rate no node can be made. Default: any. */
    readonly sampleRate?: number;
    /**
     * [setup] Makes the instance, for a kernel that needs its own loader. May return a promise: the node is ready once it resolves.
     * Default: `instantiateKernel` with the `imports`, `pages` and `heapBase` of this definition.
     */
    instantiate?(module: WebAssembly.Module): Kernel | Promise<Kernel>;
    /**
     * [setup] Returns options of the storage. They may depend on the instance, such as the addresses of the kernel's own buffers.
     * An option that is left out has the storage's default, except these: `heap` is the kernel's, `maxFrames` is `blockFrames`, and
     * `channelInterpretation` is "speakers".
     */
    storage?(kernel: Kernel): Partial<StorageOptions<F>>;
    /**
     * [setup] Prepares the instance for one node, and returns how it renders. If it throws, `createKernelNode` rejects with what
     * was thrown.
     *
     * Default: the kernel's export `process(inputs, outputs, frames, parameters, events, eventCount)` is called for each block. The
     * arguments are the storage's `inputsAddress` and `outputsAddress`, the block's frames, the storage's `parametersAddress`, and
     * the EventQueue's `address` and `count`. A kernel may leave out arguments at the end, because a wasm function ignores those
     * that it does not declare. An export `latency()` is called once, and returns the kernel's own latency in frames.
     */
    start?(context: KernelContext<F>): KernelRun;
}
/** What a kernel has at its disposal at one node, as `start` gets it. */
interface KernelContext<F extends SampleFormat = "f32"> {
    /** The instance: its exports and its heap. */
    readonly kernel: Kernel;
    /** The node's storage: in the kernel's memory, with the buses and parameters of the definition. */
    readonly storage: ProcessBufferStorage<F>;
    /** The node's events. Those of a block are collected before `process` is called. */
    readonly events: EventQueue;
    /** The context's sample rate in Hz. */
    readonly sampleRate: number;
    /** First frame of the block that is rendered, counted from the context's start. */
    readonly currentFrame: number;
    /** What `createKernelNode` was given as option `data`. */
    readonly data: unknown;
    /** [setup] Sends a message: a "message" event of `node.port`. Objects in `transfer` are moved, not copied. */
    post(data: unknown, transfer?: object[]): void;
}
/** How a kernel renders and ends, as `start` returns it. */
interface KernelRun {
    /**
     * [render] Renders one block of so many frames: reads inputs, parameters and events, and writes the outputs. If it throws, it
     * is not called again, and the node dispatches a "kernelerror" event.
     */
    process(frames: number): void;
    /** [setup] Takes what was posted to `node.port`. If it throws, the node dispatches a "kernelerror" event and plays on. */
    message?(data: unknown): void;
    /** [setup] Called when the node ends, or when the kernel has failed. The storage is freed afterwards. */
    dispose?(): void;
    /** The kernel's own latency in frames, 0 or more, without that of the blocks' length. May change. Default 0. */
    readonly latency?: number;
}

/**
 * What a node does after an error. "silence": it ends, and the kernel is not called again. "restart": it goes on with a new
 * instance. "continue": the error changes nothing, because the kernel threw in `message` or in `dispose`, and not in `process`.
 */
type KernelErrorOutcome = "silence" | "restart" | "continue";
/** The levels of one bus. */
interface BusLevels {
    /** In the latest block: the channels that the host delivered to an input bus, or the length of an output bus. */
    readonly connected: number;
    /** Largest magnitude of each declared channel since the previous levels, where 1 is full scale. NaN if a sample was NaN. */
    readonly peaks: readonly number[];
}
/** The levels and counts of a node. */
interface KernelLevels {
    /** One for each input bus: levels of what the kernel gets. */
    readonly inputs: readonly BusLevels[];
    /** One for each output bus. */
    readonly outputs: readonly BusLevels[];
    /** The storage's counts since the node's start, modulo 2^32. A restart keeps them. */
    readonly diagnostics: Readonly<Diagnostics>;
}

/** How a kernel's node is made. An option of an unknown name is a RangeError. */
interface KernelNodeOptions {
    /** The kernel: a compiled module, its bytes, the response that brings them, or its URL. Equal bytes are compiled only once. */
    readonly module: KernelSource;
    /**
     * The buses and parameters with which the processor was registered: import them on both sides. It may be a whole
     * {@link KernelDefinition}, of which only buses and parameters are read.
     */
    readonly config: BusConfig;
    /** The kernel's `start` gets it as `data`. Anything that structured clone can copy. */
    readonly data?: unknown;
    /** Initial values of parameters by name, instead of their defaults. Finite numbers. */
    readonly parameterData?: Readonly<Record<string, number>>;
    /**
     * Seconds that the node goes on rendering after its inputs have ended, in addition to its latency; 0 or more. The inputs have
     * ended when all their samples are exactly 0, and one was not before. Then the node ends as by {@link KernelNode.dispose}.
     * Default Infinity: it renders until `dispose`.
     */
    readonly tail?: number;
    /**
     * What the node does when the kernel throws while it renders. "silence" (default): it ends. "restart": it goes on with a new
     * instance, at most three times within a minute, and then ends. In both cases it dispatches a "kernelerror" event.
     */
    readonly onTrap?: "silence" | "restart";
    /**
     * "own" (default): the node has an instance of its own, with its own memory. "shared": all nodes of this processor and module
     * in this context share one instance. Engines limit the number of memories in a process (Chromium: 125).
     */
    readonly instance?: "own" | "shared";
    /** The engine's AudioWorkletNode, if it is no global. Default: the global, or else that of the package node-web-audio-api. */
    readonly AudioWorkletNode?: NodeClassOfPage;
}
/**
 * An AudioWorkletNode that plays a kernel. Its `port` is for messages of the caller's own: what is posted to it reaches the
 * kernel's `message`, and what the kernel posts is a "message" event of it.
 */
interface KernelNode extends NodeOfPage {
    /** In frames: the latency of the kernel's block length, plus the kernel's own. A "latencychange" event tells of a change. */
    readonly latency: number;
    /**
     * [setup] Sends an event to the kernel. An event whose time is over takes effect at the first frame of the next block. At most
     * 256 events wait; others are refused, and counted in `diagnostics.refusedEvents`.
     *
     * @param time When the event takes effect, in seconds of the context's clock.
     * @param type Unsigned 32-bit whole number, as is `a`. Host and kernel agree on what `type`, `a` and `b` mean.
     * @param b Becomes a 32-bit float.
     * @throws RangeError when an argument is no finite number.
     */
    schedule(time: number, type: number, a: number, b: number): void;
    /**
     * [setup] Calls `listener` with levels and counts, at most once every `interval` milliseconds, and only if a block was rendered
     * since the last call. If the page is cross-origin isolated, they are read from memory that the worklet shares. Otherwise the
     * worklet sends them, one message at a time.
     *
     * @param interval Milliseconds, 0 or more.
     * @returns A function that ends the meter.
     * @throws RangeError when `interval` is no such number; TypeError when `listener` is no function.
     */
    meter(interval: number, listener: (levels: KernelLevels) => void): () => void;
    /**
     * [setup] Resolves when the processor has received everything that was sent to it before, or when the node has ended. An
     * offline context may take messages only after it has rendered, even those that were sent before.
     */
    received(): Promise<void>;
    /** [setup] As of any AudioWorkletNode, also for the events of {@link KernelNodeEventMap}. */
    addEventListener<K extends keyof KernelNodeEventMap>(type: K, listener: (this: KernelNode, event: KernelNodeEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
    /** [setup] As of any AudioWorkletNode, for events of other types. */
    addEventListener(type: string, listener: EventListener | EventListenerObject, options?: boolean | AddEventListenerOptions): void;
    /**
     * [setup] Ends the node: it is disconnected, its storage is freed, and its processor can be collected, because `process`
     * returns false. When that is done there is an "ended" event. Idempotent.
     */
    dispose(): void;
}
/** The events of a {@link KernelNode}, in addition to those of any AudioWorkletNode. */
interface KernelNodeEventMap {
    /** The processor threw. A processor of this package catches what its kernel throws, so this is not expected. */
    processorerror: Event;
    /** The kernel threw. */
    kernelerror: KernelErrorEvent;
    /** {@link KernelNode.latency} has changed. */
    latencychange: Event;
    /** The node renders no more: it was disposed of, its tail is over, or its kernel has failed and is not restarted. */
    ended: Event;
}
/**
 * A "kernelerror" event of a node. Unless a listener calls `preventDefault`, the error is written to the console, too.
 */
interface KernelErrorEvent extends Event {
    /** What was thrown: with its own class, if the language, WebAssembly or this package has it; else an Error. */
    readonly error: Error;
    /** The error's message. */
    readonly message: string;
    /** The latest block of the host when it was thrown. The first block that the node rendered is 1. */
    readonly block: number;
    /** That block's first frame, counted from the context's start. */
    readonly frame: number;
    /** What the node does next. */
    readonly outcome: KernelErrorOutcome;
}
/**
 * [setup] On the page: makes a node that plays a kernel. The context may be suspended. The processor has to be registered by
 * {@link registerKernelProcessor}, in a module that was added to `context.audioWorklet`.
 *
 * @param name The name under which the processor is registered.
 * @returns The node, once its kernel is ready.
 * @throws As a rejection. {@link BusConfigError} for the configuration, with code "different-config" if the processor has another
 * one; RangeError and TypeError for the options; Error when no such processor is registered, when the module cannot be fetched or
 * does not compile, and when the context closes before the node is ready. What the worklet's side throws rejects, too, with its
 * class, message, code and cause.
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
 * [setup] In the module that `audioWorklet.addModule` loads: registers a processor that plays a kernel. Its nodes are made by
 * {@link createKernelNode}, which brings the kernel's module and the same buses and parameters.
 *
 * A fault in the definition is not thrown here, because engines do not report what a worklet's module throws. It is the error
 * with which `createKernelNode` rejects.
 *
 * It plays a few blocks of silence with a kernel that does nothing, so that the engine has compiled the library's code before the
 * first node is made. `addModule` waits for it.
 *
 * The processor's `process` does not throw, and allocates only when it posts a message. A kernel that throws is not called again;
 * its node dispatches a "kernelerror" event.
 *
 * @param name The name by which `createKernelNode` asks for the processor.
 * @param definition The kernel's buses and parameters, and how the kernel is made and called.
 * @throws TypeError when `name` is no string; Error when this is no worklet; what the engine throws when the name is taken.
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
    /** Channels of each input, one number for all inputs. In mode "max" engines do not use it. */
    channelCount: number;
    /** "explicit": each input has `channelCount` channels. "max": each input has as many as its sources. */
    channelCountMode: "explicit" | "max";
}
/**
 * [setup] Options of an AudioWorkletNode for a processor with these buses, so that node and storage agree. `outputChannelCount`
 * is always set: without it a node with one input and one output has as many output channels as come in.
 *
 * A node has one `channelCount` for all inputs. If all input buses have the same number of channels, `channelCount` is that
 * number, and the mode is "explicit": the node mixes a mono source up to a stereo bus. If the numbers differ, the mode is "max":
 * each input has as many channels as its source. Input buses of 0 channels do not count, because a node's input has at least one:
 * what is connected to such a bus is dropped, and counted in `diagnostics.droppedChannels`. If no input bus has channels,
 * `channelCount` is Web Audio's default, 2.
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
 * [setup] Copies of a configuration's parameters, as they were declared, for `static get parameterDescriptors()` of a processor.
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
