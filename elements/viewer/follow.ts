/**
 * Following a person: their view scrolls one's own page, and their file becomes one's file, until one's own input ends
 * it. One follows one person at a time. A session that follows announces no view of its own, so two that follow each
 * other stand still. After {@link Following.stop} nothing scrolls any more and no file is set.
 */
import type { Room } from '../../src/index.js';
import { setView, viewSettings } from '../shared/view-settings.js';
import { type FollowReason, SlateFollowEvent, SlateFollowFileEvent } from './events.js';
import { onOwnInput } from './own-input.js';
import { leaderOf, positionOf, sessionOf, setSignals } from './signals.js';
import type { Stage } from './stage.js';
import type { ViewerTimes } from './times.js';

interface Lead {
  readonly stage: Stage;
  readonly user: string;
  /** As last seen, for while they are gone. */
  name: string;
  color: string;
  /** Goes to their pointer once, and does not follow. */
  readonly once: boolean;
  room?: Room;
  client?: number;
  /** The file that the page was last asked to show. */
  file?: string | undefined;
  /** The view that was last gone to, as JSON. */
  went?: string | undefined;
  grace: ReturnType<typeof setTimeout> | undefined;
  readonly unsubscribe: () => void;
}

export class Following {
  readonly #changed: () => void;
  readonly #goneMs: number;
  #lead: Lead | undefined;

  /** `changed` is called when who is followed, or what is known of them, has changed. */
  constructor(changed: () => void, { goneMs }: ViewerTimes) {
    this.#changed = changed;
    this.#goneMs = goneMs;
  }

  /** The id of the user one follows or is on the way to. */
  get target(): string | undefined {
    return this.#lead?.user;
  }

  /** The person one follows; undefined on the way to someone. */
  get leader():
    | { readonly stage: Stage; readonly user: string; readonly name: string; readonly color: string }
    | undefined {
    return this.#lead?.once ? undefined : this.#lead;
  }

  /** Follows a user, or goes to their pointer once. False where they are not here, or are oneself. */
  start(stage: Stage, user: string, once = false): boolean {
    this.stop();
    const member = stage.room?.members.find((one) => one.user.id === user);
    if (!member || member.self) return false;
    const {
      label: name,
      user: { color },
    } = member;
    const unsubscribe = onOwnInput(() => this.stop('input'));
    const grace = once ? setTimeout(() => this.stop(), this.#goneMs) : undefined;
    this.#lead = { stage, user, name, color, once, grace, unsubscribe };
    if (!once) {
      const others = viewSettings().followed.filter((id) => id !== user);
      setView({ followed: [...others, user] });
      stage.host.dispatchEvent(new SlateFollowEvent(user, 'chosen'));
    }
    this.update();
    return true;
  }

  /** Ends following, if anyone is followed, and the scrolling under way. */
  stop(reason: FollowReason = 'chosen'): void {
    const lead = this.#end();
    if (!lead) return;
    const { stage, once, room } = lead;
    stage.stopTravel();
    if (!once && room) setSignals(room, { follow: undefined });
    this.#changed();
    if (!once) stage.host.dispatchEvent(new SlateFollowEvent(null, reason));
  }

  /** Follows what has changed: the leader may have come back, gone, or follow someone else now. */
  update(): void {
    const lead = this.#lead;
    if (!lead) return;
    const { stage, user } = lead;
    const { room } = stage;
    const member = room?.members.find((one) => one.user.id === user);
    const session = member?.sessions.find(({ client }) => client === lead.client) ?? member?.sessions[0];
    if (!room || !member || !session) {
      lead.grace ??= setTimeout(() => this.stop('gone'), this.#goneMs);
      return;
    }
    if (!lead.once) {
      clearTimeout(lead.grace);
      lead.grace = undefined;
    }
    const { client } = session;
    if (room !== lead.room || client !== lead.client) {
      Object.assign(lead, { room, client, went: undefined });
      if (!lead.once) setSignals(room, { follow: client });
    }
    [lead.name, lead.color] = [member.label, member.user.color];
    this.#changed();
    this.#go(lead);
  }

  /** A frame task: the pointer of the leader moves, which is played out a little later than it is received. */
  readonly chase = (): boolean => {
    if (this.#lead) this.#go(this.#lead);
    return this.#lead?.room?.pointers.moving ?? false;
  };

  #go(lead: Lead): void {
    const { stage, room, client, once } = lead;
    const leader = room && client !== undefined ? leaderOf(room, client) : undefined;
    if (!room || leader === undefined || leader === room.client) return; // they look where we do
    // Not out of Awareness, where other providers write what has passed no door.
    const session = sessionOf(room, leader);
    if (!session) return;
    if (session.file !== room.file) {
      this.#goToFile(lead, session.file, session.location);
      return;
    }
    lead.file = undefined;
    const view = once ? undefined : positionOf(room.awareness.getStates().get(leader)?.view);
    if (view) {
      const went = JSON.stringify(view);
      if (went === lead.went) return;
      lead.went = went;
      if (stage.travelTo(view)) return;
    }
    const pointer = room.pointers.sample().find((one) => one.client === leader);
    if (!pointer) return;
    stage.surface.begin();
    const at = stage.surface.resolve(pointer);
    if (at && (once || !at.seen)) stage.travelTo(pointer);
    if (!once) return;
    this.#end(); // the scrolling goes on; that one was sent there is over
    this.#changed();
  }

  #goToFile(lead: Lead, file: string | undefined, location: string | undefined): void {
    if (lead.file === (file ?? '')) return;
    lead.file = file ?? '';
    const { stage } = lead;
    if (stage.host.dispatchEvent(new SlateFollowFileEvent(file, location))) stage.showFile(file);
  }

  #end(): Lead | undefined {
    const lead = this.#lead;
    this.#lead = undefined;
    clearTimeout(lead?.grace);
    lead?.unsubscribe();
    return lead;
  }
}
