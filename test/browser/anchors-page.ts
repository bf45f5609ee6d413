/**
 * A page with everything that makes pointing hard, in windows of different size, zoom, font and direction. Tests point
 * in one window and look in another. The functions that find words and elements here use none of the tested code.
 */
import { onTestFinished } from 'vitest';
import type { Surface } from '../../elements/surface/surface.js';
import type { pathAt } from '../../elements/surface/tree.js';
import { until } from '../support/wait.js';

export interface Window {
  /** In CSS pixels, at zoom 1. */
  readonly width: number;
  readonly zoom?: number;
  readonly font?: string;
  readonly rtl?: boolean;
}

/** A page in a window: its globals, and the tested code as it runs there. */
export type Page = globalThis.Window &
  typeof globalThis & { tested: { Surface: typeof Surface; pathAt: typeof pathAt } };

/** A word as it is drawn: the node it is in, by number, and where in it. */
export interface Word {
  readonly key: string;
  readonly text: string;
  readonly rects: readonly DOMRect[];
}

const HEIGHT = 900;

export async function openPage({ width, zoom = 1, font = 'serif', rtl = false }: Window, body = BODY): Promise<Page> {
  const frame = document.createElement('iframe');
  // When a user zooms in, the window becomes smaller by as much, in CSS pixels.
  frame.style.cssText = `position:fixed;left:0;top:0;border:0;width:${width / zoom}px;height:${HEIGHT / zoom}px;zoom:${zoom}`;
  const surface = new URL('../../elements/surface/surface.ts', import.meta.url).href;
  const tree = new URL('../../elements/surface/tree.ts', import.meta.url).href;
  frame.srcdoc = `<!doctype html><html dir="${rtl ? 'rtl' : 'ltr'}"><meta charset="utf-8"><style>${STYLE} body{font-family:${font}}</style>
    <body>${body}<script type="module">import { Surface } from '${surface}'; import { pathAt } from '${tree}';
      window.tested = { Surface, pathAt };</script></body></html>`;
  document.body.append(frame);
  onTestFinished(() => frame.remove());
  const page = await until(() => (frame.contentWindow as Page | null)?.tested && (frame.contentWindow as Page), {
    what: 'the page in its frame',
  });
  dress(page.document);
  return page;
}

/** Adds the shadow roots, which markup in a string cannot. */
function dress(page: Document): void {
  for (const host of page.querySelectorAll('x-card'))
    host.attachShadow({ mode: 'open' }).innerHTML =
      '<style>section{border:2px solid;padding:8px}</style><section><h4>A card made of shadow</h4><p>Its own words live <em>inside</em> the shadow root.</p><slot></slot><footer><slot name="foot">none</slot></footer></section>';
  for (const host of page.querySelectorAll('x-button'))
    host.attachShadow({ mode: 'open' }).innerHTML =
      '<button style="font:inherit;padding:6px 14px"><slot></slot></button>';
}

const STYLE = `
*{box-sizing:border-box} body{margin:0;line-height:1.5} header{position:sticky;top:0;background:#eee;padding:8px 16px;z-index:1}
main{padding:16px} .cards{display:flex;flex-wrap:wrap;gap:12px} .cards>div{flex:1 1 220px;border:1px solid;padding:12px}
.scroller{height:180px;overflow:auto;border:1px solid} .wide{width:1400px} .turned{transform:rotate(6deg);width:70%;margin:40px auto}
.small{transform:scale(.7);transform-origin:0 0} .columns{columns:16em} .upright{writing-mode:vertical-rl;height:260px}
.zoomed{zoom:1.3} table{border-collapse:collapse;width:100%} td,th{border:1px solid;padding:4px} .pin{position:absolute;inset-inline-end:10%;width:120px}
.stage{position:relative;height:160px;background:#fafafa} figure{margin:8px 0} svg{width:60%;height:120px;display:block} pre{overflow:auto}
nav a{margin-inline-end:12px} .big{font-size:2.2em;line-height:1.1} .clamp{max-height:7.5em;overflow:hidden}`;

const LOREM =
  'Presence is the feeling that somebody else is here, in the same room, looking at the same thing. A pointer says more than a name in a list: it says where, and when it stops it says that a thought has ended. ';
const MIXED =
  'Prices rose by 12.5 % in 2024 — “really?” — and café, naïve, Straße and Ελλάδα stood beside emoji 👩‍👩‍👧 🎉 and 東京都の天気は晴れです。 ';
const HEBREW = 'הסמן מראה היכן אתה מסתכל עכשיו, וכולם רואים את אותה המילה באותו המקום. ';
const ARABIC = 'المؤشر يبين أين تنظر الآن، والجميع يرون الكلمة نفسها في المكان نفسه. ';

