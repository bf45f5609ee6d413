/** Y16: a page with an older schema may only read what a newer one has written. */
import { describe, expect, it } from 'vitest';
import { DocumentOutdatedError } from '../../../src/documents/errors.js';
import { readDocumentOptions } from '../../../src/documents/options.js';
import { OptionError } from '../../../src/errors.js';
import { DocumentsLab, type Person } from '../../support/documents-lab.js';

const text = ({ doc }: Person) => doc.getText('text').toJSON();
const write = ({ doc }: Person, words: string) => doc.getText('text').insert(0, words);
const outdated = ({ errors }: Person) => errors.filter((error) => error instanceof DocumentOutdatedError);

describe('Y16: the schema of a document', () => {
  it('is the highest of those who write; who opens it with a lower one reads, and makes no edit', async () => {
    const lab = new DocumentsLab(1);
    const ada = await lab.open({ schema: 2 });
    write(ada, 'a table');
    await lab.clock.advance(3_000);
    for (const schema of [1, undefined]) {
      const old = await lab.open({ schema });
      expect([text(old), old.document.readOnly]).toEqual(['a table', true]);
      expect(old.document.status).toMatchObject({
        state: 'readonly',
        synced: true,
        error: { own: schema ?? 0, needed: 2 },
      });
      old.doc.getText('text').delete(0, 7);
      await lab.clock.advance(3_000);
      expect([text(old), text(ada)]).toEqual(['a table', 'a table']);
      expect(outdated(old).length).toBeGreaterThan(0);
    }
    const reader = await lab.open();
    write(ada, 'still ');
    await lab.clock.advance(3_000);
    expect([text(ada), text(reader)]).toEqual(['still a table', 'still a table']);
    const same = await lab.open({ schema: 2 });
    expect([same.document.readOnly, same.errors]).toEqual([false, []]);
  });

  it('is raised by who opens it with a higher one, and those who have it open read from then on', async () => {
    const lab = new DocumentsLab(2);
    const old = await lab.open({ schema: 1 });
    write(old, 'words');
    await lab.clock.advance(3_000);
    expect(old.document.status.state).toBe('saved');
    const ada = await lab.open({ schema: 3 });
    await lab.clock.advance(3_000);
    expect(old.document).toMatchObject({ readOnly: true, status: { state: 'readonly', synced: true } });
    expect(outdated(old)).toMatchObject([{ own: 1, needed: 3 }]);
    write(ada, 'new ');
    old.doc.getText('text').delete(0, 2);
    await lab.clock.advance(3_000);
    expect([text(ada), text(old)]).toEqual(['new words', 'new words']);
    await lab.leave(old);
    await lab.leave(ada);
    const cold = await lab.open({ schema: 3 });
    expect(text(cold)).toBe('new words');
  });

  it('is found out after a connection that was lost, too; what was typed meanwhile stays here', async () => {
    const lab = new DocumentsLab(3);
    const old = await lab.open({ schema: 1 });
    write(old, 'words');
    await lab.clock.advance(3_000);
    old.bus.disconnect();
    write(old, 'unsent ');
    const ada = await lab.open({ schema: 2 });
    await lab.clock.advance(1_000);
    old.bus.reconnect();
    await lab.clock.advance(5_000);
    expect(old.document).toMatchObject({ readOnly: true, status: { synced: true } });
    expect([text(ada), text(old)]).toEqual(['words', 'unsent words']);
  });

  it('is nothing to who only reads', async () => {
    const lab = new DocumentsLab(4);
    await lab.open({ schema: 2 });
    const reader = await lab.open({ readOnly: true });
    await lab.clock.advance(3_000);
    expect(reader.document.status).toMatchObject({ state: 'readonly', error: undefined });
    expect(reader.errors).toEqual([]);
  });

  it('does not end a document that was closed meanwhile', async () => {
    const lab = new DocumentsLab(5);
    const old = await lab.open({ schema: 1 });
    const opening = lab.open({ schema: 2 });
    void old.document.close();
    await opening;
    await lab.clock.advance(3_000);
    expect(old.document.status.state).toBe('closed');
  });

  it.each([-1, 1.5, Number.NaN, '2'])('is no %s', (schema) => {
    const options = { project: 'p', name: 'n', schema: schema as number };
    expect(() => readDocumentOptions({}, options)).toThrow(OptionError);
  });
});

describe('Y15: the event "versions"', () => {
  it('tells everyone when a version is made, or named', async () => {
    const lab = new DocumentsLab(6);
    const [ada, bob] = [await lab.open(), await lab.open()];
    const heard = [ada, bob].map(({ document }) => {
      const lists: (string | undefined)[][] = [];
      document.on('versions', (versions) => lists.push(versions.map(({ name }) => name)));
      return lists;
    });
    write(ada, 'words');
    await lab.clock.advance(3_000);
    const made = await lab.clock.while(ada.document.nameVersion(undefined, 'one'), 60_000);
    await lab.clock.advance(3_000);
    expect(heard).toEqual([[['one']], [['one']]]);
    await lab.clock.while(bob.document.nameVersion(made.id, 'two'), 60_000);
    await lab.clock.advance(3_000);
    expect(heard).toEqual([
      [['one'], ['two']],
      [['one'], ['two']],
    ]);
  });
});
