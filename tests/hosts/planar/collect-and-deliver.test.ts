// Blocks of planar hosts, in each of the four forms in which they are copied.

import { describe, expect, test } from "vitest";
import { createHeap, type HostBuses, ProcessBufferStorage, type StorageOptions } from "wasm-process-buffers";
import { badHostValues, unusableValues } from "../../support/bad-host-values.js";
import { filled, ramp, ramps } from "../../support/host-channels";
import { collectInForm, type FormedBlockOptions, forms, hostInForm, listsInForm, takenForms, visibleState } from "../../support/host-forms";
import { descriptorAt, floatsAt, pointersAt } from "../../support/memory-contents";
import { growableBuffer, hasGrowable, hasResizable, resizableBuffer } from "../../support/resizable-buffers";

const allocate = (inputs: number[], outputs: number[], options: StorageOptions = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

/** What a kernel finds on an input bus, read through descriptor and table. */
function found(storage: ProcessBufferStorage, bus: number, frames = storage.frames): number[][] {
  const { data32, channelCount } = descriptorAt(storage.memory, storage.inputsAddress, bus);
  return pointersAt(storage.memory, data32, channelCount).map((pointer) => floatsAt(storage.memory, pointer, frames));
}

const lists = (channels: readonly Float32Array[]) => channels.map((channel) => [...channel]);
const silence = (frames = 128) => Array<number>(frames).fill(0);

describe.each(forms)("a host whose lists are copied in the %s form", (form) => {
  const collect = (storage: ProcessBufferStorage, inputs: HostBuses, outputs: HostBuses, options?: FormedBlockOptions) =>
    collectInForm(form, storage, inputs, outputs, options);
  /** What has no channel, or channels that cannot be used, is looked after carefully. */
  const carefully = { takes: "careful" } as const;

  describe("a block in", () => {
    test("every channel of every bus arrives in its own place", () => {
      const storage = allocate([2, 1, 3], [2]);
      const inputs = [ramps(2, 1), ramps(1, 10), ramps(3, 20)];
      expect(collect(storage, inputs, [filled(2)]).frames).toBe(128);
      for (const bus of [0, 1, 2]) {
        expect(found(storage, bus)).toEqual(lists(inputs[bus]!));
        expect(storage.inputs[bus]!.connectedLength).toBe(inputs[bus]!.length);
        expect(storage.inputs[bus]!.constantMask).toBe(0);
      }
    });

    test("the host's inputs stay as they are", () => {
      const storage = allocate([2], [2]);
      const inputs = [ramps(2)];
      collect(storage, inputs, [filled(2)]);
      storage.mainInput!.channel(0).fill(9);
      expect(lists(inputs[0]!)).toEqual(lists(ramps(2)));
    });

    test("a missing channel is silence in its own place, marked constant, and the bus keeps its configured count", () => {
      const storage = allocate([4], [2]);
      collect(storage, [ramps(2)], [filled(2)]);
      const bus = storage.mainInput!;
      expect(found(storage, 0)).toEqual([...lists(ramps(2)), silence(), silence()]);
      expect([bus.length, bus.connectedLength, bus.constantMask]).toEqual([4, 2, 0b1100]);
      expect([...bus.channel(3)]).toEqual(silence());
    });

    test("a null left channel with a live right one leaves the right one at index 1", () => {
      const storage = allocate([2], [2]);
      collect(storage, [[null, ramp(5)] as unknown as Float32Array[]], [filled(2)], carefully);
      const bus = storage.mainInput!;
      expect(found(storage, 0)).toEqual([silence(), [...ramp(5)]]);
      expect([bus.length, bus.connectedLength, bus.constantMask]).toEqual([2, 2, 0b01]);
      expect(storage.diagnostics.droppedChannels).toBe(1);
    });

    test("an unconnected bus is silent while the others play, either way round", () => {
      const storage = allocate([2, 1], [2]);
      collect(storage, [[], ramps(1)], [filled(2)]);
      expect([found(storage, 0), found(storage, 1)]).toEqual([[silence(), silence()], lists(ramps(1))]);
      expect(storage.inputs.map((bus) => [bus.connectedLength, bus.constantMask])).toEqual([
        [0, 0b11],
        [1, 0],
      ]);
      collect(storage, [ramps(2)], [filled(2)]);
      expect([found(storage, 0), found(storage, 1)]).toEqual([lists(ramps(2)), [silence()]]);
      expect(storage.inputs.map((bus) => [bus.connectedLength, bus.constantMask])).toEqual([
        [2, 0],
        [0, 0b1],
      ]);
      expect(storage.diagnostics.droppedChannels).toBe(0);
    });

    test("all 32 channels of a bus may be missing", () => {
      const storage = allocate([32], []);
      collect(storage, [], [], carefully);
      expect(storage.mainInput!.constantMask).toBe(0xffffffff);
      expect(descriptorAt(storage.memory, storage.inputsAddress).constantMask).toBe(0xffffffffn);
      collect(storage, [ramps(31)], []);
      expect(storage.mainInput!.constantMask).toBe(0x80000000);
    });

    test("channels come and go from block to block, and nothing is left of an earlier block", () => {
      const storage = allocate([2], [2]);
      for (const count of [0, 1, 2, 6, 1, 0, 2, 1]) {
        collect(storage, [ramps(count, count)], [filled(2)]);
        const expected = [...lists(ramps(Math.min(count, 2), count)), silence(), silence()].slice(0, 2);
        expect(found(storage, 0)).toEqual(expected);
        expect(storage.mainInput!.connectedLength).toBe(Math.min(count, 2));
      }
    });

    test("samples that the host changes in its arrays are followed", () => {
      const storage = allocate([2], [2]);
      const host = hostInForm(form, [ramps(2)], [filled(2)]);
      for (let block = 0; block < 5; block++) {
        for (const [c, samples] of host.inputs[0]!.entries()) Float32Array.prototype.set.call(samples, ramp(block * 2 + c));
        storage.collect(host.inputs, host.outputs);
        expect(found(storage, 0)).toEqual(lists(ramps(2, block * 2)));
      }
      expect(takenForms(storage).collectedBy).toBe(form);
    });

    test("channels and buses beyond the configuration are left out, and counted", () => {
      const storage = allocate([2], [1]);
      collect(storage, [ramps(5), ramps(2, 9), ramps(1, 20)], [filled(1)]);
      expect(found(storage, 0)).toEqual(lists(ramps(2)));
      expect(storage.diagnostics.droppedChannels).toBe(3 + 2 + 1);
    });

    test("a kernel that writes into a missing channel is heard for that block at most", () => {
      const storage = allocate([2, 2], [1]);
      const host = hostInForm(form, [ramps(1)], [filled(1)]);
      for (let block = 0; block < 4; block++) {
        storage.collect(host.inputs, host.outputs);
        expect([found(storage, 0)[1], ...found(storage, 1)]).toEqual([silence(), silence(), silence()]);
        for (const bus of storage.inputs) for (const channel of [0, 1]) bus.channel(channel).fill(9);
      }
      expect(takenForms(storage).collectedBy).toBe(form);
      storage.begin(128);
      expect([...found(storage, 0), ...found(storage, 1)]).toEqual(Array(4).fill(silence()));
    });
  });

  describe("the block's length", () => {
    test("is that of the host's channels, 1 to maxFrames, changing from block to block", () => {
      const storage = allocate([2], [2], { maxFrames: 256 });
      for (const frames of [128, 256, 1, 17, 255, 128]) {
        const inputs = [ramps(2, 1, frames)];
        const outputs = [filled(2, 9, frames)];
        const block = collect(storage, inputs, outputs);
        expect(block.frames).toBe(frames);
        expect(found(storage, 0)).toEqual(lists(inputs[0]!));
        for (const channel of [0, 1]) storage.mainOutput!.channel(channel).set(inputs[0]![channel]!);
        block.deliver();
        expect(lists(outputs[0]!)).toEqual(lists(inputs[0]!));
      }
      expect(storage.diagnostics.truncatedFrames).toBe(0);
    });

    test("comes from the inputs when there are no outputs, and is maxFrames without any channel", () => {
      const storage = allocate([2, 1], [2]);
      expect(collect(storage, [[], ramps(1, 1, 32)], []).frames).toBe(32);
      expect(collect(storage, [], [], carefully).frames).toBe(128);
      expect(collect(storage, [[]], [[]], carefully).frames).toBe(128);
    });

    test("a block longer than maxFrames is rendered up to it, the rest of the host's output is silent, and it is counted", () => {
      const storage = allocate([1], [1], { maxFrames: 64 });
      const outputs = [filled(1, 9, 100)];
      const block = collect(storage, [ramps(1, 1, 100)], outputs, carefully);
      expect(block.frames).toBe(64);
      expect(found(storage, 0)).toEqual([[...ramp(1, 100)].slice(0, 64)]);
      storage.mainOutput!.channel(0).fill(0.5);
      block.deliver();
      expect([...outputs[0]![0]!]).toEqual([...Array(64).fill(0.5), ...Array(36).fill(0)]);
      expect(storage.diagnostics.truncatedFrames).toBe(36);
    });

    test("a channel shorter than the block is silent from its end on, a longer one is cut, the others are whole", () => {
      const storage = allocate([3], [1]);
      collect(storage, [[ramp(1, 100), ramp(2), ramp(3, 200)]], [filled(1)], carefully);
      expect(found(storage, 0)).toEqual([[...ramp(1, 100), ...silence(28)], [...ramp(2)], [...ramp(3, 200)].slice(0, 128)]);
      expect(storage.mainInput!.constantMask).toBe(0);
    });

    test("one short output channel does not shorten the others", () => {
      const storage = allocate([1], [2]);
      const outputs = [[new Float32Array(5), new Float32Array(128)]];
      const block = collect(storage, [ramps(1)], outputs, carefully);
      expect(block.frames).toBe(128);
      for (const channel of [0, 1]) storage.mainOutput!.channel(channel).set(ramp(channel));
      block.deliver();
      expect(lists(outputs[0]!)).toEqual([[...ramp(0)].slice(0, 5), [...ramp(1)]]);
    });
  });

  describe("outputs", () => {
    test("are pushed, zeroed before each block, and delivered in their own place", () => {
      const storage = allocate([], [2, 3]);
      const outputs = [filled(2, 9), filled(3, 9)];
      for (let number = 0; number < 3; number++) {
        const block = collect(storage, [], outputs);
        for (const bus of storage.outputs) {
          expect([bus.length, bus.connectedLength, bus.constantMask]).toEqual([bus.capacity, bus.capacity, 0]);
          for (let channel = 0; channel < bus.length; channel++) expect([...bus.channel(channel)]).toEqual(silence());
        }
        storage.outputs[1]!.channel(2).set(ramp(number));
        block.deliver();
        expect(lists(outputs[0]!)).toEqual([silence(), silence()]);
        expect(lists(outputs[1]!)).toEqual([silence(), silence(), [...ramp(number)]]);
      }
    });

    test("keep what the kernel left in them when clearOutputs is false", () => {
      const storage = allocate([], [1], { clearOutputs: false });
      collect(storage, [], [filled(1)]);
      storage.mainOutput!.channel(0).fill(0.5);
      collect(storage, [], [filled(1)], { spoils: false });
      expect([...storage.mainOutput!.channel(0)]).toEqual(Array(128).fill(0.5));
    });

    test("that the storage does not have stay untouched, and are not counted", () => {
      const storage = allocate([], [1]);
      const outputs = [filled(3, 9), filled(2, 8)];
      collect(storage, [], outputs).deliver();
      expect(outputs.map((bus) => bus.map((channel) => channel[0]))).toEqual([
        [0, 9, 9],
        [8, 8],
      ]);
      expect(storage.diagnostics.droppedChannels).toBe(0);
    });

    test("for which the host has no place are rendered all the same, and counted when they are delivered", () => {
      const storage = allocate([], [2, 2]);
      const outputs = [filled(1)];
      const block = collect(storage, [], outputs);
      expect(storage.outputs.map((bus) => [bus.length, bus.connectedLength])).toEqual([
        [2, 1],
        [2, 0],
      ]);
      expect(storage.diagnostics.droppedChannels).toBe(0);
      storage.mainOutput!.channel(0).fill(0.5);
      storage.mainOutput!.channel(1).fill(0.75);
      block.deliver();
      expect(outputs[0]!.map((channel) => channel[0])).toEqual([0.5]);
      expect(storage.diagnostics.droppedChannels).toBe(3);
      block.deliver();
      expect(storage.diagnostics.droppedChannels).toBe(6);
    });

    test("say what the host takes that collected, though another one was delivered to in between", () => {
      const storage = allocate([1], [2]);
      const host = hostInForm(form, [ramps(1)], [filled(1)]);
      for (let block = 0; block < 4; block++) {
        storage.collect(host.inputs, host.outputs);
        expect(storage.mainOutput!.connectedLength).toBe(1);
        // In the plain form, and carefully.
        storage.deliver([filled(2)]);
        expect(takenForms(storage).deliveredBy).toBe("plain");
        storage.deliver([[filled(1)[0]!, null as never]]);
        expect(takenForms(storage).deliveredBy).toBe("careful");
      }
      expect(takenForms(storage).collectedBy).toBe(form);
    });

    test("null outputs land in the storage's own buffers, and the others are delivered", () => {
      const storage = allocate([], [2]);
      const outputs = [[null, new Float32Array(128)]] as unknown as Float32Array[][];
      const block = collect(storage, [], outputs, carefully);
      expect(block.frames).toBe(128);
      for (const channel of [0, 1]) storage.mainOutput!.channel(channel).fill(channel + 1);
      block.deliver();
      expect(outputs[0]![1]![0]).toBe(2);
      expect(storage.mainOutput!.channel(0)[0]).toBe(1);
    });

    test("are silent for the host when nothing was pushed", () => {
      const storage = allocate([], [2]);
      const outputs = [filled(2, Number.NaN)];
      storage.clear();
      storage.deliver(listsInForm(form, outputs));
      expect(lists(outputs[0]!)).toEqual([silence(), silence()]);
    });

    test("may be the host's inputs, and the host's inputs may lie in the storage's outputs", () => {
      const storage = allocate([2], [2]);
      const channels = ramps(2);
      const block = collect(storage, [channels], [channels]);
      for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(1 - c));
      block.deliver();
      expect(lists(channels)).toEqual([[...ramp(2)], [...ramp(1)]]);
      // Zeroed only after they are read.
      const inOutputs = [0, 1].map((c) => new Float32Array(storage.memory.buffer, storage.mainOutput!.channelAddress(c), 128));
      const host = hostInForm(form, [inOutputs], [filled(2)]);
      for (let number = 0; number < 4; number++) {
        for (const [c, samples] of inOutputs.entries()) samples.set(ramp(number + c));
        storage.collect(host.inputs, host.outputs);
        expect(found(storage, 0)).toEqual(lists(ramps(2, number)));
      }
      expect(takenForms(storage).collectedBy).toBe(form);
    });
  });

  describe("what changes between two blocks", () => {
    /** Renders until the form is taken; then something changes, and the next block must be right. */
    const rendered = (inputs: HostBuses, outputs: HostBuses) => {
      const storage = allocate([2], [2]);
      const host = hostInForm(form, inputs, outputs);
      const render = () => {
        const frames = storage.collect(host.inputs, host.outputs);
        for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
        storage.deliver(host.outputs);
        return frames;
      };
      for (let block = 0; block < 3; block++) render();
      expect(takenForms(storage)).toEqual({ collectedBy: form, deliveredBy: form });
      return { storage, render, host };
    };
    const detach = ({ buffer }: Float32Array) => structuredClone(buffer, { transfer: [buffer] });

    test("the memory grows: blocks go on as before", () => {
      const outputs = [filled(2)];
      const { storage, render } = rendered([ramps(2)], outputs);
      for (let block = 0; block < 4; block++) {
        storage.memory.grow(1);
        for (const samples of outputs[0]!) samples.fill(9);
        expect(render()).toBe(128);
        expect(lists(outputs[0]!)).toEqual(lists(ramps(2)));
      }
    });

    test("the memory grows once: soon after, the form is taken again, in and out, also without inputs", () => {
      const { storage, render } = rendered([ramps(2)], [filled(2)]);
      // More than once, because looks at the same lists become seldom.
      for (let growth = 0; growth < 4; growth++) {
        storage.memory.grow(1);
        for (let block = 0; block < 4; block++) render();
        expect(takenForms(storage)).toEqual({ collectedBy: form, deliveredBy: form });
      }
      const instrument = allocate([], [2]);
      const host = hostInForm(form, [], [filled(2)]);
      for (let block = 0; block < 8; block++) {
        if (block === 4) instrument.memory.grow(1);
        instrument.collect(host.inputs, host.outputs);
        instrument.deliver(host.outputs);
      }
      expect(takenForms(instrument)).toEqual({ collectedBy: form, deliveredBy: form });
    });

    test("the only output is detached, so that it has no frames: the block has none", () => {
      const storage = allocate([1], [1]);
      const output = new Float32Array(128);
      const host = hostInForm(form, [ramps(1)], [[output]]);
      for (let block = 0; block < 4; block++) expect(storage.collect(host.inputs, host.outputs)).toBe(128);
      expect(takenForms(storage).collectedBy).toBe(form);
      detach(output);
      for (let block = 0; block < 2; block++) expect(storage.collect(host.inputs, host.outputs)).toBe(0);
    });

    test("another host's block of another length is in between: each gets its own", () => {
      const outputs = [filled(2)];
      const { storage, render } = rendered([ramps(2)], outputs);
      for (const other of [
        (): unknown => storage.collect([ramps(1, 5, 17)], [filled(1, 0, 17)]),
        () => storage.begin(9),
        () => storage.clear(),
      ]) {
        other();
        for (const samples of outputs[0]!) samples.fill(9);
        expect(render()).toBe(128);
        expect(lists(outputs[0]!)).toEqual(lists(ramps(2)));
        expect([storage.mainInput!.connectedLength, storage.mainOutput!.connectedLength]).toEqual([2, 2]);
      }
    });

    test("an input is detached: it is silence from then on, counted, and the others play", () => {
      const inputs = [ramps(2)];
      const outputs = [filled(2)];
      const { storage, render } = rendered(inputs, outputs);
      detach(inputs[0]![0]!);
      for (let block = 1; block <= 3; block++) {
        expect(render()).toBe(128);
        expect(lists(outputs[0]!)).toEqual([silence(), [...ramp(2)]]);
        expect(storage.diagnostics.droppedChannels).toBe(block);
        expect([storage.mainInput!.constantMask, storage.mainInput!.connectedLength]).toEqual([0b01, 2]);
      }
    });

    test.each([0, 1])("output %i is detached: it is counted, and the other one is delivered, in blocks of the same length", (detached) => {
      const outputs = [filled(2)];
      const { storage, render } = rendered([ramps(2)], outputs);
      detach(outputs[0]![detached]!);
      for (let block = 1; block <= 3; block++) {
        outputs[0]![1 - detached]!.fill(9);
        expect(render()).toBe(128);
        expect([...outputs[0]![1 - detached]!]).toEqual([...ramp(2 - detached)]);
        expect(storage.diagnostics.droppedChannels).toBe(block);
      }
    });

    test("an output is detached between collect and deliver", () => {
      const outputs = [filled(2)];
      const { storage, host } = rendered([ramps(2)], outputs);
      storage.collect(host.inputs, host.outputs);
      storage.mainOutput!.channel(1).fill(0.5);
      detach(outputs[0]![0]!);
      storage.deliver(host.outputs);
      expect([...outputs[0]![1]!]).toEqual(Array(128).fill(0.5));
      expect(storage.diagnostics.droppedChannels).toBe(1);
    });

    test("the block gets another length between collect and deliver: what it does not have is silence for the host", () => {
      const outputs = [filled(2)];
      const { storage, host } = rendered([ramps(2)], outputs);
      storage.collect(host.inputs, host.outputs);
      for (const c of [0, 1]) storage.mainOutput!.channel(c).fill(0.5);
      storage.setFrames(100);
      storage.deliver(host.outputs);
      expect(lists(outputs[0]!)).toEqual(Array(2).fill([...Array(100).fill(0.5), ...silence(28)]));
    });

    test("another block is begun or cleared between collect and deliver: that one is delivered", () => {
      const outputs = [filled(2)];
      const { storage, host } = rendered([ramps(2)], outputs);
      storage.collect(host.inputs, host.outputs);
      storage.begin(128);
      storage.mainOutput!.channel(1).fill(0.25);
      storage.deliver(host.outputs);
      expect(lists(outputs[0]!)).toEqual([silence(), Array(128).fill(0.25)]);
      storage.collect(host.inputs, host.outputs);
      storage.clear();
      storage.mainOutput!.push(storage.mainInput!.channelAddress(1));
      storage.deliver(host.outputs);
      expect(lists(outputs[0]!)).toEqual([[...ramp(2)], silence()]);
    });

    test("the storage is reconfigured: the same host is collected anew", () => {
      const outputs = [filled(2)];
      const { storage, host } = rendered([ramps(2)], outputs);
      storage.reconfigure({ inputs: [1], outputs: [3] }, { maxFrames: 64 });
      expect(storage.collect(host.inputs, host.outputs)).toBe(64);
      expect(storage.mainInput!.channel(0)).toEqual(ramp(1).slice(0, 64));
      storage.mainOutput!.channel(1).fill(0.5);
      storage.deliver(host.outputs);
      expect(lists(outputs[0]!)).toEqual([silence(), [...Array(64).fill(0.5), ...silence(64)]]);
    });

    test("the storage is freed: nothing is copied any more", () => {
      const outputs = [filled(2)];
      const { storage, host } = rendered([ramps(2)], outputs);
      storage.free();
      for (const samples of outputs[0]!) samples.fill(9);
      expect(storage.collect(host.inputs, host.outputs)).toBe(0);
      storage.deliver(host.outputs);
      expect(lists(outputs[0]!)).toEqual(Array(2).fill(Array(128).fill(9)));
    });
  });
});

