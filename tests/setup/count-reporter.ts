import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one line, `N passed, M failed`, over all runtimes. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      // A module that could not even be loaded has no test that could fail.
      if (module.errors().length > 0) failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        if (state === "failed") failed++;
      }
    }
    // After the summary of the other reporters.
    process.on("exit", () => console.log(`${passed} passed, ${failed} failed`));
  }
}
