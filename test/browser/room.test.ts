/** `<slate-room>`, accessibility first. Past 300 lines: one element is one file. */
import { EditorView } from '@codemirror/view';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import {
  type SlateErrorEvent,
  SlateJoinEvent,
  SlateLeaveEvent,
  SlateRoom,
  SlateStatusEvent,
} from '../../elements/index.js';
import { IDLE_AFTER_MS, PageActivity, pageActivity } from '../../elements/room/activity.js';
import { SERVER_GRACE_MS } from '../../elements/room/slate-room.js';
import { LINGER_MS } from '../../elements/shared/connections.js';
import { define } from '../../elements/shared/define.js';
import { InvalidIdError, OptionError, PermissionError, roomOf, type SlateError } from '../../src/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';
import {
  expectAccessible,
  joined,
  mount,
  mountRoom,
  mute,
  parts,
  queuedTasks,
  stopTimers,
  text,
  town,
} from './support.js';

const KEY = 'slate-user';
const SLATE_EVENTS = ['slate-join', 'slate-leave', 'slate-status', 'slate-error'] as const;

/** Every event of the element, in order. */
function record(element: SlateRoom): Event[] {
  const events: Event[] = [];
  for (const type of SLATE_EVENTS) element.addEventListener(type, (event) => events.push(event));
  return events;
}
const types = (events: readonly Event[]) => events.map(({ type }) => type);
const errors = (events: readonly Event[]): SlateError[] =>
  events.filter(({ type }) => type === 'slate-error').map((event) => (event as SlateErrorEvent).error);

function clean(...stores: Storage[]) {
  const forget = () => {
    for (const store of stores) store.removeItem(KEY);
  };
  forget();
  onTestFinished(forget);
}

