// The worker in Node. In a page it is worker.mjs.

import { parentPort } from "node:worker_threads";
import { KernelThread } from "./kernel-thread.mjs";

parentPort.once("message", (data) => {
  try {
    new KernelThread(data);
    parentPort.postMessage({ ready: true });
  } catch (error) {
    parentPort.postMessage({ error: error.message });
  }
});
