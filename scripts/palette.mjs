#!/usr/bin/env node
/**
 * `npm run palette`: prints the figures of the colours of people (docs/PROTOCOL.md, P15). `npm run palette -- search`
 * looks for such a list, with three numbers behind it: how many colours, how many runs, and a seed.
 */
import { importTypeScript } from './prepare.js';

const { measure, search } = await importTypeScript('scripts/palette.ts');
const { PALETTE } = await importTypeScript('src/protocol/palette.ts');
const { seeded } = await importTypeScript('test/support/random.ts');

const [what, count = 12, runs = 20, seed = 1] = process.argv.slice(2);
const colors = what === 'search' ? search(Number(count), Number(runs), seeded(Number(seed))) : PALETTE;
console.log(colors.join(' '));
for (const [name, value] of Object.entries(measure(colors))) console.log(`${name.padEnd(14)}${value.toFixed(3)}`);
