// Converts between the frames of an interleaved host, in any of its formats, and a bus in any form.

import { divide, F32, F64, I16, I24, I32, int24, multiply, U8 } from "./convert";

/**
 * Converts one channel's samples of a host to a bus, each multiplied by `scale`. The host's frames lie `frameBytes` bytes apart.
 * In the bus the samples of a channel lie `step` bytes apart.
 */
export function kernelFromPcm(
  format: u32,
  to: usize,
  step: u32,
  pcmFormat: u32,
  from: usize,
  frameBytes: u32,
  frames: u32,
  scale: f64,
): void {
  if (format == F64) fromPcm<f64>(to, step, pcmFormat, from, frameBytes, frames, scale);
  else if (format == I16) fromPcm<i16>(to, step, pcmFormat, from, frameBytes, frames, scale);
  else fromPcm<f32>(to, step, pcmFormat, from, frameBytes, frames, scale);
}

/** The same in the other direction, each divided by `scale`. */
export function pcmFromKernel(
  pcmFormat: u32,
  to: usize,
  frameBytes: u32,
  format: u32,
  from: usize,
  step: u32,
  frames: u32,
  scale: f64,
): void {
  if (format == F64) toPcm<f64>(pcmFormat, to, frameBytes, from, step, frames, scale);
  else if (format == I16) toPcm<i16>(pcmFormat, to, frameBytes, from, step, frames, scale);
  else toPcm<f32>(pcmFormat, to, frameBytes, from, step, frames, scale);
}

function fromPcm<To>(to: usize, step: u32, pcmFormat: u32, from: usize, frameBytes: u32, frames: u32, scale: f64): void {
  if (pcmFormat == F32) multiply<f32, To>(to, step, from, frameBytes, frames, scale);
  else if (pcmFormat == F64) multiply<f64, To>(to, step, from, frameBytes, frames, scale);
  else if (pcmFormat == U8) multiply<u8, To>(to, step, from, frameBytes, frames, scale);
  else if (pcmFormat == I24) multiply<int24, To>(to, step, from, frameBytes, frames, scale);
  else if (pcmFormat == I32) multiply<i32, To>(to, step, from, frameBytes, frames, scale);
  else multiply<i16, To>(to, step, from, frameBytes, frames, scale);
}

function toPcm<From>(pcmFormat: u32, to: usize, frameBytes: u32, from: usize, step: u32, frames: u32, scale: f64): void {
  if (pcmFormat == F32) divide<From, f32>(to, frameBytes, from, step, frames, scale);
  else if (pcmFormat == F64) divide<From, f64>(to, frameBytes, from, step, frames, scale);
  else if (pcmFormat == U8) divide<From, u8>(to, frameBytes, from, step, frames, scale);
  else if (pcmFormat == I24) divide<From, int24>(to, frameBytes, from, step, frames, scale);
  else if (pcmFormat == I32) divide<From, i32>(to, frameBytes, from, step, frames, scale);
  else divide<From, i16>(to, frameBytes, from, step, frames, scale);
}
