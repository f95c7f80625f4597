// Collects garbage after each test in a browser. Chromium allows about a hundred WebAssembly memories in a
// process, and frees those that a test no longer uses, and the worklets that hold more, too late by itself.

import { afterEach } from "vitest";

afterEach(() => (globalThis as { gc?(): void }).gc?.());
