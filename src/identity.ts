// Every bus, storage and interleaved host is in one of these sets. Tools look an unknown value up here. `instanceof` would
// put the class into every bundle that has the tool, and it throws for some proxies.

export const buses = /* @__PURE__ */ new WeakSet<object>();
export const storages = /* @__PURE__ */ new WeakSet<object>();
export const interleavedHosts = /* @__PURE__ */ new WeakSet<object>();
