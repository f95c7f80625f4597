// A realm in which nothing of the package was loaded yet; prints milliseconds of each step.

const start = performance.now();
const { ProcessBufferStorage } = await import("wasm-process-buffers");
const imported = performance.now();
const first = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
const allocated = performance.now();
const second = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
const allocatedAgain = performance.now();
const stereo = () => [[new Float32Array(128), new Float32Array(128)]];
const [inputs, outputs] = [stereo(), stereo()];
const ready = performance.now();
const frames = first.collect(inputs, outputs);
first.deliver(outputs);
const rendered = performance.now();
if (frames !== 128 || second.begin(128) !== 128) throw new Error("the storages do not work");
process.stdout.write(
  JSON.stringify({ import: imported - start, first: allocated - imported, second: allocatedAgain - allocated, block: rendered - ready }),
);