describe('<slate-room>', () => {
  it('is accessible with the other elements in it, in light and in dark', async () => {
    const { hub, enter } = town();
    const { element } = await mountRoom(
      hub,
      '<slate-status></slate-status><slate-avatars></slate-avatars><slate-cursors></slate-cursors>',
    );
    await enter('Bob');
    await until(() => parts(element.querySelector('slate-avatars') as Element, 'avatar').length === 2);
    await expectAccessible(element);
  });

  it('is all a page needs: two pages meet through a real server', async () => {
    clean(localStorage);
    const server = inject('natsWsUrl');
    const project = `page-${crypto.randomUUID()}`;
    const program = (name: string, id: string) => `
      <slate-room server="${server}" project="${project}" user-id="${id}" user-name="${name}">
        <slate-avatars></slate-avatars>
        <slate-cursors></slate-cursors>
      </slate-room>`;
    const ada = mount<SlateRoom>(program('Ada', 'ada'));
    const bob = mount<SlateRoom>(program('Bob', 'bob'));
    const avatars = bob.querySelector('slate-avatars') as Element;
    await until(
      () =>
        parts(avatars, 'avatar')
          .map((avatar) => avatar.dataset.user)
          .join() === 'bob,ada',
      { deadlineMs: 10_000 },
    );
    (await joined(ada)).pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    const cursors = bob.querySelector('slate-cursors') as Element;
    await until(() => parts(cursors, 'cursor')[0]?.dataset.user === 'ada');
    ada.remove();
    await until(() => parts(avatars, 'avatar').length === 1);
    await until(() => parts(cursors, 'cursor').length === 0);
  });

  it('accepts every option as an attribute and as a property, and never reflects the token', async () => {
    const pairs = {
      server: 'server',
      project: 'project',
      file: 'file',
      'user-id': 'userId',
      'user-name': 'userName',
      'user-color': 'userColor',
      'user-avatar': 'userAvatar',
      location: 'location',
      identity: 'identity',
      avatars: 'avatars',
      token: 'token',
    } as const;
    const element = document.createElement('slate-room');
    document.createDocumentFragment().append(element);
    for (const [attribute, property] of Object.entries(pairs)) {
      element.setAttribute(attribute, 'a');
      expect(element[property]).toBe('a');
      element.removeAttribute(attribute);
      expect(element[property]).toBe(null);
      Object.assign(element, { [property]: 'b' });
    }
    expect(element.bus).toBe(undefined);
    const shown = mount<SlateRoom>('<slate-room></slate-room>');
    for (const property of Object.values(pairs)) if (property !== 'server') Object.assign(shown, { [property]: 'b' });
    await shown.updateComplete;
    for (const attribute of Object.keys(pairs)) {
      expect(shown.getAttribute(attribute)).toBe(['token', 'server'].includes(attribute) ? null : 'b');
    }
  });

  it('joins with its options, and fires events when it joins and leaves', async () => {
    const hub = new MemoryHub();
    const element = mount<SlateRoom>(
      `<slate-room project="p 1" file="src/main.ts" user-id="ada" user-name="Ada" user-color="#0f766e"
        location="the top"></slate-room>`,
    );
    const received: Event[] = [];
    const receive = (event: Event) => received.push(event);
    document.addEventListener('slate-join', receive);
    onTestFinished(() => document.removeEventListener('slate-join', receive));
    const events = record(element);
    expect(element.room).toBe(null);
    element.bus = hub.connect();
    const room = await joined(element);
    expect([room.project, room.file, room.self.location]).toEqual(['p 1', 'src/main.ts', 'the top']);
    expect(room.self.user).toMatchObject({ id: 'ada', name: 'Ada', color: '#0f766e' });
    expect(types(events)).toEqual(['slate-status', 'slate-join']);
    expect(events[0]).toBeInstanceOf(SlateStatusEvent);
    expect(events[1]).toBeInstanceOf(SlateJoinEvent);
    expect((received[0] as SlateJoinEvent).room).toBe(room);
    expect(element.status).toBe('connected');
    element.remove();
    await until(() => types(events).includes('slate-leave'));
    expect(events.find((event) => event instanceof SlateLeaveEvent)).toMatchObject({ room });
    expect([element.room, element.status, room.status]).toEqual([null, 'closed', 'closed']);
  });

  it('is in the lobby without a project', async () => {
    const element = mount<SlateRoom>('<slate-room user-id="ada"></slate-room>');
    element.bus = new MemoryHub().connect();
    expect((await joined(element)).project).toBe(undefined);
  });

  it('changes name, colour, picture and location without leaving', async () => {
    const { hub, enter } = town();
    const { element, room } = await mountRoom(hub);
    const bob = await enter('Bob');
    const events = record(element);
    const alice = () => bob.members.find(({ user }) => user.id === 'alice');
    element.userName = 'Alice Moss';
    element.userColor = '#be185d';
    element.setAttribute('user-avatar', 'https://example.org/a.png');
    element.location = 'the notes';
    await until(() => alice()?.user.avatar && alice()?.location);
    expect(alice()).toMatchObject({
      user: { name: 'Alice Moss', color: '#be185d', avatar: 'https://example.org/a.png' },
      location: 'the notes',
    });
    element.userColor = null;
    element.userAvatar = '';
    element.location = null;
    await until(() => alice()?.user.color !== '#be185d' && alice()?.location === undefined);
    expect(alice()?.user.avatar).toBe(undefined);
    expect(element.room).toBe(room);
    expect(events).toEqual([]);
  });

  it('leaves and joins when project, file or user change', async () => {
    const hub = new MemoryHub();
    const { element, room } = await mountRoom(hub);
    const events = record(element);
    element.project = 'village';
    await until(() => element.room && element.room !== room);
    expect(element.room?.project).toBe('village');
    expect(room.status).toBe('closed');
    expect(types(events)).toEqual(['slate-status', 'slate-leave', 'slate-status', 'slate-join']);
    element.userId = 'ada';
    element.file = 'a.ts';
    await until(() => element.room?.file === 'a.ts' && element.room.self.user.id === 'ada');
  });

  it('joins the last of several quick changes', async () => {
    const hub = new MemoryHub();
    const { element } = await mountRoom(hub);
    for (const project of ['a', 'b', 'c']) {
      element.project = project;
      await element.updateComplete;
    }
    await until(() => element.room?.project === 'c');
    const { joinRoom } = await import('../../src/index.js');
    for (const project of ['a', 'b', 'town']) {
      const visitor = await joinRoom(hub.connect(), { project, user: { id: 'visitor' } });
      expect(visitor.members.map(({ user }) => user.id)).toEqual(['visitor']);
      await visitor.leave();
    }
  });

  it('does not leave when it is moved in the page', async () => {
    const { hub, enter } = town();
    const bob = await enter('Bob');
    const { element, room } = await mountRoom(hub);
    const events = record(element);
    let changes = 0;
    onTestFinished(bob.on('members', () => changes++));
    const frame = mount('<section></section>');
    frame.append(element);
    element.remove();
    frame.append(element);
    await room.roundTrip();
    await queuedTasks();
    expect(element.room).toBe(room);
    expect([types(events), changes]).toEqual([[], 0]);
  });

  it('leaves when it is removed and joins when it comes back, as the same user', async () => {
    clean(localStorage);
    const { hub, enter } = town();
    const bob = await enter('Bob');
    const { element, room } = await mountRoom(hub, '', '');
    const { id } = room.self.user;
    const parent = element.parentElement as HTMLElement;
    element.remove();
    await until(() => bob.members.length === 1);
    parent.append(element);
    await until(() => bob.members.length === 2);
    expect((await joined(element)).self.user.id).toBe(id);
  });

  it('makes one user for the browser when none is given, with a friendly name', async () => {
    clean(localStorage);
    const { hub } = town();
    const one = await mountRoom(hub, '', '');
    const two = await mountRoom(hub, '', '');
    const { user } = one.room.self;
    expect(two.room.self.user).toEqual(user);
    expect(user.name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
    expect(JSON.parse(localStorage.getItem(KEY) ?? '')).toEqual({ id: user.id, name: user.name });
    await until(() => one.room.self.sessions.length === 2);
    expect(one.element.userId).toBe(undefined);
  });

  it('makes one user for the tab with identity="tab"', async () => {
    clean(localStorage, sessionStorage);
    const { hub } = town();
    const { room } = await mountRoom(hub, '', 'identity="tab"');
    expect(JSON.parse(sessionStorage.getItem(KEY) ?? '').id).toBe(room.self.user.id);
    expect(localStorage.getItem(KEY)).toBe(null);
  });

  it('S6: takes an address of any length for a project, as roomOf does, and names roomOf for other long ids', async () => {
    const { hub } = town();
    const address = `https://example.com/${'%D0%BF'.repeat(40)}#here`;
    const element = mount<SlateRoom>('<slate-room></slate-room>');
    Object.assign(element, { project: address, file: address, bus: hub.connect() });
    const room = await joined(element);
    expect([room.project, room.file]).toEqual([roomOf(address), roomOf(address)]);
    const long = mount<SlateRoom>('<slate-room></slate-room>');
    const problem = new Promise<string>((resolve) => {
      long.addEventListener('slate-error', ({ error }) => resolve(`${error.name}: ${error.message}`));
    });
    Object.assign(long, { project: 'x'.repeat(257), bus: hub.connect() });
    expect(await problem).toMatch(/^InvalidIdError: .* roomOf\(address\)/);
    expect(long.status).toBe('closed');
  });

  it('P2: tells programs that read JSON who is here, with json-presence', async () => {
    const { hub } = town();
    const told: string[] = [];
    hub.connect().subscribe('slate.collab.presence.>', (message) => {
      if (message.data[0] === 0x7b) told.push((message.json() as { userId: string }).userId);
    });
    const { room } = await mountRoom(hub, '', 'json-presence');
    await until(() => told.length > 0);
    expect(told).toEqual([room.self.user.id]);
  });

  it.each(['not json', '{"id":7}', '{"id":"","name":""}', 'null'])(
    'makes a new user when the storage holds %s',
    async (text) => {
      clean(localStorage);
      localStorage.setItem(KEY, text);
      const { room } = await mountRoom(town().hub, '', '');
      expect(room.self.user.id).toMatch(/^[a-z\d]{24}$/);
    },
  );

  it('D3: loads no picture from an address that another person chose, with avatars="data" or "same-origin"', async () => {
    const { hub, enter } = town();
    const pixel =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA';
    await enter('Ada', { user: { id: 'ada', name: 'Ada', avatar: 'https://tracker.invalid/ada.png' } });
    await enter('Bob', { user: { id: 'bob', name: 'Bob', avatar: `${pixel}AABJRU5ErkJggg==` } });
    const { element } = await mountRoom(hub, '<slate-avatars></slate-avatars>', 'user-id="me" avatars="data"');
    const avatars = element.querySelector('slate-avatars') as HTMLElement;
    const pictures = () =>
      parts(avatars, 'avatar').map((one) => [one.dataset.user, !!one.querySelector('img')] as const);
    const strict = { me: false, ada: false, bob: true };
    for (const policy of ['data', 'same-origin', 'data'] as const) {
      element.avatars = policy;
      await element.updateComplete; // it leaves, and joins anew
      await joined(element);
      const shown = await until(() => (pictures().length === 3 ? pictures() : undefined), {
        what: `the avatars with ${policy}`,
      });
      expect(Object.fromEntries(shown)).toEqual(strict);
    }
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    expect(loaded.filter((name) => name.includes('tracker.invalid'))).toEqual([]);
    element.removeAttribute('avatars');
    await until(() => Object.fromEntries(pictures()).ada, { what: 'the picture, which is asked for by default' });
  });

  it('works when storage is forbidden', async () => {
    clean(localStorage);
    const forbid = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const spies = [vi.spyOn(Storage.prototype, 'getItem'), vi.spyOn(Storage.prototype, 'setItem')];
    for (const spy of spies) spy.mockImplementation(forbid);
    onTestFinished(() => {
      for (const spy of spies) spy.mockRestore();
    });
    const { hub } = town();
    const one = await mountRoom(hub, '', '');
    const two = await mountRoom(hub, '', '');
    expect(two.room.self.user.id).toBe(one.room.self.user.id);
  });

  it('shares one connection between the rooms of one server, and closes it after the last one', async () => {
    const sockets: WebSocket[] = [];
    const Real = WebSocket;
    vi.stubGlobal(
      'WebSocket',
      class extends Real {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args);
          sockets.push(this);
        }
      },
    );
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    const server = inject('natsWsUrl');
    const token = crypto.randomUUID(); // credentials that no other test uses
    const one = mount<SlateRoom>(
      `<slate-room server="${server}" token="${token}" project="one" user-id="ada"></slate-room>`,
    );
    const two = mount<SlateRoom>(
      `<slate-room server="${server}" token="${token}" project="two" user-id="ada"></slate-room>`,
    );
    await joined(one);
    await joined(two);
    expect(sockets).toHaveLength(1);
    stopTimers();
    /** Removes the room, and lets the time pass that its connection lingers. */
    const remove = async (element: SlateRoom) => {
      const { room } = element;
      element.remove();
      vi.advanceTimersByTime(0);
      await room?.leave(); // the same goodbye: the lease is released after it
      await Promise.resolve();
      vi.advanceTimersByTime(LINGER_MS);
    };
    await remove(one);
    expect(sockets[0]?.readyState).toBe(Real.OPEN);
    await remove(two);
    await vi.waitFor(() => expect(sockets[0]?.readyState).toBe(Real.CLOSED), { timeout: 5000 });
  });

  it('reports once that it has no server, and is closed', async () => {
    stopTimers();
    const warn = mute();
    const element = mount<SlateRoom>('<slate-room project="demo"><slate-status></slate-status></slate-room>');
    const events = record(element);
    expect(element.status).toBe('connecting'); // the page may still give one
    await element.updateComplete;
    vi.advanceTimersByTime(SERVER_GRACE_MS - 1);
    expect(errors(events)).toEqual([]);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    expect(errors(events)[0]).toBeInstanceOf(OptionError);
    expect(errors(events)[0]).toMatchObject({ option: 'server' });
    expect(element.status).toBe('closed');
    expect(warn).toHaveBeenCalledTimes(1);
    const text = () => element.querySelector('slate-status')?.shadowRoot?.textContent;
    await until(() => text()?.includes('not set up correctly'));
    element.bus = new MemoryHub().connect(); // and recovers
    await joined(element);
    expect(text()).not.toContain('not set up');
  });

  it.each(['http://127.0.0.1:9222', 'ws://', 'ftp://x'])(
    'refuses the server %j with an OptionError',
    async (server) => {
      mute();
      const element = mount<SlateRoom>(`<slate-room project="demo"></slate-room>`);
      const events = record(element);
      element.server = server;
      await until(() => errors(events).length > 0);
      expect(errors(events)[0]).toBeInstanceOf(OptionError);
      expect(element.status).toBe('closed');
    },
  );

  it('refuses an id that is too long', async () => {
    mute();
    const element = mount<SlateRoom>('<slate-room project="demo"></slate-room>');
    const events = record(element);
    element.userId = 'x'.repeat(2000);
    element.bus = new MemoryHub().connect();
    await until(() => errors(events).length > 0);
    expect(errors(events)[0]).toBeInstanceOf(InvalidIdError);
    expect([element.status, element.room]).toEqual(['closed', null]);
  });

  it.each([
    ['user-color', 'url(//evil)', 'user.color'],
    ['user-avatar', 'javascript:alert(1)', 'user.avatar'],
    ['user-name', '\u202e\u0007', 'user.name'],
  ])('joins without a bad %s, and reports it', async (attribute, value, option) => {
    const hub = new MemoryHub();
    const element = mount<SlateRoom>('<slate-room project="town" user-id="ada" user-name="Ada"></slate-room>');
    element.setAttribute(attribute, value);
    const events = record(element);
    element.bus = hub.connect();
    const room = await joined(element);
    expect(errors(events)).toHaveLength(1);
    expect(errors(events)[0]).toMatchObject({ name: 'OptionError', option });
    element.setAttribute(attribute, '');
    await element.updateComplete;
    element.setAttribute(attribute, value); // and the same while joined
    await until(() => errors(events).length === 2);
    expect(element.room).toBe(room);
  });

  it('keeps trying a server that cannot be reached, and reports it once', async () => {
    const element = mount<SlateRoom>(
      '<slate-room server="ws://127.0.0.1:1" project="demo"><slate-status></slate-status></slate-room>',
    );
    const events = record(element);
    await until(() => errors(events).length > 0, { deadlineMs: 10_000 });
    expect(errors(events)[0]?.name).toBe('ServerUnreachableError');
    expect(element.status).toBe('connecting');
    await until(() =>
      element.querySelector('slate-status')?.shadowRoot?.textContent?.includes('cannot reach the server'),
    );
    const other = mount<SlateRoom>('<slate-room server="ws://127.0.0.1:1" project="other"></slate-room>');
    await until(() => errors(record(other)).length === 0 && other.status === 'connecting');
    expect(errors(events)).toHaveLength(1);
  });

  it('says in the error and in the console what is wrong with server="localhost"', async () => {
    const warn = mute();
    const element = mount<SlateRoom>('<slate-room server="localhost" project="demo"></slate-room>');
    const events = record(element);
    await until(() => errors(events).length > 0, { deadlineMs: 10_000 });
    expect(errors(events)[0]?.message).toMatch(
      /at wss:\/\/localhost\. Without a port it is 443; .*try ws:\/\/localhost:9222/,
    );
    expect(warn.mock.calls.flat().join(' ')).toContain('ws://localhost:9222');
    expect(element.status).toBe('connecting');
  });

  it('is closed by wrong credentials, and joins with the right ones', async () => {
    mute();
    const element = mount<SlateRoom>(
      `<slate-room server="${inject('natsTokenWsUrl')}" token="wrong" project="demo">
        <slate-status></slate-status></slate-room>`,
    );
    const events = record(element);
    await until(() => element.status === 'closed', { deadlineMs: 10_000 });
    expect(errors(events).map(({ name }) => name)).toEqual(['AuthenticationError']);
    const status = element.querySelector('slate-status')?.shadowRoot;
    await until(() => text(status).includes('wrong credentials'));
    element.token = 'right';
    await joined(element);
    await until(() => text(status) === 'Connected');
  });

  it('presents a new token at the next handshake, and the session goes on', async () => {
    const Real = WebSocket;
    const sockets: WebSocket[] = [];
    vi.stubGlobal(
      'WebSocket',
      class extends Real {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args);
          sockets.push(this);
        }
      },
    );
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    const element = mount<SlateRoom>(
      // With a slash: no other test's connection lingers at this address.
      `<slate-room server="${inject('natsTokenWsUrl')}/" token="right" project="tokens"></slate-room>`,
    );
    const room = await joined(element);
    const events = record(element);
    element.token = 'late'; // as one that has not been renewed in time
    await element.updateComplete;
    expect([element.status, sockets.length]).toEqual(['connected', 1]);
    sockets[0]?.close();
    await until(() => errors(events).length > 0, { deadlineMs: 10_000 });
    expect(errors(events)[0]?.name).toBe('AuthenticationError');
    expect([element.status, element.room]).toEqual(['reconnecting', room]);
    element.token = 'right';
    await until(() => element.status === 'connected', { deadlineMs: 10_000 });
    expect(element.room).toBe(room);
    expect(errors(events)).toHaveLength(1);
  });

  it('is closed with a PermissionError when the server forbids the room', async () => {
    mute();
    const permits = (operation: string, subject: string) =>
      !(operation === 'subscribe' && subject.startsWith('slate.collab.presence'));
    const hub = new MemoryHub({ permits });
    const element = mount<SlateRoom>(
      '<slate-room project="town" user-id="ada"><slate-status></slate-status></slate-room>',
    );
    const events = record(element);
    element.bus = hub.connect();
    await until(() => element.status === 'closed');
    expect(errors(events).at(-1)).toBeInstanceOf(PermissionError);
    await until(() => element.querySelector('slate-status')?.shadowRoot?.textContent?.includes('not permitted'));
  });

  it('reports a garbled message, and stays as it is', async () => {
    const { hub, enter } = town();
    await enter('Bob');
    const { element, room } = await mountRoom(hub);
    const events = record(element);
    hub.connect().publish('slate.collab.presence.town', new Uint8Array([9, 9, 9]));
    await until(() => errors(events).length === 1);
    expect(errors(events)[0]?.name).toBe('ProtocolError');
    expect([element.status, room.members.length]).toEqual(['connected', 2]);
  });

  it('reports that the connection is lost and restored, and stays in the room', async () => {
    const { hub } = town();
    const { element, room } = await mountRoom(hub);
    const events = record(element);
    hub.drop();
    await until(() => element.status === 'reconnecting');
    hub.restore();
    await until(() => element.status === 'connected');
    const told = events.filter((event) => event instanceof SlateStatusEvent).map(({ status }) => status);
    expect(told).toEqual(['reconnecting', 'connected']);
    expect(element.room).toBe(room);
  });

  it('is active with input, idle after a minute without, away while hidden, and tells the others', async () => {
    await queuedTasks(); // the rooms of earlier tests leave in tasks that are queued already
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const seen: string[] = [];
    onTestFinished(pageActivity.watch((activity) => seen.push(activity)));
    vi.advanceTimersByTime(IDLE_AFTER_MS - 1000);
    window.dispatchEvent(new KeyboardEvent('keydown'));
    vi.advanceTimersByTime(IDLE_AFTER_MS - 1000);
    expect(seen).toEqual(['active']);
    vi.advanceTimersByTime(2000);
    expect(seen).toEqual(['active', 'idle']);
    window.dispatchEvent(new PointerEvent('pointermove'));
    expect(seen).toEqual(['active', 'idle', 'active']);
    vi.advanceTimersByTime(2 * IDLE_AFTER_MS);
    expect(seen.at(-1)).toBe('idle');
    const hides = vi.spyOn(document, 'hidden', 'get');
    for (const [isHidden, activity] of [
      [true, 'away'],
      [false, 'active'], // at once: whoever turns to the page is there
    ] as const) {
      hides.mockReturnValue(isHidden);
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      expect(seen.at(-1)).toBe(activity);
      vi.advanceTimersByTime(2 * IDLE_AFTER_MS);
    }
    expect(seen.at(-1)).toBe('idle');
    hides.mockRestore();
    vi.useRealTimers();

    const { hub, enter } = town();
    const bob = await enter('Bob');
    await mountRoom(hub);
    await until(() => bob.members.find(({ user }) => user.id === 'alice')?.status === 'idle');
    window.dispatchEvent(new KeyboardEvent('keydown'));
    await until(() => bob.members.find(({ user }) => user.id === 'alice')?.status === 'active');

    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    onTestFinished(() => hidden.mockRestore());
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    await until(() => bob.members.find(({ user }) => user.id === 'alice')?.status === 'away');
  });

  it('removes every listener and timer for input with the last room of the page', () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const kept: string[] = [];
    const add = vi.spyOn(window, 'addEventListener').mockImplementation((type: string) => void kept.push(type));
    const remove = vi.spyOn(window, 'removeEventListener').mockImplementation((type: string) => {
      kept.splice(kept.indexOf(type), 1);
    });
    onTestFinished(() => {
      for (const spy of [add, remove]) spy.mockRestore();
    });
    const activity = new PageActivity();
    const [one, two] = [activity.watch(() => undefined), activity.watch(() => undefined)];
    one();
    const inputs = ['keydown', 'pointerdown', 'pointermove', 'touchstart', 'visibilitychange', 'wheel'];
    expect([...kept].sort()).toEqual(inputs);
    two();
    expect(kept).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('can be registered twice', () => {
    expect(() => define('slate-room', class extends SlateRoom {})).not.toThrow();
    expect(customElements.get('slate-room')).toBe(SlateRoom);
  });

  it('does not change the layout of its content', async () => {
    const frame = mount(
      '<div style="display:flex;gap:10px"><slate-room project="x"><b>a</b><b>b</b></slate-room></div>',
    );
    const element = frame.querySelector('slate-room') as SlateRoom;
    element.bus = new MemoryHub().connect();
    await joined(element);
    const [a, b] = [...element.children].map((child) => child.getBoundingClientRect());
    expect((b?.left ?? 0) - (a?.right ?? 0)).toBe(10);
    element.hidden = true;
    expect(element.firstElementChild?.getBoundingClientRect().width).toBe(0);
    const root = mount('<div></div>').attachShadow({ mode: 'open' });
    root.append(frame.firstElementChild as Element); // it keeps its room in a shadow root, and out of the layout
    element.hidden = false;
    expect(getComputedStyle(element).display).toBe('contents');
    root.append(Object.assign(document.createElement('style'), { textContent: 'slate-room { display: grid }' }));
    expect(getComputedStyle(element).display).toBe('grid');
  });

  it('leaves an editor in it the focus: CodeMirror in the room of the page shows others where its caret is', async () => {
    const { hub } = town();
    const { element } = await mountRoom(hub, '<div></div>');
    const parent = element.firstElementChild as Element;
    const editor = new EditorView({ doc: 'text', parent });
    onTestFinished(() => editor.destroy());
    editor.focus();
    expect([editor.root, editor.hasFocus]).toEqual([document, true]);
  });
});
