// Types of TypeScript's DOM library. The package's types have to compile without that library, too: in a worklet's project, or in
// Node. So each type is looked up among the globals. If it is not there, a plainer type takes its place.

type Globals = typeof globalThis;

/** A context of the Web Audio API. */
export type ContextOfPage = Globals extends { BaseAudioContext: { prototype: infer T } } ? T : object;

/** The class of AudioWorkletNodes. */
export type NodeClassOfPage = Globals extends { AudioWorkletNode: infer T } ? T : abstract new (...args: never[]) => object;

/** An AudioWorkletNode. */
export type NodeOfPage = Globals extends { AudioWorkletNode: { prototype: infer T } } ? T : EventTarget;

/** What `fetch` answers. */
export type ResponseOfPage = Globals extends { Response: { prototype: infer T } } ? T : never;

/** A URL that was parsed. */
export type UrlOfPage = Globals extends { URL: { prototype: infer T } } ? T : never;
