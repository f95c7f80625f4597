// The parameters core: what storages need whose configuration declares parameters. It is compiled when the first of them
// is allocated. Like the other cores it imports a memory, keeps no state, and reads no count or address from memory. It uses SIMD.
//
// Each call is for a group of at most 14 parameters, whose states it is handed, and answers with, as bits: engines box
// numbers of more than 30 bits.
//
// Each parameter has a room. One that has a value for each frame has `stride` bytes there, one that has a single value has
// 16. What the host hands over is in the room already: where the kernel works in floats from its start on, where it works
// in doubles from its middle on.

import { ParameterFrame } from "./layout";

/**
 * The kernel finds each parameter from `offset` bytes on, in a window of `frames` frames. Bit p of `varying` is set where
 * parameter p has more than one value, bit p of `rates` where it has one for each frame.
 */
export function windowParameters(
  frame: usize,
  room: usize,
  varying: u32,
  rates: u32,
  count: u32,
  stride: u32,
  offset: u32,
  frames: u32,
): void {
  for (; count > 0; count--) {
    const isARate = (rates & 1) != 0;
    const parameter = changetype<ParameterFrame>(frame);
    parameter.length = (varying & 1) != 0 ? frames : 1;
    parameter.data = isARate ? room + offset : room;
    room += isARate ? stride : K_RATE_BYTES;
    frame += offsetof<ParameterFrame>();
    rates >>= 1;
    varying >>= 1;
  }
}

/** Bytes of the room of a parameter that has one value. */
const K_RATE_BYTES: u32 = 16;

// How a parameter comes, in two bits. 1 is for one float of the host's.
/** As one value, which stands at the start of its room in the kernel's format. */
const KEPT: u32 = 0;
/** As a float of the host's for each frame. */
const MANY: u32 = 2;
/** It stays as it is. */
const UNTOUCHED: u32 = 3;

const GROUP: u32 = 14;

/**
 * Describes `count` parameters to the kernel, and fills the rooms of those that have a value for each frame. `states` has two
 * bits a parameter, `rates` one, which is set where it has a value for each frame. The last value of each goes to `last`.
 * `sizes` is the bytes of one of the kernel's samples, and from bit 4 on those of a room that has a value for each frame:
 * engines are slow at calls with more than eight arguments.
 *
 * In the answer bit p is set where parameter p is NaN somewhere: it is left as it was. Bit 14 + p is set where it has more
 * than one value. Bit 28 is set where a last value is another than before.
 */
export function openParameters(frame: usize, room: usize, last: usize, states: u32, rates: u32, count: u32, frames: u32, sizes: u32): u32 {
  const isDouble = (sizes & 8) != 0;
  const bytes = sizes & 15;
  let answer: u32 = 0;
  for (let p: u32 = 0; p < count; p++) {
    const isARate = (rates & 1) != 0;
    const size = isARate ? sizes & ~15 : K_RATE_BYTES;
    const state = states & 3;
    if (state != UNTOUCHED) {
      const came = isDouble && state != KEPT ? room + (size >> 1) : room;
      const varies = state == MANY && !areEqual(came, frames);
      if (varies ? hasNaN(came, frames) : state != KEPT && isNotANumber(came)) {
        answer |= 1 << p;
      } else {
        if (varies) {
          if (isDouble) widen(room, came, frames);
          answer |= 1 << (GROUP + p);
        } else {
          if (isDouble && state != KEPT) store<f64>(room, <f64>load<f32>(came));
          if (isARate) spread(room, isDouble, <usize>frames * bytes);
        }
        const parameter = changetype<ParameterFrame>(frame);
        parameter.length = varies ? frames : 1;
        parameter.data = room;
        // Where all values are the same, the last one is, too. Word by word: doubles are compared as bits, as floats are.
        const end = isARate && frames > 0 ? room + (<usize>frames - 1) * bytes : room;
        answer |= (<u32>replaces(last, end)) << (2 * GROUP);
        if (isDouble) answer |= (<u32>replaces(last + 4, end + 4)) << (2 * GROUP);
      }
    }
    frame += offsetof<ParameterFrame>();
    room += size;
    last += bytes;
    states >>= 2;
    rates >>= 1;
  }
  return answer;
}

/** Whether all floats are equal bit by bit. */
function areEqual(from: usize, frames: u32): bool {
  const first = v128.load32_splat(from);
  const fours = from + ((<usize>frames & ~3) << 2);
  const end = from + ((<usize>frames) << 2);
  let at = from;
  for (; at < fours; at += 16) if (v128.any_true(v128.xor(v128.load(at), first))) return false;
  for (; at < end; at += 4) if (load<u32>(at) != load<u32>(from)) return false;
  return true;
}

function hasNaN(from: usize, frames: u32): bool {
  const sixteens = from + ((<usize>frames & ~15) << 2);
  const end = from + ((<usize>frames) << 2);
  let found = i32x4.splat(0);
  for (; from < sixteens; from += 64) {
    // One after the other each would wait for the one before.
    const one = v128.or(notANumber(v128.load(from)), notANumber(v128.load(from, 16)));
    const two = v128.or(notANumber(v128.load(from, 32)), notANumber(v128.load(from, 48)));
    found = v128.or(found, v128.or(one, two));
  }
  if (v128.any_true(found)) return true;
  for (; from < end; from += 4) if (isNotANumber(from)) return true;
  return false;
}

/** By its bits: everything above infinity. */
function isNotANumber(at: usize): bool {
  return (load<u32>(at) & 0x7fffffff) > 0x7f800000;
}

function notANumber(four: v128): v128 {
  return f32x4.ne(four, four);
}

/** Repeats the first value of a room. Whole vectors: it ends on a 16-byte boundary. */
function spread(room: usize, isDouble: bool, byteLength: usize): void {
  const values = isDouble ? v128.load64_splat(room) : v128.load32_splat(room);
  const end = room + byteLength;
  let at = room;
  for (const sixtyFours = room + (byteLength & ~63); at < sixtyFours; at += 64) {
    v128.store(at, values);
    v128.store(at, values, 16);
    v128.store(at, values, 32);
    v128.store(at, values, 48);
  }
  for (; at < end; at += 16) v128.store(at, values);
}

/** Going forwards is safe: the doubles that were written end before the floats that are still to be read. */
function widen(to: usize, from: usize, frames: u32): void {
  for (const end = from + ((<usize>frames) << 2); from < end; from += 4, to += 8) store<f64>(to, <f64>load<f32>(from));
}

/** Copies a word. True where another one stood there. */
function replaces(to: usize, from: usize): bool {
  const word = load<u32>(from);
  const isOther = load<u32>(to) != word;
  store<u32>(to, word);
  return isOther;
}
