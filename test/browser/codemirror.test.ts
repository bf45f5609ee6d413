/**
 * What the README promises an editor author, with a real editor: the binding of CodeMirror takes a room's
 * awareness as it is. The text itself is carried here by hand, as any Yjs provider would.
 */
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { yCollab } from 'y-codemirror.next';
import { removeAwarenessStates } from 'y-protocols/awareness';
import { applyUpdate, Doc } from 'yjs';
import { connect, joinRoom, type Room, type RoomOptions } from '../../src/index.js';
import { encodeStates } from '../../src/protocol/presence-codec.js';
import { until } from '../support/wait.js';

interface Author {
  readonly room: Room;
  readonly doc: Doc;
  readonly view: EditorView;
}

/** Someone at an editor of their own, in the room of this project, through the real server. */
async function author(name: string, project: string, options: Partial<RoomOptions> = {}): Promise<Author> {
  const doc = new Doc();
  const bus = await connect({ servers: inject('natsWsUrl') });
  const user = { id: name.toLowerCase(), name, color: '#b03a48' };
  const room = await joinRoom(bus, { project, file: 'main.ts', user, doc, ...options });
  const text = doc.getText('main.ts');
  const parent = document.createElement('div');
  document.body.append(parent);
  const extensions = [yCollab(text, room.awareness)];
  const view = new EditorView({ state: EditorState.create({ doc: text.toString(), extensions }), parent });
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
  const carry = (from: Doc, to: Doc) => from.on('update', (update) => applyUpdate(to, update));
  carry(one, other);
  carry(other, one);
}

const carets = ({ view }: Author) =>
  [...view.dom.querySelectorAll<HTMLElement>('.cm-ySelectionInfo')].map((caret) => caret.textContent);
/** How many letters stand before the one caret that is shown. */
const caretAt = ({ view }: Author) => {
  const caret = view.dom.querySelector('.cm-ySelectionCaret');
  return caret ? view.posAtDOM(caret) : undefined;
};

/** The editor has the focus, so that its binding says where the caret is; of two in one window only one can have it. */
function focus({ view }: Author, anchor: number, head = anchor): void {
  view.focus();
  view.dispatch({ selection: { anchor, head } });
}

describe('CodeMirror on a room’s awareness', () => {
  it('shows each author where the other is, follows the caret, and forgets who left', async () => {
    const project = `editor-${crypto.randomUUID()}`;
    const ada = await author('Ada', project);
    const bob = await author('Bob', project);
    share(ada, bob);
    ada.view.dispatch({ changes: { from: 0, insert: 'Point at anything.' } });
    await until(() => bob.view.state.doc.toString() === 'Point at anything.', { what: 'the text' });
    focus(ada, 5);
    await until(() => carets(bob).join() === 'Ada', { what: 'the caret of Ada at Bob' });
    await until(() => caretAt(bob) === 5, { what: 'the caret where Ada is' });
    focus(ada, 9);
    await until(() => caretAt(bob) === 9, { what: 'the caret to follow' });
    bob.view.dispatch({ changes: { from: 0, insert: 'Look! ' } });
    await until(() => caretAt(bob) === 15, { what: 'the caret to stay at its letter' });
    focus(bob, 2);
    await until(() => carets(ada).join() === 'Bob', { what: 'the caret of Bob at Ada' });
    await ada.room.leave();
    await until(() => carets(bob).length === 0, { what: 'the caret of who left to go' });
    expect(bob.room.members).toHaveLength(1);
  });

  it('P11: shows carets again after another provider has removed everyone, as y-websocket does', async () => {
    const project = `editor-${crypto.randomUUID()}`;
    const ada = await author('Ada', project);
    const bob = await author('Bob', project);
    share(ada, bob);
    ada.view.dispatch({ changes: { from: 0, insert: 'Point at anything.' } });
    focus(ada, 5);
    await until(() => caretAt(bob) === 5, { what: 'the caret of Ada at Bob' });
    const { awareness } = bob.room;
    const others = [...awareness.getStates().keys()].filter((client) => client !== bob.room.client);
    removeAwarenessStates(awareness, others, 'connection closed');
    expect(carets(bob)).toEqual([]);
    await until(() => caretAt(bob) === 5, { what: 'the caret of Ada to be back', deadlineMs: 500 });
    expect(carets(bob)).toEqual(['Ada']);
  });

  it('D3: draws a colour that was given as a name, and the light one behind a selection', async () => {
    const project = `editor-${crypto.randomUUID()}`;
    const ada = await author('Ada', project, { user: { id: 'ada', name: 'Ada', color: 'tomato' } });
    const bob = await author('Bob', project);
    share(ada, bob);
    ada.view.dispatch({ changes: { from: 0, insert: 'Point at anything.' } });
    await until(() => bob.view.state.doc.toString() === 'Point at anything.', { what: 'the text' });
    ada.view.focus();
    ada.view.dispatch({ selection: { anchor: 0, head: 5 } });
    const drawn = (part: string, property: 'backgroundColor' | 'borderColor') => {
      const element = bob.view.dom.querySelector(part);
      return element ? getComputedStyle(element)[property] : '';
    };
    await until(() => drawn('.cm-ySelection', 'backgroundColor') !== '', { what: 'the selection of Ada at Bob' });
    expect(drawn('.cm-ySelection', 'backgroundColor')).toBe('rgba(255, 99, 71, 0.2)');
    expect(drawn('.cm-ySelectionCaret', 'backgroundColor')).toBe('rgb(255, 99, 71)');
  });

  it('property 20: D4: goes on after hostile cursors', async () => {
    const project = `editor-${crypto.randomUUID()}`;
    const ada = await author('Ada', project);
    const bob = await author('Bob', project);
    share(ada, bob);
    const bus = await connect({ servers: inject('natsWsUrl') });
    onTestFinished(() => bus.close());
    const terms = { kind: 'slate', activity: 'active', leaseMs: 60_000, ageMs: 0 } as const;
    let clock = 0;
    ada.view.dispatch({ changes: { from: 0, insert: 'Point at anything.' } });
    for (const cursor of [{}, { anchor: {}, head: {} }, { anchor: { item: { client: -1, clock: 0.5 } }, head: null }]) {
      const state = { user: { id: 'mallory', name: 'Mallory' }, file: 'main.ts', cursor }; // no room sends it (D6)
      bus.publish(`slate.collab.presence.${project}`, encodeStates([{ client: 7, clock: ++clock, state, terms }]));
      await until(() => ada.room.awareness.meta.get(7)?.clock === clock, { what: 'it to arrive' });
      await until(() => bob.room.awareness.meta.get(7)?.clock === clock, { what: 'it to arrive at Bob' });
    }
    focus(bob, 3);
    await until(() => carets(ada).join() === 'Bob', { what: 'the next good caret' });
    bob.view.dispatch({ changes: { from: 0, insert: 'Look! ' } });
    await until(() => ada.view.state.doc.toString() === 'Look! Point at anything.', { what: 'what is written later' });
  });
});