test("arrays that the host changes in place are followed", () => {
  const storage = allocate([2], [2]);
  const bus = ramps(2);
  const inputs = [bus];
  const outputs = [filled(2)];
  // Often enough that lists that come again were looked at.
  for (let block = 0; block < 5; block++) storage.collect(inputs, outputs);
  bus.length = 1;
  storage.collect(inputs, outputs);
  expect(storage.mainInput!.connectedLength).toBe(1);
  bus[0] = ramp(7);
  bus.push(ramp(8));
  storage.collect(inputs, outputs);
  expect(found(storage, 0)).toEqual([[...ramp(7)], [...ramp(8)]]);
  // They are known again, and not from the first look on.
  expect(takenForms(storage).collectedBy).toBe("plain");
  for (let block = 0; block < 70; block++) storage.collect(inputs, outputs);
  expect(takenForms(storage).collectedBy).toBe("compared");
  expect(found(storage, 0)).toEqual([[...ramp(7)], [...ramp(8)]]);
});

test.each<[string, (buses: Float32Array[][]) => void]>([
  ["a channel", (buses) => void (buses[0]![1] = ramp(9))],
  ["the last channel, by one that cannot be used", (buses) => void (buses[1]![0] = null as never)],
  ["a bus", (buses) => void (buses[0] = ramps(2, 9))],
  ["the length of a bus", (buses) => void (buses[0]!.length = 1)],
  ["the length of the list of buses", (buses) => void (buses.length = 1)],
  ["nothing but the identity of a bus", (buses) => void (buses[0] = [...buses[0]!])],
  ["a channel by an accessor", (buses) => void Object.defineProperty(buses[0], 1, { get: () => ramp(9) })],
])("lists that are compared, and of which %s is replaced, are not taken as known", (_, replace) => {
  for (const side of ["inputs", "outputs"] as const) {
    // In heaps of their own, so that all addresses are the same.
    const both = [0, 1].map(() => allocate([2, 1], [2, 1], { heap: createHeap() })) as [ProcessBufferStorage, ProcessBufferStorage];
    const hosts = [0, 1].map(() => ({ inputs: [ramps(2), ramps(1, 5)], outputs: [filled(2, 9), filled(1, 9)] }));
    for (let block = 0; block < 5; block++) both[0].collect(hosts[0]!.inputs, hosts[0]!.outputs);
    expect(takenForms(both[0]).collectedBy).toBe("compared");
    for (const host of hosts) replace(host[side]);
    for (const [one, host] of hosts.entries()) {
      expect(both[one]!.collect(host.inputs, host.outputs)).toBe(128);
      for (const bus of both[one]!.outputs) for (let c = 0; c < bus.length; c++) bus.channel(c).fill(c + 0.5);
      both[one]!.deliver(host.outputs);
    }
    expect(["plain", "careful"]).toContain(takenForms(both[0]).collectedBy);
    expect(visibleState(both[0])).toEqual(visibleState(both[1]));
    expect(hosts[0]!.outputs).toEqual(hosts[1]!.outputs);
  }
});

