// Collects garbage after every fifth test in a browser, and after each file. Chromium allows about a hundred WebAssembly memories in a
// process, and frees those that a test no longer uses, and the worklets that hold more, too late by itself. A collection takes it longer
// than most tests.

import { afterAll, afterEach } from "vitest";

const TESTS = 5;
let tests = 0;
const collect = () => (globalThis as { gc?(): void }).gc?.();

afterEach(() => {
  if (++tests % TESTS === 0) collect();
});
afterAll(collect);