const BODY = `
<header data-slate-anchor="top"><nav><a href="#a">Overview</a><a href="#b">Pricing and plans</a><a href="#c">Questions</a></nav></header>
<main>
  <h1 id="title">Pointing at the same word in every window</h1>
  <p id="first">${LOREM}<b>Some of it is bold, ${'and bold again, '.repeat(3)}</b> some <i>leaning <code>code()</code> inside</i>. ${LOREM.repeat(2)}</p>
  <p>${MIXED}${LOREM}</p>
  <div class="cards">${[1, 2, 3, 4, 5].map((n) => `<div><h3>Card ${n}</h3><p>${LOREM.slice(n * 7, 120 + n * 20)}</p><ul><li>one of ${n}</li><li>two of ${n}</li></ul></div>`).join('')}</div>
  <section data-slate-anchor="right" dir="rtl"><h2>${HEBREW.slice(0, 24)}</h2><p>${HEBREW.repeat(4)} with some English words in between ${HEBREW}</p><p>${ARABIC.repeat(4)}</p></section>
  <section id="nested"><h2>Nested scrollers</h2><div class="scroller"><div class="wide"><p>${LOREM.repeat(3)}</p>
    <div class="scroller"><ol>${Array.from({ length: 30 }, (_, n) => `<li>entry number ${n} says ${LOREM.slice(n * 3, n * 3 + 40)}</li>`).join('')}</ol></div><p>${MIXED}</p></div></div></section>
  <div class="turned"><h2>Turned by six degrees</h2><p>${LOREM.repeat(2)}</p></div>
  <div class="small" id="small"><p>${LOREM.repeat(2)}</p><table>${Array.from({ length: 6 }, (_, r) => `<tr>${['alpha', 'beta', 'gamma', 'delta'].map((w) => `<td>${w} ${r}</td>`).join('')}</tr>`).join('')}</table></div>
  <x-card id="card"><p>Slotted words that live in the page, ${LOREM}</p><small slot="foot">a slotted foot note</small></x-card>
  <p>Press <x-button id="go">Go there now</x-button> or <x-button>stay</x-button> as you like.</p>
  <article data-slate-anchor="article"><h2 class="big">A big heading that will surely wrap in a narrow window</h2><div class="columns">${`<p>${LOREM}${MIXED}</p>`.repeat(4)}</div></article>
  <pre id="code"><code>${Array.from({ length: 12 }, (_, n) => `<span class="line">const value${n} = compute(${n} * 7); // about ${n}</span>`).join('\n')}</code></pre>
  <div class="zoomed"><p>${LOREM}</p></div>
  <div class="stage" data-slate-anchor="stage"><div class="pin" style="top:10px">Pinned note one</div><div class="pin" style="top:80px">Pinned note two</div></div>
  <figure><svg viewBox="0 0 200 100"><rect x="10" y="10" width="80" height="80"/><circle cx="150" cy="50" r="40"/></svg><figcaption>A drawing</figcaption></figure>
  <details open><summary>What is under here</summary><p>${LOREM}</p></details>
  <div class="upright"><p>縦書きの文章もあります。言葉は上から下へ流れます。</p></div>
  <form><label>Name <input value="Ada Lovelace"></label> <textarea rows="3">Some text of a field</textarea> <button type="button">Send it</button></form>
  <div class="clamp"><p>${LOREM.repeat(3)}</p></div>
  <footer><p>${LOREM}</p></footer>
</main>`;

/** Every text node of the page, shadow roots included, in an order that all windows share. */
export function textNodes(root: Node, into: Text[] = []): Text[] {
  for (const node of root.childNodes) {
    if (node.nodeType === 3) into.push(node as Text);
    else if (!/^(script|style)$/i.test(node.nodeName)) textNodes(node, into);
  }
  const shadow = (root as Element).shadowRoot;
  if (shadow) textNodes(shadow, into);
  return into;
}

/** Every element of the page, shadow roots included, in an order that all windows share. */
export function elementsOf(root: Element | ShadowRoot, into: Element[] = []): Element[] {
  for (const element of root.children) {
    into.push(element);
    elementsOf(element, into);
    if (element.shadowRoot) elementsOf(element.shadowRoot, into);
  }
  return into;
}

/** The word at an offset of a text node: a run of letters and digits, or any other character alone. */
export function wordAt(data: string, at: number): { start: number; end: number } {
  const letter = /[\p{L}\p{M}\p{N}_]/u;
  let [start, end] = [at, at + 1];
  if (letter.test(data[at] ?? '')) {
    while (start > 0 && letter.test(data[start - 1] ?? '')) start--;
    while (end < data.length && letter.test(data[end] ?? '')) end++;
  }
  return { start, end };
}

export function rectsOf(node: Text, start: number, end: number): DOMRect[] {
  const range = node.ownerDocument.createRange();
  range.setStart(node, start);
  range.setEnd(node, end);
  return [...range.getClientRects()];
}

export const covers = (rects: readonly DOMRect[], x: number, y: number, slack = 0): boolean =>
  rects.some(
    (box) => x >= box.left - slack && x <= box.right + slack && y >= box.top - slack && y <= box.bottom + slack,
  );

/** The elements at a point of the window, innermost first, as the page is drawn. */
export function hit(page: Page, x: number, y: number): Element[] {
  let at = page.document.elementFromPoint(x, y);
  for (
    let inner = at?.shadowRoot?.elementFromPoint(x, y);
    inner && inner !== at;
    inner = at?.shadowRoot?.elementFromPoint(x, y)
  )
    at = inner;
  const path: Element[] = [];
  for (; at; at = at.assignedSlot ?? at.parentElement ?? (at.getRootNode() as ShadowRoot).host ?? null) path.push(at);
  return path;
}
