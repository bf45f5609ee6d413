/**
 * Names and colours for Monaco. y-monaco marks what others have selected, and their carets, with classes that hold the
 * number of a client, and draws nothing: here is the style sheet that does, with one rule for each client. It is made
 * with objects, not with text in the page, so that a strict policy for styles allows it.
 */
import type { Awareness } from 'y-protocols/awareness';

export interface MonacoCaretsOptions {
  /** What the editor is in: its document, or its shadow root. @defaultValue `document` */
  readonly root?: Document | ShadowRoot;
}

/** What a rule says of a client, by the names of its custom properties. */
type Look = Readonly<Record<'--slate-caret' | '--slate-caret-light' | '--slate-caret-name', string>>;

/**
 * All clients look alike but for their custom properties. Text on their colour is black or white, by its luminance. A
 * name covers text, so it fades when its caret rests, as the names of pointers do, and is there again for a mouse near
 * the caret. The rules are in a layer, so that whatever the page itself says of these classes counts instead.
 */
const BASE = `@layer slate-monaco {
.yRemoteSelection { background-color: var(--slate-caret-light); forced-color-adjust: none }
.yRemoteSelectionHead { position: absolute; box-sizing: border-box; height: 100%;
  border-left: 2px solid var(--slate-caret); margin-left: -1px; forced-color-adjust: none; z-index: 1 }
.yRemoteSelectionHead::after { content: var(--slate-caret-name); position: absolute; bottom: 100%; left: -2px;
  box-sizing: border-box; max-width: 22ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  padding: 0 5px; border-radius: 4px 4px 4px 0; font: 500 11px/16px system-ui, sans-serif; pointer-events: none;
  background-color: var(--slate-caret); color: #fff; color: color(from var(--slate-caret) xyz-d65
  clamp(0, (.18 - y) * 1e6, .95) clamp(0, (.18 - y) * 1e6, 1) clamp(0, (.18 - y) * 1e6, 1.089));
  animation: slate-monaco-fade .6s 4s forwards }
.yRemoteSelectionHead:hover::after { animation: none }
.yRemoteSelectionHead::before { content: ""; position: absolute; inset: 0 -5px }
@keyframes slate-monaco-fade { to { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { .yRemoteSelectionHead::after { animation-duration: 0s } }
}`;

/**
 * Draws the carets of others in their colours, with their names, and what they have selected, in every editor of `root`
 * that a `MonacoBinding` of y-monaco has with this `awareness`. A name fades 4 s after its caret moved. Follows who
 * comes, goes and changes. Names and colours may be anything: a name is text, and what is no colour is not drawn.
 * Returns a function that removes all of it.
 */
export function monacoCarets(
  awareness: Pick<Awareness, 'getStates' | 'on' | 'off'>,
  { root = document }: MonacoCaretsOptions = {},
): () => void {
  const view = (root.ownerDocument ?? (root as Document)).defaultView ?? window;
  const sheet = new view.CSSStyleSheet(); // one of another window could not be used here
  sheet.replaceSync(BASE);
  const layer = sheet.cssRules[0] as CSSGroupingRule;
  const rules = new Map<number, CSSStyleRule>();

  const draw = (client: number) => {
    const state = awareness.getStates().get(client);
    const rule = rules.get(client);
    if (state) write(rule ?? add(client), lookOf(state.user));
    else if (rule) {
      rules.delete(client);
      layer.deleteRule([...layer.cssRules].indexOf(rule));
    }
  };
  const add = (client: number) => {
    const selector = `.yRemoteSelection-${client}, .yRemoteSelectionHead-${client}`;
    const index = layer.insertRule(`${selector} {}`, layer.cssRules.length);
    const rule = layer.cssRules[index] as CSSStyleRule;
    rules.set(client, rule);
    return rule;
  };
  const onChange = (change: Readonly<Record<'added' | 'updated' | 'removed', readonly number[]>>) => {
    for (const client of [...change.added, ...change.updated, ...change.removed]) draw(client);
  };

  for (const client of awareness.getStates().keys()) draw(client);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  awareness.on('change', onChange);
  return () => {
    awareness.off('change', onChange);
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet);
  };
}

/** Writes only what differs, because a caret moves often, and its owner changes seldom. */
function write({ style }: CSSStyleRule, look: Look): void {
  for (const [name, value] of Object.entries(look)) {
    if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
  }
}

/** Rooms clean names and colours (D3), other providers do not. */
function lookOf(user: unknown): Look {
  const { name, color, colorLight } = Object(user) as Record<string, unknown>;
  const own = isColor(color) ? color : '#ffa500';
  return {
    '--slate-caret': own,
    '--slate-caret-light': isColor(colorLight) ? colorLight : `color-mix(in srgb, ${own} 20%, transparent)`,
    '--slate-caret-name': cssString(typeof name === 'string' && name !== '' ? name : 'Anonymous'),
  };
}

const isColor = (value: unknown): value is string => typeof value === 'string' && CSS.supports('color', value);

/** https://drafts.csswg.org/cssom/#serialize-a-string */
const cssString = (text: string): string =>
  `"${text.replace(/["\\\p{Cc}\p{Cs}]/gu, (character) => `\\${character.codePointAt(0)?.toString(16)} `)}"`;
