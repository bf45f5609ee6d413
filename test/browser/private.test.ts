/** What is private has no influence on what leaves the page: the same pointer sends the same, whatever it is. */
import { expect, it } from 'vitest';
import { Surface } from '../../elements/surface/surface.js';
import { pathAt } from '../../elements/surface/tree.js';
import { seeded } from '../support/random.js';
import { mount } from './support.js';

const FILL = 'position:absolute;left:0;top:0;width:700px;background:#fff;font-size:20px';
const P = 'data-slate-private';

/** A page with a secret in each place that a value could be derived from. */
const PLACES: Record<string, (secret: string) => string> = {
  'inline text': (secret) => `<p id="p">Your PIN is <b ${P}>${secret}</b> as of today.</p>`,
  'text at the start': (secret) => `<p id="p"><b ${P}>${secret}</b> is your name, Ada.</p>`,
  'the number of private children': (secret) =>
    `<section id="s">${`<p ${P}>note</p>`.repeat(Number(secret[0]))}<p>A public note</p></section>`,
  'the number of private words': (secret) =>
    `<p id="p">Before <b ${P}>${'no '.repeat(Number(secret[1]))}</b>after.</p>`,
  'whether there is one': (secret) =>
    `<section><p>Above here</p>${Number(secret) % 2 ? `<p ${P}>x</p>` : ''}<p>below</p></section>`,
  'whether a link has text': (secret) =>
    `<p>See <a style="padding:20px"><b ${P}>${Number(secret) % 2 ? 'x' : ''}</b></a> there</p>`,
  'an id that it has too': (secret) => `${Number(secret) % 2 ? `<i ${P} id="p">x</i>` : ''}<p id="p">Public words</p>`,
  'a name that it has too': (secret) =>
    `<div ${P}>${Number(secret) % 2 ? '<i data-slate-anchor="p">x</i>' : ''}</div><p data-slate-anchor="p">Public</p>`,
  'a slot': (secret) => `<p id="p">Your PIN is <x-secret>${secret}</x-secret> as of today.</p>`,
  'children in a slot': (secret) =>
    `<x-secret>${'<p>note</p>'.repeat(Number(secret[0]))}<p slot="public">Public note</p></x-secret>`,
  'a password': (secret) => `<form><input type="password" value="${secret}"><label>Your password</label></form>`,
  'the number of password fields': (secret) =>
    `<form>${'<input type="password">'.repeat(Number(secret[0]))}<input id="" value="public"></form>`,
  'the text of a payment field': (secret) =>
    `<p id="p">Card <textarea autocomplete="section-a billing cc-number">${secret}</textarea> to charge.</p>`,
  'a code sent to the phone': (secret) =>
    `<p id="p">Code <textarea autocomplete="one-time-code">${secret}</textarea> to enter.</p>`,
  'a new password in plain text': (secret) =>
    `<p id="p">Key <textarea autocomplete="New-Password">${secret}</textarea> to keep.</p>`,
};

/** Everything that pointing at what is public sends, at each speed: at every word, and in every box. */
function sent(root: HTMLElement): string[] {
  const surface = new Surface(null);
  const isSecret = (node: Node | null): boolean =>
    node instanceof Element &&
    (node.matches(`[${P}], input[type=password], [autocomplete]`) ||
      isSecret(node.assignedSlot ?? node.parentNode) ||
      (node.parentNode instanceof ShadowRoot && isSecret(node.parentNode.host)));
  const points: { x: number; y: number }[] = [];
  const add = (box: DOMRect | undefined) => {
    if (!box || box.width === 0) return;
    for (const share of [0.2, 0.7]) points.push({ x: box.left + share * box.width, y: box.top + box.height / 2 });
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const around = node instanceof Text ? (node.assignedSlot ?? node.parentElement) : node;
    if (isSecret(around)) continue;
    if (node instanceof Element) {
      if (node.matches('a, input')) add(node.getBoundingClientRect());
      continue;
    }
    for (const { index } of (node.textContent ?? '').matchAll(/\p{L}/gu)) {
      const range = new Range();
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      add(range.getBoundingClientRect());
    }
  }
  return points.flatMap(({ x, y }) =>
    [0, 0.1].map((speed) => {
      const position = surface.locate(x, y, pathAt(x, y), speed);
      if (position && !position.anchor.includes('@')) return position.anchor; // fractions of a box are layout
      return JSON.stringify(position, (_, value) => (typeof value === 'number' ? Number(value.toFixed(6)) : value));
    }),
  );
}

function page(markup: string): HTMLElement {
  const root = mount(`<div id="page" style="${FILL}">${markup}</div>`);
  for (const host of root.querySelectorAll('x-secret'))
    host.attachShadow({
      mode: 'open',
    }).innerHTML = `<span ${P}><slot></slot></span><slot name="public" style="display:block"></slot>`;
  return root;
}

it.each(Object.keys(PLACES))('an eavesdropper learns nothing of %s', (place) => {
  const random = seeded(7);
  const heard = new Set<string>();
  for (let i = 0; i < 12; i++) {
    const secret = String(1000 + Math.floor(random() * 9000));
    const root = page(PLACES[place]?.(secret) ?? '');
    const messages = sent(root);
    expect(messages.length).toBeGreaterThan(1);
    heard.add(JSON.stringify(messages));
    root.parentElement?.remove();
  }
  expect([...heard]).toHaveLength(1);
});

it('a pointer over a field for a password or a payment is nowhere, marked or not', () => {
  const fields = ['type="password"', 'autocomplete="cc-csc"', 'autocomplete="shipping CC-Exp"', P];
  const root = page(fields.map((field) => `<input ${field} style="display:block;width:300px;height:30px">`).join(''));
  const surface = new Surface(null);
  for (const field of root.querySelectorAll('input')) {
    const { left, top } = field.getBoundingClientRect();
    expect(surface.locate(left + 20, top + 10, pathAt(left + 20, top + 10))).toBeUndefined();
  }
});
