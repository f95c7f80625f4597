// What the processor that is looked at writes, and what may be seen of it.

/** Of each block and channel another one: a whole number, which a float holds exactly. */
export function watchedLevel(block, direction, channel) {
  return ((block * 3 + channel) % 4093) + (direction === "input" ? 1 : 5001);
}

/** Does nothing for a while: worklets have no clock that is fine enough. */
export function pause(hundreds) {
  let sum = 0;
  for (let i = 0; i < hundreds * 1000; i++) sum = Math.imul(sum + i, 31);
  return sum;
}
