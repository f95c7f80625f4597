// What users ship: exports of the package in a bundle, minified by terser and compressed by gzip.

import { dirname, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

/**
 * The minified bundle of some exports of a built entry.
 *
 * @param {string} entry The entry's path.
 * @param {readonly string[]} [names] All exports, where it is left out.
 */
export async function minifiedBundle(entry, names) {
  const file = JSON.stringify(resolve(entry));
  const contents = names === undefined ? `export * from ${file};` : `export { ${names.join(", ")} } from ${file};`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: dirname(resolve(entry)) },
    bundle: true,
    format: "esm",
    write: false,
  });
  return minified(/** @type {NonNullable<typeof outputFiles[0]>} */ (outputFiles[0]).text);
}

/** @param {string} code */
export async function minified(code) {
  const { code: small = "" } = await minify(code, MINIFY);
  return small;
}

/** @satisfies {import("terser").MinifyOptions} */
export const MINIFY = { module: true, ecma: 2020, compress: { passes: 2 } };

/** @param {string} code */
export function gzippedBytes(code) {
  return gzipSync(code, { level: 9 }).length;
}
