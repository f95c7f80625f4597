// Chromium allows about a hundred memories in a process, and is in no hurry to collect those that a test
// has dropped, nor the worklets that hold more of them.

import { afterEach } from "vitest";

afterEach(() => (globalThis as { gc?(): void }).gc?.());
