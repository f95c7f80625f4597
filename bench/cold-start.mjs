// A realm in which nothing of the package was loaded yet; prints milliseconds of each step.

const start = performance.now();
const { ProcessBufferStorage } = await import("wasm-process-buffers");
const imported = performance.now();
const first = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
const allocated = performance.now();
const second = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
const allocatedAgain = performance.now();
const frames = [first, second].map((storage) => storage.begin(128));
if (frames.some((count) => count !== 128)) throw new Error("the storages do not work");
process.stdout.write(JSON.stringify({ import: imported - start, first: allocated - imported, second: allocatedAgain - allocated }));
