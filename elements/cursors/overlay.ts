/**
 * What a `<slate-cursors>` does once it is on a page: it draws everyone's pointers, frame by frame, reports one's own,
 * and is a stage of the viewer. It is loaded late, while the room is being joined; before that there is nothing to
 * draw.
 */
import type { ReactiveController } from 'lit';
import type { MemberStatus, PointerPosition, Room } from '../../src/index.js';
import { PointerController } from '../controllers/pointer-controller.js';
import { RoomController } from '../controllers/room-controller.js';
import { roomElement } from '../controllers/room-element.js';
import { adoptStyles } from '../shared/adopt-styles.js';
import { rest, wake } from '../shared/frame-loop.js';
import { reserve, watchReserve } from '../shared/reserve.js';
import type { Speech } from '../shared/speech.js';
import { roomSpeech, watchWords } from '../shared/speech.js';
import { spotlightOf } from '../shared/spotlight.js';
import { viewSettings, watchView } from '../shared/view-settings.js';
import type { Box } from '../surface/box.js';
import { Surface } from '../surface/surface.js';
import { topLayer } from '../surface/top-layer.js';
import { pageViewer } from '../viewer/load.js';
import { type Stage, stages } from '../viewer/stage.js';
import { Travel } from '../viewer/travel.js';
import { Crowd } from './crowd.js';
import { crowdStyles } from './crowd.styles.js';
import { type CursorsHost, hasTalk } from './cursors-host.js';
import { Edges } from './edges.js';
import { keepOut } from './keep-out.js';

/** With reduced motion, pointers move in steps this far apart, in milliseconds. */
const STEP_MS = 500;
/** An anchor that is not on the page is looked for again after this long, in milliseconds. */
const SEEK_MS = 500;

/** Events that may move things under a resting pointer, or the caret away from a name. */
const MOVERS = ['scroll', 'resize', 'focusin', 'focusout', 'selectionchange', 'toggle', 'transitionend'];

/** Events that tell where one's own pointer is, or that it has gone. */
const OWN = ['pointermove', 'pointerup', 'pointercancel', 'pointerleave', 'dragover', 'drop'] as const;

export class Overlay implements ReactiveController, Stage {
  surface = new Surface(null);
  own: { readonly x: number; readonly y: number } | undefined;

  readonly #room: RoomController;
  readonly #speech: Speech;
  readonly #crowd = new Crowd();
  readonly #resize = new ResizeObserver(() => this.#moved());
  readonly #travel = new Travel();
  readonly #still = matchMedia('(prefers-reduced-motion:reduce)');
  #edges: Edges | undefined;
  #listeners: AbortController | undefined;
  #steppedAt = 0;
  #seek: ReturnType<typeof setTimeout> | undefined;
  /** The status of every client. */
  #statuses = new Map<number, MemberStatus>();
  /** The id of one's own user. */
  #self: string | undefined;
  /** The room that the watchers of the stages know. */
  #known: Room | null = null;
  /** The viewer is being loaded. */
  #loads = false;
  /** The page has moved under the pointers: the next frame moves every one of them. */
  #all = false;

  constructor(readonly host: CursorsHost) {
    this.#speech = roomSpeech(host);
    this.#room = new RoomController(host, (room) => this.#subscribe(room));
    host.addController(this);
    new PointerController(host, () => ({
      room: host.viewOnly || reserve().pointer ? null : this.room,
      surface: this.surface,
    }));
    host.requestUpdate();
  }

  get room(): Room | null {
    return this.#room.room;
  }

  cursor(client: number): HTMLElement | undefined {
    return this.#crowd.element(client);
  }

  travelTo(position: PointerPosition): boolean {
    for (const stage of stages) stage.stopTravel();
    return this.#travel.start(this.surface, position);
  }

  stopTravel(): void {
    this.#travel.stop();
  }

  redraw(): void {
    this.#moved();
  }

  showFile(file: string | undefined): void {
    const element = roomElement(this.host, this.host.room);
    if (element) element.file = file;
  }

