// Counts in `WebAssembly.compilations` the modules that this scope compiles from now on. Import it before what is counted.

const scope = /** @type {any} */ (globalThis).WebAssembly;
scope.compilations = 0;
scope.Module = new Proxy(scope.Module, {
  construct(Module, args, target) {
    scope.compilations++;
    return Reflect.construct(Module, args, target);
  },
});
