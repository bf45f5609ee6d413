/** `npm run reliability`: runs every property on every system, one after another, and writes docs/reliability.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endAll } from '../children.js';
import { machine } from '../machine.js';
import { natsVersion, startServer } from '../servers.js';
import { installGlobalSocket } from '../socket.js';
import { HOSTILE } from './hostile.js';
import { LIVES } from './lives.js';
import type { Outcome } from './property.js';
import { withTable } from './report.js';
import { CONTENDERS, World } from './systems.js';

const PAGE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'reliability.md');
const only = process.argv.slice(2).map(Number);
const properties = [...LIVES, ...HOSTILE].filter(
  ({ numbers }) => only.length === 0 || numbers.some((number) => only.includes(number)),
);

installGlobalSocket();
// What a library throws in a page must not end the run; property 17 counts it.
process.on('uncaughtException', (error) => process.stderr.write(`  thrown: ${error.message.slice(0, 100)}\n`));
process.on('unhandledRejection', (error) => process.stderr.write(`  rejected: ${String(error).slice(0, 100)}\n`));
process.on('exit', endAll);

const results = new Map<string, Outcome[]>();
for (const contender of CONTENDERS) {
  const outcomes: Outcome[] = [];
  for (const { numbers, run } of properties) {
    const server = await startServer(contender.server); // a new one, so that no property spoils the next
    const world = new World(contender, server.address, `r${numbers[0]}`);
    const measured = await run(world).catch((error: unknown) => {
      const value = `did not get as far: ${error instanceof Error ? error.message : String(error)}`;
      return numbers.map((number) => ({ number, pass: false, value }));
    });
    for (const { number, pass, value } of measured) {
      process.stderr.write(`${contender.title}: property ${number} ${pass ? 'holds' : 'fails'}: ${value}\n`);
    }
    outcomes.push(...measured);
    await world.end();
    await server.stop();
  }
  results.set(contender.title, outcomes);
}

if (only.length === 0) {
  await writeFile(PAGE, withTable(await readFile(PAGE, 'utf8'), results, machine(), natsVersion));
  process.stderr.write('Wrote docs/reliability.md\n');
}
process.exit(0);
