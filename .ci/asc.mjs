// Compiles modules in AssemblyScript. Each argument is what one call of asc takes:
//
//   node .ci/asc.mjs "assembly/core.ts --target core" "assembly/core.ts --target core-shared"
//
// All are compiled in one process: the compiler takes some four seconds to start, and about one for a module.

import asc from "assemblyscript/asc";

for (const command of process.argv.slice(2)) {
  const { error } = await asc.main(command.split(" "), { stdout: process.stdout, stderr: process.stderr });
  if (error === null) continue;
  console.error(`asc ${command}: ${error.message}`);
  process.exitCode = 1;
  break;
}
