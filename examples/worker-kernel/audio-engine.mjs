/** Imports node-web-audio-api, an audio engine for Node. */
export async function audioEngine() {
  // The engine calls Promise.withResolvers, which Node 20 does not have.
  Promise.withResolvers ??= () => {
    let resolve;
    let reject;
    const promise = new Promise((...both) => ([resolve, reject] = both));
    return { promise, resolve, reject };
  };
  return import("node-web-audio-api");
}
