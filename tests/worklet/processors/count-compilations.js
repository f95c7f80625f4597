// Counts in `WebAssembly.compilations` the modules that this scope compiles from now on. Import it before what is counted.

const scope = /** @type {any} */ (globalThis).WebAssembly;
const { Module } = scope;
scope.compilations = 0;
scope.Module = class extends Module {
  constructor(/** @type {BufferSource} */ bytes) {
    super(bytes);
    scope.compilations++;
  }
};
