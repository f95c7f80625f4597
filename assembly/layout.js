// What kernels are handed: one descriptor a bus, and the limits of it all. Where they lie in memory is
// drawn in `src/layout.ts`.
var __decorate =
  (this && this.__decorate) ||
  function (decorators, target, key, desc) {
    var c = arguments.length,
      r = c < 3 ? target : desc === null ? (desc = Object.getOwnPropertyDescriptor(target, key)) : desc,
      d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else
      for (var i = decorators.length - 1; i >= 0; i--)
        if ((d = decorators[i])) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return (c > 3 && r && Object.defineProperty(target, key, r), r);
  };
Object.defineProperty(exports, "__esModule", { value: true });
exports.POINTER_BYTES =
  exports.CONSTANT_MASK_OFFSET =
  exports.LATENCY_OFFSET =
  exports.CHANNEL_COUNT_OFFSET =
  exports.DATA64_OFFSET =
  exports.DATA32_OFFSET =
  exports.DESCRIPTOR_BYTES =
  exports.BusDescriptor =
  exports.SAMPLE_ALIGNMENT =
  exports.CAPACITY_BITS =
  exports.MAX_BUSES =
  exports.MAX_CHANNELS =
    void 0;
/** Most channels in one bus. */
exports.MAX_CHANNELS = 32;
/** Most buses in one direction. */
exports.MAX_BUSES = 16;
/** Bits in which the channel count of one bus is handed over: {@link MAX_CHANNELS} needs six. */
exports.CAPACITY_BITS = 32 - clz(exports.MAX_CHANNELS);
/** Samples begin on such a boundary, so that a kernel may read them four at a time. */
exports.SAMPLE_ALIGNMENT = 16;
/** One bus as a kernel sees it: CLAP's `clap_audio_buffer` as wasm32 lays it out. */
let BusDescriptor = class BusDescriptor {
  /** `float**`: one pointer a channel; null where the kernel works in doubles. */
  data32;
  /** `double**`: one pointer a channel; null where the kernel works in floats. */
  data64;
  /** Channels in this block. */
  channelCount;
  /** Frames of latency from or to the host; always 0 here. */
  latency;
  /** Bit c is set where channel c holds one value throughout the block. */
  constantMask;
};
exports.BusDescriptor = BusDescriptor;
exports.BusDescriptor = BusDescriptor = __decorate([unmanaged], BusDescriptor);
exports.DESCRIPTOR_BYTES = offsetof();
exports.DATA32_OFFSET = offsetof("data32");
exports.DATA64_OFFSET = offsetof("data64");
exports.CHANNEL_COUNT_OFFSET = offsetof("channelCount");
exports.LATENCY_OFFSET = offsetof("latency");
exports.CONSTANT_MASK_OFFSET = offsetof("constantMask");
exports.POINTER_BYTES = sizeof();
