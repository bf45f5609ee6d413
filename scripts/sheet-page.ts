/**
 * One scene of the sheet of all elements (sheet.mjs), named by the address: the real elements, in real rooms on a bus
 * in process, with people who are sessions like every other. `data-ready` on the document says that all have come.
 */
import '../elements/index.js';
import '../elements/build/define.js';
import '../elements/feed/define.js';
import '../elements/log/define.js';
import '../elements/fields/define.js';
import '../elements/text/define.js';
import type { SlateRoom } from '../elements/index.js';
import ar from '../elements/words/ar.js';
import { setWords } from '../elements/words/index.js';
import { joinRoom, publishBuildEvent, publishFileEvent, publishRuntimeEvent, type Room } from '../src/index.js';
import { MemoryHub } from '../src/testing.js';

const query = new URLSearchParams(location.search);
const scene = query.get('scene') ?? '';
if (query.has('rtl')) {
  Object.assign(document.documentElement, { dir: 'rtl', lang: 'ar' });
  setWords(ar);
}

const PROJECT = 'sheet';
const NAMES = [
  ...['Ada Lovelace', 'Grace Hopper', '山田 花子', 'نور الهدى', 'Jean-Baptiste Grenouille-Châteauneuf'],
  ...['Bo', 'ดวงใจ รักเรียน', 'אורי כהן', '🦊 Fox'],
];
/** A pointer that came from nowhere counts as a tap, and has a ring for so long, in milliseconds. */
const RINGS_MS = 3000;
const hub = new MemoryHub();

const PAGE = `<h1>Point at anything</h1>
  <p>Every window is a person, and each of them sees where the others point, whatever the size of the window is.</p>
  <div class="boxes"><div id="one"></div><div id="two"></div><div id="three"></div><div id="four"></div></div>
  <div class="far" id="far">Far below</div>`;
const POINTERS = `<slate-avatars></slate-avatars>${PAGE}<slate-cursors chat reactions></slate-cursors>`;
const BUILDS = ['idle', 'started', 'progress', 'completed', 'failed'];
const FLOW = `<section><slate-status></slate-status></section>
  <section><slate-avatars></slate-avatars></section>
  <section><slate-avatars max="3" size="48" style="--slate-avatar-radius: 10px"></slate-avatars></section>
  <section><textarea id="text" rows="2" aria-label="Text"></textarea><slate-text for="text"></slate-text></section>
  <section>${BUILDS.map((id) => `<slate-build project="${id}"></slate-build>`).join('')}</section>
  <section><slate-feed project="${PROJECT}"></slate-feed></section>
  <section><slate-log session="${PROJECT}"></slate-log></section>`;

/** Resolves once `read` gives something, looking at each frame. */
async function until<T>(read: () => T): Promise<NonNullable<T>> {
  for (;;) {
    const found = read();
    if (found) return found;
    await new Promise(requestAnimationFrame);
  }
}

/** Puts a room with this content on the page and joins it. */
async function room(inside: string, bus = hub.connect(), project = PROJECT): Promise<SlateRoom> {
  const element = document.createElement('slate-room');
  Object.assign(element, { project, userId: 'me', userName: 'Mary Shelley', history: 'live', bus });
  element.innerHTML = inside;
  document.body.append(element);
  await until(() => element.room ?? (bus.status.type === 'connected' ? undefined : bus));
  return element;
}

async function people(count: number): Promise<Room[]> {
  const bus = hub.connect();
  return Promise.all(
    Array.from({ length: count }, (_, i) => {
      const name = NAMES[i] ?? `Person ${i + 1}`;
      return joinRoom(bus, { project: PROJECT, user: { id: `p${i}`, name }, location: `Chapter ${(i % 7) + 1}` });
    }),
  );
}

/** Everyone comes to a place in the boxes one after another, as a mouse does: a pointer at one place is a tap. */
async function point(rooms: readonly Room[]): Promise<void> {
  for (let frame = 0; frame < 20; frame++) {
    await new Promise(requestAnimationFrame);
    for (const [i, one] of rooms.entries()) {
      const anchor = `#${['one', 'two', 'three', 'four'][i % 4]}`;
      one.pointer.move({ x: 0.08 + ((i * 0.37) % 0.8), y: 0.1 + ((i * 0.53) % 0.7) * (frame / 19), anchor });
    }
  }
}

