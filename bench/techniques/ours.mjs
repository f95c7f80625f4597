import { ProcessBufferStorage } from "wasm-process-buffers";

/** What the package does out of the box. */
export const ours = storageWith({});
export const oursNotZeroed = storageWith({ clearOutputs: false });
export const oursDetectConstant = storageWith({ detectConstant: true });
export const oursInDoubles = storageWith({ sampleFormat: "f64" });

function storageWith(options) {
  return (config, frames) => {
    const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: frames, ...options });
    const Samples = storage.sampleFormat === "f64" ? Float64Array : Float32Array;
    const views = (buses) =>
      buses.map((bus) =>
        Array.from({ length: bus.length }, (_, channel) => new Samples(storage.memory.buffer, bus.pointer(channel), frames)),
      );
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
  };
}
