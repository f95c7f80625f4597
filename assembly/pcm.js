// Between the frames of an interleaved host, in whatever format it has them, and a bus of whatever form.
Object.defineProperty(exports, "__esModule", { value: true });
exports.kernelFromPcm = kernelFromPcm;
exports.pcmFromKernel = pcmFromKernel;
const convert_1 = require("./convert");
/**
 * A host's samples, `frameBytes` from frame to frame and `sampleBytes` from channel to channel, to a bus: there a
 * channel's samples lie `step` bytes apart, and channels `stride` bytes. Each times `scale`.
 */
function kernelFromPcm(format, to, step, stride, pcmFormat, from, frameBytes, sampleBytes, channels, frames, scale) {
  for (; channels > 0; channels--, to += stride, from += sampleBytes) {
    if (format == convert_1.F64) fromPcm(to, step, pcmFormat, from, frameBytes, frames, scale);
    else if (format == convert_1.I16) fromPcm(to, step, pcmFormat, from, frameBytes, frames, scale);
    else fromPcm(to, step, pcmFormat, from, frameBytes, frames, scale);
  }
}
/** The way back: each divided by `scale`. Samples of a frame beyond `channels` stay as they are. */
function pcmFromKernel(pcmFormat, to, frameBytes, sampleBytes, format, from, step, stride, channels, frames, scale) {
  for (; channels > 0; channels--, to += sampleBytes, from += stride) {
    if (format == convert_1.F64) toPcm(pcmFormat, to, frameBytes, from, step, frames, scale);
    else if (format == convert_1.I16) toPcm(pcmFormat, to, frameBytes, from, step, frames, scale);
    else toPcm(pcmFormat, to, frameBytes, from, step, frames, scale);
  }
}
function fromPcm(to, step, pcmFormat, from, frameBytes, frames, scale) {
  if (pcmFormat == convert_1.F32) (0, convert_1.multiply)(to, step, from, frameBytes, frames, scale);
  else if (pcmFormat == convert_1.F64) (0, convert_1.multiply)(to, step, from, frameBytes, frames, scale);
  else if (pcmFormat == convert_1.U8) (0, convert_1.multiply)(to, step, from, frameBytes, frames, scale);
  else if (pcmFormat == convert_1.I24) (0, convert_1.multiply)(to, step, from, frameBytes, frames, scale);
  else if (pcmFormat == convert_1.I32) (0, convert_1.multiply)(to, step, from, frameBytes, frames, scale);
  else (0, convert_1.multiply)(to, step, from, frameBytes, frames, scale);
}
function toPcm(pcmFormat, to, frameBytes, from, step, frames, scale) {
  if (pcmFormat == convert_1.F32) (0, convert_1.divide)(to, frameBytes, from, step, frames, scale);
  else if (pcmFormat == convert_1.F64) (0, convert_1.divide)(to, frameBytes, from, step, frames, scale);
  else if (pcmFormat == convert_1.U8) (0, convert_1.divide)(to, frameBytes, from, step, frames, scale);
  else if (pcmFormat == convert_1.I24) (0, convert_1.divide)(to, frameBytes, from, step, frames, scale);
  else if (pcmFormat == convert_1.I32) (0, convert_1.divide)(to, frameBytes, from, step, frames, scale);
  else (0, convert_1.divide)(to, frameBytes, from, step, frames, scale);
}
