// The core of interleaved hosts, which is compiled when the first of them is made. Like the everyday core it imports a
// memory, keeps no state, and reads no count or address from memory. It uses SIMD.
Object.defineProperty(exports, "__esModule", { value: true });
exports.pcmFromKernel =
  exports.kernelFromPcm =
  exports.interleave =
  exports.deinterleave =
  exports.int16FromFloats =
  exports.floatsFromInt16 =
    void 0;
var int16_1 = require("./int16");
Object.defineProperty(exports, "floatsFromInt16", { enumerable: true, get: () => int16_1.floatsFromInt16 });
Object.defineProperty(exports, "int16FromFloats", { enumerable: true, get: () => int16_1.int16FromFloats });
var interleaved_1 = require("./interleaved");
Object.defineProperty(exports, "deinterleave", { enumerable: true, get: () => interleaved_1.deinterleave });
Object.defineProperty(exports, "interleave", { enumerable: true, get: () => interleaved_1.interleave });
var pcm_1 = require("./pcm");
Object.defineProperty(exports, "kernelFromPcm", { enumerable: true, get: () => pcm_1.kernelFromPcm });
Object.defineProperty(exports, "pcmFromKernel", { enumerable: true, get: () => pcm_1.pcmFromKernel });
