// Where it is measured. A subject is asked for its `casesIn` each of these.

const MAJORS = [20, 22, 24];
/** In this one everything is measured: the Node that runs the bench, where it is one of them. */
const MAIN = MAJORS.find((major) => process.version.startsWith(`v${major}.`)) ?? MAJORS[0];

/** `label` is what the report calls it. */
export const RUNTIMES = [
  ...MAJORS.map((major) => ({ name: `node${major}`, label: `Node ${major}`, major, isNode: true, isMain: major === MAIN })),
  { name: "chromium", label: "Chromium's worklet", isNode: false, isMain: false },
  { name: "firefox", label: "Firefox's worklet", isNode: false, isMain: false },
  { name: "webkitgtk", label: "WebKitGTK's worklet", isNode: false, isMain: false },
];

export function labelOf(name) {
  return RUNTIMES.find((runtime) => runtime.name === name).label;
}