describe("a host is known", () => {
  const knownAfter = (inputs: HostBuses, outputs: HostBuses, options: StorageOptions = {}) => {
    const storage = allocate([2], [2], options);
    for (let block = 1; block <= 8; block++) {
      storage.collect(inputs, outputs);
      const { collectedBy } = takenForms(storage);
      if (collectedBy === "known" || collectedBy === "compared") return `${collectedBy} in block ${block}`;
    }
    return undefined;
  };
  const frozen = (buses: HostBuses) => listsInForm("known", buses);

  test("when its frozen lists come the third time", () => {
    expect(knownAfter(frozen([ramps(2)]), frozen([filled(2)]))).toBe("known in block 3");
    expect(knownAfter(frozen([ramps(1)]), frozen([filled(1)]))).toBe("known in block 3");
    expect(knownAfter(frozen([ramps(2)]), frozen([]))).toBe("known in block 3");
  });

  test.each<[string, HostBuses, HostBuses]>([
    ["whose lists of buses are not frozen", [Object.freeze(ramps(2))], [Object.freeze(filled(2))]],
    ["whose lists of channels are not frozen", Object.freeze([ramps(2)]), Object.freeze([filled(2)])],
    ["of which the inputs alone are frozen", frozen([ramps(2)]), [filled(2)]],
    ["of which the outputs alone are frozen", [ramps(2)], frozen([filled(2)])],
    ["without inputs", [], [filled(2)]],
    ["without outputs", [ramps(2)], []],
  ])("and compared in each block: one %s", (_, inputs, outputs) => {
    expect(knownAfter(inputs, outputs)).toBe("compared in block 3");
  });

  const resizable = hasResizable ? new Float32Array(resizableBuffer(512), 0, 128) : undefined;
  const growable = hasGrowable ? new Float32Array(growableBuffer(512) as never, 0, 128) : undefined;
  const changing: [string, HostBuses, HostBuses][] = [
    [
      "with a getter in a frozen list, which answers another channel each time",
      // Not by way of a copy, which would not have the getter.
      Object.freeze([Object.freeze(Object.defineProperty(ramps(2), 1, { get: () => ramp(1) }))]),
      frozen([filled(2)]),
    ],
    ["with more channels than there is room for, in lists that can be changed", [ramps(3)], [filled(2)]],
    ["with more buses than there is room for, in lists that can be changed", [ramps(2)], [filled(2), []]],
    ...(resizable === undefined
      ? []
      : [["with an array that can be resized", frozen([[resizable, ramp(1)]]), frozen([filled(2)])] as [string, HostBuses, HostBuses]]),
    ...(growable === undefined
      ? []
      : [["with a shared array that can grow", frozen([[growable, ramp(1)]]), frozen([filled(2)])] as [string, HostBuses, HostBuses]]),
  ];
  test.each(changing)("never: one %s", (_, inputs, outputs) => {
    expect(knownAfter(inputs, outputs)).toBeUndefined();
  });

  test("never with external channel memory, whose channels have no samples to copy to", () => {
    expect(knownAfter(frozen([ramps(2)]), frozen([filled(2)]), { channelMemory: "external" })).toBeUndefined();
  });
});

