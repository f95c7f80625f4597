// All cores as one module, which is shipped as a file for hosts that compile once.
Object.defineProperty(exports, "__esModule", { value: true });
exports.pcmFromKernel =
  exports.kernelFromPcm =
  exports.interleave =
  exports.int16FromFloats =
  exports.floatsFromInt16 =
  exports.deinterleave =
  exports.mixChannel =
  exports.kernelFromFloats =
  exports.floatsFromKernel =
  exports.zeroChannels =
  exports.pushChannel =
  exports.openBlock =
  exports.widenChannels =
  exports.narrowChannels =
  exports.constantChannels =
    void 0;
var conversions_1 = require("./conversions");
Object.defineProperty(exports, "constantChannels", { enumerable: true, get: () => conversions_1.constantChannels });
Object.defineProperty(exports, "narrowChannels", { enumerable: true, get: () => conversions_1.narrowChannels });
Object.defineProperty(exports, "widenChannels", { enumerable: true, get: () => conversions_1.widenChannels });
var everyday_1 = require("./everyday");
Object.defineProperty(exports, "openBlock", { enumerable: true, get: () => everyday_1.openBlock });
Object.defineProperty(exports, "pushChannel", { enumerable: true, get: () => everyday_1.pushChannel });
Object.defineProperty(exports, "zeroChannels", { enumerable: true, get: () => everyday_1.zeroChannels });
var forms_1 = require("./forms");
Object.defineProperty(exports, "floatsFromKernel", { enumerable: true, get: () => forms_1.floatsFromKernel });
Object.defineProperty(exports, "kernelFromFloats", { enumerable: true, get: () => forms_1.kernelFromFloats });
Object.defineProperty(exports, "mixChannel", { enumerable: true, get: () => forms_1.mixChannel });
var interleaving_1 = require("./interleaving");
Object.defineProperty(exports, "deinterleave", { enumerable: true, get: () => interleaving_1.deinterleave });
Object.defineProperty(exports, "floatsFromInt16", { enumerable: true, get: () => interleaving_1.floatsFromInt16 });
Object.defineProperty(exports, "int16FromFloats", { enumerable: true, get: () => interleaving_1.int16FromFloats });
Object.defineProperty(exports, "interleave", { enumerable: true, get: () => interleaving_1.interleave });
Object.defineProperty(exports, "kernelFromPcm", { enumerable: true, get: () => interleaving_1.kernelFromPcm });
Object.defineProperty(exports, "pcmFromKernel", { enumerable: true, get: () => interleaving_1.pcmFromKernel });
