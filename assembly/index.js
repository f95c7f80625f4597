// For kernels written in AssemblyScript: what they are handed, and how large it can be.
Object.defineProperty(exports, "__esModule", { value: true });
exports.MAX_CHANNELS = exports.MAX_BUSES = exports.BusDescriptor = void 0;
var layout_1 = require("./layout");
Object.defineProperty(exports, "BusDescriptor", { enumerable: true, get: () => layout_1.BusDescriptor });
Object.defineProperty(exports, "MAX_BUSES", { enumerable: true, get: () => layout_1.MAX_BUSES });
Object.defineProperty(exports, "MAX_CHANNELS", { enumerable: true, get: () => layout_1.MAX_CHANNELS });
