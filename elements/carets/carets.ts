/**
 * What a `<slate-carets>` does once it is on a page: it finds its field, reports one's own caret in it, and draws those
 * of the others, in a frame of its own after each change and not otherwise. It is loaded late.
 */
import type { LitElement, ReactiveController } from 'lit';
import { OptionError, type Room } from '../../src/index.js';
import { RoomController, type RoomHost } from '../controllers/room-controller.js';
import { byId } from '../controllers/room-element.js';
import { adoptStyles } from '../shared/adopt-styles.js';
import { rest, wake } from '../shared/frame-loop.js';
import { SlateErrorEvent } from '../shared/room-events.js';
import { SHARED, sharedText } from '../shared/shared-text.js';
import { roomSpeech, type Speech, watchWords } from '../shared/speech.js';
import { spotlightOf } from '../shared/spotlight.js';
import { floating, theme, userInk } from '../shared/styles.js';
import { viewSettings, watchView } from '../shared/view-settings.js';
import { isInPrivate, PRIVATE, watchPrivate } from '../surface/private.js';
import { topLayer } from '../surface/top-layer.js';
import { caretsStyles } from './carets.styles.js';
import type { Control } from './control.js';
import { controlOf, kindOf } from './control-of.js';
import { Drawing } from './drawing.js';
import { type Person, peopleIn } from './people.js';
import { Plane } from './plane.js';
import { Reporter } from './reporter.js';
import { MAX_NAME } from './said.js';

/** A `<slate-carets>`, as what draws in it sees it. */
export interface CaretsHost extends LitElement, Pick<RoomHost, 'room'> {
  readonly for: string | null | undefined;
  readonly name: string | null | undefined;
}

/** Each of these may make another element the field, another kind of it, or private. */
const WATCHED = ['id', 'type', 'contenteditable', 'autocomplete', PRIVATE];
/** Events that may move text, or a field, or change what a script has changed before. */
const MOVERS = ['scroll', 'resize', 'toggle', 'transitionend', 'focusin', 'click', 'reset', 'input', 'selectionchange'];
/** Much moves without any event. While carets are drawn, this looks again after so long, in milliseconds. */
const LOOK_MS = 500;

/** Every field that has such an element, so that two of them do not tell of it twice. */
const taken = new WeakSet<Element>();

export class Carets implements ReactiveController {
  readonly #host: CaretsHost;
  readonly #room: RoomController;
  readonly #speech: Speech;
  readonly #plane = new Plane();
  readonly #drawing = new Drawing(this.#plane);
  readonly #resize = new ResizeObserver(() => this.#moved());
  readonly #tree = new MutationObserver(() => this.#connect());
  readonly #content = new MutationObserver(() => this.#moved());
  #listening: AbortController | undefined;
  #control: Control | undefined;
  #kind: ReturnType<typeof kindOf>;
  #reporter: Reporter | undefined;
  /** Which room and name the reporter has. */
  #reported: readonly [Room | null, string] | undefined;
  #look: ReturnType<typeof setTimeout> | undefined;
  /** The last error that was told, so that each is told once. */
  #told = '';

  constructor(host: CaretsHost) {
    this.#host = host;
    this.#speech = roomSpeech(host);
    this.#room = new RoomController(host, (room) => this.#subscribe(room));
    watchPrivate();
    host.addController(this);
    host.requestUpdate();
  }

