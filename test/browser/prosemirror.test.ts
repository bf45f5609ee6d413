/**
 * A real ProseMirror whose binding takes a room’s awareness as it is: carets come and go, and cursors of a hostile
 * peer, also those that are well-formed relative positions, stop neither the editor nor its carets.
 */
import { schema } from 'prosemirror-schema-basic';
import { EditorState, TextSelection } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { expect, inject, it, onTestFinished } from 'vitest';
import { yCursorPlugin, ySyncPlugin } from 'y-prosemirror';
import { applyUpdate, Doc } from 'yjs';
import { connect, joinRoom, type Room } from '../../src/index.js';
import { encodeBatch } from '../../src/protocol/cursor-codec.js';
import { encodeStates } from '../../src/protocol/presence-codec.js';
import { until } from '../support/wait.js';

interface Author {
  readonly room: Room;
  readonly doc: Doc;
  readonly view: EditorView;
}

/** Someone at an editor of their own, in the room of this project, through the real server. */
async function author(name: string, project: string): Promise<Author> {
  const doc = new Doc();
  const bus = await connect({ servers: inject('natsWsUrl') });
  const room = await joinRoom(bus, {
    project,
    file: 'page',
    user: { id: name.toLowerCase(), name, color: '#e19' },
    doc,
  });
  const plugins = [ySyncPlugin(doc.getXmlFragment('page')), yCursorPlugin(room.awareness)];
  const parent = document.createElement('div');
  document.body.append(parent);
  const view = new EditorView(parent, { state: EditorState.create({ schema, plugins }) });
  onTestFinished(async () => {
    view.destroy();
    parent.remove();
    await room.leave();
    await bus.close();
  });
  return { room, doc, view };
}

/** Each holds what the other writes, from now on. */
function share({ doc: one }: Author, { doc: other }: Author): void {
  const carry = (from: Doc, to: Doc) => from.on('update', (update) => applyUpdate(to, update, 'carried'));
  carry(one, other);
  carry(other, one);
}

const write = ({ view }: Author, text: string) => view.dispatch(view.state.tr.insertText(text, 1));
const text = ({ view }: Author) => view.state.doc.textContent;
const carets = ({ view }: Author) =>
  [...view.dom.querySelectorAll('.ProseMirror-yjs-cursor')].map((caret) => caret.textContent?.replace(/\u2060/g, ''));
/** The binding says where the caret is while the editor has the focus; of two in one window only one can have it. */
function focus({ view }: Author, at: number): void {
  view.focus();
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)));
}

async function pair() {
  const project = `prose-${crypto.randomUUID()}`;
  const [ada, bob] = [await author('Ada', project), await author('Bob', project)];
  share(ada, bob);
  write(ada, 'Point at anything.');
  await until(() => text(bob) === 'Point at anything.', { what: 'the text' });
  return { project, ada, bob };
}

it('shows each author the caret of the other, with name and colour, and forgets who left', async () => {
  const { ada, bob } = await pair();
  focus(ada, 6);
  await until(() => carets(bob).join() === 'Ada', { what: 'the caret of Ada at Bob' });
  const label = bob.view.dom.querySelector('.ProseMirror-yjs-cursor > div') as HTMLElement;
  expect(getComputedStyle(label).backgroundColor).toBe('rgb(238, 17, 153)');
  focus(bob, 3);
  await until(() => carets(ada).join() === 'Bob', { what: 'the caret of Bob at Ada' });
  await ada.room.leave();
  await until(() => carets(bob).length === 0, { what: 'the caret of who left to go' });
});

const end = (fields: object) => ({ anchor: fields, head: fields });

it.each<[string, unknown]>([
  ['empty', {}],
  ['empty ends', end({})],
  ['no relative positions', end({ item: { client: -1, clock: 0.5 } })],
  ['texts', end({ tname: 5, type: 'x', item: 'y' })],
  ['a list', [1, 2, 3]],
  ['the place of a mouse', { x: 0.5, y: 0.5 }],
  ['in a type that nobody has', end({ type: { client: 3, clock: 7 }, tname: null, item: null, assoc: 0 })],
  ['at a letter that nobody wrote', end({ type: null, tname: 'page', item: { client: 3, clock: 2 ** 40 }, assoc: 0 })],
  ['in another text of the document', end({ type: null, tname: 'notes', item: null, assoc: 0 })],
  ['before everything', end({ type: null, tname: 'page', item: null, assoc: -1 })],
  ['an anchor without an end', { anchor: { tname: 'page', item: null } }],
])('property 20: D4: goes on after hostile cursors: %s', async (_, cursor) => {
  const { project, ada, bob } = await pair();
  const bus = await connect({ servers: inject('natsWsUrl') });
  onTestFinished(() => bus.close());
  const terms = { kind: 'slate', activity: 'active', leaseMs: 60_000, ageMs: 0 } as const;
  const thrown: unknown[] = [];
  const note = (event: ErrorEvent) => thrown.push(event.message);
  addEventListener('error', note);
  onTestFinished(() => removeEventListener('error', note));
  for (const [index, user] of [{ id: 'mallory', name: 'Mallory' }, undefined].entries()) {
    const state = { user, file: 'page', cursor };
    bus.publish(`slate.collab.presence.${project}`, encodeStates([{ client: 7, clock: index * 2 + 1, state, terms }]));
    const batch = { client: 7, presence: index * 2 + 1, clock: index * 2 + 2, sentAt: 0, samples: [], left: false };
    const fields = { cursor, selection: cursor };
    bus.publish(`slate.editor.cursors.batch.${project}.page`, encodeBatch({ ...batch, fields }));
    for (const { room } of [ada, bob])
      await until(() => room.awareness.meta.get(7)?.clock === index * 2 + 2, { what: 'it to arrive' });
  }
  focus(bob, 4);
  await until(() => carets(ada).includes('Bob'), { what: 'the next good caret' });
  write(bob, 'Look! ');
  await until(() => text(ada) === 'Look! Point at anything.', { what: 'what is written later' });
  expect(thrown).toEqual([]);
});
