/** The elements in a real React, which sets a property wherever an element has one of the name in the markup. */
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { SlateAvatars } from '../../elements/index.js';
import { SPEAK_EVERY_MS } from '../../elements/shared/live-region.js';
import type { Room } from '../../src/index.js';
import type {} from '../../src/react/index.js';
import { parts, stopTimers, town } from './support.js';

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
});

const spoken = (avatars: Element) => avatars.shadowRoot?.querySelector('[role=status]')?.textContent ?? '';

it('React gives names, numbers and words as texts, objects as properties, and hears the events', async () => {
  stopTimers();
  const { hub, enter, project } = town();
  const bus = hub.connect();
  const joined: Room[] = [];
  const page = document.createElement('div');
  document.body.append(page);
  const root = createRoot(page);
  onTestFinished(async () => {
    await act(async () => root.unmount());
    page.remove();
  });
  await act(async () =>
    root.render(
      <slate-room
        bus={bus}
        project={project}
        user-id="alice"
        userName="Alice"
        class="here"
        onslate-join={({ room }) => joined.push(room)}
      >
        <slate-avatars max="2" size="24"></slate-avatars>
        <slate-avatars max={2} announce="off"></slate-avatars>
        <slate-avatars announce={undefined}></slate-avatars>
      </slate-room>,
    ),
  );
  const [avatars, silent, default_] = page.querySelectorAll<SlateAvatars>('slate-avatars');
  if (!avatars || !silent || !default_) throw new Error('The avatars are not there.');
  const shows = (...counts: number[]) =>
    vi.waitFor(() => expect([avatars, silent, default_].map((one) => parts(one, 'avatar').length)).toEqual(counts));
  const speak = async () => {
    vi.advanceTimersByTime(SPEAK_EVERY_MS);
    await Promise.all([avatars, silent, default_].map((one) => one.updateComplete));
  };
  await shows(1, 1, 1);
  await speak();
  for (const name of ['Bob', 'Cleo']) await enter(name);
  await shows(1, 1, 3); // and the +2
  await speak();
  expect(joined.map(({ self }) => self.user)).toMatchObject([{ id: 'alice', name: 'Alice' }]);
  expect(page.querySelector('slate-room')?.className).toBe('here');
  expect(parts(avatars, 'avatar')[0]?.offsetWidth).toBe(24);
  expect([spoken(avatars), spoken(silent), spoken(default_)]).toEqual([
    'Bob and Cleo joined.',
    '',
    'Bob and Cleo joined.',
  ]);
  expect(silent.getAttribute('announce')).toBe('off');
});
