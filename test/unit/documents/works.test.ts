/** W3: what others do is seen in the document, whatever editor they use, and whatever they claim about their carets. */
import { afterEach, describe, expect, it } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import {
  applyUpdate,
  createRelativePositionFromTypeIndex,
  Doc,
  encodeStateAsUpdate,
  relativePositionToJSON,
  XmlText,
} from 'yjs';
import { Works } from '../../../src/documents/works.js';
import { showRemote } from '../../../src/presence/awareness.js';
import { TYPING_MS, type Work } from '../../../src/protocol/work.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const ADA = 7;

function setUp({ synced = true } = {}) {
  const clock = new VirtualClock();
  const doc = new Doc();
  const ada = new Doc();
  ada.clientID = ADA;
  for (const one of [doc, ada]) one.getText('notes');
  ada.on('update', (update: Uint8Array) => applyUpdate(doc, update, 'network'));
  doc.on('update', (update: Uint8Array, origin: unknown) => origin !== 'network' && applyUpdate(ada, update));
  const awareness = new Awareness(doc);
  const seen: (Work | undefined)[] = [];
  const state = { synced };
  const show = (client: number, work: Work | undefined) => client === ADA && seen.push(work);
  const works = new Works({ doc, awareness, clock, isSynced: () => state.synced, show });
  let version = 0;
  const says = (fields: Record<string, unknown> | null) =>
    showRemote(awareness, new Map([[ADA, { clock: ++version, state: fields }]]), 'network', clock);
  says({ user: { id: 'ada' } });
  ends.push(() => {
    works.stop();
    awareness.destroy();
  });
  const at = (index: number, text = ada.getText('notes')) =>
    relativePositionToJSON(createRelativePositionFromTypeIndex(text, index));
  return { clock, doc, ada, text: ada.getText('notes'), awareness, seen, says, at, state, works };
}

describe('W3: someone who writes', () => {
  it('is typing until 3 s after the last key, though their caret is always at the end', async () => {
    const { clock, text, seen } = setUp();
    text.insert(0, 'a');
    await clock.advance(600);
    expect(seen).toEqual([{ typing: true }]);
    for (let key = 0; key < 4; key++) {
      text.insert(text.length, 'b');
      await clock.advance(1_000);
    }
    expect(seen).toHaveLength(1);
    await clock.advance(TYPING_MS + 500);
    expect(seen).toEqual([{ typing: true }, undefined]);
  });

  it('is not typing where what arrives was written earlier, or somebody else writes', async () => {
    const { clock, doc, text, seen, state } = setUp({ synced: false });
    text.insert(0, 'written yesterday');
    await clock.advance(600);
    state.synced = true;
    doc.getText('notes').insert(0, 'mine ');
    const other = new Doc();
    other.getText('notes').insert(0, 'of one who has left');
    applyUpdate(doc, encodeStateAsUpdate(other), 'network');
    await clock.advance(600);
    expect(seen).toEqual([]);
  });

  it('is gone with their client', async () => {
    const { clock, text, seen, says } = setUp();
    text.insert(0, 'a');
    await clock.advance(600);
    says(null);
    expect(seen).toEqual([{ typing: true }, undefined]);
    await clock.advance(2 * TYPING_MS);
    expect(seen).toHaveLength(2);
  });
});

describe('W3: a caret', () => {
  it.each([
    ['cursor', (anchor: object, head: object) => ({ cursor: { anchor, head } })],
    ['selection with head', (anchor: object, head: object) => ({ selection: { anchor, head } })],
    ['selection with focus', (anchor: object, head: object) => ({ selection: { anchor, focus: head } })],
    ['Lexical', (anchor: object, head: object) => ({ anchorPos: anchor, focusPos: head })],
  ])('tells its line and how much is selected: %s', async (_, write) => {
    const { clock, text, seen, says, at } = setUp();
    text.insert(0, 'one\ntwo\nthree');
    await clock.advance(5_000);
    seen.length = 0;
    says(write(at(0), at(0)));
    await clock.advance(600);
    says(write(at(9), at(4)));
    await clock.advance(600);
    says(write(at(13), at(13)));
    await clock.advance(600);
    expect(seen).toEqual([{ line: 1 }, { line: 2, selected: 5 }, { line: 3 }]);
  });

  it('is in another line when somebody writes lines above it', async () => {
    const { clock, doc, text, seen, says, at } = setUp();
    text.insert(0, 'one\ntwo');
    says({ cursor: { anchor: at(5), head: at(5) } });
    await clock.advance(5_000);
    doc.getText('notes').insert(0, 'new\nnew\n');
    await clock.advance(600);
    expect(seen.at(-1)).toEqual({ line: 4 });
  });

  it('has no line in rich text, where a paragraph is none', async () => {
    const { clock, ada, doc, seen, says, at } = setUp();
    doc.get('page', XmlText);
    const page = ada.get('page', XmlText);
    page.insert(0, 'one\ntwo');
    await clock.advance(5_000);
    says({ cursor: { anchor: at(0, page), head: at(6, page) } });
    await clock.advance(600);
    expect(seen.at(-1)).toEqual({ selected: 6 });
    ada.getText('notes').insertEmbed(0, { image: 'x' });
    says({ cursor: { anchor: at(0), head: at(1) } });
    await clock.advance(600);
    expect(seen.at(-1)).toEqual({ typing: true, selected: 1 });
  });

  it.each([
    {},
    { cursor: 7 },
    { cursor: { anchor: {}, head: {} } },
    { cursor: { anchor: { tname: 'unknown' }, head: { tname: 'unknown' } } },
    { cursor: { anchor: { item: { client: 99, clock: 5 } }, head: { item: { client: ADA, clock: 10_000 } } } },
    { cursor: { anchor: { type: { client: ADA, clock: 0 } }, head: { type: { client: ADA, clock: 0 } } } },
    { anchorPos: 'x', focusPos: { item: { client: -1, clock: 0 } } },
  ])('that is none, or points nowhere, is not shown, and makes nothing in the document: %j', async (state) => {
    const { clock, doc, text, seen, says } = setUp();
    text.insert(0, 'one\ntwo');
    await clock.advance(5_000);
    seen.length = 0;
    says(state);
    await clock.advance(600);
    expect(seen.filter(Boolean)).toEqual([]);
    expect([...doc.share.keys()]).toEqual(['notes']);
  });
});

it('W3: nothing is called after the end', async () => {
  const { clock, text, seen, works } = setUp();
  text.insert(0, 'a');
  works.stop();
  text.insert(0, 'a');
  await clock.advance(10_000);
  expect(seen).toEqual([]);
});
