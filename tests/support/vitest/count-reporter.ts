import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** Prints, at the end of a run, a line for each failure, and the count over all runtimes: `N passed, M failed`. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    let passed = 0;
    const failures = unhandledErrors.map((error) => failure("outside any test", [error]));
    for (const module of modules) {
      const where = `${module.project.name} ${process.version} ${module.relativeModuleId}`;
      // A file of tests that cannot be loaded has no test that fails, but is a failure.
      if (module.errors().length > 0) failures.push(failure(where, module.errors()));
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === "passed") passed++;
        if (state === "failed") failures.push(failure(`${where} > ${test.fullName}`, errors));
      }
    }
    // On exit, so that it comes after the summaries of the other reporters.
    process.on("exit", () => {
      for (const line of failures) console.log(line);
      console.log(`${passed} passed, ${failures.length} failed`);
    });
  }
}

/** One line, whatever the message. Its first word is what the continuous integration looks for. */
function failure(where: string, errors: readonly SerializedError[]): string {
  return `FAILED ${where}: ${errors[0]?.message ?? "without a message"}`.replace(/\s+/g, " ").slice(0, 1000);
}