describe("begin", () => {
  test("has every input missing, outputs pushed and zeroed, and the length it is told", () => {
    const storage = allocate([2, 1], [2]);
    storage.collect([ramps(2), ramps(1)], [filled(2)]);
    storage.mainOutput!.channel(0).fill(1);
    expect(storage.begin(100)).toBe(100);
    expect(storage.frames).toBe(100);
    expect([...found(storage, 0), ...found(storage, 1)]).toEqual(Array(3).fill(silence(100)));
    expect(storage.inputs.map((bus) => [bus.length, bus.connectedLength, bus.constantMask])).toEqual([
      [2, 0, 3],
      [1, 0, 1],
    ]);
    expect([storage.mainOutput!.length, storage.mainOutput!.channel(0).length]).toEqual([2, 100]);
    expect([...storage.mainOutput!.channel(0)]).toEqual(silence(100));
  });

  test("is silent where a kernel wrote into a longer block before, after a shorter one", () => {
    const storage = allocate([1], [], { maxFrames: 64 });
    storage.begin(64);
    storage.mainInput!.channel(0).fill(9);
    storage.begin(16);
    storage.begin(64);
    expect(found(storage, 0)).toEqual([silence(64)]);
  });

  test("clamps its length", () => {
    const storage = allocate([1], [1]);
    expect([storage.begin(500), storage.begin(-3), storage.begin(Number.NaN), storage.begin("1" as unknown as number)]).toEqual([
      128, 0, 0, 0,
    ]);
    expect(storage.mainOutput!.channel(0)).toHaveLength(0);
  });
});

