/**
 * Following someone: their view brings one's scroll, and their file one's file, until one's own hand says otherwise. One
 * person sits before a page and follows one other at a time, in whichever of its rooms. It is loaded with the first
 * follower, or the first who asks. Who follows has no view of their own to give, so two who follow each other stand
 * still. It scrolls, and sets the file of a `<slate-room>`; it must do neither once {@link unfollow} was called.
 */
import type { Room } from '../../src/index.js';
import { wake } from '../shared/frame-loop.js';
import { setView, viewSettings } from '../shared/view-settings.js';
import { Bar } from './bar.js';
import { type FollowReason, SlateFollowEvent, SlateFollowFileEvent } from './events.js';
import { ask, firstAsk, hearAsks, settle } from './gather.js';
import { onOwnInput } from './own-input.js';
import { followersOf, leaderOf, signal, spotOf, userOf } from './signals.js';
import { followed, type Stage, stages, stageWatchers } from './stage.js';
import { arrive, travel } from './travel.js';
import { tellView } from './view.js';

/** Someone who has gone may come back within so long: a reload, another file. Milliseconds. */
const GRACE_MS = 5_000;

interface Lead {
  readonly stage: Stage;
  readonly user: string;
  /** As last seen, for when they are not. */
  name: string;
  color: string;
  /** Goes there once, and does not follow. */
  readonly once: boolean;
  room: Room | null;
  client: number | undefined;
  /** The file that the page has been asked for. */
  file: string | undefined;
  /** What was last gone to. */
  went: string;
  grace: ReturnType<typeof setTimeout> | undefined;
}

const bar = new Bar();
/** What is undone when a room is not on the page any more. */
const heard = new Map<Room, () => void>();
let lead: Lead | undefined;
let unhear: (() => void) | undefined;

/** Begins to hear what is said in the rooms of the page. Calling it again is harmless. */
export function attend(): void {
  if (stageWatchers.has(look)) return;
  stageWatchers.add(look);
  for (const type of ['scroll', 'resize'])
    addEventListener(type, () => wake(tellView), { capture: true, passive: true });
  look();
}

/** Follows a person. False where they are not here, or are oneself. */
export function follow(stage: Stage, user: string): boolean {
  return begin(stage, user, false);
}

/** Goes to where a person points, once. False where they are not here, or are oneself. */
export function jumpTo(stage: Stage, user: string): boolean {
  return begin(stage, user, true);
}

/** Ends it, if anyone is followed, and says so. */
export function unfollow(reason: FollowReason = 'chosen'): void {
  if (!lead) return;
  const { stage, once, room, grace } = lead;
  lead = undefined;
  clearTimeout(grace);
  unhear?.();
  arrive();
  if (once) return;
  if (room) signal(room, { follow: undefined });
  followed.user = null;
  draw();
  stage.host.dispatchEvent(new SlateFollowEvent(null, reason));
}

/** Asks everyone in the room to come along; who accepts follows. */
export function gather({ room }: Stage): void {
  if (!room) return;
  unfollow();
  ask(room);
}

function begin(stage: Stage, user: string, once: boolean): boolean {
  attend();
  unfollow();
  const member = stage.room?.members.find((one) => one.user.id === user);
  if (!member || member.self) return false;
  const { name, color } = member.user;
  const [room, client, file] = [null, undefined, undefined];
  lead = { stage, user, name, color, once, room, client, file, went: '', grace: undefined };
  unhear = onOwnInput(() => unfollow('input'));
  if (once) lead.grace = setTimeout(unfollow, GRACE_MS);
  else {
    const others = viewSettings().followed.filter((id) => id !== user);
    setView({ followed: [...others, user] });
    followed.user = user;
    stage.host.dispatchEvent(new SlateFollowEvent(user, 'chosen'));
  }
  keepUp();
  return true;
}

/** The rooms of the page have changed. */
function look(): void {
  const rooms = new Set([...stages].map(({ room }) => room));
  for (const [room, undo] of heard) {
    if (rooms.has(room)) continue;
    undo();
    heard.delete(room);
  }
  for (const room of rooms) {
    if (!room || heard.has(room)) continue;
    const hear = () => listen(room);
    const undo = [room.on('members', hear), room.on('pointers', () => wake(chase))];
    room.awareness.on('change', hear);
    heard.set(room, () => {
      room.awareness.off('change', hear);
      for (const fn of undo) fn();
    });
    hear();
  }
  keepUp();
}

