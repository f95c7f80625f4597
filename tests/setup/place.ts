// Where a test runs, and where the files of the project are from there.

export const inNode = import.meta.url.startsWith("file:");

/** The URL of a file, named by its path from the root: `file:` in Node, `http:` in browsers. */
export function urlOf(path: string): string {
  return import.meta.url.replace(/tests\/setup\/.*$/, path);
}
