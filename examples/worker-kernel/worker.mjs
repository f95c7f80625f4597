// The worker in a page. It gets one message, with what to render, and answers that it is ready, or what went wrong.

import { KernelThread } from "./kernel-thread.mjs";

self.onmessage = ({ data }) => {
  try {
    new KernelThread(data);
    self.postMessage({ ready: true });
  } catch (error) {
    self.postMessage({ error: error.message });
  }
};
