// Between the floats of a host and the doubles of a kernel.
Object.defineProperty(exports, "__esModule", { value: true });
exports.widenChannels = widenChannels;
exports.narrowChannels = narrowChannels;
/**
 * Floats to doubles, in place: the floats of each channel begin in the middle of its `stride` bytes, the
 * doubles at its start. Exact, because each float is a double. Going forwards is safe: the doubles that were
 * written end before the floats that are still to be read.
 */
function widenChannels(samples, stride, channels, frames) {
  for (; channels > 0; channels--) {
    widen(samples, samples + (stride >> 1), frames);
    samples += stride;
  }
}
/** Doubles to floats, each rounded to the nearest float: channels `fromStride` bytes apart to ones `toStride` bytes apart. */
function narrowChannels(to, toStride, from, fromStride, channels, frames) {
  for (; channels > 0; channels--) {
    narrow(to, from, frames);
    to += toStride;
    from += fromStride;
  }
}
function widen(to, from, frames) {
  const fours = from + ((frames & ~3) << 2);
  const end = from + (frames << 2);
  for (; from < fours; from += 16, to += 32) {
    // Loaded in two halves: taking the upper half of a vector down costs more than a load does.
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from, 8)), 16);
  }
  for (; from < end; from += 4, to += 8) store(to, load(from));
}
function narrow(to, from, frames) {
  const fours = to + ((frames & ~3) << 2);
  const end = to + (frames << 2);
  for (; to < fours; to += 16, from += 32) {
    v128.store64_lane(to, f32x4.demote_f64x2_zero(v128.load(from)), 0);
    v128.store64_lane(to, f32x4.demote_f64x2_zero(v128.load(from, 16)), 0, 8);
  }
  for (; to < end; to += 4, from += 8) store(to, load(from));
}
