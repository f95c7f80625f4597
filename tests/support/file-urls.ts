// Finds the files of the project in Node and in browsers.

/** Whether the test runs in Node, not in a browser. */
export const inNode = import.meta.url.startsWith("file:");

/** The URL of a file, from its path in the project: `file:` in Node, `http:` in browsers. */
export function fileUrl(path: string): string {
  return import.meta.url.replace(/tests\/support\/.*$/, path);
}