  hostConnected(): void {
    adoptStyles(this.#host.shadowRoot, theme, floating, userInk, caretsStyles);
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const options = { capture: true, passive: true, signal };
    for (const type of MOVERS) addEventListener(type, this.#moved, options);
    addEventListener('pointermove', this.#point, options);
    document.fonts.addEventListener('loadingdone', this.#moved, { signal });
    for (const unsubscribe of [
      watchView(this.#wake),
      topLayer.watch(this.#moved),
      watchWords(this.#host, this.#reword),
    ])
      signal.addEventListener('abort', unsubscribe);
    const watch = { childList: true, subtree: true, attributeFilter: WATCHED };
    for (const root of new Set([this.#host.getRootNode(), document])) this.#tree.observe(root, watch);
    this.#connect();
  }

  hostDisconnected(): void {
    this.#listening?.abort();
    this.#tree.disconnect();
    this.#release();
  }

  hostUpdated(): void {
    this.#connect();
  }

  #subscribe(room: Room) {
    const { awareness } = room;
    const spotlight = spotlightOf(room);
    spotlight.watchers.add(this.#wake);
    awareness.on('change', this.#wake);
    return [
      room.on('members', this.#wake),
      () => awareness.off('change', this.#wake),
      () => spotlight.watchers.delete(this.#wake),
      () => spotlight.point(this, undefined),
      this.#wake,
    ];
  }

  get #name(): string {
    return this.#host.name || this.#host.for || '';
  }

  /** Takes the field that is there now, unless it has it already. */
  #connect(): void {
    const host = this.#host;
    const target = host.isConnected && host.for ? byId(host, host.for) : null;
    const now = target && !isInPrivate(target) ? target : null;
    const before = this.#control?.element;
    if (before && (before !== now || kindOf(before) !== this.#kind)) this.#release();
    if (now && !this.#control) this.#take(now);
    this.#report();
    this.#moved();
  }

  #take(target: Element): void {
    const control = controlOf(target, this.#plane.layer);
    const problem = this.#problemWith(target, control);
    if (!control || problem) {
      this.#tell(`names <${target.localName} id="${target.id}">, ${problem}`);
      return;
    }
    this.#told = '';
    taken.add(target);
    this.#control = control;
    this.#kind = kindOf(target);
    this.#wake();
    this.#resize.observe(target);
    this.#content.observe(target, { attributes: true, childList: true, characterData: true, subtree: true });
    target.addEventListener(SHARED, this.#wake);
  }

  #problemWith(target: Element, control: Control | undefined): string {
    if (!control) return 'which has no caret';
    if (taken.has(target)) return 'which another <slate-carets> has';
    return this.#name.length > MAX_NAME ? `whose name has more than ${MAX_NAME} characters` : '';
  }

  /** Reports in the room that there is now. */
  #report(): void {
    const { room } = this.#room;
    const name = this.#name;
    if (this.#control && this.#reported?.[0] === room && this.#reported[1] === name) {
      this.#reporter?.tell();
      return;
    }
    this.#reporter?.stop();
    this.#reporter = undefined;
    this.#reported = this.#control && [room, name];
    if (this.#control && room) this.#reporter = new Reporter(this.#control, name, room);
  }

  #release(): void {
    const control = this.#control;
    rest(this.#frame);
    clearTimeout(this.#look);
    this.#reporter?.stop();
    this.#reporter = undefined;
    this.#reported = undefined;
    this.#drawing.clear();
    this.#plane.close();
    if (!control) return;
    this.#control = undefined;
    taken.delete(control.element);
    control.element.removeEventListener(SHARED, this.#wake);
    this.#resize.disconnect();
    this.#content.disconnect();
    control.stop();
  }

  readonly #wake = (): void => {
    if (this.#control && this.#room.room) wake(this.#frame);
  };

  /** The text may be elsewhere. */
  readonly #moved = (): void => {
    if (this.#drawing.size > 0) this.#wake();
  };

  readonly #point = ({ clientX: x, clientY: y, pointerType }: PointerEvent): void => {
    this.#drawing.own = pointerType === 'mouse' ? { x, y } : undefined;
    this.#moved();
  };

  readonly #reword = (): void => {
    this.#drawing.clear();
    this.#wake();
  };

  /** Draws one frame. True while a caret has moved a moment ago. */
  readonly #frame = (now: number): boolean => {
    clearTimeout(this.#look);
    const { room } = this.#room;
    const control = this.#control;
    const { hideAll, hideNames } = viewSettings();
    const people = control && room && !hideAll ? this.#people(control, room) : [];
    if (!control || !room || people.length === 0) {
      if (room) spotlightOf(room).point(this, undefined);
      if (this.#drawing.size > 0) this.#plane.close();
      this.#drawing.clear();
      control?.stop();
      return false;
    }
    this.#plane.open(this.#host.renderRoot);
    this.#plane.layer.classList.toggle('nameless', hideNames);
    const spotlight = spotlightOf(room);
    const awake = this.#drawing.draw(people, control, {
      now,
      speech: this.#speech,
      rtl: getComputedStyle(this.#host).direction === 'rtl',
      isLit: (userId) => spotlight.has(userId, this),
    });
    spotlight.point(this, this.#drawing.nearest);
    this.#look = setTimeout(this.#moved, LOOK_MS);
    return awake;
  };

  #people(control: Control, room: Room): readonly Person[] {
    const { text } = control;
    return text === undefined ? [] : peopleIn(room, this.#name, text, sharedText(control.element));
  }

  #tell(problem: string): void {
    if (problem === this.#told) return;
    this.#told = problem;
    const error = new OptionError('for', problem);
    this.#host.dispatchEvent(new SlateErrorEvent(error));
    console.warn('<slate-carets>:', error.message, this.#host);
  }
}