describe("a kernel that scribbles", () => {
  test("over descriptors and tables spoils at most the block it is in", () => {
    const storage = allocate([2, 1], [2]);
    const outputs = [filled(2)];
    for (const value of [0, 0xff, 0x41]) {
      storage.collect([ramps(2), ramps(1, 9)], outputs);
      const words = (storage.usage.descriptorBytes + storage.usage.pointerBytes) / 4;
      new Uint8Array(storage.memory.buffer, storage.inputsAddress, words * 4).fill(value);
      expect(() => storage.deliver(outputs)).not.toThrow();
      expect(storage.inputs.map((bus) => [bus.length, bus.capacity])).toEqual([
        [2, 2],
        [1, 1],
      ]);
      storage.collect([ramps(2), ramps(1, 9)], outputs);
      expect([found(storage, 0), found(storage, 1)]).toEqual([lists(ramps(2)), lists(ramps(1, 9))]);
      expect(descriptorAt(storage.memory, storage.outputsAddress)).toMatchObject({
        data32: storage.outputTableAddress,
        data64: 0,
        channelCount: 2,
        latency: 0,
      });
    }
  });
});

describe("anything at all from the host", () => {
  test.each(unusableValues)("%s for all inputs or outputs", (_, make) => {
    const storage = allocate([2, 1], [2]);
    expect(() => {
      storage.collect(make() as never, make() as never);
      storage.deliver(make() as never);
    }).not.toThrow();
    const outputs = [filled(2)];
    expect(storage.collect(make() as never, outputs)).toBe(128);
    expect(found(storage, 0)).toEqual([silence(), silence()]);
    expect(storage.collect([ramps(2), ramps(1)], outputs)).toBe(128);
    expect(found(storage, 0)).toEqual(lists(ramps(2)));
  });

  test.each(unusableValues)("%s for a bus, and the other buses are right", (_, make) => {
    const storage = allocate([2, 1], [2, 2]);
    const outputs = [make(), filled(2, 9)] as Float32Array[][];
    expect(storage.collect([make() as never, ramps(1, 7)], outputs)).toBe(128);
    expect(found(storage, 1)).toEqual(lists(ramps(1, 7)));
    expect(storage.mainInput!.length).toBe(2);
    storage.outputs[1]!.channel(1).set(ramp(3));
    expect(() => storage.deliver(outputs)).not.toThrow();
    expect(lists(outputs[1]!)).toEqual([silence(), [...ramp(3)]]);
  });

  test.each(badHostValues)("%s for a channel, and the other channels are right", (_, make) => {
    for (const form of forms) {
      const storage = allocate([3], [3]);
      const inputs = listsInForm(form, [[ramp(1), make(), ramp(3)] as Float32Array[]]);
      const outputs = [[new Float32Array(128), make(), new Float32Array(128)]] as Float32Array[][];
      const handed = listsInForm(form, outputs);
      // Often enough to be known, if they can be.
      for (let block = 0; block < 4; block++) {
        expect(storage.collect(inputs, handed)).toBe(128);
        const [first, , third] = found(storage, 0);
        expect([first, third]).toEqual([[...ramp(1)], [...ramp(3)]]);
        for (const channel of [0, 1, 2]) storage.mainOutput!.channel(channel).set(ramp(channel));
        expect(() => storage.deliver(handed)).not.toThrow();
        expect([[...outputs[0]![0]!], [...outputs[0]![2]!]]).toEqual([[...ramp(0)], [...ramp(2)]]);
      }
    }
  });

  test.each(unusableValues)("%s for a channel is silence, and counts in and out", (_, make) => {
    for (const form of forms) {
      const storage = allocate([2], [2]);
      const inputs = listsInForm(form, [[make(), ramp(1)] as Float32Array[]]);
      const outputs = listsInForm(form, [[make(), new Float32Array(128)]] as Float32Array[][]);
      for (let block = 1; block <= 4; block++) {
        storage.collect(inputs, outputs);
        expect(found(storage, 0)).toEqual([silence(), [...ramp(1)]]);
        expect(storage.mainInput!.constantMask).toBe(1);
        storage.deliver(outputs);
        expect(storage.diagnostics.droppedChannels).toBe(2 * block);
        expect(takenForms(storage)).toEqual({ collectedBy: "careful", deliveredBy: "careful" });
      }
    }
  });

  test.each<[string, number, unknown]>([
    ["a Float32Array", 1, new Float32Array(128)],
    ["an object", 1, {}],
    ["a number", 1, 7],
    ["null", 0, null],
    ["undefined", 0, undefined],
    ["an empty list", 0, []],
  ])("%s in place of a list of channels counts as %i dropped channels", (_, count, bus) => {
    const storage = allocate([2, 1], [2]);
    storage.collect([bus as Float32Array[], ramps(1)], [filled(2)]);
    expect(found(storage, 0)).toEqual([silence(), silence()]);
    expect(storage.diagnostics.droppedChannels).toBe(count);
    storage.deliver([bus as Float32Array[]]);
    // The host has no place for the other channels of the bus, whatever it is.
    expect(storage.diagnostics.droppedChannels).toBe(count + 2);
  });

  test("a flat list of channels in place of buses counts each, declared or not, and is silence", () => {
    const storage = allocate([2, 1], [1]);
    storage.collect(ramps(4) as unknown as Float32Array[][], [filled(1)]);
    expect([...found(storage, 0), ...found(storage, 1)]).toEqual(Array(3).fill(silence()));
    expect(storage.inputs.map((bus) => bus.connectedLength)).toEqual([0, 0]);
    expect(storage.diagnostics.droppedChannels).toBe(4);
  });
});

