/** Processes that end without a word (`kill -9`) while they write, fold or keep a document, on a real server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { openDocument } from '../../src/documents/open.js';
import { natsServer, restarted } from '../support/nats.js';
import { buildPrograms, type Program, type Programs } from '../support/program.js';
import { until } from '../support/wait.js';

const PROGRAM = 'test/support/document-program';
let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms([PROGRAM]);
});
afterAll(() => programs[Symbol.asyncDispose]());

/** The last edit of a writer that was acknowledged. */
function savedBy(writer: Program): number {
  const last = writer.lines().findLast((line) => line.startsWith('saved '));
  return Number(last?.slice('saved '.length) ?? 0);
}

async function kill(program: Program): Promise<void> {
  program.process.kill('SIGKILL');
  await program.ended;
}

/** The text as a session reads it that comes when everyone is gone. */
async function coldText(servers: string, name: string): Promise<string> {
  const bus = await connect({ servers });
  const document = await openDocument(bus, { project: 'p1', name });
  const text = document.doc.getText('content').toJSON();
  await document.close();
  await bus.close();
  return text;
}

function expectSaved(text: string, writer: Program, saved: number): void {
  const lines = new Set(text.split('\n'));
  const missing = Array.from({ length: saved }, (_, n) => `${writer.pid}:${n + 1}`).filter((line) => !lines.has(line));
  expect(missing).toEqual([]);
}

describe('kill -9', () => {
  it('Y9, Y13: of writers and of compactors at any moment loses no acknowledged edit', async () => {
    await using server = await natsServer({ jetstream: true });
    const start = (task: string) => programs.run(PROGRAM, [server.wsUrl, 'notes', task]);
    const writers: Program[] = [];
    for (let round = 0; round < 3; round++) {
      const writer = start('write');
      writers.push(writer);
      await until(() => savedBy(writer) > 20, { what: 'edits', deadlineMs: 20_000 });
      const compactors = [start('compact'), start('compact')];
      await until(() => compactors.some((each) => each.lines().length > round), { what: 'folds', deadlineMs: 20_000 });
      await Promise.all([...compactors, writer].map(kill));
    }
    const text = await coldText(server.wsUrl, 'notes');
    for (const writer of writers) expectSaved(text, writer, savedBy(writer));
  });

  it('Y8, Y9: of the server, again and again, loses no acknowledged edit, and its writers go on', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'slate-killed-'));
    onTestFinished(() => rm(storeDir, { recursive: true, force: true }));
    let server = await natsServer({ storeDir });
    const writers = [1, 2].map(() => programs.run(PROGRAM, [server.wsUrl, 'notes', 'write']));
    for (let round = 0; round < 2; round++) {
      const before = writers.map(savedBy);
      const allWrite = () => writers.every((writer, i) => savedBy(writer) > (before[i] ?? 0) + 20);
      await until(allWrite, { what: 'edits of both', deadlineMs: 30_000 });
      await server.kill();
      server = await restarted(server, { storeDir });
    }
    await Promise.all(writers.map(kill));
    const text = await coldText(server.wsUrl, 'notes');
    for (const writer of writers) expectSaved(text, writer, savedBy(writer));
    await server.stop();
  });
});
