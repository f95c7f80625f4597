// What is private gets short names in what is shipped: bundlers shorten names of variables, and cannot know
// which names of members nobody outside uses.

import { readFileSync } from "node:fs";
import { transform } from "esbuild";
import ts from "typescript";

/** A rollup plug-in: members that only our own classes have get names of a letter or two. */
export function shortNames() {
  return {
    name: "short-names",
    async renderChunk(code) {
      const names = privateNames();
      const { code: short, map } = await transform(code, {
        mangleProps: new RegExp(`^(${[...names.keys()].join("|")})$`),
        mangleCache: shortened(names, code),
        sourcemap: true,
        sourcesContent: false,
      });
      return { code: short.replace(/\n\/\/# sourceMappingURL=.*\n$/, "\n"), map };
    },
  };
}

/**
 * A short name for each. Two have the same where no class has both, so that there are few of them, which come again
 * and again: the text compresses the better for it. Those that come most are chosen first. No class of ours extends another one.
 */
function shortened(names, code) {
  const uses = (name) => code.split(name).length;
  // A member of one letter that is there already is somebody else's.
  const free = SHORT.filter((short) => !new RegExp(`[^.][.]${short}\\b`).test(code));
  const taken = new Map();
  const chosen = [...names].sort(([one], [other]) => uses(other) - uses(one) || (one < other ? -1 : 1));
  return Object.fromEntries(
    chosen.map(([name, classes]) => {
      const short = free.find((candidate) => classes.every((one) => !taken.get(one)?.has(candidate)));
      for (const one of classes) taken.set(one, (taken.get(one) ?? new Set()).add(short));
      return [name, short];
    }),
  );
}

const LETTERS = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const SHORT = [...LETTERS, ...LETTERS.map((letter) => `_${letter}`)];

/** Private, but tests ask for them by their names. */
const KEPT = ["planar", "collectedBy", "deliveredBy"];

/**
 * Names of members that classes of `src/` declare, each with these classes, and that mean nothing else anywhere: no member in the package's
 * types, in an interface, of an object that is written down, or of what the engine has; nor is one a string.
 */
export function privateNames() {
  const names = new Map();
  const others = new Set([...KEPT, ...publicNames()]);
  const { options, fileNames } = ts.parseJsonConfigFileContent(ts.readConfigFile("tsconfig.json", ts.sys.readFile).config, ts.sys, ".");
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const isOurs = (file) => fileNames.some((name) => file.fileName.endsWith(name)) && !file.isDeclarationFile;
  // What has no declaration is of an object of which nothing is known, such as a kernel's exports.
  const noteUse = (name, { declarations } = {}) => {
    if (!declarations?.every((declaration) => isOurs(declaration.getSourceFile()))) others.add(name);
  };
  const visit = (node) => {
    const name = node.name && ts.isIdentifier(node.name) ? node.name.text : undefined;
    if (ts.isClassElement(node) || (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent)))
      names.set(name, [...(names.get(name) ?? []), ts.getContainingClass(node)]);
    else if (ts.isTypeElement(node) || ts.isObjectLiteralElement(node)) others.add(name);
    else if (ts.isStringLiteralLike(node)) others.add(node.text);
    else if (ts.isPropertyAccessExpression(node)) noteUse(name, checker.getSymbolAtLocation(node.name));
    else if (ts.isBindingElement(node)) {
      const read = (node.propertyName ?? node.name).getText();
      noteUse(read, checker.getTypeAtLocation(node.parent).getProperty(read));
    }
    ts.forEachChild(node, visit);
  };
  program.getSourceFiles().filter(isOurs).forEach(visit);
  return new Map([...names].filter(([name]) => name !== undefined && !others.has(name)));
}

/** Members that the package's types show; private ones stand there, too, but nobody can use them. */
function* publicNames() {
  const nodes = [ts.createSourceFile("index.d.ts", readFileSync("dist/index.d.ts", "utf8"), ts.ScriptTarget.Latest, true)];
  for (const node of nodes) {
    const isMember = ts.isClassElement(node) || ts.isTypeElement(node);
    if (isMember && node.name && !(ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private)) yield node.name.getText();
    ts.forEachChild(node, (child) => void nodes.push(child));
  }
}
