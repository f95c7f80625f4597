import { noise } from "./hosts.mjs";
import { TECHNIQUES } from "./techniques/index.mjs";

/**
 * A function that moves one block in and out with the technique of that name, each call for the next
 * of `hosts`. Proves before that the technique does its job.
 */
export function blockWith(techniqueName, { config, frames }, hosts) {
  const technique = TECHNIQUES[techniqueName](config, frames);
  for (const host of hosts) prove(techniqueName, technique, host);
  return inTurn(hosts, "mover.collect(host.inputs, host.outputs); mover.deliver(host.outputs);", { mover: technique.mover });
}

/**
 * Runs `body` once a call, `host` being the next one in turn. Every such function has code of its
 * own, so that no technique makes another one's calls polymorphic.
 */
export function inTurn(hosts, body, scope) {
  const make = new Function("hosts", ...Object.keys(scope), `let turn = 0; return () => { turn = turn + 1 === ${hosts.length} ? 0 : turn + 1; const host = hosts[turn]; ${body} };`);
  return make(hosts, ...Object.values(scope));
}

/** @throws Error when samples do not arrive in the technique's memory, or not in the host's outputs. */
function prove(techniqueName, technique, host) {
  const { mover } = technique;
  mover.collect(host.inputs, host.outputs);
  const { inputs, outputs } = technique;
  expectEqual(inputs, host.inputs, `${techniqueName}: an input channel did not arrive`);
  for (const view of outputs.flat()) view.set(Float32Array.from(view, noise));
  mover.deliver(host.outputs);
  expectEqual(outputs, host.outputs, `${techniqueName}: an output channel was not given out`);
}

function expectEqual(buses, expected, complaint) {
  const same = buses.every((bus, b) => bus.length === expected[b].length && bus.every((samples, c) => samples.every((sample, k) => sample !== 0 && sample === expected[b][c][k])));
  if (!same) throw new Error(complaint);
}
