// What the workflows run is what was looked at: actions and images by digest, packages by lock file; and the
// job that may sign runs nothing of it.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions?: unknown;
  readonly container?: string | { readonly image: string };
  readonly services?: Readonly<Record<string, { readonly image: string }>>;
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = ".github/workflows";
const texts = readdirSync(FOLDER).map((name) => [name, readFileSync(`${FOLDER}/${name}`, "utf8")] as const);
const workflows = texts.map(([name, text]) => [name, parse(text) as Workflow] as const);
const jobs = workflows.flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({
    name: `${file} ${name}`,
    job,
    permissions: job.permissions ?? workflow.permissions,
  })),
);
const { build, publish } = workflows.find(([name]) => name === "release.yml")![1].jobs;
const commandsOf = ({ steps = [] }: Job) => steps.flatMap(({ run }) => run ?? []);
const actionsOf = ({ uses, steps = [] }: Job) => [uses, ...steps.map((step) => step.uses)].filter((action) => action !== undefined);

function imagesOf({ container, services = {} }: Job): string[] {
  const own = typeof container === "object" ? container.image : container;
  return [own, ...Object.values(services).map(({ image }) => image)].filter((image) => image !== undefined);
}

test.each(jobs.map(({ name, job }) => [name, job] as const))("%s: actions are pinned by their commit, images by their digest", (_, job) => {
  expect(actionsOf(job)).not.toEqual([]);
  for (const action of actionsOf(job)) expect(action).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/);
  for (const image of imagesOf(job)) expect(image).toMatch(/^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
});

test.each(texts)("%s: each pin says which version it is of", (_, text) => {
  for (const line of text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line))) expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
});

test("the jobs that publish the package and the site may write, and no workflow gives that to all of its jobs", () => {
  const writers = jobs.filter(({ permissions }) => JSON.stringify(permissions) !== '{"contents":"read"}');
  expect(writers.map(({ name, permissions }) => [name, permissions])).toEqual([
    ["release.yml publish", { "id-token": "write" }],
    ["site.yml publish", { pages: "write", "id-token": "write" }],
  ]);
  for (const [, { permissions }] of workflows) expect(permissions).toEqual({ contents: "read" });
});

test("the site is published by a job that runs nothing of the repository", () => {
  const { build, publish } = workflows.find(([name]) => name === "site.yml")![1].jobs;
  expect(commandsOf(build!)).toEqual(["npm run site"]);
  expect(build!.steps!.at(-1)).toMatchObject({ with: { path: "build/site" } });
  expect(publish!.needs).toBe("build");
  expect(publish!.steps).toEqual([{ uses: expect.stringMatching(/^actions\/deploy-pages@/) }]);
});

describe("a release", () => {
  test("is signed by a job that fetches what the other has packed, publishes it, and does nothing else", () => {
    expect(publish!.needs).toBe("build");
    expect(publish!.environment).toBe("npm");
    expect(publish!.steps).toEqual([
      { uses: expect.stringMatching(/^actions\/download-artifact@/), with: { name: "package" } },
      { run: "npm publish ./*.tgz --provenance --access public --ignore-scripts" },
    ]);
  });

  test("is packed as it was tested, once it was", () => {
    expect(commandsOf(build!)).toEqual([
      "node .ci/prepare.mjs --nodes",
      "npm audit signatures",
      "npm audit signatures --prefix .ci/nodes",
      ".ci/run",
      'node .ci/release-check.mjs "$GITHUB_REF_NAME"',
      "npm pack --ignore-scripts",
    ]);
    expect(build!.steps!.at(-1)).toEqual({
      uses: expect.stringMatching(/^actions\/upload-artifact@/),
      with: { name: "package", path: "*.tgz", "if-no-files-found": "error" },
    });
  });
});

test("each change is asked for the signatures of its packages, and for advisories about them", () => {
  const commands = jobs.filter(({ name }) => name.startsWith("ci.yml ")).flatMap(({ job }) => commandsOf(job));
  expect(commands).toEqual(
    expect.arrayContaining(
      ["npm audit signatures", "npm audit --package-lock-only"].flatMap((audit) => [audit, `${audit} --prefix .ci/nodes`]),
    ),
  );
});
