/** Node's audio engine. */
export async function audioEngine() {
  // Node 22 has it; the engine wants it on Node 20 too.
  Promise.withResolvers ??= () => {
    let resolve;
    let reject;
    const promise = new Promise((...both) => ([resolve, reject] = both));
    return { promise, resolve, reject };
  };
  return import("node-web-audio-api");
}
