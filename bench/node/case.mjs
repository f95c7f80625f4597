// One case, measured in a process of its own:
//
//   node --expose-gc bench/node/case.mjs <subject> <case, as JSON> <effort, as JSON>

import { createHosts } from "../hosts.mjs";
import { timed } from "./clock.mjs";

const [name, ...texts] = process.argv.slice(2);
const [one, effort] = texts.map((text) => JSON.parse(text));
const subject = await import(`../subjects/${name}.mjs`);
const times = await timed(subject.works(one, hostsOf(one)), { ...effort, ...subject.effortOf?.(effort) });
process.stdout.write(JSON.stringify(times));

/** Hosts for a subject that renders a host's blocks; others make what they need. */
function hostsOf(one) {
  if (subject.hostOf === undefined) return undefined;
  const { config, frames } = subject.hostOf(one);
  return createHosts(config, frames, one.lists);
}
