// The build turns a `.wasm` import into a function that decodes the module's bytes.
declare module "*.wasm" {
  export default function bytes(): Uint8Array<ArrayBuffer>;
}
