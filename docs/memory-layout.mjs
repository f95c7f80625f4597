// Draws docs/images/memory-layout.svg from a real storage, as its memory is in the middle of a block.
//
//   npm run build && node docs/memory-layout.mjs

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ProcessBufferStorage } from "wasm-process-buffers";

const CONFIG = {
  inputs: [{ channelCount: 2, name: "main" }, { channelCount: 1, name: "sidechain" }],
  outputs: [{ channelCount: 2, name: "main" }],
};
const FRAMES = 128;
/** Where a descriptor's fields lie, as in clap_audio_buffer. */
const FIELD = { data32: 0, channelCount: 8, constantMask: 16 };
const DESCRIPTOR_BYTES = 24;
const POINTER_BYTES = 4;

/** The picture, as the text of an SVG file. */
export function drawMemoryLayout() {
  const storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { maxFrames: FRAMES });
  const host = (buses) => buses.map(({ channelCount }) => Array.from({ length: channelCount }, () => new Float32Array(FRAMES)));
  const buses = [...storage.inputs, ...storage.outputs];

  // The block that is drawn: nobody is connected to the sidechain.
  storage.collect([host(CONFIG.inputs)[0], []], host(CONFIG.outputs));

  const base = storage.inputsAddress;
  const memory = new DataView(storage.memory.buffer);
  const nameOf = (b) => (b < storage.inputs.length ? `input ${b}` : `output ${b - storage.inputs.length}`);
  const picture = {
    descriptors: buses.map((bus, b) => {
      const address = (b < storage.inputs.length ? base : storage.outputsAddress - storage.inputs.length * DESCRIPTOR_BYTES) + b * DESCRIPTOR_BYTES;
      return {
        offset: address - base,
        title: `${nameOf(b)}, ${bus.name}`,
        channelCount: memory.getUint32(address + FIELD.channelCount, true),
        constantMask: memory.getUint32(address + FIELD.constantMask, true),
        leadsTo: memory.getUint32(address + FIELD.data32, true) - base,
      };
    }),
    entries: buses.flatMap((bus, b) =>
      Array.from({ length: bus.capacity }, (_, c) => {
        const address = bus.tableAddress + c * POINTER_BYTES;
        return { offset: address - base, title: `${nameOf(b)}, channel ${c}`, leadsTo: memory.getUint32(address, true) - base };
      }),
    ),
    channels: buses.flatMap((bus, b) =>
      Array.from({ length: bus.capacity }, (_, c) => {
        const isSilent = b < storage.inputs.length && c >= bus.connectedLength;
        return { offset: bus.channelAddress(c) - base, title: `${nameOf(b)}, channel ${c}`, isSilent };
      }),
    ),
    addresses: {
      inputsAddress: storage.inputsAddress - base,
      outputsAddress: storage.outputsAddress - base,
      inputTableAddress: storage.inputTableAddress - base,
      outputTableAddress: storage.outputTableAddress - base,
    },
    usage: storage.usage,
  };
  storage.free();
  return drawn(picture);
}

const WIDTH = 940;
const TOP = 122;
const COLUMNS = { descriptors: { x: 150, width: 190 }, entries: { x: 418, width: 200 }, channels: { x: 706, width: 210 } };
const INK = "#1f2937";
const FAINT = "#6b7280";
const COLOURS = { descriptors: "#dbeafe", entries: "#fef3c7", channels: "#dcfce7", silence: "#f3f4f6" };
const ARROW = "#4b5563";

