// Linear memory as a kernel sees it, read apart from the code under test.

import type { WasmHeap } from "wasm-process-buffers";

export interface Descriptor {
  readonly data32: number;
  readonly data64: number;
  readonly channelCount: number;
  readonly latency: number;
  readonly constantMask: bigint;
}

/** `clap_audio_buffer_t[index]` at `address`. */
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

/** Index of the first byte in which the two differ, -1 when they are the same. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i;
  return -1;
}

/** A heap that keeps book of what is allocated. */
export interface CountingHeap extends Required<WasmHeap> {
  /** Bytes asked for at each address that was not given back. */
  readonly held: Map<number, number>;
}

export function counting(heap: Required<WasmHeap>): CountingHeap {
  const held = new Map<number, number>();
  return {
    memory: heap.memory,
    held,
    malloc(byteLength) {
      const address = heap.malloc(byteLength);
      if (address !== 0) held.set(address, byteLength);
      return address;
    },
    free(address) {
      if (!held.delete(address)) throw new Error(`${address} was given back, but not held`);
      heap.free(address);
    },
  };
}
