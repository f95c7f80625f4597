// Reads what a declaration file (.d.ts) promises to users, and compares two of them. Comments, order and
// private members do not matter.

import ts from "typescript";

/** The text of each declaration by its name: `export Bus`, `class Bus`, `Bus.push`. */
export type Declarations = ReadonlyMap<string, string>;

export interface Differences {
  /** Removed or changed, each with both texts. */
  readonly broken: readonly string[];
  /** Names that are new. */
  readonly added: readonly string[];
}

/** What is different in `current` for users of what was `released`. */
export function compareDeclarations(released: Declarations, current: Declarations): Differences {
  const broken = [...released]
    .filter(([name, text]) => current.get(name) !== text)
    .map(([name, text]) => {
      const now = current.get(name);
      return now === undefined ? `${name} is removed\n  - ${text}` : `${name} is changed\n  - ${text}\n  + ${now}`;
    });
  return { broken, added: [...current.keys()].filter((name) => !released.has(name)) };
}

/** Reads a bundled declaration file: everything that it exports, and whatever that refers to. */
export function readDeclarations(source: string): Declarations {
  const file = ts.createSourceFile("index.d.ts", source, ts.ScriptTarget.Latest, true);
  const statements = new Map<string, ts.Statement[]>();
  for (const statement of file.statements) {
    for (const name of namesOf(statement)) statements.set(name, [...(statements.get(name) ?? []), statement]);
  }
  const found = new Map<string, string>();
  const visited = new Set<string>();
  const visit = (name: string) => {
    if (visited.has(name)) return;
    visited.add(name);
    for (const statement of statements.get(name) ?? []) {
      for (const { key, text, nodes } of promisesOf(name, statement)) {
        // Overloads share a name, and their order counts.
        found.set(key, `${found.get(key) ?? ""} ${text}`.trim());
        for (const node of nodes) forEachIdentifier(node, visit);
      }
    }
  };
  for (const { local, exported, text } of exportsOf(file)) {
    found.set(`export ${exported}`, text);
    visit(local);
  }
  return found;
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as ts.Statement & { name?: ts.Identifier };
  return name === undefined ? [] : [name.text];
}

function exportsOf(file: ts.SourceFile): { local: string; exported: string; text: string }[] {
  return file.statements.flatMap((statement) => {
    if (ts.isExportAssignment(statement)) return [{ local: statement.expression.getText(), exported: "default", text: printed(statement) }];
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause)) return [];
    const kind = statement.isTypeOnly ? "export type" : "export";
    return statement.exportClause.elements.map((element) => ({
      local: (element.propertyName ?? element.name).text,
      exported: element.name.text,
      text: `${kind} { ${printed(element)} };`,
    }));
  });
}

interface Promised {
  readonly key: string;
  readonly text: string;
  /** Where the names stand that it refers to. */
  readonly nodes: readonly ts.Node[];
}

function promisesOf(name: string, statement: ts.Statement): Promised[] {
  if (!ts.isClassDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) {
    return [{ key: name, text: printed(statement), nodes: [statement] }];
  }
  const { typeParameters = [], heritageClauses = [], members } = statement;
  const kind = ts.isClassDeclaration(statement) ? "class" : "interface";
  const head = printed(statement).split(" {")[0]!;
  return [
    { key: `${kind} ${name}`, text: head, nodes: [...typeParameters, ...heritageClauses] },
    ...[...members]
      .filter(isPublic)
      .map((member) => ({ key: `${name}.${memberName(member)}`, text: memberText(member, [...members]), nodes: [member] })),
  ];
}

type Member = ts.ClassElement | ts.TypeElement;

function isPublic(member: Member): boolean {
  // That nobody may construct it is a promise too.
  if (ts.isConstructorDeclaration(member)) return true;
  if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return false;
  return !ts.canHaveModifiers(member) || !member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
}

function memberName(member: Member): string {
  if (ts.isConstructorDeclaration(member)) return "constructor";
  return member.name?.getText() ?? printed(member);
}

/** To its users, an accessor is a property. */
function memberText(member: Member, siblings: readonly Member[]): string {
  const has = (isKind: (node: ts.Node) => boolean) => siblings.some((other) => isKind(other) && memberName(other) === memberName(member));
  if (ts.isSetAccessor(member)) return has(ts.isGetAccessor) ? "" : printed(member);
  if (!ts.isGetAccessor(member)) return printed(member);
  const modifiers = (member.modifiers ?? []).map((modifier) => modifier.getText());
  if (!has(ts.isSetAccessor)) modifiers.push("readonly");
  return `${[...modifiers, memberName(member)].join(" ")}: ${printed(member.type!)};`;
}

const printer = ts.createPrinter({ removeComments: true });

/** In one line, whatever lines it was written in. */
function printed(node: ts.Node): string {
  return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()).replaceAll(/\s+/g, " ");
}

function forEachIdentifier(node: ts.Node, visit: (name: string) => void): void {
  if (ts.isIdentifier(node)) visit(node.text);
  ts.forEachChild(node, (child) => forEachIdentifier(child, visit));
}
