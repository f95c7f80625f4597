// What the build makes of a `.wasm` import: its bytes, decoded where it is called.
declare module "*.wasm" {
  export default function bytes(): Uint8Array<ArrayBuffer>;
}
