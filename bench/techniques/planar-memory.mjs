const PAGE_BYTES = 65536;

/**
 * A memory with room for every channel's samples, one after the other, and a view of each. What lies
 * below `samplesAddress` is free to use.
 */
export function planarMemory({ inputs, outputs }, frames, reservedBytes = 1024) {
  const counts = [...inputs, ...outputs];
  const channels = counts.reduce((sum, count) => sum + count, 0);
  const samplesAddress = reservedBytes;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((samplesAddress + channels * frames * 4) / PAGE_BYTES) });
  let address = samplesAddress;
  const views = (count) =>
    Array.from({ length: count }, () => {
      const view = new Float32Array(memory.buffer, address, frames);
      address += view.byteLength;
      return view;
    });
  return { memory, samplesAddress, inputs: inputs.map(views), outputs: outputs.map(views) };
}
