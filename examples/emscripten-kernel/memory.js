// Emscripten 3.1.6 keeps the memory to itself; later versions hand it out when they are asked to with
// -sEXPORTED_RUNTIME_METHODS=wasmMemory.
Module.wasmMemory = wasmMemory;
