import { ProcessBufferStorage } from "wasm-process-buffers";

/** What the package does out of the box. */
export function ours(config, frames) {
  return withOptions(config, frames, {});
}

export function oursNotZeroed(config, frames) {
  return withOptions(config, frames, { clearOutputs: false });
}

function withOptions(config, frames, options) {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: frames, ...options });
  const views = (buses) => buses.map((bus) => Array.from({ length: bus.length }, (_, channel) => new Float32Array(storage.memory.buffer, bus.pointer(channel), frames)));
  return {
    mover: storage,
    // Asked for after a block came in: until then, inputs are silence elsewhere.
    get inputs() {
      return views(storage.inputs);
    },
    get outputs() {
      return views(storage.outputs);
    },
  };
}
