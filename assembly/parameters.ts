// The parameters core, for storages whose configuration declares parameters. It is compiled when the first of them is
// allocated. Like the other cores it imports a memory, has no state, and reads no count and no address from memory. It uses
// SIMD.
//
// Each call serves a group of at most 14 parameters. It takes their states as one number, and returns its answer as one
// number. More than 14 would need more than 30 bits, and V8 makes a heap object of such an integer where its pointers have 32
// bits.
//
// Each parameter has a slot, which is the memory for its values. An a-rate parameter has one value for each frame and a slot
// of `stride` bytes. A k-rate parameter has one value and a slot of 16 bytes. The script has already copied the host's floats
// into the slot: to its start where the kernel works in floats, to its middle where it works in doubles.

import { ParameterFrame } from "./layout";

/**
 * Points each a-rate parameter `offset` bytes into its slot, for a window of `frames` frames. Bit p of `varying` is set where
 * parameter p has more than one value in the block, bit p of `rates` where it is a-rate.
 */
export function windowParameters(
  frame: usize,
  slot: usize,
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
    parameter.data = isARate ? slot + offset : slot;
    slot += isARate ? stride : K_RATE_BYTES;
    frame += offsetof<ParameterFrame>();
    rates >>= 1;
    varying >>= 1;
  }
}

/** Bytes of the slot of a k-rate parameter. */
const K_RATE_BYTES: u32 = 16;

// The state of a parameter, in two bits. 1 means that the host has handed over one float.
/** Its last value stands at the start of its slot, in the kernel's format. */
const KEPT: u32 = 0;
/** The host has handed over one float for each frame. */
const MANY: u32 = 2;
/** The parameter stays as it is. */
const UNTOUCHED: u32 = 3;

const GROUP: u32 = 14;

/**
 * Writes the structs of `count` parameters, and fills the slots of those that are a-rate. `states` has two bits for each
 * parameter, `rates` one, which is set where the parameter is a-rate. The last value of each parameter is written to `last`.
 * The lowest four bits of `sizes` are the bytes of one of the kernel's samples; the rest, with these four bits as zeros, is
 * the slot size of an a-rate parameter. The two share one argument, because engines are slow at calls with more than eight.
 *
 * In the answer, bit p is set where parameter p has a NaN: that parameter is left as it was. Bit 14 + p is set where
 * parameter p has more than one value. Bit 28 is set where a last value differs from the one before.
 */
export function openParameters(frame: usize, slot: usize, last: usize, states: u32, rates: u32, count: u32, frames: u32, sizes: u32): u32 {
  const isDouble = (sizes & 8) != 0;
  const bytes = sizes & 15;
  let answer: u32 = 0;
  for (let p: u32 = 0; p < count; p++) {
    const isARate = (rates & 1) != 0;
    const size = isARate ? sizes & ~15 : K_RATE_BYTES;
    const state = states & 3;
    if (state != UNTOUCHED) {
      const came = isDouble && state != KEPT ? slot + (size >> 1) : slot;
      const varies = state == MANY && !areEqual(came, frames);
      if (varies ? hasNaN(came, frames) : state != KEPT && isNotANumber(came)) {
        answer |= 1 << p;
      } else {
        if (varies) {
          if (isDouble) widen(slot, came, frames);
          answer |= 1 << (GROUP + p);
        } else {
          if (isDouble && state != KEPT) store<f64>(slot, <f64>load<f32>(came));
          if (isARate) spread(slot, isDouble, <usize>frames * bytes);
        }
        const parameter = changetype<ParameterFrame>(frame);
        parameter.length = varies ? frames : 1;
        parameter.data = slot;
        // Address of the block's last value. A double is compared as two 32-bit words.
        const end = isARate && frames > 0 ? slot + (<usize>frames - 1) * bytes : slot;
        answer |= (<u32>replaces(last, end)) << (2 * GROUP);
        if (isDouble) answer |= (<u32>replaces(last + 4, end + 4)) << (2 * GROUP);
      }
    }
    frame += offsetof<ParameterFrame>();
    slot += size;
    last += bytes;
    states >>= 2;
    rates >>= 1;
  }
  return answer;
}

/** Whether all floats have the same bits. */
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
    // Two pairs that do not depend on each other. In one chain, each OR would wait for the result of the one before.
    const one = v128.or(notANumber(v128.load(from)), notANumber(v128.load(from, 16)));
    const two = v128.or(notANumber(v128.load(from, 32)), notANumber(v128.load(from, 48)));
    found = v128.or(found, v128.or(one, two));
  }
  if (v128.any_true(found)) return true;
  for (; from < end; from += 4) if (isNotANumber(from)) return true;
  return false;
}

/** Compares bits: without its sign bit, a NaN is larger than infinity. */
function isNotANumber(at: usize): bool {
  return (load<u32>(at) & 0x7fffffff) > 0x7f800000;
}

function notANumber(four: v128): v128 {
  return f32x4.ne(four, four);
}

/** Repeats a slot's first value. It stores whole vectors of 16 bytes, because a slot ends on a 16-byte boundary. */
function spread(slot: usize, isDouble: bool, byteLength: usize): void {
  const values = isDouble ? v128.load64_splat(slot) : v128.load32_splat(slot);
  const end = slot + byteLength;
  let at = slot;
  for (const sixtyFours = slot + (byteLength & ~63); at < sixtyFours; at += 64) {
    v128.store(at, values);
    v128.store(at, values, 16);
    v128.store(at, values, 32);
    v128.store(at, values, 48);
  }
  for (; at < end; at += 16) v128.store(at, values);
}

/** Goes forwards: the doubles written so far end before the first float that is still to be read. */
function widen(to: usize, from: usize, frames: u32): void {
  for (const end = from + ((<usize>frames) << 2); from < end; from += 4, to += 8) store<f64>(to, <f64>load<f32>(from));
}

/** Copies a word. Returns true where it differs from the word that it replaces. */
function replaces(to: usize, from: usize): bool {
  const word = load<u32>(from);
  const isOther = load<u32>(to) != word;
  store<u32>(to, word);
  return isOther;
}
