// Turns errors into data and back, so that they pass whole from a worklet to the page. Structured clone keeps the class only of
// the language's own errors, and loses properties such as `code`; some engines lose the cause, too.

import { BusConfigError } from "../config";
import { described } from "../messages";

/** An error as plain data. */
export interface ErrorData {
  /** The error's `name`. `errorFrom` finds the class by it. */
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The error's other properties, such as `code`, `direction` and `bus`. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly cause: { readonly error: ErrorData } | { readonly value: unknown } | undefined;
}

/** Of what throws when it is read: a revoked proxy, or an error with such getters. */
export const UNREADABLE: ErrorData = {
  name: "Error",
  message: "something was thrown that throws when it is read",
  stack: undefined,
  properties: {},
  cause: undefined,
};

/**
 * [setup] Turns whatever was thrown into data.
 *
 * @param values What to do with objects among properties and causes. "all" keeps them, and some of them cannot be posted.
 * "simple" describes them in words.
 */
export function errorDataOf(thrown: unknown, values: "all" | "simple", depth = 0): ErrorData {
  const kept = (value: unknown) => (values === "all" ? value : simple(value));
  if (!isError(thrown)) {
    const message = isWasmException(thrown)
      ? "a WebAssembly.Exception was thrown, as C++ code that is built with -fwasm-exceptions does; only the kernel knows what it carries"
      : `${described(thrown)} was thrown, which is no error`;
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

/** [setup] Makes the error again: of its own class, if the language, WebAssembly or this library has it; else an Error. */
export function errorFrom({ name, message, stack, properties, cause }: ErrorData): Error {
  const options = cause === undefined ? undefined : { cause: "error" in cause ? errorFrom(cause.error) : cause.value };
  const error = name === "BusConfigError" ? busConfigError(message, properties, options) : new (classOf(name))(message, options);
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  // The stack of the place where the error was thrown, not of this place.
  if (stack !== undefined) Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  if (options !== undefined && error.cause === undefined)
    Object.defineProperty(error, "cause", { value: options.cause, configurable: true });
  return Object.assign(error, properties);
}

/** Properties that `errorDataOf` reads by their names. */
const OWN_FIELDS = ["name", "message", "stack", "cause"];

/** Most causes that are followed, because an error can be its own cause. */
const DEEPEST = 8;

function isError(value: unknown): value is Error {
  // An error of another realm is no instance of this realm's class.
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function isWasmException(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Exception]";
}

/** A value that can always be posted: an object, a function or a symbol is described in words. */
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
