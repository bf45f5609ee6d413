/**
 * Draws the carets of one field: it first reads all it needs, and then writes what changed. A caret that is out of
 * sight, or that something lies over, is not drawn; names give way to each other and to one's own caret.
 */
import type { Speech } from '../shared/speech.js';
import { type Box, overlap, type Point } from '../surface/box.js';
import { giveWay } from '../surface/give-way.js';
import { Layout, type Look } from '../surface/layout.js';
import { outward, pathAt } from '../surface/tree.js';
import { middleOf } from '../surface/turn.js';
import type { Control, Lie } from './control.js';
import { Drawn } from './drawn.js';
import type { Person } from './people.js';
import type { Plane } from './plane.js';

/** A caret that is nearer to one's own pointer than this tells its name, in CSS pixels. */
const ASKS = 40;
/** How far around one's own caret no name lies, in CSS pixels: the word before it, and its line. */
const KEPT_OUT = { x: 48, y: 4 };
/** A caret at the edge of a field may lie so far beyond it, in CSS pixels. */
const EDGE = 2;
/** A selected line end is as wide as this, in heights of the line. */
const LINE_END = 0.3;

export interface Scene {
  readonly now: number;
  readonly speech: Pick<Speech, 'say'>;
  readonly rtl: boolean;
  /** Whether a user is pointed out, by their id. */
  readonly isLit: (userId: string) => boolean;
}

export class Drawing {
  /** One's own pointer in the window. */
  own: Point | undefined;
  readonly #plane: Plane;
  readonly #layout = new Layout();
  readonly #drawn = new Map<number, Drawn>();
  #made = 0;

  constructor(plane: Plane) {
    this.#plane = plane;
  }

  get size(): number {
    return this.#drawn.size;
  }

