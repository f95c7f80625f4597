// Reads linear memory as a kernel does, without any code of the library.

export interface Descriptor {
  readonly data32: number;
  readonly data64: number;
  readonly channelCount: number;
  readonly latency: number;
  readonly constantMask: bigint;
}

/** The descriptor at `address`, a `clap_audio_buffer_t`, or the one `index` places behind it. */
export function descriptorAt(memory: WebAssembly.Memory, address: number, index = 0): Descriptor {
  const view = new DataView(memory.buffer, address + index * 24, 24);
  return {
    data32: view.getUint32(0, true),
    data64: view.getUint32(4, true),
    channelCount: view.getUint32(8, true),
    latency: view.getUint32(12, true),
    constantMask: view.getBigUint64(16, true),
  };
}

/** `count` pointers from `address` on. */
export function pointersAt(memory: WebAssembly.Memory, address: number, count: number): number[] {
  return [...new Uint32Array(memory.buffer, address, count)];
}

/** `count` floats from `address` on. */
export function floatsAt(memory: WebAssembly.Memory, address: number, count: number): number[] {
  return [...new Float32Array(memory.buffer, address, count)];
}

/** The index of the first byte in which the two differ; -1 where they are the same. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i;
  return -1;
}
