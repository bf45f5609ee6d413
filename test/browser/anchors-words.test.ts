/** A pointer over a word in one window is over the same word in every other. */
import { describe, expect, it } from 'vitest';
import { seeded } from '../support/random.js';
import {
  covers,
  elementsOf,
  hit,
  openPage,
  type Page,
  rectsOf,
  textNodes,
  type Window,
  wordAt,
} from './anchors-page.js';

const SEED = 20260;
const SAMPLES = 1000;

/** Who points, and who looks. */
const PAIRS: readonly (readonly [Window, Window])[] = [
  [{ width: 1440 }, { width: 375, font: 'monospace' }],
  [{ width: 375 }, { width: 2560, font: 'sans-serif' }],
  [
    { width: 2560, zoom: 2 },
    { width: 1440, zoom: 0.8, font: 'cursive' },
  ],
  [{ width: 1440, zoom: 1.5, font: 'sans-serif' }, { width: 375 }],
  [{ width: 1440 }, { width: 1440, rtl: true, font: 'sans-serif' }],
  [
    { width: 375, rtl: true },
    { width: 2560, zoom: 1.25 },
  ],
  [
    { width: 2560, font: 'monospace' },
    { width: 375, zoom: 0.8 },
  ],
  [
    { width: 1440, zoom: 2 },
    { width: 2560, zoom: 0.8, rtl: true },
  ],
];

/** What a point is over: a word, else the innermost box. Numbers, which mean the same in every window of the page. */
type Truth = { node: number; start: number; end: number; text: string } | { element: number; text: string };

function truthAt(page: Page, x: number, y: number): Truth {
  const [top, ...around] = hit(page, x, y);
  if (!top) throw new Error(`nothing lies at ${x}, ${y}`);
  const nodes = textNodes(page.document.body);
  for (const [index, node] of nodes.entries()) {
    const shownIn = node.assignedSlot ?? node.parentElement;
    if (shownIn !== top && node.parentElement !== top) continue;
    for (let at = 0; at < node.length; at++) {
      const { start, end } = wordAt(node.data, at);
      const text = node.data.slice(start, end);
      if (/\S/.test(text) && covers(rectsOf(node, start, end), x, y)) return { node: index, start, end, text };
      at = end - 1;
    }
  }
  const block = [top, ...around].find((element) => !/^(inline|contents)$/.test(page.getComputedStyle(element).display));
  const elements = elementsOf(page.document.body);
  return { element: block ? elements.indexOf(block) : -1, text: `<${block?.localName}>` };
}

/** Whether the point of the window is over the same. */
function isOver(page: Page, truth: Truth, x: number, y: number): boolean {
  if ('node' in truth) {
    const node = textNodes(page.document.body)[truth.node];
    return !!node && covers(rectsOf(node, truth.start, truth.end), x, y, 1.5);
  }
  const element = elementsOf(page.document.body)[truth.element];
  return !element || hit(page, x, y).includes(element);
}

/** Scrolls everything somewhere, and gives a point of the window. */
function wander(page: Page, random: () => number): { x: number; y: number } {
  const scrollers = elementsOf(page.document.body).filter((element) => element.classList.contains('scroller'));
  for (const scroller of [...scrollers, page.document.documentElement]) {
    scroller.scrollTop = random() * (scroller.scrollHeight - scroller.clientHeight);
    scroller.scrollLeft =
      (random() * (scroller.scrollWidth - scroller.clientWidth) * (page.document.dir === 'rtl' ? -1 : 1)) | 0;
  }
  const { clientWidth, clientHeight } = page.document.documentElement;
  const anywhere = { x: random() * (clientWidth - 1), y: random() * (clientHeight - 1) };
  if (random() < 0.4) return anywhere;
  // On some word: most of a wide page is empty.
  const nodes = textNodes(page.document.body).filter(({ data }) => /\S/.test(data));
  for (let i = 0; i < 300; i++) {
    const node = nodes[Math.floor(random() * nodes.length)];
    const at = Math.floor(random() * (node?.length ?? 0));
    const box = node && /\S/.test(node.data[at] ?? '') ? rectsOf(node, at, at + 1)[0] : undefined;
    const x = (box?.left ?? -1) + random() * (box?.width ?? 0);
    const y = (box?.top ?? -1) + random() * (box?.height ?? 0);
    const [top] = x > 0 && y > 0 && x < clientWidth && y < clientHeight ? hit(page, x, y) : [];
    if (top && (top === node?.parentElement || top === node?.assignedSlot)) return { x, y };
  }
  return anywhere;
}

/** Cut off by something around it that does not scroll. */
function isHidden(page: Page, truth: Truth): boolean {
  const element =
    'node' in truth
      ? textNodes(page.document.body)[truth.node]?.parentElement
      : elementsOf(page.document.body)[truth.element];
  return !!element?.closest('.clamp');
}

const wire = (fraction: number) => Math.round(fraction * 65535) / 65535;

describe('anchors', () => {
  it('over 1,000 points: the same word or element, whatever the width, zoom, font and direction', async () => {
    const random = seeded(SEED);
    const missed: string[] = [];
    let words = 0;
    let total = 0;
    for (const [here, there] of PAIRS) {
      const alice = await openPage(here);
      const bob = await openPage(there);
      const from = new alice.tested.Surface(null);
      const to = new bob.tested.Surface(null);
      for (let i = 0; i < SAMPLES / PAIRS.length; i++, total++) {
        const { x, y } = wander(alice, random);
        wander(bob, random);
        const truth = truthAt(alice, x, y);
        if ('node' in truth) words++;
        const position = from.locate(x, y, alice.tested.pathAt(x, y));
        const sent = position && { ...position, x: wire(position.x), y: wire(position.y) };
        to.begin();
        if (sent) to.reveal(sent);
        const at = sent && to.resolve(sent);
        const hidden = at?.how === 'collapsed' && isHidden(bob, truth);
        if (!at || (!hidden && (at.how !== 'exact' || !isOver(bob, truth, at.x, at.y))))
          missed.push(
            `${JSON.stringify(here)} → ${JSON.stringify(there)}: ${JSON.stringify(truth)} ` +
              `at ${x.toFixed()},${y.toFixed()} ` +
              `sent ${JSON.stringify(sent)} resolved ${JSON.stringify(at)}`,
          );
      }
    }
    const share = 1 - missed.length / total;
    expect(words / total).toBeGreaterThan(0.4);
    expect(share, `seed ${SEED}\n${missed.join('\n')}`).toBeGreaterThanOrEqual(0.99);
  }, 120_000);
});
