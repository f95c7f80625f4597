// The Worker of a page: told once what to render, it says when it is ready, or what is wrong.

import { KernelThread } from "./kernel-thread.mjs";

self.onmessage = ({ data }) => {
  try {
    new KernelThread(data);
    self.postMessage({ ready: true });
  } catch (error) {
    self.postMessage({ error: error.message });
  }
};
