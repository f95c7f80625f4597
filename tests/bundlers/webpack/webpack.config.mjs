export default {
  mode: "production",
  // An entry point is a file of its own. A chunk that webpack makes of a worker would load others with
  // importScripts, which a worklet does not have.
  entry: { main: "./main.js", processor: "./processor.js" },
  output: { filename: "[name].js" },
};
