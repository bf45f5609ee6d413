/** M9 in a page: `<slate-cursors>` and `<slate-avatars>` show who speaks JSON alone, from a real nats-server. */
import { expect, inject, it, onTestFinished } from 'vitest';
import type { SlateRoom } from '../../elements/index.js';
import { connect, publishEditorEvent } from '../../src/index.js';
import { until } from '../support/wait.js';
import { joined, mount, part, parts, text } from './support.js';

it('M9: a program that knows no rooms has an avatar, and a cursor where it points', async () => {
  const servers = inject('natsWsUrl');
  const element = mount<SlateRoom>(
    `<slate-room server="${servers}" project="m9" file="src/m9.ts" user-id="alice" user-name="Alice">
      <slate-avatars></slate-avatars>
      <slate-cursors style="position:absolute;left:100px;top:50px;width:400px;height:200px"><p>A page</p></slate-cursors>
    </slate-room>`,
  );
  await joined(element);
  const bus = await connect({ servers });
  onTestFinished(() => bus.close());
  const cursor = (x: number, y: number) => ({
    type: 'cursor' as const,
    userId: 'carol',
    fileId: 'src/m9.ts',
    timestamp: Date.now(),
    data: { position: { x, y } },
  });
  const cursors = element.querySelector('slate-cursors') as HTMLElement;
  const avatars = element.querySelector('slate-avatars') as HTMLElement;
  const restsAt = (left: number, top: number) =>
    until(
      () =>
        parts(cursors, 'cursor').find((one) => {
          const box = one.getBoundingClientRect();
          return Math.abs(box.left - left) < 1 && Math.abs(box.top - top) < 1;
        }),
      { what: `a cursor at ${left}, ${top}` },
    );

  await publishEditorEvent(cursor(0.25, 0.5), { bus });
  const shown = await restsAt(200, 150);
  expect(shown.dataset.user).toBe('carol');
  expect(text(await part(cursors, 'name'))).toBe('carol');
  await until(() => parts(avatars, 'avatar').some((one) => one.dataset.user === 'carol'), { what: 'the avatar' });

  bus.publish('slate.editor.cursors.batch', [cursor(0.75, 0.25)]);
  await restsAt(400, 100);
});