test.each<[name: string, make: () => unknown]>([
  ["a number", () => 7],
  [
    "a list that was revoked",
    () => {
      const { proxy, revoke } = Proxy.revocable([ramp(1)], {});
      revoke();
      return proxy;
    },
  ],
  [
    "a list that does not tell its length",
    () =>
      new Proxy([ramp(1)], {
        get() {
          throw new Error("the host");
        },
      }),
  ],
])("%s in place of a bus counts as one channel, declared or not, and leaves the others right", (_, make) => {
  const storage = allocate([2, 2], [1]);
  storage.collect([ramps(2), make() as never, ramps(1)], [filled(1)]);
  expect([found(storage, 0), found(storage, 1)]).toEqual([lists(ramps(2)), [silence(), silence()]]);
  expect(storage.diagnostics.droppedChannels).toBe(2);
  storage.collect([ramps(2), ramps(2), make() as never], [filled(1)]);
  expect([found(storage, 0), found(storage, 1)]).toEqual([lists(ramps(2)), lists(ramps(2))]);
  expect(storage.diagnostics.droppedChannels).toBe(3);
});

test("a bus that throws when it is read counts as one channel, declared or not, in and out, and leaves the others right", () => {
  const storage = allocate([2, 2], [1, 1]);
  const throwingAt = <T>(at: number, list: T[]) =>
    Object.defineProperty(list, at, {
      get() {
        throw new Error("the host");
      },
    });
  storage.collect(throwingAt(1, [ramps(2), [], ramps(1)]), [filled(1), filled(1)]);
  expect([found(storage, 0), found(storage, 1)]).toEqual([lists(ramps(2)), [silence(), silence()]]);
  expect(storage.diagnostics.droppedChannels).toBe(2);
  storage.collect(throwingAt(2, [ramps(2), ramps(2), []]), [filled(1), filled(1)]);
  expect([found(storage, 0), found(storage, 1)]).toEqual([lists(ramps(2)), lists(ramps(2))]);
  expect(storage.diagnostics.droppedChannels).toBe(3);
  const outputs = throwingAt(0, [[], filled(1)]);
  storage.collect([ramps(2), ramps(2)], outputs);
  storage.mainOutput!.channel(0).fill(1);
  storage.outputs[1]!.channel(0).fill(2);
  storage.deliver(outputs);
  expect(lists(outputs[1]!)).toEqual([[...new Float32Array(128).fill(2)]]);
  expect(storage.diagnostics.droppedChannels).toBe(4);
});
