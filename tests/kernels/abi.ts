// The constants of the layout as the compiler of the cores works them out. The cores export functions alone, so this
// is built for tests, which compare them with `src/abi.ts`.

export {
  CAPACITY_BITS,
  CHANNEL_COUNT_OFFSET,
  CONSTANT_MASK_OFFSET,
  DATA32_OFFSET,
  DATA64_OFFSET,
  DESCRIPTOR_BYTES,
  LATENCY_OFFSET,
  MAX_BUSES,
  MAX_CHANNELS,
  POINTER_BYTES,
  SAMPLE_ALIGNMENT,
} from "../../assembly/layout";
