/**
 * `npm run soak`: 30 people on a cluster of three real servers for half an hour; `-- --minutes 5`, `--people 10` and
 * `--seed 7` say otherwise. Prints what was done, and what the process and the servers held.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    people: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
});
const env = { ...process.env, SOAK_MINUTES: values.minutes, SOAK_PEOPLE: values.people, SOAK_SEED: values.seed };
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'integration', '--execArgv=--expose-gc'];
const child = spawn(process.execPath, [...vitest, 'test/integration/soak.test.ts'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env,
  stdio: 'inherit',
});
child.on('exit', (code) => process.exit(code ?? 1));
