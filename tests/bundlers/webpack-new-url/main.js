import { play } from "./play.js";

globalThis.rendered = play((context) => context.audioWorklet.addModule(new URL("./processor.js", import.meta.url)));
