/** Rings around fields are visible on any background, in any colour and with any mark: measured in what is painted. */
import { expect, it } from 'vitest';
import { PALETTE } from '../../src/protocol/palette.js';
import { until } from '../support/wait.js';
import { setUp } from './fields-page.js';
import { edge, pixelsOf } from './pixels.js';
import { emulate, entered, parts, rgb } from './support.js';

const COLORS = ['#ffffff', '#000000', '#808080', ...PALETTE];
const BACKGROUNDS = ['#ffffff', '#808080', '#121212', '#000000'];
/** WCAG 2.2, 1.4.11. */
const VISIBLE = 3;

it.each(['none', 'active'])(
  'the rim of a ring is visible on any page; forced colours: %s',
  async (forced) => {
    await emulate({ 'forced-colors': forced });
    const inputs = COLORS.map((_, i) => `<input id="f${i}" style="width:60px">`).join('');
    const { fields, enter, find } = await setUp(
      `<form id="order" style="display:grid;grid-template-columns:repeat(5,1fr);gap:40px;padding:40px;width:560px;
    forced-color-adjust:none">${inputs}</form>`,
    );
    for (const [i, color] of COLORS.entries())
      (await enter(`P${i}`, { user: { id: `p${i}`, name: `P${i}`, color } })).setWork({ field: `#f${i}` });
    await until(() => parts(fields, 'ring').length === COLORS.length, { what: 'all rings' });
    await entered();
    const hidden: string[] = [];
    for (const background of BACKGROUNDS) {
      find('#order').style.background = background;
      const pixels = await pixelsOf(find('#order'));
      for (const ring of parts(fields, 'ring')) {
        const best = edge(pixels, ring, rgb(background));
        if (best < VISIBLE) hidden.push(`${ring.style.getPropertyValue('--_u')} on ${background}: ${best}`);
      }
    }
    expect(hidden).toEqual([]);
  },
  60_000,
);
