// A wasm module's structures and functions, as a host outside of it sees them: addresses in its
// memory, and indices into its function table. For set-up: everything here makes objects.

export class NativeModule {
  constructor(module) {
    this.exports = new WebAssembly.Instance(module).exports;
    // Modules that are linked with a C library set it up here.
    this.exports._initialize?.();
    /** @type {WebAssembly.Memory} */
    this.memory = this.exports.memory;
    /**
     * One table holds all functions; linkers name it differently.
     * @type {WebAssembly.Table}
     */
    this.table = Object.values(this.exports).find((value) => value instanceof WebAssembly.Table);
  }

  /** Address of `byteLength` bytes of zeros. */
  allocate(byteLength) {
    const address = this.exports.malloc(byteLength) >>> 0;
    if (address === 0) throw new Error(`the module has no room for ${byteLength} bytes`);
    new Uint8Array(this.memory.buffer, address, byteLength).fill(0);
    return address;
  }

  word(address) {
    return new DataView(this.memory.buffer).getUint32(address, true);
  }

  /** Writes words at the offsets that name them: `{ 12: word }`. */
  setWords(address, words) {
    const view = new DataView(this.memory.buffer);
    for (const [offset, word] of Object.entries(words)) view.setUint32(address + Number(offset), word, true);
  }

  text(address) {
    const bytes = new Uint8Array(this.memory.buffer, address);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }

  /** Address of a copy of `text` that ends with 0. */
  allocateText(text) {
    const bytes = new TextEncoder().encode(text);
    const address = this.allocate(bytes.length + 1);
    new Uint8Array(this.memory.buffer, address).set(bytes);
    return address;
  }

  /** The functions of a structure at `address`, by the offsets of its pointers to them. */
  functionsAt(address, offsets) {
    return Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, this.table.get(this.word(address + offset))]));
  }

  /** A pointer by which the module can call `implementation`, which takes `parameters` words and gives `results` (0 or 1). */
  allocateFunction(parameters, results, implementation) {
    return this.table.grow(1, asWasm(parameters, results, implementation));
  }
}

/**
 * Tables take functions from wasm alone. So this is the least module that imports one and exports it
 * again: a type, an import and an export, all of them nameless.
 */
function asWasm(parameters, results, implementation) {
  const words = (count) => [count, ...Array(count).fill(0x7f)];
  const type = [0x60, ...words(parameters), ...words(results)];
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const bytes = [...header, 1, 1 + type.length, 1, ...type, 2, 5, 1, 0, 0, 0, 0, 7, 4, 1, 0, 0, 0];
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)), { "": { "": implementation } }).exports[""];
}
