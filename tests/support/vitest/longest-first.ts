// In which order files are tested: those that take longest first. Where one of them begins last, the other cores wait for it.

import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take more than some twenty seconds, longest first. Vitest knows what took long only where it has run before. */
const LONG = [
  "tests/node/garbage/browsers.test.ts",
  "tests/node/package/bundlers.test.ts",
  "tests/node/package/package.test.ts",
  "tests/node/examples/examples.test.ts",
  "tests/node/examples/ducker.test.ts",
  "tests/node/kernels/toolchains.test.ts",
  "tests/node/package/code-blocks.test.ts",
  "tests/node/examples/templates.test.ts",
  "tests/node/package/layers.test.ts",
  "tests/node/garbage/garbage.test.ts",
  "tests/node/examples/node-stream.test.ts",
  "tests/worklet/mix.test.ts",
];

/** Projects keep the order that they would have otherwise, so their groups do, too. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) =>
      sorted.filter((file) => file.project === project).sort((a, b) => placeOf(a.moduleId) - placeOf(b.moduleId)),
    );
  }
}

function placeOf(moduleId: string): number {
  const place = LONG.findIndex((file) => moduleId.endsWith(file));
  return place < 0 ? LONG.length : place;
}
