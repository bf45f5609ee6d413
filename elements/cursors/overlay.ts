/**
 * What a `<slate-cursors>` does once it is on a page: draws everyone's pointers, a frame at a time, reports one's own,
 * and is the stage of the viewer's parts. It comes late, with the room; before that there is nothing to draw.
 */
import type { ReactiveController } from 'lit';
import type { MemberStatus, Room } from '../../src/index.js';
import { PointerController } from '../controllers/pointer-controller.js';
import { RoomController } from '../controllers/room-controller.js';
import { rest, wake } from '../shared/frame-loop.js';
import { viewSettings, watchView } from '../shared/view-settings.js';
import { Surface } from '../surface/anchors.js';
import { withViewer } from '../viewer/load.js';
import { type Stage, stages, stagesChanged } from '../viewer/stage.js';
import type { Talk } from '../viewer/talk.js';
import { Crowd } from './crowd.js';
import { Edges } from './edges.js';
import { keepOut } from './keep-out.js';
import type { SlateCursors } from './slate-cursors.js';

/** With reduced motion, pointers move in steps this far apart, in milliseconds. */
const STEP_MS = 500;
/** A place that is not on the page is looked for again after this long, in milliseconds. */
const SEEK_MS = 500;

/** What may move things under a resting pointer, or the caret out of a name's way. */
const MOVERS = ['scroll', 'resize', 'focusin', 'focusout', 'selectionchange', 'toggle', 'transitionend'];

/** What tells where one's own pointer is, or that it is no more. */
const OWN = ['pointermove', 'pointerup', 'pointercancel', 'pointerleave'] as const;

export class Overlay implements ReactiveController, Stage {
  /** What people say at their pointers, where the page enables it. */
  talk: Promise<Talk | undefined> | undefined;
  surface = new Surface(null);
  /** Where one's own pointer is in the window. */
  own: { readonly x: number; readonly y: number } | undefined;

  readonly #room: RoomController;
  readonly #crowd = new Crowd();
  readonly #resize = new ResizeObserver(() => this.#moved());
  readonly #still = matchMedia('(prefers-reduced-motion:reduce)');
  #edges: Edges | undefined;
  #undo: AbortController | undefined;
  #steppedAt = 0;
  #seek: ReturnType<typeof setTimeout> | undefined;
  /** By client, of everyone else's sessions; and who is meant by oneself. */
  #statuses = new Map<number, MemberStatus>();
  #self: string | undefined;
  /** The room that the stages' watchers know of. */
  #known: Room | null = null;
  /** The page has moved under the pointers. */
  #all = false;

  constructor(readonly host: SlateCursors) {
    this.#room = new RoomController(host, (room) => this.#attend(room));
    host.addController(this);
    new PointerController(host, () => ({ room: host.viewOnly ? null : this.room, surface: this.surface }));
    host.requestUpdate();
  }

  get room(): Room | null {
    return this.#room.room;
  }

  cursor(client: number): HTMLElement | undefined {
    return this.#crowd.element(client);
  }

