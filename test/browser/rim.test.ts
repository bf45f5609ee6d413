/** Pointers, their names and faces are visible on any background, in every state: measured in what is painted. */
import { describe, expect, it } from 'vitest';
import type { SlateCursors } from '../../elements/index.js';
import { PALETTE } from '../../src/protocol/palette.js';
import { until } from '../support/wait.js';
import { contrastOf, edge, type Pixels, pixelsOf } from './pixels.js';
import { drawn, entered, mountRoom, parts, rgb, town } from './support.js';

const COLORS = ['#ffffff', '#000000', '#808080', ...PALETTE];
const BACKGROUNDS = ['#ffffff', '#808080', '#121212', '#000000'];
const STATUSES = ['active', 'idle', 'away'] as const;
/** WCAG 2.2, 1.4.11. */
const VISIBLE = 3;
/** So many pixels of a pointer make an outline. */
const OUTLINE = 24;

/** People of these colours, whose pointers stand in rows of so many; Bob watches. */
async function people(attributes = '', colors: readonly string[] = COLORS, row = 5) {
  const { hub, enter } = town();
  const spots = colors
    .map(
      (_, i) => `<i id="s${i}" style="position:absolute;left:${20 + (i % row) * (550 / row)}px;
    top:${20 + Math.floor(i / row) * 70}px;width:10px;height:10px"></i>`,
    )
    .join('');
  const { element, room } = await mountRoom(
    hub,
    `<slate-cursors ${attributes}><div id="ground" style="position:relative;width:600px;height:250px">${spots}</div>
    </slate-cursors><div id="stack" style="width:600px;padding:10px"><slate-avatars max="20"></slate-avatars></div>`,
    'user-id="bob" user-name="Bob"',
  );
  const rooms = [];
  for (const [i, color] of colors.entries())
    rooms.push(await enter(`P${i}`, { user: { id: `p${i}`, name: `P${i}`, color } }));
  await until(() => room.members.length === colors.length + 1);
  const cursors = element.querySelector('slate-cursors') as SlateCursors;
  for (const [i, one] of rooms.entries()) one.pointer.move({ x: 0.5, y: 0.5, anchor: `#s${i}` });
  await until(() => parts(cursors, 'cursor').filter((one) => one.className !== '').length === colors.length);
  await until(() => parts(cursors, 'cursor').every((one) => !one.classList.contains('awake')));
  const find = (id: string) => element.querySelector(`#${id}`) as HTMLElement;
  return {
    hub,
    rooms,
    cursors,
    ground: find('ground'),
    stack: find('stack'),
    avatars: find('stack').firstElementChild as HTMLElement,
  };
}

/** Ends the transitions of the pointers, as half a minute would. */
async function rested(cursors: Element): Promise<void> {
  for (const arrow of parts(cursors, 'arrow')) for (const one of arrow.getAnimations()) one.finish();
  await drawn();
}

/** How many pixels of the arrow stand out from the background. */
function outline(pixels: Pixels, cursor: Element, background: readonly number[]): number {
  const { left, top } = cursor.getBoundingClientRect();
  let count = 0;
  for (let x = -7; x < 15; x++)
    for (let y = -7; y < 18; y++) if (contrastOf(pixels.at(left + x, top + y), background) >= VISIBLE) count++;
  return count;
}

const labelled = (what: string, cursors: Element, measured: number[], least: number) =>
  parts(cursors, 'cursor').flatMap((one, i) =>
    (measured[i] as number) >= least ? [] : [`${what}, ${one.style.getPropertyValue('--_u')}: ${measured[i]}`],
  );

/** Looks at all pointers on each background. `hidden` names those whose outline nobody could see there. */
function looker(cursors: SlateCursors, ground: HTMLElement) {
  const hidden: string[] = [];
  const look = async (what: string) => {
    for (const background of BACKGROUNDS) {
      ground.style.background = background;
      const pixels = await pixelsOf(ground);
      const measured = parts(cursors, 'cursor').map((one) => outline(pixels, one, rgb(background)));
      hidden.push(...labelled(`${what} on ${background}`, cursors, measured, OUTLINE));
    }
  };
  return { hidden, look };
}