/** A frame task: whom one follows points somewhere, which is played out a little later than it comes. */
function chase(): boolean {
  if (lead) goThere(lead);
  return lead?.room?.pointers.moving ?? false;
}

/** Something was said in a room, or someone came or went. */
function listen(room: Room): void {
  keepUp();
  const stage = [...stages].find((one) => one.room === room);
  if (!stage) return;
  hearAsks(stage, lead?.user);
  draw();
  wake(tellView);
}

/** Whom one follows may have come back, gone, or be led by another now. */
function keepUp(): void {
  if (!lead) return;
  const { stage, user } = lead;
  const { room } = stage;
  const member = room?.members.find((one) => one.user.id === user);
  const session = member?.sessions.find(({ client }) => client === lead?.client) ?? member?.sessions[0];
  if (!room || !member || !session) {
    lead.grace ??= setTimeout(() => unfollow('gone'), GRACE_MS);
    return;
  }
  if (!lead.once) {
    clearTimeout(lead.grace);
    lead.grace = undefined;
  }
  const { client } = session;
  if (room !== lead.room || client !== lead.client) {
    Object.assign(lead, { room, client, went: '' });
    if (!lead.once) signal(room, { follow: client });
  }
  ({ name: lead.name, color: lead.color } = member.user);
  draw();
  goThere(lead);
}

function goThere(to: Lead): void {
  const { stage, room, client, once } = to;
  const leader = room && client !== undefined ? leaderOf(room, client) : undefined;
  if (!room || leader === undefined || leader === room.client) return; // they look where we do
  const state = room.awareness.getStates().get(leader);
  if (state?.file !== room.file) {
    goToFile(to, state?.file as string | undefined, state?.location as string | undefined);
    return;
  }
  to.file = undefined;
  const view = once ? undefined : spotOf(state?.view);
  if (view) {
    const went = JSON.stringify(view);
    if (went === to.went) return;
    to.went = went;
    if (travel(stage.surface, view)) return;
  }
  const pointer = room.pointers.sample().find((one) => one.client === leader);
  if (!pointer) return;
  stage.surface.begin();
  const place = stage.surface.place(pointer);
  if (place && (once || !place.seen)) travel(stage.surface, pointer);
  if (once) end();
}

/** The way goes on; that one was sent there is over. */
function end(): void {
  clearTimeout(lead?.grace);
  lead = undefined;
  unhear?.();
}

function goToFile(to: Lead, file: string | undefined, location: string | undefined): void {
  if (to.file === (file ?? '')) return;
  to.file = file ?? '';
  const { host } = to.stage;
  if (!host.dispatchEvent(new SlateFollowFileEvent(file, location))) return;
  const element = roomElement(host);
  if (element) element.file = file;
}

function roomElement(host: Element): (Element & { file?: string | null | undefined }) | null {
  const named = host.getAttribute('room');
  if (named) return document.getElementById(named);
  for (let at: Element | null = host; at; at = (at.getRootNode() as ShadowRoot).host ?? null) {
    const found = at.closest('slate-room');
    if (found) return found;
  }
  return null;
}

function draw(): void {
  const asked = firstAsk();
  const asker = asked?.stage.room && userOf(asked.stage.room, asked.client);
  const stage = (lead && !lead.once ? lead.stage : asked?.stage) ?? [...stages].find(({ room }) => room);
  const { room } = stage ?? {};
  const names = room ? followersOf(room).flatMap((client) => userOf(room, client)?.name ?? []) : [];
  bar.draw(stage?.host, {
    lead: lead && !lead.once ? lead : undefined,
    asker: asker ?? undefined,
    followers: [...new Set(names)],
    stop: () => unfollow(),
    answer: (yes) => {
      if (!asked || !asker) return;
      settle(asked, asker.id);
      if (yes) follow(asked.stage, asker.id);
      draw();
    },
  });
}