  /** The id of the user whose caret is the nearest to one's own pointer; undefined where none is near. */
  get nearest(): string | undefined {
    let nearest: Drawn | undefined;
    for (const drawn of this.#drawn.values())
      if (drawn.at && drawn.distance < (nearest?.distance ?? ASKS)) nearest = drawn;
    return nearest?.caret.dataset.user;
  }

  clear(): void {
    for (const drawn of this.#drawn.values()) drawn.remove();
    this.#drawn.clear();
  }

  /** Draws one frame. True while a caret has moved a moment ago. */
  draw(people: readonly Person[], control: Control, scene: Scene): boolean {
    const { now, speech, rtl, isLit } = scene;
    this.#layout.begin(now);
    const { element } = control;
    const look = this.#layout.look(element);
    const lie = lieOf(look);
    control.measure(lie);
    const view = this.#layout.isShown(element) ? seen(control.view, look, lie) : undefined;
    const { x: scrolledX, y: scrolledY } = control.scrolled;
    const scrolled = (box: Box): Box => ({ ...box, left: box.left - scrolledX, top: box.top - scrolledY });
    const bounds = {
      window: inPlane(this.#layout.window, lie),
      keepOut: keptOut(control, scrolled),
      rtl,
    };
    const plans = people.map((person) => {
      const { ends } = person;
      const caret = ends && control.caret(ends.head);
      const [from, to] = ends ? [Math.min(ends.anchor, ends.head), Math.max(ends.anchor, ends.head)] : [0, 0];
      const boxes = from < to ? withLineEnds(control.selected(from, to)) : [];
      const at = caret && scrolled(caret);
      const shows = at && view && holds(view, middleOf(at)) && !isCovered(element, toWindow(middleOf(at), lie));
      return { person, caret, boxes, at: shows ? at : undefined };
    });
    const gone = new Set(this.#drawn.keys());
    const shown = plans.map(({ person, caret, boxes, at }) => {
      const drawn = this.#of(person.client);
      gone.delete(person.client);
      drawn.set(person, now, speech);
      drawn.at = at;
      drawn.lit = isLit(person.user.id);
      const point = at && toWindow(middleOf(at), lie);
      drawn.distance = this.own && point ? Math.hypot(point.x - this.own.x, point.y - this.own.y) : Infinity;
      drawn.called = drawn.lit || drawn.distance < ASKS;
      drawn.place(bounds);
      return { drawn, caret: at && caret && sharp(caret, at, lie), boxes };
    });
    for (const client of gone) {
      this.#drawn.get(client)?.remove();
      this.#drawn.delete(client);
    }
    giveWay(
      shown.map(({ drawn }) => drawn).filter(({ named }) => named),
      ({ box }) => box,
    );
    this.#plane.lie(lie, view ?? EMPTY, control.scrolled);
    for (const { drawn, caret, boxes } of shown) {
      drawn.select(boxes);
      drawn.show(caret);
    }
    return shown.some(({ drawn }) => drawn.awake);
  }

  #of(client: number): Drawn {
    let drawn = this.#drawn.get(client);
    if (!drawn) {
      const { marks, carets, names } = this.#plane;
      drawn = new Drawn(this.#made++, marks, carets, names);
      this.#drawn.set(client, drawn);
    }
    return drawn;
  }
}

const EMPTY: Box = { left: 0, top: 0, width: 0, height: 0 };

function lieOf({ box, turned }: Look): Lie {
  return { box, size: turned?.size ?? { width: box.width, height: box.height }, turn: turned?.turn };
}

/** What of the text can be seen: what clips around the field is heeded where the field is upright. */
function seen(view: Box, { outer }: Look, lie: Lie): Box | undefined {
  return lie.turn || !outer ? view : overlap(view, inPlane(outer.view, lie));
}

function inPlane(box: Box, { box: around, turn }: Lie): Box {
  // A plane that is turned has no side that would be that of the window.
  if (turn) return { left: -1e6, top: -1e6, width: 2e6, height: 2e6 };
  return { ...EMPTY, left: box.left - around.left, top: box.top - around.top, width: box.width, height: box.height };
}

function toWindow({ x, y }: Point, { box, size, turn }: Lie): Point {
  const middle = middleOf(box);
  const away = { x: x - size.width / 2, y: y - size.height / 2 };
  const out = turn?.out(away) ?? away;
  return { x: middle.x + out.x, y: middle.y + out.y };
}

/** The caret between pixels of the screen, without which its edges, a pixel wide, would be pale. */
function sharp(caret: Box, at: Box, { box, turn }: Lie): Box {
  if (turn) return caret;
  const left = box.left + at.left;
  return { ...caret, left: caret.left + Math.round(left * devicePixelRatio) / devicePixelRatio - left };
}

/** Whether something else lies over a point of the field; what it lies in is nothing else. */
function isCovered(element: Element, { x, y }: Point): boolean {
  const path = pathAt(x, y, element);
  const [hit] = path;
  if (!hit || path.includes(element)) return false;
  for (let at: Element | undefined = element; at; at = outward(at)) if (at === hit) return false;
  return true;
}

/** A caret is in sight as long as half of it is, and one at the edge is. */
const holds = ({ left, top, width, height }: Box, { x, y }: Point): boolean =>
  x >= left - EDGE && x <= left + width + EDGE && y >= top && y <= top + height;

/** Around one's own caret. */
function keptOut(control: Control, scrolled: (box: Box) => Box): Box | undefined {
  const { selection } = control;
  const caret = selection && control.caret(selection.head);
  if (!caret) return undefined;
  const { left, top, height } = scrolled(caret);
  return {
    left: left - KEPT_OUT.x,
    top: top - KEPT_OUT.y,
    width: 2 * KEPT_OUT.x,
    height: height + 2 * KEPT_OUT.y,
  };
}

/**
 * One box for each run, though browsers make several of one. The end of an empty line has no width: so that it is seen,
 * it gets one. Other boxes without any are none.
 */
function withLineEnds(boxes: readonly Box[]): readonly Box[] {
  const joined: Box[] = [];
  for (const box of boxes) {
    const last = joined.at(-1);
    const onLine = last && Math.abs(last.top - box.top) < 1;
    const gap = onLine ? Math.max(box.left - last.left - last.width, last.left - box.left - box.width) : 1;
    if (last && gap < 1) {
      const left = Math.min(last.left, box.left);
      const right = Math.max(last.left + last.width, box.left + box.width);
      joined[joined.length - 1] = { ...last, left, width: right - left };
    } else joined.push(box);
  }
  const isLine = ({ width, top }: Box) =>
    width > 0 || !joined.some((other) => other.width > 0 && Math.abs(other.top - top) < 1);
  return joined.filter(isLine).map((box) => (box.width > 0 ? box : { ...box, width: box.height * LINE_END }));
}