async function flow(): Promise<void> {
  const { room: own } = await room(FLOW);
  own?.doc?.getText('text').insert(0, 'A text that several people write.');
  const here = await people(6);
  here[1]?.setActivity('idle');
  here[2]?.setActivity('away');
  const bus = hub.connect();
  const now = { timestamp: Date.now() };
  await until(() => document.querySelector('slate-room')?.room?.members.length === 7);
  const build = (projectId: string, type: 'started' | 'completed' | 'failed') =>
    publishBuildEvent({ ...now, projectId, buildId: 'b1', type }, { bus });
  for (const id of ['started', 'progress', 'completed', 'failed']) await build(id, 'started');
  const data = { percent: 62, message: 'Compiling shaders' };
  await publishBuildEvent({ ...now, projectId: 'progress', buildId: 'b1', type: 'progress', data }, { bus });
  await build('completed', 'completed');
  await build('failed', 'failed');
  for (const [i, type] of (['created', 'updated', 'deleted'] as const).entries()) {
    const path = `chapters/${i + 1}/a-rather-long-name-of-a-file-that-has-to-break.md`;
    await publishFileEvent({ ...now, projectId: PROJECT, fileId: path, userId: 'p0', type, data: { path } }, { bus });
  }
  for (const level of ['debug', 'info', 'warn', 'error']) {
    const line = { level, message: `a line of the level ${level}, which is long enough to reach the end of the log` };
    await publishRuntimeEvent({ ...now, projectId: PROJECT, sessionId: PROJECT, type: 'log', data: line }, { bus });
  }
  await until(() => document.querySelector('slate-log')?.shadowRoot?.textContent?.includes('level error'));
}

/** A status for each state of a connection. */
async function states(): Promise<void> {
  const inside = '<section><slate-status></slate-status> <slate-avatars></slate-avatars></section>';
  const [down, lost] = [new MemoryHub(), new MemoryHub()];
  down.drop();
  const closed = hub.connect();
  await room(inside);
  await room(inside, down.connect());
  await room(inside, lost.connect());
  const gone = await room(inside, closed, 'gone');
  lost.drop();
  await closed.close();
  await until(() => gone.status === 'closed');
}

/** People who point, once their pointers rest. */
async function pointers(count: number): Promise<Room[]> {
  const { room: own } = await room(POINTERS);
  const here = await people(count);
  const cursors = document.querySelector('slate-cursors');
  await cursors?.updateComplete; // also for the code that draws
  await point(here);
  await until(() => cursors?.shadowRoot?.querySelectorAll('[part~=cursor]').length === count);
  await until(() => !own?.pointers.moving && own?.pointers.sample().every(({ restingMs }) => restingMs > RINGS_MS));
  return here;
}

async function talk(): Promise<void> {
  const here = await pointers(5);
  here[1]?.setActivity('idle');
  here[2]?.setActivity('away');
  here[3]?.pointer.move({ x: 0.5, y: 0.5, anchor: '#far' });
  here[0]?.awareness.setLocalStateField('chat', { text: 'Shall we take this one? It is calm.' });
  const shown = (part: string) => document.querySelector('slate-cursors')?.shadowRoot?.querySelector(`[part~=${part}]`);
  await until(() => shown('chat') && shown('edge'));
}

/** The connection is lost while people point. */
async function lost(): Promise<void> {
  await pointers(6);
  hub.drop();
  await until(() => document.querySelector('slate-room')?.status === 'reconnecting');
}

/** Somebody asks everyone to come along. */
async function asked(): Promise<void> {
  const [first] = await pointers(5);
  first?.awareness.setLocalStateField('slate', { gather: 1 });
  await until(() => document.querySelector('slate-cursors')?.shadowRoot?.querySelector('[part~=bar]'));
}

async function follow(): Promise<void> {
  await pointers(5);
  await document.querySelector('slate-cursors')?.follow('p0');
}

const field = (name: string, control: string) => `<p class="field"><label for="${name}">${name}</label>${control}</p>`;
const FORM = `<slate-avatars></slate-avatars><form id="order">
  ${field('Name', '<input id="Name" value="Mary Shelley">')}
  ${field('Email', '<input id="Email" type="email">')}
  ${field('Size', '<select id="Size"><option>Medium</option></select>')}
  <p>A few words about the order, so that there is text between the fields of it, above and below.</p>
  ${field('Notes', '<textarea id="Notes" rows="3"></textarea>')}
  ${field('Gift', '<input id="Gift" type="checkbox">')}
  <p><button type="button" id="Send">Send</button></p></form><slate-fields for="order"></slate-fields>`;

/** People who fill in a form; two of them type. */
async function form(): Promise<void> {
  await room(FORM);
  const fields = document.querySelector('slate-fields');
  await fields?.updateComplete; // also for the code that draws
  const places = ['Name', 'Email', 'Size', 'Notes', 'Notes', 'Notes', 'Notes', 'Gift', 'Send'];
  const here = await people(places.length);
  for (const [i, id] of places.entries()) here[i]?.setWork({ field: `#${id}` });
  for (const i of [1, 3]) setInterval(() => here[i]?.setWork({ typing: true }), 1000);
  for (const i of [1, 3]) here[i]?.setWork({ typing: true });
  await until(() => fields?.shadowRoot?.querySelectorAll('[part=ring]').length === places.length - 1);
}

/** The same once the names have become initials. */
async function initials(): Promise<void> {
  await form();
  await until(
    () => document.querySelector('slate-fields')?.shadowRoot?.querySelector('[part=name]')?.textContent === 'AL',
  );
}

const scenes: Readonly<Record<string, () => Promise<unknown>>> = {
  flow,
  states,
  talk,
  lost,
  asked,
  follow,
  form,
  initials,
  few: () => pointers(5),
  hundred: () => pointers(100),
};

await (scenes[scene] ?? flow)();
document.documentElement.dataset.ready = '';
