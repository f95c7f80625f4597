export default {
  mode: "production",
  entry: "./main.js",
  // What is said of workers holds for worklets as well.
  module: { parser: { javascript: { worker: ["*context.audioWorklet.addModule()", "..."] } } },
  // A worker's file loads what it shares by importScripts, which a worklet does not have.
  optimization: { splitChunks: false },
};
