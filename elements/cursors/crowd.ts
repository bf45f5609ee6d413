/**
 * Draws everyone's pointers in one layer, frame by frame: it first reads all it needs, one box for each anchor, and
 * then writes what changed. It decides who is in sight, and what is shown of whom among many; names.ts decides where
 * names lie. The surface tells where a pointer is.
 */
import type { MemberStatus, RemotePointer } from '../../src/index.js';
import type { Speech } from '../shared/speech.js';
import { type Box, nearestIn, overlap, shrink } from '../surface/box.js';
import { giveWay } from '../surface/give-way.js';
import type { Surface, WindowPosition } from '../surface/surface.js';
import { Drawn, type Outside } from './drawn.js';
import { boxOf, turn } from './names.js';

/** A pointer at rest is still after this time, in milliseconds: its name begins to fade. */
const STILL_AFTER_MS = 250;
/** Among more pointers in sight than this a name is shown where it is asked for: all of them would hide the page. */
const MOST_NAMES = 20;
/** Among more than this those at rest are dots. */
const MOST_ARROWS = 30;
/** A pointer that is nearer to one's own than this tells its name, in CSS pixels. */
const ASKS = 40;
/** In a crowd taps have names while there are at most so many at once. */
const MAX_NAMED_TAPS = 5;
/** A tap is seen for this long, in milliseconds, as it is reported. */
const TAP_MS = 3000;
/** Markers keep this far from the edge, in CSS pixels. */
const EDGE = 8;
/** With more pointers than this each one is moved every second frame, with more than twice as many every third, … */
const MOST_A_FRAME = 250;
const MOST_PHASES = 4;
/** Multiples of the golden ratio, without their whole part, are spread evenly. */
const GOLDEN = 0.618034;
/** A pointer that is nearer to one's own than this fades where one wants that, in CSS pixels. */
const NEAR = 90;

export interface Scene {
  readonly layer: HTMLElement;
  readonly template: HTMLTemplateElement;
  readonly surface: Surface;
  readonly statuses: ReadonlyMap<number, MemberStatus>;
  readonly speech: Pick<Speech, 'say'>;
  readonly rtl: boolean;
  /** The box where no name may lie, and one's own pointer, both in the window. */
  readonly keepOut: Box | undefined;
  readonly own: { readonly x: number; readonly y: number } | undefined;
  /** Of the window, what the viewer's bar and the display leave free. */
  readonly free: Box;
  /** Whether a user is pointed out, by their id. */
  readonly isLit: (userId: string) => boolean;
  /** Pointers near one's own fade. */
  readonly fadeNear: boolean;
  /** Pointers do not glide: motion is to be reduced. */
  readonly still: boolean;
  /** Every pointer is moved in this frame, because the page has moved, or because no pointer does. */
  readonly all: boolean;
  readonly now: number;
}

export class Crowd {
  readonly #drawn = new Map<number, Drawn>();
  #made = 0;
  #frames = 0;
  /** How many pointers were in sight in the last frame. */
  #inSight = 0;
  /** How many of them were taps. */
  #taps = 0;

