// Reaches a wasm module's structures and functions from outside: structures by addresses in its memory, functions by indices into
// its function table. For set-up, not for the render path: every call here allocates objects.

export class NativeModule {
  constructor(module) {
    this.exports = new WebAssembly.Instance(module).exports;
    // If the module is linked with a C library, this call initialises the library.
    this.exports._initialize?.();
    /** @type {WebAssembly.Memory} */
    this.memory = this.exports.memory;
    /**
     * The one table that holds all functions. It is found by its class, because linkers give it different names.
     * @type {WebAssembly.Table}
     */
    this.table = Object.values(this.exports).find((value) => value instanceof WebAssembly.Table);
  }

  /** Allocates `byteLength` bytes of zeros. Returns their address. */
  allocate(byteLength) {
    const address = this.exports.malloc(byteLength) >>> 0;
    if (address === 0) throw new Error(`the module has no room for ${byteLength} bytes`);
    new Uint8Array(this.memory.buffer, address, byteLength).fill(0);
    return address;
  }

  word(address) {
    return new DataView(this.memory.buffer).getUint32(address, true);
  }

  /** Writes 32-bit words. Their offsets from `address` are the keys: `{ 12: word }`. */
  setWords(address, words) {
    const view = new DataView(this.memory.buffer);
    for (const [offset, word] of Object.entries(words)) view.setUint32(address + Number(offset), word, true);
  }

  text(address) {
    const bytes = new Uint8Array(this.memory.buffer, address);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }

  /** Allocates a copy of `text` that ends with a zero byte. Returns its address. */
  allocateText(text) {
    const bytes = new TextEncoder().encode(text);
    const address = this.allocate(bytes.length + 1);
    new Uint8Array(this.memory.buffer, address).set(bytes);
    return address;
  }

  /** The functions to which a structure at `address` has pointers. `offsets` has each pointer's offset, by name. */
  functionsAt(address, offsets) {
    return Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, this.table.get(this.word(address + offset))]));
  }

  /** A function pointer for `implementation`, which takes `parameters` 32-bit words and returns `results` of them (0 or 1). */
  allocateFunction(parameters, results, implementation) {
    return this.table.grow(1, asWasm(parameters, results, implementation));
  }
}

/**
 * Turns a JS function into a wasm function, because a table takes only these: with the smallest module that imports a function
 * and exports it again. It has a type, an import and an export, with empty names.
 */
function asWasm(parameters, results, implementation) {
  const words = (count) => [count, ...Array(count).fill(0x7f)];
  const type = [0x60, ...words(parameters), ...words(results)];
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const bytes = [...header, 1, 1 + type.length, 1, ...type, 2, 5, 1, 0, 0, 0, 0, 7, 4, 1, 0, 0, 0];
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)), { "": { "": implementation } }).exports[""];
}
