// Host arrays as a worklet's `process` is given them: lists of lists, and every channel a buffer of its own.

/**
 * What a host hands over in each block. "same": the very same lists and arrays in every block, frozen,
 * as engines do but for Firefox, whose are not frozen. "new": other lists and arrays than in the block
 * before. For those, hosts take turns that were made before, so that making them is not timed; two,
 * because each further one would take room in the cache that no real host takes.
 */
export const LISTS = {
  same: { hosts: 1, frozen: true },
  "same, not frozen": { hosts: 1, frozen: false },
  new: { hosts: 2, frozen: true },
  "new, not frozen": { hosts: 2, frozen: false },
};

/** `{ inputs, outputs }` of each host: inputs full of noise, outputs silent. */
export function createHosts({ inputs, outputs }, frames, lists = "new") {
  const { hosts, frozen } = LISTS[lists];
  return Array.from({ length: hosts }, () => ({
    inputs: createBuses(inputs, frames, frozen, noise),
    outputs: createBuses(outputs, frames, frozen, () => 0),
  }));
}

/** The hosts of "same" or "new" lists where the first host is an engine's: the second one is as frozen as the first. */
export function hostsLike(host, lists) {
  const copies = Array.from({ length: LISTS[lists].hosts - 1 }, () => ({ inputs: copyOf(host.inputs), outputs: copyOf(host.outputs) }));
  return [host, ...copies];
}

/** Between -1 and 1, and never 0, so that what arrived can be told from what did not. */
export function noise() {
  return (Math.random() + 2 ** -20) * (Math.random() < 0.5 ? -0.5 : 0.5);
}

function createBuses(channelCounts, frames, frozen, sample) {
  const channel = () => Float32Array.from({ length: frames }, sample);
  return listOf(channelCounts.length, frozen, (bus) => listOf(channelCounts[bus], frozen, channel));
}

function copyOf(buses) {
  const frozen = Object.isFrozen(buses);
  return listOf(buses.length, frozen, (bus) => listOf(buses[bus].length, frozen, (channel) => new Float32Array(buses[bus][channel])));
}

/** Pushed one by one: a list that is made with its length counts as one with holes, and is slower to read. */
function listOf(length, frozen, entry) {
  const list = [];
  for (let index = 0; index < length; index++) list.push(entry(index));
  return frozen ? Object.freeze(list) : list;
}
