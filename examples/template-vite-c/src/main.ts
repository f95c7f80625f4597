import { createKernelNode, type KernelNode } from "wasm-process-buffers";
import { config, drive } from "./config";
import kernelUrl from "./kernel.wasm?url";
import processorUrl from "./processor?worker&url";

interface Sound {
  readonly context: AudioContext;
  readonly node: KernelNode;
  readonly volume: GainNode;
}

const startButton = document.querySelector<HTMLButtonElement>("#start")!;
const stopButton = document.querySelector<HTMLButtonElement>("#stop")!;
const slider = document.querySelector<HTMLInputElement>("#drive")!;
const status = document.querySelector<HTMLElement>("#status")!;

let sound: Sound | undefined;

slider.min = String(drive.minValue);
slider.max = String(drive.maxValue);
slider.step = "any";
slider.valueAsNumber = drive.defaultValue;

slider.addEventListener("input", () => {
  if (sound === undefined) return;
  const { context, node } = sound;
  // The parameter moves within a few hundredths of a second, so that no step is heard.
  node.parameters.get(drive.name)!.setTargetAtTime(slider.valueAsNumber, context.currentTime, 0.01);
});

startButton.addEventListener("click", async () => {
  startButton.disabled = true;
  try {
    sound = await start();
    stopButton.disabled = false;
    status.textContent = "";
  } catch (error) {
    startButton.disabled = false;
    status.textContent = String(error);
  }
});

stopButton.addEventListener("click", async () => {
  stopButton.disabled = true;
  if (sound !== undefined) await stop(sound);
  sound = undefined;
  startButton.disabled = false;
});

/** Plays a tone through the kernel. Browsers let a page play only after a click or a key. */
async function start(): Promise<Sound> {
  const context = new AudioContext();
  try {
    await context.audioWorklet.addModule(processorUrl);
    const node = await createKernelNode(context, "kernel", {
      module: kernelUrl,
      config,
      parameterData: { [drive.name]: slider.valueAsNumber },
    });
    node.addEventListener("kernelerror", ({ message }) => {
      status.textContent = `The kernel failed: ${message}`;
    });
    const tone = new OscillatorNode(context, { frequency: 220 });
    const volume = new GainNode(context);
    tone.connect(node).connect(volume).connect(context.destination);
    tone.start();
    return { context, node, volume };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Falls silent first: a sound that breaks off is heard as a click. */
async function stop({ context, node, volume }: Sound): Promise<void> {
  volume.gain.setTargetAtTime(0, context.currentTime, 0.005);
  await new Promise((resolve) => setTimeout(resolve, 200));
  node.dispose();
  await context.close();
}
