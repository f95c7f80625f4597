// The cores that a bundle carries. A bundler leaves out a core that nothing uses. They follow one another because they have
// much in common, and a compressor finds repeated bytes only in the last 32 KB.

import conversionsWasm from "../../build/conversions.wasm";
import everydayWasm from "../../build/everyday.wasm";
import formsWasm from "../../build/forms.wasm";
import interleavingWasm from "../../build/interleaving.wasm";
import parametersWasm from "../../build/parameters.wasm";
import type { ConversionsCore } from "./conversions";
import type { EverydayCore } from "./everyday";
import type { FormsCore } from "./forms";
import type { Core } from "./instance";
import type { InterleavingCore } from "./interleaving";
import type { ParametersCore } from "./parameters";

export const EVERYDAY_CORE: Core<EverydayCore> = { bytes: everydayWasm, has: "openBlock", modules: [] };
export const CONVERSIONS_CORE: Core<ConversionsCore> = { bytes: conversionsWasm, has: "widenChannels", modules: [] };
export const FORMS_CORE: Core<FormsCore> = { bytes: formsWasm, has: "kernelFromFloats", modules: [] };
export const INTERLEAVING_CORE: Core<InterleavingCore> = { bytes: interleavingWasm, has: "deinterleave", modules: [] };
export const PARAMETERS_CORE: Core<ParametersCore> = { bytes: parametersWasm, has: "openParameters", modules: [] };
