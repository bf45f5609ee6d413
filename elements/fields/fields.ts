/**
 * What a `<slate-fields>` does once it is on a page: it tells the room in which control its user is, draws who else is
 * where, and knows what to say of that. It is loaded late.
 */
import type { ReactiveController } from 'lit';
import type { Member, Room, Session } from '../../src/index.js';
import { RoomController } from '../controllers/room-controller.js';
import { byId } from '../controllers/room-element.js';
import type { RoomWord } from '../shared/english.js';
import { roomWords } from '../shared/english.js';
import { type FieldWord, fieldWords } from '../shared/field-words.js';
import { rest, wake } from '../shared/frame-loop.js';
import { Speech, watchWords } from '../shared/speech.js';
import { viewSettings, watchView } from '../shared/view-settings.js';
import { topLayer } from '../surface/top-layer.js';
import { controlOf } from './control.js';
import { Editing } from './editing.js';
import { FieldAddresses } from './field-addresses.js';
import type { FieldsHost } from './fields-host.js';
import { Reporting } from './reporting.js';
import type { Person, Place } from './ring.js';
import { Rings } from './rings.js';

/** The whole name of who comes is shown for this long, in milliseconds. */
const ARRIVAL_MS = 4000;
/** The page is looked at this often while nothing is known to move, in milliseconds. */
const LOOK_MS = 250;
/** After something has moved it is followed frame by frame for this long, in milliseconds. */
const FOLLOW_MS = 300;
/** The most sessions that are looked for on the page. */
const MOST = 200;

/** Events after which controls may lie elsewhere, or be pointed at. */
const MOVERS = ['scroll', 'resize', 'focusin', 'focusout', 'toggle', 'transitionrun', 'animationstart', 'pointerover'];

/** Who came to which control, and when. */
interface Arrival {
  readonly control: Element;
  readonly at: number;
}

export class Fields implements ReactiveController {
  readonly #host: FieldsHost;
  readonly #addresses = new FieldAddresses();
  readonly #reporting = new Reporting(this.#addresses, () => this.#scope);
  readonly #room: RoomController;
  readonly #editing: Editing;
  readonly #resize = new ResizeObserver(() => this.#look());
  #rings: Rings | undefined;
  #listeners: AbortController | undefined;
  #stopReporting: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When something has moved last, by the frame loop. */
  #movedAt = Number.NEGATIVE_INFINITY;
  /** When each person came to the control in which they are. */
  #arrivals = new Map<string, Arrival>();
  /** What was cast last. */
  #cast = '';
  /** Numbers for controls, so that what was cast can be compared. */
  readonly #numbers = new WeakMap<Element, number>();
  #count = 0;
  /** The control in which one was last. */
  #own: Element | undefined;

  constructor(host: FieldsHost) {
    this.#host = host;
    const speech = new Speech<RoomWord | FieldWord>(host, { ...roomWords, ...fieldWords });
    this.#editing = new Editing(speech);
    this.#room = new RoomController(host, (room) => this.#subscribe(room));
    host.addController(this);
    host.requestUpdate();
  }

  /** What there is to say since it was last asked, with `counts` alone. */
  compose(counts: boolean): string {
    return this.#editing.compose(counts);
  }

