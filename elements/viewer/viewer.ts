/**
 * What the person before this page does in its rooms: follows someone, answers who asks them along, talks, opens cards.
 * The page has one viewer, whatever the number of its rooms; load.ts makes it. It disposes itself once no stage has a
 * room any more and nothing is under way that a room may come back for: following (which outlasts a change of file), an
 * answer that still counts, an open card or bubble.
 */
import type { Member, Room } from '../../src/index.js';
import { rest, wake } from '../shared/frame-loop.js';
import { watchView } from '../shared/view-settings.js';
import { topLayer } from '../surface/top-layer.js';
import { Bar } from './bar.js';
import { openCard } from './card.js';
import type { Faces } from './faces.js';
import type { Float } from './float.js';
import { Following } from './follow.js';
import { Gathering } from './gather.js';
import { barKeyOf, isTyped, presses } from './keys.js';
import { openMenu } from './menu.js';
import { openPeopleList } from './people-list.js';
import { followersOf, memberOf } from './signals.js';
import { type Stage, stages } from './stage.js';
import { Talk } from './talk.js';
import { USUAL_TIMES, type ViewerTimes } from './times.js';
import { watchTouching } from './touching.js';
import { announceViews } from './view.js';

/** Where the viewer is kept. */
export interface ViewerOwner {
  /** Becomes undefined when the viewer is disposed. */
  current: Viewer | undefined;
  /** Replaces the usual times. */
  readonly times: Partial<ViewerTimes> | undefined;
}

export class Viewer {
  readonly #owner: ViewerOwner;
  readonly #times: ViewerTimes;
  readonly #disposal = new AbortController();
  readonly #bar = new Bar();
  readonly following: Following;
  readonly #gathering: Gathering;
  /** How one talks at a stage, where the page has enabled it. */
  readonly talks = new Map<Stage, Talk>();
  /** Every room of the page, with a function that unsubscribes from it. */
  readonly #rooms = new Map<Room, () => void>();
  /** The card, list or menu that is open. */
  #float: Float | undefined;

  /** The last pointer was a finger or a pen. */
  #touching = false;

