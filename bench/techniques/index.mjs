// Ways to move a host's block into wasm memory and out again. Each is made for a configuration and a
// block size, and has a `mover` with `collect(inputs, outputs)` and `deliver(outputs)`, and a view of
// each channel's samples in wasm memory to check it by.

import { cachedViews } from "./cached-views.mjs";
import { floor } from "./floor.mjs";
import { ours, oursNotZeroed } from "./ours.mjs";
import { structs } from "./structs.mjs";
import { subarray } from "./subarray.mjs";

export const TECHNIQUES = {
  floor,
  ours,
  "ours, outputs not zeroed": oursNotZeroed,
  "cached views, no tables": cachedViews,
  "subarray each block": subarray,
  "structs, for…of": structs,
};
