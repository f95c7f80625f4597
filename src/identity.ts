// What is a bus, a storage and an interleaved host, for tools that are handed anything and must not throw. A tool that asked by
// `instanceof` would bring the class into every bundle that has the tool.

export const buses = /* @__PURE__ */ new WeakSet<object>();
export const storages = /* @__PURE__ */ new WeakSet<object>();
export const interleavedHosts = /* @__PURE__ */ new WeakSet<object>();
