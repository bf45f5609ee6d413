/**
 * Draws everyone's pointers in one layer, frame by frame: it first reads all it needs, one box for each anchor, and
 * then writes what changed. It decides who is in sight, on which side of a pointer the name lies, and which names are
 * shown. The surface tells where a pointer is.
 */
import type { MemberStatus, RemotePointer } from '../../src/index.js';
import type { Speech } from '../shared/speech.js';
import { type Box, overlap } from '../surface/box.js';
import type { Surface, WindowPosition } from '../surface/surface.js';
import { Drawn, type Outside } from './drawn.js';

/** A pointer at rest is still after this time, in milliseconds: its name begins to fade. */
const STILL_AFTER_MS = 250;
/**
 * The assumed height of a name, how far below the tip it begins, and how far above the arrow's foot it ends; CSS
 * pixels.
 */
const NAME = { height: 24, below: 18, foot: 12 };
/**
 * A name changes sides after it should have for this time, in milliseconds: nobody reads while a pointer moves fast.
 */
const TURN_MS = 150;
/** A name on the other side returns only this much further, in CSS pixels, so that it does not flutter. */
const STAY = 40;
/** Among more pointers than this only the names around one's own pointer are shown: all of them would hide the page. */
const MOST_NAMES = 60;
/** How far around, in CSS pixels. */
const AROUND = 200;
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

  /** The pointers that were out of sight in the last frame. */
  get outside(): Outside[] {
    return [...this.#drawn.values()].flatMap(({ outside }) => outside ?? []);
  }

  /** The anchor of a pointer is not on this page now, and may appear. */
  get lost(): boolean {
    return [...this.#drawn.values()].some(({ lost }) => lost);
  }

  get size(): number {
    return this.#drawn.size;
  }

  element(client: number): HTMLElement | undefined {
    return this.#drawn.get(client)?.element;
  }

  /** Makes elements for these pointers, and removes all others. True where a pointer has come or gone. */
  cast(pointers: readonly RemotePointer[], { layer, template, statuses, speech }: Scene): boolean {
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
      drawn.person(pointer, statuses.get(client), speech);
      gone.delete(client);
    }
    for (const client of gone) this.#drop(client);
    return changed || gone.size > 0;
  }

  clear(): void {
    for (const client of [...this.#drawn.keys()]) this.#drop(client);
  }

  /** Draws one frame. True while something has yet to come to rest, whether or not a pointer moves. */
  draw(pointers: readonly RemotePointer[], scene: Scene): boolean {
    const { layer, surface, now, keepOut, own } = scene;
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
    const free = keepOut && toLayer(keepOut);
    const whole = { left: 0, top: 0, width, height };

    let unrest = phases > 1;
    for (const { pointer, drawn, at } of due) {
      drawn.outside = undefined;
      if (!at) {
        drawn.lost = true;
        drawn.show('lost', true);
        continue;
      }
      const awake = pointer.restingMs < STILL_AFTER_MS;
      const { x, y } = surface.inside(layer, at);
      const glides = drawn.move(x, y, pointer.anchor, now, scene.still);
      drawn.lost = false;
      unrest ||= awake || glides;
      if (!at.seen || !holds(whole, x, y)) {
        drawn.outside = outside(pointer, x, y, overlap(toLayer(at.view), whole));
        drawn.show('out', true);
        continue;
      }
      const distance = own ? Math.hypot(at.x - own.x, at.y - own.y) : Number.POSITIVE_INFINITY;
      const far = pointers.length > MOST_NAMES && distance > AROUND;
      const { mute, waits } = far ? UNSEEN : this.#turn(drawn, whole, free, scene);
      unrest ||= waits;
      const near = scene.fadeNear && distance < NEAR;
      drawn.show(
        at.how +
          `${awake ? ' awake' : ''}${far ? ' far' : ''}${drawn.left ? ' left' : ''}` +
          `${drawn.up ? ' up' : ''}${mute ? ' mute' : ''}${near ? ' near' : ''}`,
        false,
      );
    }
    return unrest;
  }

  /** Chooses the side of the name: inside the layer, and not over one's own caret. `mute`: no side is free. */
  #turn(
    drawn: Drawn,
    { width, height }: Box,
    free: Box | undefined,
    { rtl, now }: Scene,
  ): { mute: boolean; waits: boolean } {
    const { x, y, left: wasLeft, up: wasUp, nameWidth } = drawn;
    const toRight = x < width - nameWidth - (wasLeft && !rtl ? STAY : 0);
    const toLeft = x > nameWidth + (wasLeft || !rtl ? 0 : STAY);
    const left = rtl ? toLeft || !toRight : !toRight;
    const up = y > height - NAME.height - NAME.below - (wasUp ? STAY : 0);
    const last = [!left, up] as const;
    const sides = [[left, up], [left, !up], [!left, !up], last] as const;
    const side = sides.find(([isLeft, isUp]) => !free || !covers(free, drawn, isLeft, isUp));
    return { mute: !side, waits: drawn.turn(...(side ?? last), now, free ? 0 : TURN_MS) };
  }

  #drop(client: number): void {
    this.#drawn.get(client)?.mover.remove();
    this.#drawn.delete(client);
  }
}

const UNSEEN = { mute: false, waits: false };

function holds({ left, top, width, height }: Box, x: number, y: number): boolean {
  return x >= left && y >= top && x <= left + width && y <= top + height;
}

/** Whether the name of a pointer, on this side of it, would lie over the box. */
function covers({ left, top, width, height }: Box, { x, y, nameWidth }: Drawn, isLeft: boolean, up: boolean): boolean {
  const nameLeft = isLeft ? x - nameWidth : x;
  const nameTop = up ? y + NAME.foot - NAME.height : y + NAME.below;
  return (
    nameLeft < left + width && nameLeft + nameWidth > left && nameTop < top + height && nameTop + NAME.height > top
  );
}

function outside(pointer: RemotePointer, x: number, y: number, view: Box | undefined): Outside | undefined {
  if (!view) return undefined; // what it lies in is out of sight itself
  const at = {
    x: Math.max(view.left, Math.min(x, view.left + view.width)),
    y: Math.max(view.top, Math.min(y, view.top + view.height)),
  };
  return { pointer, ...at, angle: Math.atan2(y - at.y, x - at.x) };
}
