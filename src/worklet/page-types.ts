// Types that a page's libraries have. The package's own types also have to compile where there is no page: in a worklet's project, or
// under Node without the DOM. So each is looked up among the globals, and is something plainer where it is not there.

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
