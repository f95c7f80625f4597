import { play } from "./play.js";

globalThis.rendered = play((context) => context.audioWorklet.addModule("processor.js"));
