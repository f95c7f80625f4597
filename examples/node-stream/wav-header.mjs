// The head of a WAV file: all that must be known before its samples can be streamed.

import { open } from "node:fs/promises";

/** `{ bytes, dataStart, dataLength, channels, sampleRate }` of a 16-bit PCM WAV file; `bytes` is the head itself. */
export async function readHead(path) {
  const file = await open(path);
  try {
    const head = Buffer.alloc(4096);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return parse(head.subarray(0, bytesRead), path);
  } finally {
    await file.close();
  }
}

function parse(head, path) {
  if (head.length < 12 || head.toString("latin1", 0, 4) !== "RIFF" || head.toString("latin1", 8, 12) !== "WAVE") {
    throw new Error(`${path} is no WAV file`);
  }
  let format;
  for (let at = 12; at + 8 <= head.length; ) {
    const name = head.toString("latin1", at, at + 4);
    const length = head.readUInt32LE(at + 4);
    if (name === "fmt ") format = formatAt(head, at + 8);
    if (name === "data" && format !== undefined) {
      if (format.coding !== 1 || format.bits !== 16) throw new Error(`${path} does not hold 16-bit PCM`);
      return { ...format, bytes: head.subarray(0, at + 8), dataStart: at + 8, dataLength: length };
    }
    // Chunks are padded to even lengths.
    at += 8 + length + (length % 2);
  }
  throw new Error(`${path} has no samples within its first ${head.length} bytes`);
}

function formatAt(head, at) {
  return {
    coding: head.readUInt16LE(at),
    channels: head.readUInt16LE(at + 2),
    sampleRate: head.readUInt32LE(at + 4),
    bits: head.readUInt16LE(at + 14),
  };
}
