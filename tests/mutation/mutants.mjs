// Every small change to a source file that a test should notice.

import ts from "typescript";

/**
 * One change: `text` in place of what stands from `start` to `end`.
 *
 * @typedef {{ file: string, line: number, start: number, end: number, was: string, text: string, operator: string }} Mutant
 */

/**
 * All mutants of a source file.
 *
 * @param {string} file its path from the root
 * @param {string} source
 * @returns {Mutant[]}
 */
export function mutantsOf(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const mutants = [];
  const replace = (operator, node, text) => {
    const [start, end] = [node.getStart(tree), node.getEnd()];
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    if (source.slice(start, end) !== text) mutants.push({ file, line, start, end, was: source.slice(start, end), text, operator });
  };
  const visit = (node) => {
    if (!runs(node)) return;
    for (const mutate of OPERATORS) mutate(node, (operator, target, text) => replace(operator, target, text), tree);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return mutants;
}

/** Types and imports do nothing; nor do declarations without a body. */
function runs(node) {
  return !(
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node)
  );
}

const COMPARISONS = { "<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===", "==": "!=", "!=": "==" };
const ARITHMETIC = { "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "<<": ">>", ">>": "<<", ">>>": "<<", "&": "|", "|": "&", "^": "&" };
const LOGIC = { "&&": "||", "||": "&&" };
const ASSIGNMENTS = { "+=": "-=", "-=": "+=", "*=": "/=", "|=": "&=", "&=": "|=" };
const CALLS = {
  "Math.min": "Math.max",
  "Math.max": "Math.min",
  "Math.floor": "Math.ceil",
  "Math.ceil": "Math.floor",
  min: "max",
  max: "min",
  ceil: "floor",
};

const OPERATORS = [
  (node, replace) => {
    if (!ts.isBinaryExpression(node)) return;
    const sign = node.operatorToken.getText();
    for (const [operator, swaps] of Object.entries({
      comparison: COMPARISONS,
      arithmetic: ARITHMETIC,
      logic: LOGIC,
      assignment: ASSIGNMENTS,
    })) {
      if (sign in swaps) replace(operator, node.operatorToken, swaps[sign]);
    }
    if (sign === "??") replace("logic", node, node.left.getText());
  },
  (node, replace) => {
    const isStep =
      (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) &&
      [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator);
    // A loop's own step the wrong way round is a loop without an end, over and over.
    if (isStep && !ts.isForStatement(node.parent))
      replace(
        "step",
        node,
        node.getText().replace(/\+\+|--/, (sign) => (sign === "++" ? "--" : "++")),
      );
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
      replace("negation", node, node.operand.getText());
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.TildeToken) replace("negation", node, node.operand.getText());
  },
  (node, replace) => {
    if (ts.isIfStatement(node)) replace("condition", node.expression, `!(${node.expression.getText()})`);
    if (ts.isConditionalExpression(node)) replace("condition", node.condition, `!(${node.condition.getText()})`);
  },
  (node, replace) => {
    if (ts.isNumericLiteral(node)) replace("constant", node, node.text === "0" ? "1" : node.text === "1" ? "0" : `(${node.getText()} + 1)`);
    if (node.kind === ts.SyntaxKind.TrueKeyword) replace("constant", node, "false");
    if (node.kind === ts.SyntaxKind.FalseKeyword) replace("constant", node, "true");
  },
  (node, replace) => {
    if (ts.isExpressionStatement(node)) replace("removal", node, ";");
    // `false` is like 0 for all that ask.
    if (ts.isReturnStatement(node) && node.expression !== undefined && !["0", "false"].includes(node.expression.getText()))
      replace("return", node.expression, "0");
    if (ts.isReturnStatement(node) && node.expression === undefined) replace("removal", node, ";");
  },
  (node, replace) => {
    if (ts.isCallExpression(node) && node.expression.getText() in CALLS) replace("call", node.expression, CALLS[node.expression.getText()]);
  },
];
