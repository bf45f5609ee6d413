/** Y9: when edits are saved, and what happens to those that the stream does not take. The stream's part is played. */
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Place } from '../../../../src/documents/history/place.js';
import { Saver } from '../../../../src/documents/history/saver.js';
import type { SlateError } from '../../../../src/errors.js';
import { decodeEntry, encodeUpdate } from '../../../../src/protocol/document-history.js';
import { documentSubjects } from '../../../../src/protocol/document-subjects.js';
import { MemoryHub } from '../../../../src/testing.js';
import { seeded } from '../../../support/random.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const OK = { stream: 'SLATE_DOCS' };
const FULL = { error: { code: 503, err_code: 10077, description: 'maximum bytes exceeded' } };

/** A saver, a document whose edits it saves, and a stream that answers with what `answers` gives. */
function lab() {
  const clock = new VirtualClock();
  const hub = new MemoryHub({ clock });
  const stored: { at: number; update: Uint8Array; id: string | undefined }[] = [];
  const lab = { answer: OK as object, silent: false };
  hub.connect().subscribe('slate.collab.doclog.>', (message) => {
    const entry = decodeEntry(message.data);
    if (entry.type === 'update') {
      stored.push({ at: clock.now(), update: entry.update, id: message.header('Nats-Msg-Id') });
    }
    if (!lab.silent) message.respond({ seq: stored.length, ...lab.answer });
  });
  const errors: SlateError[] = [];
  const subjects = documentSubjects('p', 'f');
  const random = seeded(3);
  const report = (error: SlateError) => void errors.push(error);
  const place: Place = { bus: hub.connect(), clock, random, subjects, document: 'f', report };
  const acknowledged: number[] = [];
  const saver = new Saver({
    place,
    dependencies: () => undefined,
    floor: () => 0,
    acknowledged: (seq) => void acknowledged.push(seq),
    changed: () => undefined,
  });
  const doc = new Y.Doc();
  doc.on('update', (update: Uint8Array) => saver.add(update));
  const textOf = (updates: readonly Uint8Array[]) => {
    const copy = new Y.Doc();
    for (const update of updates) Y.applyUpdateV2(copy, update);
    return copy.getText('text').toString();
  };
  return Object.assign(lab, {
    clock,
    hub,
    saver,
    doc,
    text: doc.getText('text'),
    stored,
    errors,
    acknowledged,
    textOf,
  });
}

