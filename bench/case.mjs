// One case, measured in a process of its own:
//
//   node --expose-gc bench/case.mjs <subject> <case, as JSON> <effort, as JSON>

const [subject, oneCase, effort] = process.argv.slice(2);
const { run } = await import(`./subjects/${subject}.mjs`);
process.stdout.write(JSON.stringify(await run(JSON.parse(oneCase), JSON.parse(effort))));
