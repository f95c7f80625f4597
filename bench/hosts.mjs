// Host arrays as a worklet's `process` is given them: frozen lists, and every channel a buffer of its own.

/**
 * Hosts that take turns, so that no technique, and no compiler, can rely on seeing the same objects
 * again. Two, because each further one would take room in the cache that no real host takes.
 */
const HOSTS = 2;

/** `{ inputs, outputs }` of each host: inputs full of noise, outputs silent. */
export function createHosts({ inputs, outputs }, frames) {
  return Array.from({ length: HOSTS }, () => ({
    inputs: frozenBuses(inputs, frames, noise),
    outputs: frozenBuses(outputs, frames, () => 0),
  }));
}

/** Between -1 and 1, and never 0, so that what arrived can be told from what did not. */
export function noise() {
  return (Math.random() + 2 ** -20) * (Math.random() < 0.5 ? -0.5 : 0.5);
}

function frozenBuses(channelCounts, frames, sample) {
  return frozenList(channelCounts.length, (bus) => frozenList(channelCounts[bus], () => Float32Array.from({ length: frames }, sample)));
}

/** Pushed one by one: a list that is made with its length counts as one with holes, and is slower to read. */
function frozenList(length, entry) {
  const list = [];
  for (let index = 0; index < length; index++) list.push(entry(index));
  return Object.freeze(list);
}
