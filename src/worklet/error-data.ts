// Errors that go from a worklet to the page whole. Structured clone keeps the class of the language's own errors alone, loses
// properties such as `code`, and not every engine keeps the cause.

import { BusConfigError } from "../config";
import { described } from "../messages";

/** An error as plain data. */
export interface ErrorData {
  /** Of the class that it becomes again, where there is one; else of the error itself. */
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What else the error says of itself: `code`, `direction`, `bus`, and what its thrower gave it. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly cause: { readonly error: ErrorData } | { readonly value: unknown } | undefined;
}

/**
 * [setup] Whatever was thrown, as data.
 *
 * @param values "all": objects stay what they are, so that some cannot be posted. "simple": they are described in words.
 */
export function errorDataOf(thrown: unknown, values: "all" | "simple", depth = 0): ErrorData {
  const kept = (value: unknown) => (values === "all" ? value : simple(value));
  if (!isError(thrown)) {
    const message = `${described(thrown)} was thrown, which is no error`;
    return { name: "Error", message, stack: undefined, properties: {}, cause: { value: kept(thrown) } };
  }
  const { name, message, stack, cause } = thrown;
  const properties: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(thrown)) if (!OWN_FIELDS.includes(key)) properties[key] = kept(value);
  return {
    name: String(name),
    message: String(message),
    stack: typeof stack === "string" ? stack : undefined,
    properties,
    cause:
      cause === undefined || depth === DEEPEST
        ? undefined
        : isError(cause)
          ? { error: errorDataOf(cause, values, depth + 1) }
          : { value: kept(cause) },
  };
}

/** [setup] The error again: of its own class, where the language, WebAssembly or this library has it. */
export function errorFrom({ name, message, stack, properties, cause }: ErrorData): Error {
  const options = cause === undefined ? undefined : { cause: "error" in cause ? errorFrom(cause.error) : cause.value };
  const error = name === "BusConfigError" ? busConfigError(message, properties, options) : new (classOf(name))(message, options);
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  // Where it was thrown, not where it came out.
  if (stack !== undefined) Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  if (options !== undefined && error.cause === undefined)
    Object.defineProperty(error, "cause", { value: options.cause, configurable: true });
  return Object.assign(error, properties);
}

/** What is read one by one. */
const OWN_FIELDS = ["name", "message", "stack", "cause"];

/** Causes can go in a circle. */
const DEEPEST = 8;

function isError(value: unknown): value is Error {
  // Errors of another realm are no instances of this one's class.
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

/** What can be posted from everywhere. */
function simple(value: unknown): unknown {
  return /^(object|function|symbol)$/.test(typeof value) && value !== null ? described(value) : value;
}

function busConfigError(message: string, properties: Readonly<Record<string, unknown>>, options: { cause: unknown } | undefined): Error {
  const { code, direction, bus } = properties as unknown as BusConfigError;
  return new BusConfigError(code, message, direction, bus, options);
}

function classOf(name: string): new (message: string, options?: ErrorOptions) => Error {
  const classes = [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError];
  const { CompileError, LinkError, RuntimeError } = WebAssembly;
  return [...classes, CompileError, LinkError, RuntimeError].find((one) => one.name === name) ?? Error;
}
