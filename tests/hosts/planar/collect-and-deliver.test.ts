import { describe, expect, test } from "vitest";
import { ProcessBufferStorage, type StorageOptions } from "wasm-process-buffers";
import { badHostValues, unusableValues } from "../../support/bad-host-values.js";
import { filled, frozenBuses, ramp, ramps } from "../../support/host-channels";
import { descriptorAt, floatsAt, pointersAt } from "../../support/memory-contents";

const allocate = (inputs: number[], outputs: number[], options: StorageOptions = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

/** What a kernel finds on an input bus, read through descriptor and table. */
function found(storage: ProcessBufferStorage, bus: number, frames = storage.frames): number[][] {
  const { data32, channelCount } = descriptorAt(storage.memory, storage.inputsAddress, bus);
  return pointersAt(storage.memory, data32, channelCount).map((pointer) => floatsAt(storage.memory, pointer, frames));
}

const lists = (channels: readonly Float32Array[]) => channels.map((channel) => [...channel]);
const silence = (frames = 128) => Array<number>(frames).fill(0);

describe("a block in", () => {
  test("every channel of every bus arrives in its own place", () => {
    for (const wrap of [(buses: Float32Array[][]) => buses, frozenBuses]) {
      const storage = allocate([2, 1, 3], [2]);
      const inputs = [ramps(2, 1), ramps(1, 10), ramps(3, 20)];
      expect(storage.collect(wrap(inputs), wrap([filled(2)]))).toBe(128);
      for (const bus of [0, 1, 2]) {
        expect(found(storage, bus)).toEqual(lists(inputs[bus]!));
        expect(storage.inputs[bus]!.connectedLength).toBe(inputs[bus]!.length);
        expect(storage.inputs[bus]!.constantMask).toBe(0);
      }
    }
  });

  test("the host's inputs stay as they are", () => {
    const storage = allocate([2], [2]);
    const inputs = [ramps(2)];
    storage.collect(inputs, [filled(2)]);
    storage.mainInput!.channel(0).fill(9);
    expect(lists(inputs[0]!)).toEqual(lists(ramps(2)));
  });

  test("a missing channel is silence in its own place, marked constant, and the bus keeps its configured count", () => {
    const storage = allocate([4], [2]);
    storage.collect([ramps(2)], [filled(2)]);
    const bus = storage.mainInput!;
    expect(found(storage, 0)).toEqual([...lists(ramps(2)), silence(), silence()]);
    expect([bus.length, bus.connectedLength, bus.constantMask]).toEqual([4, 2, 0b1100]);
    expect([...bus.channel(3)]).toEqual(silence());
  });

  test("a null left channel with a live right one leaves the right one at index 1", () => {
    const storage = allocate([2], [2]);
    storage.collect([[null, ramp(5)] as unknown as Float32Array[]], [filled(2)]);
    const bus = storage.mainInput!;
    expect(found(storage, 0)).toEqual([silence(), [...ramp(5)]]);
    expect([bus.length, bus.connectedLength, bus.constantMask]).toEqual([2, 2, 0b01]);
    expect(storage.diagnostics.droppedChannels).toBe(1);
  });

  test("an unconnected bus is silent while the others play, either way round", () => {
    const storage = allocate([2, 1], [2]);
    storage.collect([[], ramps(1)], [filled(2)]);
    expect([found(storage, 0), found(storage, 1)]).toEqual([[silence(), silence()], lists(ramps(1))]);
    expect(storage.inputs.map((bus) => [bus.connectedLength, bus.constantMask])).toEqual([
      [0, 0b11],
      [1, 0],
    ]);
    storage.collect([ramps(2)], [filled(2)]);
    expect([found(storage, 0), found(storage, 1)]).toEqual([lists(ramps(2)), [silence()]]);
    expect(storage.inputs.map((bus) => [bus.connectedLength, bus.constantMask])).toEqual([
      [2, 0],
      [0, 0b1],
    ]);
    expect(storage.diagnostics.droppedChannels).toBe(0);
  });

  test("all 32 channels of a bus may be missing", () => {
    const storage = allocate([32], []);
    storage.collect([], []);
    expect(storage.mainInput!.constantMask).toBe(0xffffffff);
    expect(descriptorAt(storage.memory, storage.inputsAddress).constantMask).toBe(0xffffffffn);
    storage.collect([ramps(31)], []);
    expect(storage.mainInput!.constantMask).toBe(0x80000000);
  });

  test("channels come and go from block to block, and nothing is left of an earlier block", () => {
    const storage = allocate([2], [2]);
    for (const count of [0, 1, 2, 6, 1, 0, 2, 1]) {
      storage.collect([ramps(count, count)], [filled(2)]);
      const expected = [...lists(ramps(Math.min(count, 2), count)), silence(), silence()].slice(0, 2);
      expect(found(storage, 0)).toEqual(expected);
      expect(storage.mainInput!.connectedLength).toBe(Math.min(count, 2));
    }
  });

  test("arrays that the host changes in place are followed", () => {
    const storage = allocate([2], [2]);
    const bus = ramps(2);
    const inputs = [bus];
    storage.collect(inputs, [filled(2)]);
    bus.length = 1;
    storage.collect(inputs, [filled(2)]);
    expect(storage.mainInput!.connectedLength).toBe(1);
    bus[0] = ramp(7);
    bus.push(ramp(8));
    storage.collect(inputs, [filled(2)]);
    expect(found(storage, 0)).toEqual([[...ramp(7)], [...ramp(8)]]);
  });

  test("channels and buses beyond the configuration are left out, and counted", () => {
    const storage = allocate([2], [1]);
    storage.collect([ramps(5), ramps(2, 9), ramps(1, 20)], [filled(1)]);
    expect(found(storage, 0)).toEqual(lists(ramps(2)));
    expect(storage.diagnostics.droppedChannels).toBe(3 + 2 + 1);
  });

  test("a kernel that writes into the silence is heard for that block at most", () => {
    const storage = allocate([2, 2], [1]);
    const scribble = (bus: number, channel: number) => storage.inputs[bus]!.channel(channel).fill(9);
    storage.collect([ramps(1)], [filled(1)]);
    scribble(0, 1);
    scribble(1, 0);
    storage.collect([ramps(1)], [filled(1)]);
    expect([found(storage, 0)[1], ...found(storage, 1)]).toEqual([silence(), silence(), silence()]);
    scribble(1, 1);
    storage.begin(128);
    expect([...found(storage, 0), ...found(storage, 1)]).toEqual(Array(4).fill(silence()));
  });

  test("silence that was spoiled in a long block is silent in a longer one after a short one", () => {
    const storage = allocate([1], [], { maxFrames: 64 });
    storage.begin(64);
    storage.mainInput!.channel(0).fill(9);
    storage.begin(16);
    storage.begin(64);
    expect(found(storage, 0)).toEqual([silence(64)]);
  });
});

describe("the block's length", () => {
  test("is that of the host's channels, 1 to maxFrames, changing from block to block", () => {
    const storage = allocate([2], [2], { maxFrames: 256 });
    for (const frames of [128, 256, 1, 17, 255, 128]) {
      const inputs = [ramps(2, 1, frames)];
      const outputs = [filled(2, 9, frames)];
      expect(storage.collect(inputs, outputs)).toBe(frames);
      expect(found(storage, 0)).toEqual(lists(inputs[0]!));
      for (const channel of [0, 1]) storage.mainOutput!.channel(channel).set(inputs[0]![channel]!);
      storage.deliver(outputs);
      expect(lists(outputs[0]!)).toEqual(lists(inputs[0]!));
    }
    expect(storage.diagnostics.truncatedFrames).toBe(0);
  });

  test("comes from the inputs when there are no outputs, and is maxFrames without any channel", () => {
    const storage = allocate([2], [2]);
    expect(storage.collect([[], ramps(1, 1, 32)], [])).toBe(32);
    expect(storage.collect([], [])).toBe(128);
    expect(storage.collect([[]], [[]])).toBe(128);
  });

  test("a block longer than maxFrames is rendered up to it, the rest of the host's output is silent, and it is counted", () => {
    const storage = allocate([1], [1], { maxFrames: 64 });
    const outputs = [filled(1, 9, 100)];
    expect(storage.collect([ramps(1, 1, 100)], outputs)).toBe(64);
    expect(found(storage, 0)).toEqual([[...ramp(1, 100)].slice(0, 64)]);
    storage.mainOutput!.channel(0).fill(0.5);
    storage.deliver(outputs);
    expect([...outputs[0]![0]!]).toEqual([...Array(64).fill(0.5), ...Array(36).fill(0)]);
    expect(storage.diagnostics.truncatedFrames).toBe(36);
  });

  test("a channel shorter than the block is silent from its end on, a longer one is cut, the others are whole", () => {
    const storage = allocate([3], [1]);
    // So that a stale sample would show.
    storage.collect([filled(3, 9)], [filled(1)]);
    storage.collect([[ramp(1, 100), ramp(2), ramp(3, 200)]], [filled(1)]);
    expect(found(storage, 0)).toEqual([[...ramp(1, 100), ...silence(28)], [...ramp(2)], [...ramp(3, 200)].slice(0, 128)]);
    expect(storage.mainInput!.constantMask).toBe(0);
  });

  test("nothing of the block before is heard behind the end of a short channel", () => {
    const storage = allocate([2], [1]);
    storage.collect([filled(2, 9)], [filled(1)]);
    storage.collect([[ramp(1, 100), ramp(2)]], [filled(1)]);
    expect(found(storage, 0)).toEqual([[...ramp(1, 100), ...silence(28)], [...ramp(2)]]);
  });

  test("one short output channel does not shorten the others", () => {
    const storage = allocate([1], [2]);
    const outputs = [[new Float32Array(5), new Float32Array(128)]];
    expect(storage.collect([ramps(1)], outputs)).toBe(128);
    for (const channel of [0, 1]) storage.mainOutput!.channel(channel).set(ramp(channel));
    storage.deliver(outputs);
    expect(lists(outputs[0]!)).toEqual([[...ramp(0)].slice(0, 5), [...ramp(1)]]);
  });
});

describe("outputs", () => {
  test("are pushed, zeroed before each block, and delivered in their own place", () => {
    const storage = allocate([], [2, 3]);
    const outputs = [filled(2, 9), filled(3, 9)];
    for (let block = 0; block < 3; block++) {
      storage.collect([], outputs);
      for (const bus of storage.outputs) {
        expect([bus.length, bus.connectedLength, bus.constantMask]).toEqual([bus.capacity, bus.capacity, 0]);
        for (let channel = 0; channel < bus.length; channel++) expect([...bus.channel(channel)]).toEqual(silence());
      }
      storage.outputs[1]!.channel(2).set(ramp(block));
      storage.deliver(outputs);
      expect(lists(outputs[0]!)).toEqual([silence(), silence()]);
      expect(lists(outputs[1]!)).toEqual([silence(), silence(), [...ramp(block)]]);
    }
  });

  test("keep what the kernel left in them when clearOutputs is false", () => {
    const storage = allocate([], [1], { clearOutputs: false });
    storage.collect([], [filled(1)]);
    storage.mainOutput!.channel(0).fill(0.5);
    storage.collect([], [filled(1)]);
    expect([...storage.mainOutput!.channel(0)]).toEqual(Array(128).fill(0.5));
  });

  test("that the storage does not have stay untouched", () => {
    const storage = allocate([], [1]);
    const outputs = [filled(3, 9), filled(2, 8)];
    storage.collect([], outputs);
    storage.deliver(outputs);
    expect(outputs.map((bus) => bus.map((channel) => channel[0]))).toEqual([
      [0, 9, 9],
      [8, 8],
    ]);
    expect(storage.diagnostics.droppedChannels).toBe(0);
  });

  test("that the host does not have are rendered all the same", () => {
    const storage = allocate([], [2, 2]);
    const outputs = [filled(1)];
    storage.collect([], outputs);
    expect(storage.outputs.map((bus) => [bus.length, bus.connectedLength])).toEqual([
      [2, 1],
      [2, 0],
    ]);
    storage.mainOutput!.channel(0).fill(0.5);
    storage.mainOutput!.channel(1).fill(0.75);
    storage.deliver(outputs);
    expect(outputs[0]!.map((channel) => channel[0])).toEqual([0.5]);
    expect(storage.diagnostics.droppedChannels).toBe(0);
  });

  test("null outputs land in the storage's own buffers, and the others are delivered", () => {
    const storage = allocate([], [2]);
    const outputs = [[null, new Float32Array(128)]] as unknown as Float32Array[][];
    expect(storage.collect([], outputs)).toBe(128);
    for (const channel of [0, 1]) storage.mainOutput!.channel(channel).fill(channel + 1);
    storage.deliver(outputs);
    expect(outputs[0]![1]![0]).toBe(2);
    expect(storage.mainOutput!.channel(0)[0]).toBe(1);
  });

  test("are silent for the host when nothing was pushed", () => {
    const storage = allocate([], [2]);
    const outputs = [filled(2, Number.NaN)];
    storage.clear();
    storage.deliver(outputs);
    expect(lists(outputs[0]!)).toEqual([silence(), silence()]);
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
    const storage = allocate([3], [3]);
    const outputs = [[new Float32Array(128), make(), new Float32Array(128)]] as Float32Array[][];
    expect(storage.collect([[ramp(1), make(), ramp(3)] as Float32Array[]], outputs)).toBe(128);
    const [first, , third] = found(storage, 0);
    expect([first, third]).toEqual([[...ramp(1)], [...ramp(3)]]);
    for (const channel of [0, 1, 2]) storage.mainOutput!.channel(channel).set(ramp(channel));
    expect(() => storage.deliver(outputs)).not.toThrow();
    expect([[...outputs[0]![0]!], [...outputs[0]![2]!]]).toEqual([[...ramp(0)], [...ramp(2)]]);
  });

  test.each(unusableValues)("%s for a channel is silence, and counts in and out", (_, make) => {
    const storage = allocate([2], [2]);
    const outputs = [[make(), new Float32Array(128)]] as Float32Array[][];
    storage.collect([[make(), ramp(1)] as Float32Array[]], outputs);
    expect(found(storage, 0)).toEqual([silence(), [...ramp(1)]]);
    expect(storage.mainInput!.constantMask).toBe(1);
    storage.deliver(outputs);
    expect(storage.diagnostics.droppedChannels).toBe(2);
  });
});
