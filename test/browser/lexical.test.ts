/**
 * Lexical on a room's awareness. Its plugin sets the whole state, changes it in place, keeps a name of its own beside
 * the user, and takes the state away while the page is being left.
 */
import { LexicalCollaboration } from '@lexical/react/LexicalCollaborationContext';
import { CollaborationPlugin } from '@lexical/react/LexicalCollaborationPlugin';
import { LexicalComposer } from '@lexical/react/LexicalComposer';
import { ContentEditable } from '@lexical/react/LexicalContentEditable';
import { EditorRefPlugin } from '@lexical/react/LexicalEditorRefPlugin';
import { LexicalErrorBoundary } from '@lexical/react/LexicalErrorBoundary';
import { RichTextPlugin } from '@lexical/react/LexicalRichTextPlugin';
import { $createParagraphNode, $createTextNode, $getRoot, type LexicalEditor } from 'lexical';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, inject, it, onTestFinished } from 'vitest';
import { Doc, createRelativePositionFromTypeIndex as positionAt, XmlText } from 'yjs';
import { connect, joinRoom, type Room } from '../../src/index.js';
import { until } from '../support/wait.js';

const WORDS = 'Point at anything, again and again, and say so in as few bytes as that takes.';
const MOVES = 40;

/** Someone in the room of this project, through the real server. */
async function member(name: string, project: string): Promise<{ room: Room; doc: Doc }> {
  const doc = new Doc();
  const bus = await connect({ servers: inject('natsWsUrl') });
  const user = { id: name.toLowerCase(), name, color: 'tomato' };
  const room = await joinRoom(bus, { project, file: 'main.ts', user, doc, history: false });
  onTestFinished(async () => {
    await room.leave();
    await bus.close();
  });
  return { room, doc };
}

/** Someone at Lexical. */
async function author(name: string, project: string): Promise<{ room: Room; doc: Doc; editor: LexicalEditor }> {
  const { room, doc } = await member(name, project);
  const editor = await openEditor(room, doc);
  return { room, doc, editor };
}

/** An editor of its own for the document of a room. */
async function openEditor(room: Room, doc: Doc): Promise<LexicalEditor> {
  const made = { editor: undefined as LexicalEditor | null | undefined };
  const take = (editor: LexicalEditor | null) => {
    made.editor = editor;
  };
  const onError = (error: Error) => {
    throw error;
  };
  const contentEditable = createElement(ContentEditable);
  const parts = [
    createElement(RichTextPlugin, { key: 'text', contentEditable, ErrorBoundary: LexicalErrorBoundary }),
    createElement(EditorRefPlugin, { key: 'editor', editorRef: take }),
    createElement(CollaborationPlugin, {
      key: 'yjs',
      id: 'notes',
      shouldBootstrap: false,
      providerFactory(id, docs) {
        docs.set(id, doc);
        return room.documents.provider(doc) as unknown as ReturnType<
          Parameters<typeof CollaborationPlugin>[0]['providerFactory']
        >;
      },
    }),
  ];
  const initialConfig = { namespace: 'notes', editorState: null, onError };
  const composer = createElement(LexicalComposer, { initialConfig }, parts);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  root.render(createElement(LexicalCollaboration, null, composer));
  onTestFinished(() => {
    root.unmount();
    place.remove();
  });
  const editor = await until(() => made.editor ?? undefined, { what: 'the editor' });
  await until(() => room.awareness.getLocalState()?.awarenessData, { what: 'the binding to have set its state' });
  return editor;
}

const write = (editor: LexicalEditor) =>
  editor.update(() => void $getRoot().append($createParagraphNode().append($createTextNode(WORDS))));
const caret = (editor: LexicalEditor, at: number) =>
  editor.update(() => void $getRoot().getAllTextNodes()[0]?.select(at, at));
const textOf = (editor: LexicalEditor) => editor.read(() => $getRoot().getTextContent());
const ownState = ({ room }: { room: Room }) => room.awareness.getLocalState() ?? {};