  constructor(owner: ViewerOwner) {
    this.#owner = owner;
    this.#times = { ...USUAL_TIMES, ...owner.times };
    const { signal } = this.#disposal;
    this.following = new Following(this.changed, this.#times);
    this.#gathering = new Gathering(this.changed, this.#times, signal);
    stages.watchers.add(this.#onStages);
    signal.addEventListener('abort', topLayer.watch(this.changed));
    signal.addEventListener(
      'abort',
      watchView(() => wake(this.#receiveAll)),
    );
    for (const type of ['scroll', 'resize'])
      addEventListener(type, () => wake(this.#announceViews), { capture: true, passive: true, signal });
    addEventListener('keydown', (event) => this.#onKey(event), { signal });
    this.#update();
    const touch = (touching: boolean) => {
      this.#touching = touching;
      this.#draw();
    };
    watchTouching(touch, signal);
  }

  /** Asks everyone in the room to come along; who accepts follows. */
  gather({ room }: Stage): void {
    if (!room) return;
    this.following.stop();
    this.#gathering.ask(room);
  }

  /**
   * Opens the menu of what one sees, beside an element, in the given shadow root. Under a modal dialog nothing opens:
   * nobody could use it.
   */
  openMenu(root: ShadowRoot, beside: Element, stage: Stage): void {
    this.#open(root.host, (closed) => openMenu({ root, beside, gather: () => this.gather(stage), closed }));
  }

  /** Opens the card of a person beside their face, or closes it where it is open there. */
  openCard(faces: Faces, beside: HTMLElement, member: Member): void {
    this.#open(faces.host, (closed) => openCard({ beside, faces, member, closed }, this), beside);
  }

  /** Opens the list of everyone beside a button, or closes it; calls `ended` when it is closed. */
  openPeopleList(faces: Faces, beside: HTMLElement, ended: () => void): void {
    const choose = (member: Member) => this.openCard(faces, beside, member);
    const open = (closed: () => void) => {
      const both = () => {
        ended();
        closed();
      };
      return openPeopleList({ beside, faces, choose, closed: both });
    };
    this.#open(faces.host, open, beside);
  }

  /** Closes what is open in an element. */
  closeIn(host: Element): void {
    if (this.#float?.host === host) this.#float.close();
  }

  /** Draws what is open in an element anew: people have changed, or words. */
  drawIn(host: Element): void {
    if (this.#float?.host === host) this.#float.draw();
  }

  /** What people can say at a stage: `reactions` are the emoji offered, '' the usual ones, null none. */
  enableTalk(stage: Stage, chat: boolean, reactions: string | null | undefined): void {
    if (!stages.has(stage)) return;
    let talk = this.talks.get(stage);
    if (chat || reactions != null) {
      talk ??= new Talk(stage, this.changed, this.#times);
      this.talks.set(stage, talk);
      talk.enable(chat, reactions);
    } else this.#stopTalk(stage);
  }

  /**
   * Goes to the bar: moves the focus there, and shows the latest question that went by where nothing else is shown.
   * False where there is nothing to go to.
   */
  goToBar(): boolean {
    if (!this.following.leader) this.#hold(true);
    const goes = this.#bar.focus();
    if (!goes) this.#hold(false);
    return goes;
  }

  /** Something may have begun or ended: draws the bar, and disposes the viewer where nothing needs it any more. */
  readonly changed = (): void => {
    if (this.#disposal.signal.aborted) return;
    if (this.#isNeeded) this.#draw();
    else this.dispose();
  };

  /** Ends everything that is under way, and removes every listener, timer and element. */
  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort();
    stages.watchers.delete(this.#onStages);
    this.following.stop('gone');
    for (const stage of this.talks.keys()) this.#stopTalk(stage);
    for (const unsubscribe of this.#rooms.values()) unsubscribe();
    this.#float?.close();
    rest(this.#announceViews);
    rest(this.#receiveAll);
    rest(this.following.chase);
    this.#bar.remove();
    this.#owner.current = undefined;
  }

  /** The question that is shown stays while the viewer has to do with the bar. */
  readonly #hold = (holds: boolean): void => {
    if (holds) this.#gathering.hold();
    else this.#gathering.letGo();
    this.changed();
  };

  #onKey(event: KeyboardEvent): void {
    const asked = [...stages].map(({ host }) => barKeyOf(host)).find((key) => presses(event, key));
    if (!asked || event.defaultPrevented || (asked.length === 1 && isTyped(event))) return;
    if (this.goToBar()) event.preventDefault();
  }

  get #isNeeded(): boolean {
    return (
      this.#rooms.size > 0 ||
      !!this.following.target ||
      this.#gathering.remembers ||
      !!this.#float?.box.isConnected ||
      [...this.talks.values()].some(({ isOpen }) => isOpen)
    );
  }

  /** One thing is open at a time. `beside`: what it stands beside closes it again. */
  #open(host: Element, open: (closed: () => void) => Float, beside?: HTMLElement): void {
    const before = this.#float;
    before?.close();
    if ((beside && before?.beside === beside) || !host.isConnected || topLayer.isBlocked(host)) return;
    const float = open(() => {
      this.#float = undefined;
      this.changed();
    });
    if (!float.signal.aborted) this.#float = float;
  }

  readonly #onStages = (): void => {
    this.#update();
    this.changed();
  };

  #update(): void {
    const rooms = new Set([...stages].flatMap(({ room }) => room ?? []));
    for (const [room, unsubscribe] of this.#rooms) {
      if (rooms.has(room)) continue;
      unsubscribe();
      this.#rooms.delete(room);
    }
    for (const [stage, talk] of this.talks) {
      if (stages.has(stage)) talk.display.update();
      else this.#stopTalk(stage);
    }
    for (const room of rooms) if (!this.#rooms.has(room)) this.#subscribe(room);
    this.following.update();
  }

  #stopTalk(stage: Stage): void {
    this.talks.get(stage)?.stop();
    this.talks.delete(stage);
  }

  #subscribe(room: Room): void {
    // However many states come in a frame, who follows whom is reckoned once.
    const receive = (): void => wake(this.#receiveAll);
    const unsubscribe = [room.on('members', receive), room.on('pointers', () => wake(this.following.chase))];
    room.awareness.on('change', receive);
    this.#rooms.set(room, () => {
      room.awareness.off('change', receive);
      for (const end of unsubscribe) end();
    });
    this.#receive(room);
  }

  readonly #receiveAll = (): boolean => {
    for (const room of this.#rooms.keys()) this.#receive(room);
    return false;
  };

  /** Someone's state in a room has changed, or someone came or went. */
  #receive(room: Room): void {
    this.following.update();
    const stage = stages.of(room);
    if (!stage) return;
    this.#gathering.receive(stage, room, this.following.target);
    this.#draw();
    wake(this.#announceViews);
  }

  readonly #announceViews = (): boolean => {
    announceViews(stages);
    return false;
  };

  #draw(): void {
    const asked = this.#gathering.first;
    const member = asked && memberOf(asked.room, asked.client);
    const asker = member && { ...member.user, name: member.label };
    const { leader } = this.following;
    const talking = [...this.talks].find(([{ room }]) => room);
    const stage = leader?.stage ?? asked?.stage ?? [...stages].find(({ room }) => room);
    const followers = new Set(stage?.room ? followersOf(stage.room) : []);
    const members = stage?.room?.members.filter(({ sessions }) => sessions.some(({ client }) => followers.has(client)));
    this.#bar.draw(stage?.host, {
      leader,
      asker,
      followers: [...new Set(members?.map(({ label }) => label))],
      talk: this.#touching ? talking?.[1] : undefined,
      blocked: !!stage && topLayer.isBlocked(stage.host),
      stop: () => this.following.stop(),
      hold: this.#hold,
      answer: (yes) => {
        if (!asked || !asker) return;
        this.#gathering.answer(asker.id);
        if (yes) this.following.start(asked.stage, asker.id);
        this.changed();
      },
    });
  }
}