describe('the rim', () => {
  it('of a pointer is visible on any page, whatever its colour and state', { timeout: 120_000 }, async () => {
    const { hub, rooms, cursors, ground } = await people();
    const { hidden, look } = looker(cursors, ground);
    await look('just moved');
    for (const status of STATUSES) {
      for (const room of rooms) room.setActivity(status);
      await until(() => parts(cursors, 'cursor').every((one) => one.dataset.status === status));
      await rested(cursors);
      await look(`${status}, at rest`);
    }
    hub.drop();
    await until(() => parts(cursors, 'cursor').every((one) => one.dataset.status === 'stale'));
    await look('stale');
    expect(hidden).toEqual([]);
  });

  it('of a dot in a crowd is visible on any page, whatever its colour and state', { timeout: 120_000 }, async () => {
    const crowd = [...COLORS, ...COLORS, ...COLORS];
    const { hub, cursors, ground } = await people('', crowd, 15);
    await until(() => parts(cursors, 'cursor').every((one) => one.classList.contains('dot')));
    await rested(cursors);
    const { hidden, look } = looker(cursors, ground);
    await look('active');
    hub.drop();
    await until(() => parts(cursors, 'cursor').every((one) => one.dataset.status === 'stale'));
    await rested(cursors);
    await look('stale');
    expect(hidden).toEqual([]);
  });

  it('of a name is visible on any page, whatever its colour', { timeout: 60_000 }, async () => {
    const { cursors, ground } = await people('style="--slate-name-fade:600s"');
    const hidden: string[] = [];
    for (const background of BACKGROUNDS) {
      ground.style.background = background;
      const pixels = await pixelsOf(ground);
      const measured = parts(cursors, 'name').map((one) => edge(pixels, one, rgb(background)));
      hidden.push(...labelled(background, cursors, measured, VISIBLE));
    }
    expect(hidden).toEqual([]);
  });

  it('of a face is visible on any page, whatever its colour and status', { timeout: 60_000 }, async () => {
    const { hub, rooms, avatars, stack } = await people();
    const hidden: string[] = [];
    const look = async (what: string) => {
      await entered();
      for (const background of BACKGROUNDS) {
        stack.style.background = background;
        const pixels = await pixelsOf(stack);
        for (const face of parts(avatars, 'avatar')) {
          const best = edge(pixels, face, rgb(background));
          if (best < VISIBLE) hidden.push(`${what} on ${background}, ${face.style.getPropertyValue('--_u')}: ${best}`);
        }
      }
    };
    for (const status of STATUSES) {
      for (const room of rooms) room.setActivity(status);
      await until(() =>
        parts(avatars, 'avatar')
          .slice(1)
          .every((one) => one.dataset.status === status),
      );
      await look(status);
    }
    hub.drop();
    await until(() =>
      parts(avatars, 'avatar')
        .slice(1)
        .every((one) => one.dataset.status === 'stale'),
    );
    await look('stale');
    expect(hidden).toEqual([]);
  });
});

describe('without a connection', () => {
  it('pointers go pale at once with the faces, and their labels say why', async () => {
    const { hub, rooms, cursors, avatars } = await people();
    for (const room of rooms) room.setActivity('idle');
    await until(() => parts(cursors, 'cursor').every((one) => one.dataset.status === 'idle'));
    await rested(cursors);
    const distance = (arrow: Element) => {
      const fill = rgb(getComputedStyle(arrow).fill);
      return Math.max(...fill.map((part) => 255 - part));
    };
    const before = parts(cursors, 'arrow').map(distance);
    hub.drop();
    await until(() => parts(cursors, 'cursor').every((one) => one.dataset.status === 'stale'));
    for (const [i, arrow] of parts(cursors, 'arrow').entries()) {
      // At once: no transition is under way.
      expect(arrow.getAnimations()).toEqual([]);
      expect(distance(arrow), COLORS[i]).toBeLessThanOrEqual(before[i] as number);
      expect(distance(arrow), COLORS[i]).toBeLessThan(70);
    }
    const faces = parts(avatars, 'avatar').slice(1);
    expect(faces.map(({ dataset }) => dataset.status)).toEqual(faces.map(() => 'stale'));
    for (const face of faces) expect(face.getAttribute('aria-label')).toMatch(/^P\d+, unreachable$/);
    for (const name of parts(cursors, 'name'))
      expect(getComputedStyle(name, '::after').content).toContain('unreachable');
    hub.restore();
    await until(() => parts(cursors, 'cursor').every((one) => one.dataset.status === 'idle'));
  });

  it('a picture that went pale shows no initials', async () => {
    const { hub, enter } = town();
    const { element } = await mountRoom(hub, '<slate-avatars></slate-avatars>');
    const avatars = element.querySelector('slate-avatars') as HTMLElement;
    const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
    await enter('Pia', { user: { id: 'pia', name: 'Pia Roth', avatar: canvas.toDataURL() } }); // clear as glass
    const initials = () => parts(avatars, 'avatar')[1]?.querySelector('span') as HTMLElement;
    await until(() => parts(avatars, 'picture').some((one) => !one.hidden));
    expect(getComputedStyle(initials()).visibility).toBe('hidden');
    hub.drop();
    await until(() => parts(avatars, 'avatar')[1]?.dataset.status === 'stale');
    expect(initials().textContent).toBe('PR');
    expect(getComputedStyle(initials()).visibility).toBe('hidden');
  });
});
