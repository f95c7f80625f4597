// A page whose policy forbids WebAssembly is told so, and what it takes; with `'wasm-unsafe-eval'` it works.

import { expect, test } from "vitest";
import { fileUrl } from "../support/file-urls";

/** What a page with this policy for scripts makes of the library. */
async function underPolicy(sources: string): Promise<string> {
  const frame = document.createElement("iframe");
  const answer = new Promise<string>((resolve) => {
    addEventListener("message", function listen({ data }) {
      if (typeof data?.policy !== "string") return;
      removeEventListener("message", listen);
      resolve(data.policy);
    });
  });
  frame.srcdoc = `
    <meta http-equiv="Content-Security-Policy" content="script-src ${location.origin} 'unsafe-inline' ${sources}">
    <script type="module">
      import { instantiateKernel, ProcessBufferStorage } from "${fileUrl("dist/index.js")}";
      const said = [];
      const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 0x6d, 2, 0);
      for (const make of [
        () => ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }).begin(64),
        () => instantiateKernel(bytes, { heapBase: 1024 }).heap.malloc(16, 16),
      ]) {
        try {
          said.push(make());
        } catch (error) {
          said.push(error.message);
        }
      }
      parent.postMessage({ policy: said.join(" | ") }, "*");
    </script>`;
  document.body.append(frame);
  try {
    return await answer;
  } finally {
    frame.remove();
  }
}

test("with 'wasm-unsafe-eval' everything works", async () => {
  expect(await underPolicy("'wasm-unsafe-eval'")).toBe("64 | 1024");
});

test("without it, storage and kernel say what the policy has to name", async () => {
  const message = "the page's Content-Security-Policy forbids WebAssembly; its script-src has to name 'wasm-unsafe-eval'";
  expect(await underPolicy("")).toBe(`${message} | ${message}`);
});