  hostConnected(): void {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    for (const type of MOVERS) addEventListener(type, this.#moved, { capture: true, passive: true, signal });
    for (const type of OWN) document.documentElement.addEventListener(type, this.#noteOwn, { passive: true, signal });
    signal.addEventListener('abort', watchView(this.#look));
    signal.addEventListener('abort', watchWords(this.host, this.#reword));
    signal.addEventListener(
      'abort',
      watchReserve(() => this.host.requestUpdate()),
    );
    signal.addEventListener('abort', topLayer.watch(this.#onTopLayer));
    stages.add(this);
    stages.changed();
    this.#onTopLayer();
    this.host.requestUpdate(); // after a move in the page the layer is no longer in the top layer
  }

  hostDisconnected(): void {
    this.#listeners?.abort();
    this.stopTravel();
    clearTimeout(this.#seek);
    this.#resize.disconnect();
    if (this.#layer) topLayer.release(this.#layer);
    rest(this.#frame);
    stages.delete(this);
    stages.changed();
  }

  hostUpdated(): void {
    const { host } = this;
    const layer = this.#layer;
    const element = host.dataset.surface === 'content' ? host : null;
    if (this.surface.element !== element) {
      this.surface = new Surface(element);
      this.#onTopLayer();
    }
    if (!layer || !host.isConnected) return;
    if (!element || host.lifted) topLayer.keep(layer);
    else topLayer.release(layer);
    adoptStyles(host.shadowRoot, crowdStyles);
    this.#resize.disconnect();
    this.#resize.observe(element ?? document.documentElement);
    this.#look();
    this.#enableTalk();
    if (this.room === this.#known) return;
    this.#known = this.room;
    stages.changed();
  }

  #subscribe(room: Room) {
    const note = () => {
      this.#self = room.members.find(({ self }) => self)?.user.id;
      this.#statuses = new Map(room.members.flatMap(({ sessions }) => sessions.map((one) => [one.client, one.status])));
      this.#look();
    };
    const { awareness } = room;
    const spotlight = spotlightOf(room);
    spotlight.watchers.add(this.#look);
    const states = awareness.getStates();
    /** Someone follows, or asks to be followed: that needs the viewer, which subscribes to the room by itself. */
    const receive = ({ added, updated }: { added: number[]; updated: number[] }) => {
      if (pageViewer.current || this.#loads) return;
      if ([...added, ...updated].some((client) => client !== room.client && states.get(client)?.slate))
        this.#loadViewer();
    };
    awareness.on('change', receive);
    receive({ added: [...states.keys()], updated: [] });
    note();
    return [
      room.on('pointers', this.#look),
      room.on('members', note),
      () => awareness.off('change', receive),
      () => spotlight.watchers.delete(this.#look),
      () => spotlight.point(this, undefined),
      this.#look,
    ];
  }

  readonly #look = (): void => wake(this.#frame);

  /** The words have changed: the next frame makes what has some anew. */
  readonly #reword = (): void => {
    this.#crowd.clear();
    this.#edges?.reword();
    this.#look();
    stages.changed();
  };

  /** Content in full screen, in a dialog or in a popover would cover a layer that lies in the page. */
  readonly #onTopLayer = (): void => {
    this.host.lifted = this.surface.element !== null && topLayer.holdsTop(this.surface.element);
    this.#moved();
  };

  readonly #moved = (): void => {
    this.#all = true;
    if (this.#crowd.size > 0) this.#look();
  };

  readonly #noteOwn = (event: MouseEvent): void => {
    const { type, clientX: x, clientY: y } = event;
    const { pointerType } = event as PointerEvent;
    const here = /move|drag|drop/.test(type) || (type === 'pointerup' && pointerType === 'mouse');
    this.own = here ? { x, y } : undefined;
    if (this.#crowd.size > 0) this.#look();
  };

  /** The viewer, which holds what people say at their pointers, is loaded only where the page enables that. */
  #enableTalk(): void {
    const { chat, reactions } = this.host;
    if (hasTalk(this.host) || pageViewer.current)
      void pageViewer.use(this.host, (viewer) => viewer.enableTalk(this, chat, reactions));
  }

  #loadViewer(): void {
    this.#loads = true;
    void pageViewer
      .use(this.host, () => undefined)
      .finally(() => {
        this.#loads = false;
      });
  }

  get #layer(): HTMLElement | null {
    return this.host.renderRoot.querySelector('.layer');
  }

  /** Draws one frame. False when nothing moves any more: the loop then sleeps until something wakes it. */
  readonly #frame = (now: number): boolean => {
    const { room } = this;
    const layer = this.#layer;
    const crowd = layer?.firstElementChild as HTMLElement | null | undefined;
    const { hideAll, hideNames, onlyFollowed, fadeNear, followed, muted } = viewSettings();
    if (!layer || !crowd || !room || hideAll) {
      this.#crowd.clear();
      this.#edges?.draw([]);
      if (room) spotlightOf(room).point(this, undefined);
      return false;
    }
    const { moving } = room.pointers;
    const still = this.#still.matches;
    if (still && moving && now - this.#steppedAt < STEP_MS) return true;
    this.#steppedAt = now;
    const pointers = room.pointers
      .sample()
      .filter(
        ({ user: { id } }) => id !== this.#self && (!onlyFollowed || followed.includes(id)) && !muted.includes(id),
      );
    crowd.classList.toggle('nameless', hideNames);
    const style = getComputedStyle(this.host);
    const spotlight = spotlightOf(room);
    const scene = {
      layer: crowd,
      template: crowd.firstElementChild as HTMLTemplateElement,
      surface: this.surface,
      statuses: this.#statuses,
      speech: this.#speech,
      rtl: style.direction === 'rtl',
      free: freeIn(style.getPropertyValue('--_safe')),
      isLit: (userId: string) => spotlight.has(userId, this), // one's own pointer beside theirs may fade them
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
    const { outside, nearest } = this.#crowd;
    spotlight.point(this, nearest);
    if (outside.length > 0) this.#edges ??= new Edges(layer, this, this.#speech);
    this.#edges?.draw(topLayer.isBlocked(this.host) ? [] : outside);
    if (recast) stages.changed();
    clearTimeout(this.#seek);
    if (this.#crowd.lost) this.#seek = setTimeout(this.#look, SEEK_MS);
    return moving || unrest;
  };
}

/** What the bar and the display leave free of the window; `safe` holds the insets of the display: top, right, … */
function freeIn(safe: string): Box {
  const [top = 0, right = 0, bottom = 0, left = 0] = safe.split(/\s+/).map((inset) => Number.parseFloat(inset) || 0);
  const { clientWidth, clientHeight } = document.documentElement;
  const floor = Math.min(stages.floor, clientHeight - bottom);
  return { left, top, width: clientWidth - right - left, height: floor - top };
}
