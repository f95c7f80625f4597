export default {
  mode: "production",
  // An entry point is a file of its own, which loads no other.
  entry: { main: "./main.js", processor: "./processor.js" },
  output: { filename: "[name].js" },
};
