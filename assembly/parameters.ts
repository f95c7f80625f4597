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

/** The parameters of a block for a kernel that works in floats. See {@link openParameters}. */
export function openFloatParameters(
  frame: usize,
  room: usize,
  last: usize,
  states: u32,
  rates: u32,
  count: u32,
  frames: u32,
  stride: u32,
): u32 {
  return openParameters<f32>(frame, room, last, states, rates, count, frames, stride);
}

/** The same for a kernel that works in doubles. */
export function openDoubleParameters(
  frame: usize,
  room: usize,
  last: usize,
  states: u32,
  rates: u32,
  count: u32,
  frames: u32,
  stride: u32,
): u32 {
  return openParameters<f64>(frame, room, last, states, rates, count, frames, stride);
}

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
 *
 * In the answer bit p is set where parameter p is NaN somewhere: it is left as it was. Bit 14 + p is set where it has more
 * than one value. Bit 28 is set where a last value is another than before.
 */
function openParameters<T>(frame: usize, room: usize, last: usize, states: u32, rates: u32, count: u32, frames: u32, stride: u32): u32 {
  let answer: u32 = 0;
  for (let p: u32 = 0; p < count; p++) {
    const isARate = (rates & 1) != 0;
    const size = isARate ? stride : K_RATE_BYTES;
    const state = states & 3;
    if (state != UNTOUCHED) {
      const came = sizeof<T>() == 8 && state != KEPT ? room + (size >> 1) : room;
      const varies = state == MANY && !areEqual(came, frames);
      if (varies ? hasNaN(came, frames) : state != KEPT && isNotANumber(came)) {
        answer |= 1 << p;
      } else {
        let value: T;
        if (varies) {
          if (sizeof<T>() == 8) widen(room, came, frames);
          value = load<T>(room + (<usize>frames - 1) * sizeof<T>());
          answer |= 1 << (GROUP + p);
        } else {
          value = state == KEPT ? load<T>(room) : <T>load<f32>(came);
          if (isARate) fill<T>(room, value, frames);
          else store<T>(room, value);
        }
        const parameter = changetype<ParameterFrame>(frame);
        parameter.length = varies ? frames : 1;
        parameter.data = room;
        answer |= (<u32>replaces<T>(last, value)) << (2 * GROUP);
      }
    }
    frame += offsetof<ParameterFrame>();
    room += size;
    last += sizeof<T>();
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

/** Whole vectors: a room ends on a 16-byte boundary. At least one, for kernels that read the first value of an empty block. */
function fill<T>(room: usize, value: T, frames: u32): void {
  const four = sizeof<T>() == 8 ? f64x2.splat(<f64>value) : f32x4.splat(<f32>value);
  let at = room;
  const end = room + <usize>frames * sizeof<T>();
  const sixtyFours = room + ((<usize>frames * sizeof<T>()) & ~63);
  for (; at < sixtyFours; at += 64) {
    v128.store(at, four);
    v128.store(at, four, 16);
    v128.store(at, four, 32);
    v128.store(at, four, 48);
  }
  for (; at < end; at += 16) v128.store(at, four);
  if (frames == 0) store<T>(room, value);
}

/** Going forwards is safe: the doubles that were written end before the floats that are still to be read. */
function widen(to: usize, from: usize, frames: u32): void {
  for (const end = from + ((<usize>frames) << 2); from < end; from += 4, to += 8) store<f64>(to, <f64>load<f32>(from));
}

/** Writes the value. True where another one stood there, bit by bit. */
function replaces<T>(at: usize, value: T): bool {
  let isOther: bool;
  if (sizeof<T>() == 8) isOther = load<u64>(at) != reinterpret<u64>(<f64>value);
  else isOther = load<u32>(at) != reinterpret<u32>(<f32>value);
  store<T>(at, value);
  return isOther;
}
