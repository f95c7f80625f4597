/** Enough for every case. Untouched, it costs nothing. */
const memory = new WebAssembly.Memory({ initial: 1024 });
const CACHE_LINE = 64;
let end = CACHE_LINE;

/**
 * Room for every channel's samples, one after the other, and a view of each, in one memory for all.
 * The `reservedBytes` before `samplesAddress` are free to use.
 */
export function planarMemory({ inputs, outputs }, frames, { reservedBytes = 0, Samples = Float32Array } = {}) {
  const address = Math.ceil(end / CACHE_LINE) * CACHE_LINE;
  const samplesAddress = address + reservedBytes;
  end = samplesAddress;
  const views = (count) =>
    Array.from({ length: count }, () => {
      const view = new Samples(memory.buffer, end, frames);
      end += view.byteLength;
      return view;
    });
  return { memory, address, samplesAddress, inputs: inputs.map(views), outputs: outputs.map(views) };
}