  /** The pointers that were out of sight in the last frame. */
  get outside(): Outside[] {
    return [...this.#drawn.values()].flatMap(({ outside }) => outside ?? []);
  }

  /** The anchor of a pointer is not on this page now, and may appear. */
  get lost(): boolean {
    return [...this.#drawn.values()].some(({ lost }) => lost);
  }

  /** The id of the user whose pointer is the nearest to one's own; undefined where none is near. */
  get nearest(): string | undefined {
    let nearest: Drawn | undefined;
    for (const drawn of this.#drawn.values())
      if (drawn.seen && drawn.distance < (nearest?.distance ?? ASKS)) nearest = drawn;
    return nearest?.element.dataset.user;
  }

  get size(): number {
    return this.#drawn.size;
  }

  element(client: number): HTMLElement | undefined {
    const drawn = this.#drawn.get(client);
    return drawn?.leaves ? undefined : drawn?.element;
  }

  /** Makes elements for these pointers, and lets all others fade. True where a pointer has come or gone. */
  cast(pointers: readonly RemotePointer[], { layer, template, statuses, speech, now, still }: Scene): boolean {
    let changed = false;
    const gone = new Set(this.#drawn.keys());
    for (const pointer of pointers) {
      const { client } = pointer;
      let drawn = this.#drawn.get(client);
      if (!drawn) {
        drawn = new Drawn(client, template, this.#made++);
        this.#drawn.set(client, drawn);
        layer.append(drawn.mover);
        changed = true;
      }
      changed ||= drawn.leaves;
      drawn.stay();
      drawn.person(pointer, statuses.get(client), speech);
      gone.delete(client);
    }
    for (const client of gone) {
      const drawn = this.#drawn.get(client);
      changed ||= !drawn?.leaves;
      drawn?.leave(now);
      if (still || drawn?.isGone(now)) this.#drop(client);
    }
    return changed;
  }

  clear(): void {
    for (const client of [...this.#drawn.keys()]) this.#drop(client);
  }

  /** Draws one frame. True while something has yet to come to rest, whether or not a pointer moves. */
  draw(pointers: readonly RemotePointer[], scene: Scene): boolean {
    const { layer, surface, now, keepOut, own, free, rtl } = scene;
    const { offsetWidth: width, offsetHeight: height } = layer;
    const phases = scene.all ? 1 : Math.min(MOST_PHASES, Math.ceil(pointers.length / MOST_A_FRAME));
    const phase = ++this.#frames % phases;
    surface.begin();
    const due: { pointer: RemotePointer; drawn: Drawn; at: WindowPosition | undefined }[] = [];
    // Each frame begins with another pointer, so that all have their turn where there is no time for all.
    const first = Math.floor(((this.#frames * GOLDEN) % 1) * pointers.length);
    for (const pointer of [...pointers.slice(first), ...pointers.slice(0, first)]) {
      const drawn = this.#drawn.get(pointer.client);
      if (drawn && (drawn.serial % phases === phase || drawn.fresh)) {
        due.push({ pointer, drawn, at: surface.resolve(pointer) });
      }
    }
    /** A box of the window in the layer, which may be turned or stretched: the box around its corners there. */
    const toLayer = ({ left, top, width, height }: Box): Box => {
      const corners = [0, 1, 2, 3].map((i) =>
        surface.inside(layer, { x: left + (i % 2) * width, y: top + (i >> 1) * height }),
      );
      const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return { left: x, top: y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
    };
    const whole = { left: 0, top: 0, width, height };
    const { top: freeTop, height: freeHeight } = toLayer(free);
    const room = {
      width,
      height: Math.min(height, freeTop + freeHeight),
      keepOut: keepOut && toLayer(keepOut),
      rtl,
    };
    const [crowded, dots] = [this.#inSight > MOST_NAMES, this.#inSight > MOST_ARROWS];

    let unrest = phases > 1;
    const shown: { drawn: Drawn; state: string; held: boolean }[] = [];
    for (const { pointer, drawn, at } of due) {
      drawn.outside = undefined;
      drawn.seen = drawn.named = drawn.pulses = false;
      drawn.lost = !at;
      if (!at) {
        drawn.show('lost', true);
        continue;
      }
      const { restingMs } = pointer;
      const awake = restingMs < STILL_AFTER_MS;
      const { x, y } = surface.inside(layer, at);
      const glides = drawn.move(x, y, pointer, now, scene.still);
      unrest ||= awake || glides;
      if (!at.seen || !holds(whole, x, y)) {
        const view = overlap(toLayer(overlap(at.view, free) ?? at.view), whole);
        drawn.outside = view && outside(pointer, x, y, shrink(view, EDGE));
        drawn.show('out', true);
        continue;
      }
      drawn.seen = true;
      drawn.distance = own ? Math.hypot(at.x - own.x, at.y - own.y) : Number.POSITIVE_INFINITY;
      drawn.lit = scene.isLit(pointer.user.id);
      const tap = drawn.tapped && restingMs < TAP_MS;
      drawn.pulses = tap;
      const lingers =
        drawn.call(drawn.lit || drawn.distance < ASKS, awake) && (!crowded || (tap && this.#taps <= MAX_NAMED_TAPS));
      const { mute, waits } = drawn.called || lingers ? turn(drawn, room, now) : UNSEEN;
      unrest ||= waits;
      drawn.named = !mute;
      const fades = scene.fadeNear && drawn.distance < NEAR && !drawn.lit;
      const dot = dots && !awake && !drawn.called && !tap;
      const state =
        at.how +
        `${awake ? ' awake' : ''}${tap ? ' tap' : ''}${dot ? ' dot' : ''}${drawn.left ? ' left' : ''}` +
        `${drawn.up ? ' up' : ''}${fades ? ' near' : ''}`;
      shown.push({ drawn, state, held: drawn.called || awake });
    }
    const drawns = [...this.#drawn.values()];
    giveWay(
      drawns.filter(({ named }) => named),
      (drawn) => boxOf(drawn),
    );
    for (const { drawn, state, held } of shown) {
      const named = drawn.named && !drawn.covered;
      drawn.show(`${state}${named ? (held ? ' named' : '') : ' mute'}`, false);
    }
    const before = this.#inSight;
    this.#inSight = drawns.filter(({ seen }) => seen).length;
    this.#taps = drawns.filter(({ pulses }) => pulses).length;
    return unrest || before !== this.#inSight || drawns.some(({ leaves }) => leaves);
  }

  #drop(client: number): void {
    this.#drawn.get(client)?.mover.remove();
    this.#drawn.delete(client);
  }
}

const UNSEEN = { mute: true, waits: false };

function holds({ left, top, width, height }: Box, x: number, y: number): boolean {
  return x >= left && y >= top && x <= left + width && y <= top + height;
}

function outside(pointer: RemotePointer, x: number, y: number, view: Box): Outside {
  const at = nearestIn(view, { x, y });
  const share = { x: view.width && (at.x - view.left) / view.width, y: view.height && (at.y - view.top) / view.height };
  return { pointer, ...at, share, angle: Math.atan2(y - at.y, x - at.x) };
}