  hostConnected(): void {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    for (const type of MOVERS) addEventListener(type, this.#look, { capture: true, passive: true, signal });
    for (const end of [watchView(this.#look), watchWords(this.#host, this.#look), topLayer.watch(this.#look)])
      signal.addEventListener('abort', end);
    this.#resize.observe(document.documentElement);
    this.#look();
  }

  hostUpdated(): void {
    const { room } = this.#room;
    const reports = room && !this.#host.viewOnly && room.role !== 'viewer' && room.role !== 'ghost';
    if (reports) this.#stopReporting ??= this.#reporting.start(room);
    else this.#endReporting();
    this.#look();
  }

  hostDisconnected(): void {
    this.#listeners?.abort();
    this.#endReporting();
    this.#resize.disconnect();
    clearTimeout(this.#timer);
    rest(this.#frame);
    this.#rings?.stop();
    this.#rings = undefined;
    this.#cast = '';
  }

  /** The element whose controls are meant. */
  get #scope(): Element | null {
    const { for: id, isConnected } = this.#host;
    if (!isConnected) return null;
    return id ? byId(this.#host, id) : document.documentElement;
  }

  #subscribe(room: Room) {
    return [
      room.on('members', this.#look),
      () => this.#endReporting(),
      () => this.#editing.reset(),
      () => this.#arrivals.clear(),
      this.#look,
    ];
  }

  #endReporting(): void {
    this.#stopReporting?.();
    this.#stopReporting = undefined;
  }

  readonly #look = (): void => wake(this.#frame);

  /** One frame. False when nothing moves: the page is then looked at now and then, while there is a ring. */
  readonly #frame = (now: number): boolean => {
    const layer = this.#host.renderRoot.querySelector<HTMLElement>('.layer');
    if (!layer || !this.#host.isConnected) return false;
    this.#rings ??= new Rings(layer);
    const places = this.#places(now);
    const { hideNames } = viewSettings();
    const shown = places.map(({ control, people, called }) => [this.#numberOf(control), people, called]);
    const cast = JSON.stringify([hideNames, shown]);
    const recast = cast !== this.#cast;
    if (recast) this.#rings.cast(places, hideNames);
    this.#cast = cast;
    if (this.#rings.draw(places, now) || recast) this.#movedAt = now;
    this.#speak(places);
    clearTimeout(this.#timer);
    // A control that is not on the page may appear.
    if (this.#room.room && othersIn(this.#room.room).length > 0) this.#timer = setTimeout(this.#look, LOOK_MS);
    return places.length > 0 && now - this.#movedAt < FOLLOW_MS;
  };

  #numberOf(control: Element): number {
    const number = this.#numbers.get(control) ?? ++this.#count;
    this.#numbers.set(control, number);
    return number;
  }

  /** Who else is in which control of this page. */
  #places(now: number): Place[] {
    const { room } = this.#room;
    const scope = this.#scope;
    const { hideAll, onlyFollowed, followed, muted } = viewSettings();
    if (!room || !scope || hideAll) return [];
    this.#addresses.begin(now);
    const arrivals = new Map<string, Arrival>();
    const people = new Map<Element, Person[]>();
    for (const { member, session } of othersIn(room)) {
      const { id } = member.user;
      if (muted.includes(id) || (onlyFollowed && !followed.includes(id))) continue;
      const control = this.#addresses.find(session.work?.field ?? '');
      if (!control || controlOf(control, scope) !== control) continue;
      const key = `${id}\n${member.user.name}`;
      const before = this.#arrivals.get(key);
      const at = before?.control === control ? before.at : now;
      arrivals.set(key, { control, at });
      const there = people.get(control) ?? [];
      people.set(control, there);
      if (there.some((one) => one.key === key)) continue;
      const { user, label } = member;
      there.push({
        key,
        user,
        label,
        typing: session.work?.typing ?? false,
        named: now - at < ARRIVAL_MS && !this.#rings?.isTight(control),
      });
    }
    this.#arrivals = arrivals;
    const own = this.#reporting.control;
    return [...people].map(([control, there]) => ({
      control,
      people: there,
      called: control === own || control.matches(':hover'),
    }));
  }

  #speak(places: readonly Place[]): void {
    if (!this.#room.room) return; // who is there already when it comes is no news
    const own = this.#reporting.control;
    const occupants = places.map(
      ({ control, people }) => [control, new Map(people.map(({ key, label }) => [key, label]))] as const,
    );
    const news = this.#editing.note(new Map(occupants));
    const entered = own !== this.#own && this.#editing.enter(own);
    this.#own = own;
    if (news || entered) this.#host.speak();
  }
}

/** The sessions of others that are in a control of this file, at most {@link MOST}. */
function othersIn({ members, file }: Room): { member: Member; session: Session }[] {
  const all = members.flatMap((member) => (member.self ? [] : member.sessions.map((session) => ({ member, session }))));
  return all.filter(({ session }) => session.file === file && session.work?.field).slice(0, MOST);
}