describe('Y9: the saver', () => {
  it('saves an edit when nothing follows it, and no more often than once a second', async () => {
    const { saver, clock, text, stored } = lab();
    saver.start();
    const start = clock.now();
    text.insert(0, 'a');
    await clock.advance(240);
    expect(stored).toEqual([]);
    await clock.advance(20);
    expect(stored.map(({ at }) => at - start)).toEqual([250]);
    text.insert(0, 'b'); // nothing follows this one either
    await clock.advance(2_000);
    expect(stored.map(({ at }) => at - start)).toEqual([250, 1250]);
  });

  it('saves twenty keystrokes in a second in one message of at most 60 bytes', async () => {
    const { saver, clock, text, stored } = lab();
    text.insert(0, 'x');
    await clock.while(saver.flush());
    for (let n = 0; n < 20; n++) {
      text.insert(text.length, 'x');
      await clock.advance(40);
    }
    await clock.advance(2_000);
    expect(stored).toHaveLength(2);
    expect(encodeUpdate(stored[1]?.update as Uint8Array).length).toBeLessThanOrEqual(60);
  });

  it('saves the edits of each second together while they go on', async () => {
    const { saver, clock, text, stored, textOf, acknowledged } = lab();
    saver.start();
    const start = clock.now();
    for (let n = 0; n < 30; n++) {
      text.insert(text.length, 'x');
      await clock.advance(100);
    }
    await clock.advance(1000);
    expect(stored.map(({ at }) => Math.round((at - start) / 100))).toEqual([10, 20, 30]);
    expect(textOf(stored.map(({ update }) => update))).toBe(text.toString());
    expect(new Set(stored.map(({ id }) => id)).size).toBe(3);
    expect(stored.every(({ id }) => /^[0-9a-f]{32}$/.test(id ?? ''))).toBe(true);
    expect(acknowledged).toEqual([1, 2, 3]);
    expect(saver.unsaved).toBe(0);
    await clock.advance(100_000);
    expect(stored).toHaveLength(3);
  });

  it('keeps what the stream does not take, and tries less and less often, each time with a new id', async () => {
    const made = lab();
    const { saver, clock, text, stored, textOf, errors } = made;
    made.answer = FULL;
    saver.start();
    text.insert(0, 'a');
    await clock.advance(20_000);
    text.insert(1, 'b');
    await clock.advance(100_000);
    const waits = stored.map(({ at }, i) => at - (stored[i - 1]?.at ?? 0)).slice(1);
    expect(waits.every((wait, i) => wait >= Math.min(30_000, 1000 * 2 ** i))).toBe(true);
    expect(Math.max(...waits)).toBeLessThanOrEqual(37_500);
    expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
    expect(errors.map(({ name }) => name)).toEqual(['HistoryFullError']);
    expect(saver.unsaved).toBe(2);
    made.answer = OK;
    await clock.advance(40_000);
    expect(saver.unsaved).toBe(0);
    expect(saver.error).toBeUndefined();
    expect(textOf(stored.slice(-1).map(({ update }) => update))).toBe('ab');
  });

  it.each([
    ['another stream', { stream: 'OTHER' }],
    ['no stream', { stream: undefined }],
    ['no sequence number', { ...OK, seq: undefined }],
    ['the sequence number 0', { ...OK, seq: 0 }],
    ['a message that is there already, under an id that is new', { ...OK, duplicate: true }],
  ])('does not take an answer with %s for an acknowledgement', async (_, answer) => {
    const made = lab();
    const { saver, clock, text, acknowledged } = made;
    made.answer = answer;
    saver.start();
    text.insert(0, 'a');
    await clock.advance(300);
    expect(acknowledged).toEqual([]);
    expect(saver.unsaved).toBe(1);
    expect(saver.error?.name).toBe('HistoryUnavailableError');
  });

  it('flushes at once, and says why that is not possible', async () => {
    const made = lab();
    const { saver, clock, text, stored } = made;
    await saver.flush();
    saver.start();
    const start = clock.now();
    text.insert(0, 'a');
    await clock.advance(10);
    text.insert(1, 'b');
    text.insert(2, 'c');
    await clock.while(saver.flush());
    expect(clock.now() - start).toBeLessThan(100);
    expect(stored).toHaveLength(1);
    made.answer = FULL;
    text.insert(0, 'd');
    await expect(clock.while(saver.flush())).rejects.toMatchObject({ name: 'HistoryFullError' });
    made.silent = true;
    const flush = saver.flush();
    const rejected = expect(flush).rejects.toMatchObject({ name: 'HistoryFullError' });
    saver.stop();
    await rejected;
  });

  it('flushes what was there, and does not wait for what comes meanwhile', async () => {
    const { saver, clock, text, stored, hub } = lab();
    hub.connect().subscribe('slate.collab.doclog.>', () => text.insert(0, 'x')); // another edit with each save
    saver.start();
    text.insert(0, 'a');
    await clock.while(saver.flush(), 500);
    expect(stored).toHaveLength(1);
    expect(saver.unsaved).toBe(1);
    saver.stop();
  });

  it('starts with a flush', async () => {
    const { saver, clock, text, stored } = lab();
    text.insert(0, 'a');
    await clock.advance(1000);
    expect(stored).toEqual([]);
    await clock.while(saver.flush(), 500);
    expect(stored).toHaveLength(1);
  });

  it('merges ten thousand edits of a session without a connection', async () => {
    const { saver, clock, text, hub, stored, textOf } = lab();
    saver.start();
    hub.drop();
    for (let n = 0; n < 10_000; n++) text.insert(text.length, 'x');
    expect(saver.unsaved).toBe(10_000);
    hub.restore();
    saver.now();
    await clock.advance(2000);
    expect(saver.unsaved).toBe(0);
    expect(textOf(stored.map(({ update }) => update))).toBe('x'.repeat(10_000));
  });
});
