// The conversions core: what storages need that work in doubles or look for constant channels. It is compiled when the
// first of them is allocated. Like the everyday core it imports a memory, keeps no state, and reads no count or
// address from memory. It uses SIMD.
Object.defineProperty(exports, "__esModule", { value: true });
exports.widenChannels = exports.narrowChannels = exports.constantChannels = void 0;
var constant_1 = require("./constant");
Object.defineProperty(exports, "constantChannels", { enumerable: true, get: () => constant_1.constantChannels });
var doubles_1 = require("./doubles");
Object.defineProperty(exports, "narrowChannels", { enumerable: true, get: () => doubles_1.narrowChannels });
Object.defineProperty(exports, "widenChannels", { enumerable: true, get: () => doubles_1.widenChannels });
