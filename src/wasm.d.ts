// What @rollup/plugin-wasm makes of a `.wasm` import: compiled where it is called, at once.
declare module "*.wasm" {
  export default function compile(): WebAssembly.Module;
}
