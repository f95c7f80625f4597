import { noise } from "./hosts.mjs";

/**
 * A function that moves one block in and out with a technique, each call for the next of `hosts`.
 * Proves before that the technique does its job.
 */
export function blockWith(technique, { config, frames }, hosts) {
  const made = technique(config, frames);
  for (const host of hosts) prove(technique.name, made, host);
  return inTurn(hosts, MOVE, { mover: made.mover });
}

/** A block in and out, for `inTurn`. */
export const MOVE = "mover.collect(host.inputs, host.outputs); mover.deliver(host.outputs);";

/**
 * Runs `body` once a call, `host` being the next one in turn. Every such function has code of its
 * own, so that no technique makes another one's calls polymorphic.
 */
export function inTurn(hosts, body, scope) {
  const make = new Function(
    "hosts",
    ...Object.keys(scope),
    `let turn = 0; return () => { turn = turn + 1 === ${hosts.length} ? 0 : turn + 1; const host = hosts[turn]; ${body} };`,
  );
  return make(hosts, ...Object.values(scope));
}

/** @throws Error when samples do not arrive in the technique's memory, or not in the host's outputs. */
export function prove(name, technique, host) {
  const { mover } = technique;
  mover.collect(host.inputs, host.outputs);
  const { inputs, outputs } = technique;
  expectEqual(inputs, host.inputs, `${name}: an input channel did not arrive`);
  for (const view of outputs.flat()) view.set(Float32Array.from(view, noise));
  mover.deliver(host.outputs);
  expectEqual(outputs, host.outputs, `${name}: an output channel was not given out`);
}

function expectEqual(buses, expected, complaint) {
  const same = buses.every(
    (bus, b) =>
      bus.length === expected[b].length &&
      bus.every((samples, c) => samples.every((sample, k) => sample !== 0 && sample === expected[b][c][k])),
  );
  if (!same) throw new Error(complaint);
}
