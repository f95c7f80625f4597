// Draws the storage as it lies in memory, address by address from top to bottom. On the right is the whole storage, to scale. On
// the left are its first bytes, descriptors and tables, magnified. Between them is an arrow for every pointer.

import { shape } from "./dom";
import { bytes, count, hex, short } from "./format";
import type { Content, Descriptor, Entry, Field, Part, Picture } from "./picture";

/** Draws the waveforms again, and nothing else. */
export type Animate = (samplesAt: (address: number) => Float32Array | Float64Array) => void;

/** Fills `svg`, which is `width` pixels wide, with `picture`. */
export function draw(svg: SVGSVGElement, picture: Picture, width: number): Animate {
  const geometry = geometryFor(picture, width);
  const lines: Line[] = [];
  const title = shape("title", { id: "drawing-title" }, "The storage in memory");
  const description = shape("desc", { id: "drawing-description" }, describe(picture));
  const whole = shape("g", {}, ...picture.parts.map((part) => drawPart(part, picture, geometry, lines)));
  const head = shape(
    "g",
    {},
    ...picture.descriptors.map((descriptor) => drawDescriptor(descriptor, geometry)),
    ...picture.entries.map((entry) => drawEntry(entry, geometry)),
  );
  const arrows = shape(
    "g",
    {},
    ...picture.descriptors.flatMap((descriptor, index) => drawTablePointers(descriptor, laneOf(index, picture), geometry)),
    ...picture.entries.map((entry) => drawPointer(entry, geometry)),
  );
  svg.setAttribute("viewBox", `0 0 ${width} ${geometry.bottom}`);
  svg.setAttribute("height", String(geometry.bottom));
  svg.replaceChildren(
    title,
    description,
    markers(),
    drawLens(picture, geometry),
    ...headings(picture, geometry),
    whole,
    arrows,
    head,
    ...picture.descriptors.map((descriptor) => drawBusName(descriptor, geometry)),
  );
  return (samplesAt) => {
    for (const line of lines) line.path.setAttribute("d", waveform(samplesAt(line.part.address), line));
  };
}