  hostConnected(): void {
    this.#undo = new AbortController();
    const { signal } = this.#undo;
    for (const type of MOVERS) addEventListener(type, this.#moved, { capture: true, passive: true, signal });
    for (const type of OWN) document.documentElement.addEventListener(type, this.#noteOwn, { passive: true, signal });
    signal.addEventListener('abort', watchView(this.#look));
    stages.add(this);
    stagesChanged();
    this.host.requestUpdate(); // back in the page the layer has left the top layer
  }

  hostDisconnected(): void {
    this.#undo?.abort();
    this.#hush();
    clearTimeout(this.#seek);
    this.#resize.disconnect();
    rest(this.#frame);
    stages.delete(this);
    stagesChanged();
  }

  hostUpdated(): void {
    const { host } = this;
    const layer = this.#layer;
    const element = host.dataset.surface === 'content' ? host : null;
    if (this.surface.element !== element) this.surface = new Surface(element);
    if (!layer || !host.isConnected) return;
    if (!element && layer.showPopover && !layer.matches(':popover-open')) layer.showPopover();
    this.#resize.disconnect();
    this.#resize.observe(element ?? document.documentElement);
    this.#look();
    this.#listen();
    if (this.room === this.#known) return;
    this.#known = this.room;
    stagesChanged();
  }

  #attend(room: Room) {
    const note = () => {
      this.#self = room.members.find(({ self }) => self)?.user.id;
      this.#statuses = new Map(room.members.flatMap(({ sessions }) => sessions.map((one) => [one.client, one.status])));
      this.#look();
    };
    const { awareness } = room;
    const states = awareness.getStates();
    /** Someone follows, or asks to be followed: from now on that is listened to. */
    const hear = ({ added, updated }: { added: number[]; updated: number[] }) => {
      if ([...added, ...updated].some((client) => client !== room.client && states.get(client)?.slate))
        void withViewer(this.host, ({ attend }) => attend());
    };
    awareness.on('change', hear);
    hear({ added: [...states.keys()], updated: [] });
    note();
    return [room.on('pointers', this.#look), room.on('members', note), () => awareness.off('change', hear), this.#look];
  }

  readonly #look = (): void => wake(this.#frame);

  readonly #moved = (): void => {
    this.#all = true;
    if (this.#crowd.size > 0) this.#look();
  };

  readonly #noteOwn = ({ type, pointerType, clientX: x, clientY: y }: PointerEvent): void => {
    const here = type === 'pointermove' || (type === 'pointerup' && pointerType === 'mouse');
    this.own = here ? { x, y } : undefined;
    if (this.#crowd.size > 0) this.#look();
  };

  /** What people say at their pointers is loaded where the page enables it. */
  #listen(): void {
    const { chat, reactions } = this.host;
    if (!chat && typeof reactions !== 'string') this.#hush();
    else {
      this.talk ??= withViewer(this.host, ({ Talk }) => new Talk(this));
      void this.talk.then((talk) => talk?.enable(chat, reactions));
    }
  }

  #hush(): void {
    void this.talk?.then((talk) => talk?.stop());
    this.talk = undefined;
  }

  get #layer(): HTMLElement | null {
    return this.host.renderRoot.querySelector('.layer');
  }

  /** One frame: false when nothing moves any more, and the loop sleeps until something wakes it. */
  readonly #frame = (now: number): boolean => {
    const { room } = this;
    const layer = this.#layer;
    const crowd = layer?.firstElementChild as HTMLElement | null | undefined;
    const { hideAll, hideNames, onlyFollowed, fadeNear, followed } = viewSettings();
    if (!layer || !crowd || !room || hideAll) {
      this.#crowd.clear();
      this.#edges?.draw([]);
      return false;
    }
    const { moving } = room.pointers;
    const still = this.#still.matches;
    if (still && moving && now - this.#steppedAt < STEP_MS) return true;
    this.#steppedAt = now;
    const pointers = room.pointers
      .sample()
      .filter(({ user }) => user.id !== this.#self && (!onlyFollowed || followed.includes(user.id)));
    crowd.classList.toggle('nameless', hideNames);
    const scene = {
      layer: crowd,
      template: crowd.firstElementChild as HTMLTemplateElement,
      surface: this.surface,
      statuses: this.#statuses,
      rtl: getComputedStyle(this.host).direction === 'rtl',
      keepOut: pointers.length > 0 ? keepOut() : undefined,
      own: this.own,
      fadeNear,
      still,
      all: !moving || this.#all,
      now,
    };
    this.#all = false;
    const recast = this.#crowd.cast(pointers, scene);
    const unrest = this.#crowd.draw(pointers, scene);
    const { outside } = this.#crowd;
    if (outside.length > 0) this.#edges ??= new Edges(layer, this);
    this.#edges?.draw(outside);
    if (recast) stagesChanged();
    clearTimeout(this.#seek);
    if (this.#crowd.lost) this.#seek = setTimeout(this.#look, SEEK_MS);
    return moving || unrest;
  };
}
