/** Carets are visible in a field of any background, whatever their colour and state: measured in what is painted. */
import { expect, it } from 'vitest';
import { PALETTE } from '../../src/protocol/palette.js';
import { until } from '../support/wait.js';
import { caretShown, put, setUp } from './carets-page.js';
import { contrastOf, type Pixels, pixelsOf } from './pixels.js';
import { drawn, parts, rgb } from './support.js';

const COLORS = ['#ffffff', '#000000', '#808080', ...PALETTE];
const BACKGROUNDS = ['#ffffff', '#808080', '#121212', '#000000'];
/** WCAG 2.2, 1.4.11. */
const VISIBLE = 3;

/** The share of a caret's height at which it stands out from the background. */
function outline(pixels: Pixels, caret: Element, background: readonly number[]): number {
  const { left, top, height } = caret.getBoundingClientRect();
  const rows = [...Array(Math.floor(height)).keys()].map((row) => top + row + 0.5);
  const seen = rows.filter((y) =>
    [-1.5, -0.5, 0.5, 1.5, 2.5].some((x) => contrastOf(pixels.at(left + x, y), background) >= VISIBLE),
  );
  return seen.length / rows.length;
}

it('the edges of a caret are visible on any background', { timeout: 120_000 }, async () => {
  const lines = COLORS.map((_, i) => ' '.repeat(20 + i)).join('\n');
  const { hub, carets, others, field } = await setUp(
    '<textarea id="field" style="width:400px;height:380px;font:16px/1.4 sans-serif;border:0"></textarea>',
    COLORS.map((_, i) => `P${i}`),
  );
  field.value = lines;
  let offset = 0;
  for (const [i, other] of others.entries()) {
    other.setUser({ color: COLORS[i] as string });
    put(other, lines, offset + i + 2);
    offset += 21 + i;
  }
  for (const other of others) await caretShown(carets, other);
  const all = () => parts(carets, 'caret');
  await until(() => new Set(all().map(({ style }) => style.getPropertyValue('--_u'))).size === COLORS.length);
  // Names would lie over the carets of the lines above.
  carets.style.setProperty('--slate-name-fade', '0s');
  await until(() => parts(carets, 'name').every((one) => Number(getComputedStyle(one).opacity) === 0));
  const hidden: string[] = [];
  const look = async (what: string) => {
    for (const background of BACKGROUNDS) {
      field.style.background = background;
      await drawn();
      const pixels = await pixelsOf(field);
      for (const caret of all()) {
        const share = outline(pixels, caret, rgb(background));
        if (share < 0.9) hidden.push(`${what}, ${caret.style.getPropertyValue('--_u')} on ${background}: ${share}`);
      }
    }
  };
  await look('active');
  for (const other of others) other.setActivity('away');
  await until(() => all().every(({ dataset }) => dataset.status === 'away'));
  await look('away');
  hub.drop();
  await until(() => all().every(({ dataset }) => dataset.status === 'stale'));
  await look('stale');
  expect(hidden).toEqual([]);
});
