/** Compiled, never run: Slate's elements in the markup of React, Vue and Svelte. */
import type { SvelteHTMLElements } from 'svelte/elements';
import type { GlobalComponents } from 'vue';
import type { SlateRoom } from '../../elements/index.js';
import type { SlateElements } from '../../elements/markup/elements.js';
import { type Bus, type Room, SlateError } from '../../src/index.js';
import type {} from '../../src/react/index.js';
import type {} from '../../src/svelte/index.js';
import type {} from '../../src/vue/index.js';

type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** Every element that the page may create has its markup. */
type SlateTag = Extract<keyof HTMLElementTagNameMap, `slate-${string}`>;
export const everyElement: Same<keyof SlateElements, SlateTag> = true;
export const itsClass: { [Tag in SlateTag]: Same<SlateElements[Tag]['element'], HTMLElementTagNameMap[Tag]> } = {
  'slate-avatars': true,
  'slate-carets': true,
  'slate-build': true,
  'slate-cursors': true,
  'slate-feed': true,
  'slate-fields': true,
  'slate-log': true,
  'slate-room': true,
  'slate-status': true,
  'slate-text': true,
};

export function React({ bus, joined }: { bus: Bus; joined: (room: Room) => void }) {
  const report = (error: unknown) => error instanceof SlateError;
  return (
    <slate-room
      server="ws://127.0.0.1:9222"
      user-name="Ada"
      userColor="#123456"
      bus={bus}
      identity="tab"
      id="room"
      class="a"
      key="room"
      ref={(room: SlateRoom | null) => void room?.status}
      onslate-join={({ room }) => joined(room)}
      onslate-error={({ error }) => report(error)}
      onClick={({ currentTarget }) => currentTarget.room}
    >
      <slate-avatars max="3" size={24} announce="off" style={{ color: 'red' }}></slate-avatars>
      <slate-cursors view-only="" chat reactions="👍 🎉" onslate-follow={({ user }) => user}></slate-cursors>
      <slate-cursors view-only={false} room="room"></slate-cursors>
      <slate-status room={null}></slate-status>
      <slate-feed project="p1" max={3} format={({ kind }) => kind}></slate-feed>
      <slate-build project="p1"></slate-build>
      <slate-log session="s1" level="warn"></slate-log>
      <slate-text for="notes" name="notes" seed doc={null} onslate-error={({ error }) => report(error)}></slate-text>
      {/* @ts-expect-error: an element of this name does not exist */}
      <slate-avatar></slate-avatar>
      {/* @ts-expect-error: the attribute is user-name */}
      <slate-room username="Ada"></slate-room>
      {/* @ts-expect-error: the number of avatars is a number */}
      <slate-avatars max="few"></slate-avatars>
      {/* @ts-expect-error: identity is `browser` or `tab` */}
      <slate-room identity="page"></slate-room>
      {/* @ts-expect-error: `room` is what the element joined, and cannot be given */}
      <slate-room room={null}></slate-room>
      {/* @ts-expect-error: this event has no `room` */}
      <slate-room onslate-status={({ room }) => room}></slate-room>
    </slate-room>
  );
}

type VueProps<Tag extends SlateTag> = InstanceType<GlobalComponents[Tag]>['$props'];

export const vue: [VueProps<'slate-room'>, VueProps<'slate-avatars'>, VueProps<'slate-cursors'>] = [
  { server: 'ws://127.0.0.1:9222', userName: 'Ada', class: ['a'], onSlateJoin: ({ room }) => room, key: 'room' },
  { max: '3', announce: 'off', style: { color: 'red' } },
  { viewOnly: true, chat: true, ref: 'cursors' },
];
// @ts-expect-error: the number of avatars is a number
export const wrongInVue: VueProps<'slate-avatars'> = { max: 'few' };
// @ts-expect-error: this event has no `room`
export const wrongEvent: VueProps<'slate-room'> = { onSlateError: ({ room }) => room };

type Svelte<Tag extends SlateTag> = SvelteHTMLElements[Tag];

export const svelte: [Svelte<'slate-room'>, Svelte<'slate-avatars'>, Svelte<'slate-cursors'>] = [
  {
    server: 'ws://127.0.0.1:9222',
    'user-name': 'Ada',
    class: 'a',
    'onslate-join': ({ room }) => room.members,
    'on:slate-error': ({ error }) => error.message,
    onclick: ({ currentTarget }) => currentTarget.room,
  },
  { max: '3', announce: 'off', style: 'color: red' },
  { 'view-only': true, chat: true, 'onslate-follow': ({ user }) => user },
];
// @ts-expect-error: the attribute is user-name
export const wrongInSvelte: Svelte<'slate-room'> = { username: 'Ada' };
