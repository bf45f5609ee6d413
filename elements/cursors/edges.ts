/**
 * Markers at the edge for pointers out of sight: a button with the name, which scrolls to the pointer. Where two
 * markers would overlap, or there are too many, the nearest marker counts the others.
 */
import { css, html, render } from 'lit';
import type { PointerPosition } from '../../src/index.js';
import { adoptStyles } from '../shared/adopt-styles.js';
import type { Speech } from '../shared/speech.js';
import { visibleLabel } from '../shared/visible-label.js';
import type { Stage } from '../viewer/stage.js';
import type { Outside } from './drawn.js';

/** The most markers that are shown at once. */
const MOST = 8;
/** Two markers that are nearer to each other than this become one, in CSS pixels. */
const APART = { x: 170, y: 30 };

const styles = css`
[part=edge]{position:absolute;left:0;top:0;display:flex;align-items:center;gap:6px;max-width:24ch;min-height:24px;
box-sizing:border-box;border:0;padding:2px 8px;
border-radius:calc(var(--_r)*1.2);font:500 12px/1.4 var(--_font);pointer-events:auto;cursor:pointer;
will-change:transform}
[part=edge] bdi{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
[part=edge] svg{flex:none;width:8px;height:10px;fill:currentColor}
[part=edge]:focus-visible{outline:2px solid var(--_focus);outline-offset:2px;
box-shadow:0 0 0 2px Canvas}
@media (prefers-contrast:more){[part=edge]{outline:1px solid Canvas;box-shadow:0 0 0 2px CanvasText}}
@media (forced-colors:active){[part=edge]{border:1px solid ButtonText;background:ButtonFace;color:ButtonText}}
`;

interface Marker {
  readonly element: HTMLButtonElement;
  readonly arrow: SVGElement;
  readonly name: HTMLElement;
  position: PointerPosition;
  written: string;
}

export class Edges {
  readonly #stage: Stage;
  readonly #speech: Pick<Speech, 'say'>;
  readonly #group = document.createElement('div');
  readonly #markers = new Map<number, Marker>();
  /** What had the focus before a marker got it. */
  #before: EventTarget | null = null;

  constructor(layer: HTMLElement, stage: Stage, speech: Pick<Speech, 'say'>) {
    this.#stage = stage;
    this.#speech = speech;
    this.#group.role = 'group';
    this.#group.dataset.slatePrivate = ''; // others do not have these markers to point at
    this.#group.addEventListener('focusin', ({ relatedTarget }) => {
      if (!this.#group.contains(relatedTarget as Node | null)) this.#before = relatedTarget;
    });
    this.reword();
    adoptStyles(stage.host.shadowRoot, styles);
    layer.append(this.#group);
  }

  draw(outside: readonly Outside[]): void {
    // First those that have a marker already, then those that moved last.
    const known = ({ pointer }: Outside) => (this.#markers.has(pointer.client) ? 0 : 1);
    const order = [...outside].sort((a, b) => known(a) - known(b) || a.pointer.restingMs - b.pointer.restingMs);
    const shown: { outside: Outside; more: number }[] = [];
    for (const one of order) {
      const near = shown.find(
        ({ outside: { x, y } }) => Math.abs(x - one.x) < APART.x && Math.abs(y - one.y) < APART.y,
      );
      if (near) near.more++;
      else if (shown.length < MOST) shown.push({ outside: one, more: 0 });
      else nearest(shown, one).more++;
    }
    const gone = new Set(this.#markers.keys());
    for (const { outside: one, more } of shown) {
      gone.delete(one.pointer.client);
      this.#show(one, more);
    }
    for (const client of gone) this.#remove(client);
  }

  /** The words have changed: the next frame writes them anew. */
  reword(): void {
    this.#group.ariaLabel = this.#speech.say('outside');
    for (const marker of this.#markers.values()) marker.written = '';
  }

  #show({ pointer, x, y, share, angle }: Outside, more: number): void {
    const { client, user, label: who } = pointer;
    const marker = this.#markers.get(client) ?? this.#make(client);
    marker.position = pointer;
    const written = [user.id, who, user.color, more].join('\n');
    if (written !== marker.written) {
      marker.written = written;
      const { element, name } = marker;
      element.dataset.user = user.id;
      element.style.setProperty('--_u', user.color);
      const label = more > 0 ? `${who} +${more}` : who;
      name.textContent = label;
      const whom = more > 0 ? `${who} ${this.#speech.say('more', { n: `+${more}` })}` : who;
      element.ariaLabel = visibleLabel(this.#speech.say('goTo', { name: whom }), label, this.#speech);
    }
    // Moved back by the share of the way along the edge, the marker stays inside whatever its width.
    const percent = (part: number) => `-${(part * 100).toFixed(1)}%`;
    const shift = `translate(${percent(share.x)},${percent(share.y)})`;
    const transform = `translate(${x.toFixed(0)}px,${y.toFixed(0)}px) ${shift}`;
    if (marker.element.style.transform !== transform) marker.element.style.transform = transform;
    marker.arrow.style.rotate = `${angle.toFixed(1)}rad`;
  }

  #make(client: number): Marker {
    const element = document.createElement('button');
    element.type = 'button';
    element.part.add('edge');
    element.className = 'ink';
    element.dataset.client = String(client);
    render(html`<svg viewBox="0 0 8 10" aria-hidden="true"><path d="M0 0L8 5 0 10Z"/></svg><bdi></bdi>`, element);
    const [arrow, name] = element.children as Iterable<Element> as [SVGElement, HTMLElement];
    const marker: Marker = { element, arrow, name, position: { x: 0, y: 0, anchor: '' }, written: '' };
    element.addEventListener('click', () => this.#stage.travelTo(marker.position));
    this.#markers.set(client, marker);
    this.#group.append(element);
    return marker;
  }

  /** If the marker has the focus, that returns to where it was before. */
  #remove(client: number): void {
    const { element } = this.#markers.get(client) ?? {};
    this.#markers.delete(client);
    if (element && element === this.#stage.host.shadowRoot?.activeElement && this.#before instanceof HTMLElement) {
      this.#before.focus({ preventScroll: true });
    }
    element?.remove();
  }
}

function nearest<T extends { outside: Outside }>(shown: readonly T[], { x, y }: Outside): T {
  const distance = ({ outside: one }: T) => Math.hypot(one.x - x, one.y - y);
  return shown.reduce((best, one) => (distance(one) < distance(best) ? one : best));
}
