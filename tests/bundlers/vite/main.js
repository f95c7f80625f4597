import { play } from "./play.js";
import processorUrl from "./processor.js?worker&url";

globalThis.rendered = play((context) => context.audioWorklet.addModule(processorUrl));
