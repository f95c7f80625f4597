// What is a bus and what is a storage, for tools that are handed anything and must not throw. A tool that asked by
// `instanceof` would bring the class into every bundle that has the tool.

export const buses = /* @__PURE__ */ new WeakSet<object>();
export const storages = /* @__PURE__ */ new WeakSet<object>();