/** The bytes of what `send` publishes, move by move, each once the one before has arrived at `observer`. */
async function bytesOf(project: string, observer: Room, sender: number, send: (move: number) => void): Promise<number> {
  const bus = await connect({ servers: inject('natsWsUrl') });
  onTestFinished(() => bus.close());
  let bytes = 0;
  for (const subject of [`slate.editor.cursors.batch.${project}.>`, `slate.collab.presence.${project}`])
    bus.subscribe(subject, ({ data }) => {
      if (data[0] !== 0) bytes += data.length; // not a heartbeat
    });
  await bus.flush();
  const clock = () => observer.awareness.meta.get(sender)?.clock ?? 0;
  for (let move = 0; move < MOVES; move++) {
    const before = clock();
    send(move);
    await until(() => clock() > before, { what: `move ${move} to arrive` });
  }
  await bus.flush();
  return bytes;
}

it('shows what was in the document before it, and goes on from there, without an edit of its own', async () => {
  const project = `lexical-${crypto.randomUUID()}`;
  const ada = await author('Ada', project);
  write(ada.editor);
  const bob = await member('Bob', project);
  await until(() => bob.doc.get('root', XmlText).length > 0, { what: 'the text in the document of Bob' });
  let edits = 0;
  bob.doc.on('update', () => edits++);
  const editor = await openEditor(bob.room, bob.doc);
  await until(() => textOf(editor) === WORDS, { what: 'the text in the editor of Bob' });
  expect(edits).toBe(0);
  bob.room.documents.provider(bob.doc).connect(); // again: it is told nothing twice
  write(editor);
  await until(() => textOf(ada.editor) === `${WORDS}\n\n${WORDS}`, { what: 'what Bob wrote' });
  expect(textOf(editor)).toBe(textOf(ada.editor));
});

it('D3: keeps the room’s name and colour beside the user, and the user as it was', async () => {
  const project = `lexical-${crypto.randomUUID()}`;
  const ada = await author('Ada', project);
  const { room } = await member('Bob', project);
  expect(ownState(ada)).toMatchObject({ user: { id: 'ada' }, file: 'main.ts', name: 'Ada', color: '#ff6347' });
  ada.room.setUser({ name: 'Ada L.', color: 'rebeccapurple' });
  const seen = await until(
    () => {
      const state = room.awareness.getStates().get(ada.room.client);
      return state?.name === 'Ada L.' && state;
    },
    { what: 'the new name' },
  );
  expect(seen).toMatchObject({ color: '#663399', user: { id: 'ada', name: 'Ada L.' }, anchorPos: null });
});

it.each(['beforeunload', 'pagehide'])('P11: is still here when the page stays after %s', async (type) => {
  const ada = await author('Ada', `lexical-${crypto.randomUUID()}`);
  dispatchEvent(new Event(type));
  expect(ownState(ada)).toMatchObject({ user: { id: 'ada' }, awarenessData: {} });
  ada.room.awareness.setLocalState(null); // as ever, outside of those events
  expect(ada.room.awareness.getLocalState()).toBeNull();
});

it('M1, M2: a caret of Lexical takes the motion lane, and about as many bytes as one of CodeMirror', async () => {
  const project = `lexical-${crypto.randomUUID()}`;
  const ada = await author('Ada', project);
  const cod = await member('Cod', project);
  const { room: bob } = await member('Bob', project);
  write(ada.editor);
  await until(() => textOf(ada.editor) === WORDS, { what: 'the text' });
  caret(ada.editor, 1);
  await until(() => bob.awareness.getStates().get(ada.room.client)?.anchorPos, { what: 'the first caret' });
  const ofLexical = await bytesOf(project, bob, ada.room.client, (move) => caret(ada.editor, 2 + move));

  const text = cod.doc.getText('content');
  text.insert(0, WORDS);
  const ofCodeMirror = await bytesOf(project, bob, cod.room.client, (move) => {
    const end = JSON.parse(JSON.stringify(positionAt(text, 2 + move))) as unknown;
    cod.room.awareness.setLocalStateField('cursor', { anchor: end, head: end });
  });
  expect(ofLexical).toBeLessThan(1.5 * ofCodeMirror);
  expect(ofLexical / MOVES).toBeLessThan(60);
});
