import { arch, cpus, totalmem, type } from "node:os";

/** On what and when it was measured. */
export function machine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    gibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${arch()}`,
  };
}