/** The samples of one part, drawn into its box. */
interface Line {
  readonly part: Part;
  readonly path: SVGPathElement;
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

interface Geometry {
  /** The magnified column. */
  readonly headLeft: number;
  readonly headRight: number;
  readonly headBytes: number;
  readonly pixelsPerByte: number;
  /** The column of the whole storage. */
  readonly wholeLeft: number;
  readonly wholeRight: number;
  readonly bytesPerPixel: number;
  readonly bottom: number;
  /** The vertical position of an address, in each column. */
  headY(address: number): number;
  wholeY(address: number): number;
}

const TOP = 44;
/** At this scale, a row of four bytes is high enough for words. */
const PIXELS_PER_BYTE = 5;
const LEAST_PIXELS_PER_BYTE = 0.5;
const LEAST_HEIGHT = 380;
const COMFORTABLE_HEIGHT = 1600;
/** Up to this height, rows keep room for words: enough for 16 stereo buses each way. */
const MOST_HEIGHT = 3600;
/** A row below this height has no room for words. */
const READABLE = 13;

function geometryFor({ base, usage }: Picture, width: number): Geometry {
  const headBytes = usage.descriptorBytes + usage.pointerBytes;
  const readableHeight = Math.ceil(headBytes / 4) * READABLE;
  const most = readableHeight <= MOST_HEIGHT ? Math.max(COMFORTABLE_HEIGHT, readableHeight) : COMFORTABLE_HEIGHT;
  const fitting = Math.min(PIXELS_PER_BYTE, most / Math.max(1, headBytes));
  const pixelsPerByte = Math.max(LEAST_PIXELS_PER_BYTE, fitting, LEAST_HEIGHT / Math.max(1, headBytes));
  const height = headBytes * pixelsPerByte;
  const bytesPerPixel = usage.totalBytes / height;
  const headLeft = width < 480 ? 18 : 34;
  const headRight = headLeft + Math.min(210, Math.max(124, width * 0.3));
  const wholeRight = width - 1;
  const wholeLeft = wholeRight - Math.min(230, Math.max(104, width * 0.32));
  return {
    headLeft,
    headRight,
    headBytes,
    pixelsPerByte,
    wholeLeft,
    wholeRight,
    bytesPerPixel,
    bottom: TOP + height + 2,
    headY: (address) => TOP + (address - base) * pixelsPerByte,
    wholeY: (address) => TOP + (address - base) / bytesPerPixel,
  };
}

function headings({ usage }: Picture, { headLeft, headBytes, pixelsPerByte, wholeRight, bytesPerPixel }: Geometry): SVGElement[] {
  const heading = (x: number, anchor: string, name: string, scale: string) =>
    shape(
      "text",
      { "text-anchor": anchor },
      shape("tspan", { x, y: 14, class: "heading" }, name),
      shape("tspan", { x, y: 31, class: "scale" }, scale),
    );
  return [
    heading(headLeft, "start", `Head, ${bytes(headBytes)}`, `1 B is ${short(pixelsPerByte)} px high`),
    heading(wholeRight, "end", `Whole, ${bytes(usage.totalBytes)}`, `to scale, 1 px is ${short(bytesPerPixel)} B`),
  ];
}

/** Marks the bytes that the left column magnifies. */
function drawLens({ base }: Picture, { headRight, headBytes, wholeLeft, headY, wholeY }: Geometry): SVGElement {
  const end = base + headBytes;
  const d = `M${headRight} ${headY(end)}L${wholeLeft} ${wholeY(end)}V${wholeY(base)}H${headRight}`;
  return shape("path", { class: "lens", d });
}

function drawPart(
  part: Part,
  { contents }: Picture,
  { wholeLeft, wholeRight, wholeY, bytesPerPixel }: Geometry,
  lines: Line[],
): SVGElement {
  const top = wholeY(part.address);
  const height = part.byteLength / bytesPerPixel;
  const box = { left: wholeLeft, width: wholeRight - wholeLeft, top, height };
  const content = part.kind === "samples" ? contents.get(part.address) : undefined;
  const isSilent = content === "silence";
  const isLost = content === "past the end";
  const group = shape("g", {
    class: ["part", part.kind, part.direction, isSilent && "silence", isLost && "lost"].filter(Boolean).join(" "),
  });
  group.append(
    shape(
      "title",
      {},
      `${labelOf(part)}: ${bytes(part.byteLength)} at ${hex(part.address)}${isLost ? ", where no pointer that counts leads in this block" : ""}`,
    ),
  );
  group.append(shape("rect", { x: box.left, y: top, width: box.width, height }));
  if (part.kind === "samples" && height >= 6) {
    const path = shape("path", { class: "wave" });
    lines.push({ part, path, ...box });
    group.append(path);
  }
  if (height >= READABLE) {
    const baseline = top + Math.min(17, height / 2 + 4);
    group.append(
      text(box.left + 8, baseline, labelOf(part), "start"),
      text(wholeRight - 8, baseline, bytes(part.byteLength), "end", "figure"),
    );
  }
  if (isLost && height >= 46) group.append(text(box.left + 8, top + height - 8, "no pointer here", "start", "scale"));
  return group;
}

function labelOf({ kind, direction, bus, channel }: Part): string {
  if (kind !== "samples") return kind;
  return channel === undefined ? `${direction === "input" ? "in" : "out"} ${bus}, all channels` : nameOf(direction!, bus!, channel);
}

const nameOf = (direction: string, bus: number, channel: number) => `${direction === "input" ? "in" : "out"} ${bus}·${channel}`;

function drawDescriptor(descriptor: Descriptor, geometry: Geometry): SVGElement {
  const { headLeft, headRight, headY, pixelsPerByte } = geometry;
  const top = headY(descriptor.address);
  const height = 24 * pixelsPerByte;
  const group = shape(
    "g",
    { class: `descriptor ${descriptor.direction}` },
    shape("title", {}, `descriptor of ${descriptor.direction} bus ${descriptor.bus}: 24 B at ${hex(descriptor.address)}`),
  );
  group.append(shape("rect", { x: headLeft, y: top, width: headRight - headLeft, height }));
  for (const field of descriptor.fields) {
    const y = top + field.offset * pixelsPerByte;
    const fieldHeight = field.byteLength * pixelsPerByte;
    if (field.offset > 0 && fieldHeight > 4) group.append(shape("path", { class: "rule", d: `M${headLeft} ${y}H${headRight}` }));
    if (4 * pixelsPerByte >= READABLE) group.append(...row(field.name, shownValueOf(field), y + fieldHeight / 2, geometry));
  }
  return group;
}

const shownValueOf = ({ name, value, isAddress }: Field) => (isAddress || name === "constantMask" ? hex(value) : String(value));

function drawBusName({ direction, bus, name, address }: Descriptor, { headRight, headY, pixelsPerByte }: Geometry): SVGElement {
  const label = text(headRight + 8, headY(address) + 12, `${direction === "input" ? "in" : "out"} ${bus}`, "start", "bus");
  if (name !== undefined && pixelsPerByte * 24 >= 30) label.append(shape("tspan", { x: headRight + 8, dy: 14, class: "scale" }, name));
  return label;
}

function drawEntry(entry: Entry, geometry: Geometry): SVGElement {
  const { headLeft, headRight, headY, pixelsPerByte } = geometry;
  const top = headY(entry.address);
  const height = 4 * pixelsPerByte;
  const group = shape("g", { class: `entry ${entry.direction} ${classOf(entry.content)}` }, shape("title", {}, sentenceFor(entry)));
  group.append(shape("rect", { x: headLeft, y: top, width: headRight - headLeft, height }));
  if (height >= READABLE)
    group.append(...row(nameOf(entry.direction, entry.bus, entry.channel), hex(entry.pointer), top + height / 2, geometry));
  return group;
}

/** An arrow from a table entry to the first byte that it points at. */
function drawPointer(
  { address, pointer, direction, content }: Entry,
  { headRight, wholeLeft, headY, wholeY, pixelsPerByte, bottom }: Geometry,
): SVGElement {
  const from = headY(address) + 2 * pixelsPerByte;
  const to = Math.min(bottom - 3, wholeY(pointer) + 6);
  const bend = (wholeLeft - headRight) / 2;
  const d = `M${headRight} ${from}C${headRight + bend} ${from} ${wholeLeft - bend} ${to} ${wholeLeft - 2} ${to}`;
  return shape("path", {
    class: `pointer ${direction} ${classOf(content)}`,
    d,
    "marker-end": `url(#${content === "silence" ? "silence" : direction}-arrow)`,
  });
}

/** An arrow from a descriptor's data32 or data64 to its table. */
function drawTablePointers(
  { direction, address, fields }: Descriptor,
  lane: number,
  { headLeft, headY, pixelsPerByte }: Geometry,
): SVGElement[] {
  const used = fields.filter(({ isAddress, value }) => isAddress && value !== 0n);
  return used.map(({ offset, byteLength, value }) => {
    const from = headY(address) + (offset + byteLength / 2) * pixelsPerByte;
    const to = headY(Number(value)) + Math.min(6, 2 * pixelsPerByte);
    const reach = headLeft * (0.5 + 0.75 * lane);
    const d = `M${headLeft} ${from}C${headLeft - reach} ${from} ${headLeft - reach} ${to} ${headLeft - 2} ${to}`;
    return shape("path", { class: `pointer table ${direction}`, d, "marker-end": `url(#${direction}-arrow)` });
  });
}

/** How far out a table pointer's arrow runs: 0 for the innermost, 1 for the outermost. */
function laneOf(index: number, { descriptors }: Picture): number {
  return 1 - index / Math.max(1, descriptors.length);
}

function markers(): SVGElement {
  return shape(
    "defs",
    {},
    ...["input", "output", "silence"].map((name) =>
      shape(
        "marker",
        {
          id: `${name}-arrow`,
          class: name,
          viewBox: "0 0 8 8",
          refX: 7,
          refY: 4,
          markerWidth: 7,
          markerHeight: 7,
          orient: "auto",
          markerUnits: "userSpaceOnUse",
        },
        shape("path", { d: "M0 0.5L8 4L0 7.5Z" }),
      ),
    ),
    shape(
      "pattern",
      { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      shape("path", { d: "M0 0V6" }),
    ),
  );
}

function row(name: string, value: string, middle: number, { headLeft, headRight }: Geometry): SVGElement[] {
  return [text(headLeft + 7, middle + 4, name, "start"), text(headRight - 7, middle + 4, value, "end", "figure")];
}

function text(x: number, y: number, content: string, anchor: string, className = ""): SVGTextElement {
  return shape("text", { x, y, "text-anchor": anchor, class: className }, content);
}

/** A path through the block's samples. It is as wide as the block's share of the part, because a block can be shorter. */
function waveform(samples: Float32Array | Float64Array, { part, left, width, top, height }: Line): string {
  const capacity = part.byteLength / samples.BYTES_PER_ELEMENT;
  const middle = top + height / 2;
  const reach = height / 2 - 2;
  let d = "";
  for (let k = 0; k < samples.length; k++) {
    const x = left + (width * k) / Math.max(1, capacity - 1);
    const y = middle - reach * Math.max(-1, Math.min(1, samples[k]!));
    d += `${k === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return d;
}

const classOf = (content: Content) => content.replaceAll(" ", "-");

/** What a table entry says, in words. */
export function sentenceFor({ direction, bus, channel, pointer, content }: Entry): string {
  const addition = {
    samples: "",
    silence: ", which are silent: it is missing",
    repeat: ", which are a copy of the lone channel",
    "past the end": ", but the bus ends before it",
  }[content];
  return `${direction} ${bus}, channel ${channel} points at its own samples at ${hex(pointer)}${addition}`;
}

function describe({ usage, descriptors, entries }: Picture): string {
  const silent = entries.filter(({ content }) => content === "silence").length;
  const parts = `${count(descriptors.length)} descriptors (${bytes(usage.descriptorBytes)}), ${count(entries.length)} pointers (${bytes(usage.pointerBytes)})`;
  return `${bytes(usage.totalBytes)} in one allocation: ${parts}, then samples. ${count(silent)} channels are missing, and silent. The table below says the same in words.`;
}
