// The constants of the layout as the compiler of the cores works them out. The cores export functions alone, so this
// is built for tests, which compare them with `src/abi.ts`.

export {
  CAPACITY_BITS,
  CHANNEL_COUNT_OFFSET,
  CONSTANT_MASK_OFFSET,
  DATA32_OFFSET,
  DATA64_OFFSET,
  DESCRIPTOR_BYTES,
  EVENT_A_OFFSET,
  EVENT_B_OFFSET,
  EVENT_BYTES,
  EVENT_FRAME_OFFSET,
  EVENT_TYPE_OFFSET,
  LATENCY_OFFSET,
  MAX_BUSES,
  MAX_CHANNELS,
  MAX_PARAMETERS,
  PARAMETER_BYTES,
  PARAMETER_DATA_OFFSET,
  PARAMETER_LENGTH_OFFSET,
  POINTER_BYTES,
  SAMPLE_ALIGNMENT,
} from "../../assembly/layout";
