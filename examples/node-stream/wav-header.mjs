// Reads the head of a WAV file: everything that must be known before its samples can be streamed.

import { open } from "node:fs/promises";

/** `{ bytes, dataStart, dataLength, channels, sampleRate, format, frameBytes }` of a WAV file. `bytes` is the head as it is. */
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
      if (format.format === undefined) throw new Error(`${path} holds neither whole numbers of 8 to 32 bits nor floats`);
      return { ...format, bytes: head.subarray(0, at + 8), dataStart: at + 8, dataLength: length };
    }
    // Chunks are padded to even lengths.
    at += 8 + length + (length % 2);
  }
  throw new Error(`${path} has no samples within its first ${head.length} bytes`);
}

function formatAt(head, at) {
  const [first, bits] = [head.readUInt16LE(at), head.readUInt16LE(at + 14)];
  // In the extensible format, the coding is the first word of the subformat, at offset 24.
  const coding = first === EXTENSIBLE ? head.readUInt16LE(at + 24) : first;
  return {
    channels: head.readUInt16LE(at + 2),
    sampleRate: head.readUInt32LE(at + 4),
    frameBytes: head.readUInt16LE(at + 12),
    format: FORMATS[`${coding} ${bits}`],
  };
}

const EXTENSIBLE = 0xfffe;

/** InterleavedHost's name for each coding and number of bits. */
const FORMATS = { "1 8": "u8", "1 16": "i16", "1 24": "i24", "1 32": "i32", "3 32": "f32", "3 64": "f64" };
