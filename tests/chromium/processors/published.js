// Plays a published kernel through its driver, as a worklet has to: from a compiled module, without fetching.

import * as denoise from "../../kernels-published/denoise.js";
import * as faust from "../../kernels-published/faust.js";
import * as fvad from "../../kernels-published/fvad.js";
import * as encoder from "../../kernels-published/media-encoder.js";
import * as nam from "../../kernels-published/nam.js";
import { Player } from "../../kernels-published/player.js";
import * as rnnoise from "../../kernels-published/rnnoise.js";
import * as sonic from "../../kernels-published/sonic.js";

const drivers = { denoise, faust, fvad, encoder, nam, rnnoise, sonic };

class Published extends AudioWorkletProcessor {
  constructor({ processorOptions: { driver, given, blocks } }) {
    super();
    this.blocksLeft = blocks;
    // Silence until it is there: some loaders are asynchronous.
    Promise.resolve()
      .then(() => drivers[driver].load(given))
      .then((kernel) => {
        this.player = new Player(kernel);
        this.port.postMessage("ready");
      })
      .catch((error) => this.port.postMessage(String(error)));
  }

  process(inputs, outputs) {
    const { player } = this;
    if (player === undefined) return true;
    player.process(inputs, outputs);
    if (--this.blocksLeft === 0) this.port.postMessage(player.finish());
    return true;
  }
}

registerProcessor("published", Published);
