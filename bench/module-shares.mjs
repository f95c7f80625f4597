// What each module of src/ adds to a bundle of everything: the build's own bundle, minified, each of its
// characters traced back to the file that it comes from.

import { SourceMap } from "node:module";
import { relative, resolve } from "node:path";
import { rollup } from "rollup";
import { minify } from "terser";
import configurations from "../rollup.config.mjs";
import { gzippedBytes, MINIFY } from "./bundle-size.mjs";

/**
 * Of each module, the largest first: `minified` bytes, and `gzipped`, by which the compressed bundle would
 * shrink without its text. The latter adds up to less than the bundle, because modules resemble each other.
 */
export async function moduleShares() {
  const { code, map } = await minifiedWithMap();
  const sources = sourceOfEachCharacter(code, map);
  const whole = gzippedBytes(code);
  return [...new Set(sources)]
    .map((module) => {
      const others = [...code].filter((_, index) => sources[index] !== module).join("");
      return { module, minified: code.length - others.length, gzipped: whole - gzippedBytes(others) };
    })
    .sort((a, b) => b.gzipped - a.gzipped);
}

async function minifiedWithMap() {
  const [main] = configurations;
  const bundle = await rollup({ ...main, onwarn: () => {} });
  const { output } = await bundle.generate({ ...main.output, sourcemap: true });
  await bundle.close();
  const [{ code, map }] = output;
  const small = await minify(code, { ...MINIFY, sourceMap: { content: map.toString(), asObject: true } });
  return { code: small.code, map: small.map };
}

function sourceOfEachCharacter(code, map) {
  const traced = new SourceMap(map);
  let line = 0;
  let column = 0;
  return [...code].map((character) => {
    const { originalSource } = traced.findEntry(line, column);
    if (character === "\n") {
      line++;
      column = 0;
    } else column++;
    return nameOf(originalSource);
  });
}

function nameOf(source) {
  // The plug-in that inlines wasm says nothing of where its text comes from.
  if (source === undefined) return "the inlined core";
  // Sources are told from where the bundle would lie.
  return relative(".", resolve("dist", source));
}