function drawn({ descriptors, entries, channels, addresses, usage }) {
  const rows = {
    descriptors: placed(descriptors, 80, 24),
    entries: placed(entries, 34, 26),
    channels: placed(channels, 48, 12),
  };
  const bottom = Math.max(...Object.values(rows).flat().map(({ y, height }) => y + height));
  const height = bottom + 92;
  const at = (column, offset) => rows[column].find((row) => row.offset === offset);
  const boxes = [
    ...rows.descriptors.map((row) =>
      box("descriptors", row, COLOURS.descriptors, [row.title, `channel_count ${row.channelCount}`, `constant_mask ${row.constantMask.toString(2).padStart(row.channelCount, "0")}`]),
    ),
    ...rows.entries.map((row) => box("entries", row, COLOURS.entries, [row.title])),
    ...rows.channels.map((row) => box("channels", row, row.isSilent ? COLOURS.silence : COLOURS.channels, row.isSilent ? [row.title, "silent: nobody delivers it"] : [row.title])),
  ];
  const arrows = [
    ...rows.descriptors.map((row) => arrow("descriptors", row, "entries", at("entries", row.leadsTo))),
    ...rows.entries.map((row) => arrow("entries", row, "channels", at("channels", row.leadsTo))),
    handed("inputsAddress", "descriptors", at("descriptors", addresses.inputsAddress)),
    handed("outputsAddress", "descriptors", at("descriptors", addresses.outputsAddress)),
    handed("inputTableAddress", "entries", at("entries", addresses.inputTableAddress), true),
    handed("outputTableAddress", "entries", at("entries", addresses.outputTableAddress), true),
  ];
  const { descriptorBytes, pointerBytes, paddingBytes, sampleBytes, totalBytes } = usage;
  const sum = `${descriptorBytes} descriptors + ${pointerBytes} pointers + ${paddingBytes} padding + ${sampleBytes} samples = ${totalBytes} bytes, one allocation`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="13" fill="${INK}" role="img" aria-labelledby="title">
<title id="title">Bus descriptors lead to tables of channel pointers, which lead to samples</title>
<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="${ARROW}"/></marker></defs>
<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>
${text(24, 36, "Stereo and a mono sidechain in, stereo out, 128 frames: a block in which nobody is connected to the sidechain", 'font-weight="600"')}
${heading("descriptors", "descriptors", "24 bytes a bus")}
${heading("entries", "tables", "4 bytes a channel")}
${heading("channels", "samples", `${FRAMES * 4} bytes a channel`)}
${[...arrows, ...boxes].join("\n")}
${text(24, height - 42, sum)}
${text(24, height - 20, "Numbers with a + are bytes from the start of the storage. The kernel is handed one of the two pairs of addresses.", `fill="${FAINT}"`)}
</svg>
`;
}

function placed(parts, height, gap) {
  return parts.map((part, index) => ({ ...part, y: TOP + index * (height + gap), height }));
}

function heading(column, name, size) {
  const { x } = COLUMNS[column];
  return `${text(x, 74, name, 'font-weight="600"')}\n${text(x, 92, size, `fill="${FAINT}"`)}`;
}

function box(column, { y, height, offset }, fill, lines) {
  const { x, width } = COLUMNS[column];
  const first = y + height / 2 + 5 - ((lines.length - 1) * 20) / 2;
  const words = lines.map((line, index) => text(x + 10, first + index * 20, line, index === 0 ? "" : 'font-family="ui-monospace, monospace" font-size="12"'));
  const place = text(x + width - 8, first, `+${offset}`, `text-anchor="end" font-size="11" fill="${FAINT}"`);
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${fill}" stroke="${ARROW}"/>\n${[...words, place].join("\n")}`;
}

function arrow(fromColumn, from, toColumn, to) {
  const x1 = COLUMNS[fromColumn].x + COLUMNS[fromColumn].width;
  const x2 = COLUMNS[toColumn].x - 2;
  const [y1, y2] = [from, to].map(({ y, height }) => y + height / 2);
  const half = (x1 + x2) / 2;
  return `<path d="M${x1} ${y1}C${half} ${y1} ${half} ${y2} ${x2} ${y2}" fill="none" stroke="${ARROW}" stroke-width="1.3" marker-end="url(#head)"/>`;
}

/** An address that the storage tells, in front of what it leads to, or above it where arrows arrive from the left. */
function handed(name, column, { y, height }, above = false) {
  const { x } = COLUMNS[column];
  const words = `font-family="ui-monospace, monospace" font-size="12" font-weight="600"`;
  if (above) return text(x, y - 6, name, words);
  const middle = y + height / 2;
  return `${text(24, middle - 8, name, words)}\n<path d="M24 ${middle}H${x - 2}" stroke="${ARROW}" stroke-width="1.3" marker-end="url(#head)"/>`;
}

function text(x, y, words, attributes = "") {
  return `<text x="${x}" y="${y}"${attributes === "" ? "" : ` ${attributes}`}>${words}</text>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL("images/memory-layout.svg", import.meta.url);
  writeFileSync(file, drawMemoryLayout());
  console.log(`written: ${fileURLToPath(file)}`);
}
