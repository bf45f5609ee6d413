/**
 * The benchmark of documents: every part on every system, one system at a time, in rounds that each begin with another
 * one. A part that fails on a system is a row with the reason.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endAll, Worker } from '../children.js';
import { now } from '../clock.js';
import { untilCalm } from '../cpu.js';
import { machine } from '../machine.js';
import type { DocumentSystem } from './adapter.js';
import { HELP, type Options, type Part, parseOptions, wantsPart, wantsSystem } from './options.js';
import { bytes, history } from './parts/bytes.js';
import { chromiumVersion, openInPage } from './parts/page.js';
import { joinPaper, writePaper, writeTail } from './parts/paper.js';
import { typing } from './parts/typing.js';
import { markdown } from './report/report.js';
import type { Results } from './results.js';
import { natsVersion, removeFolders, startServer, stopServers } from './servers.js';
import { SYSTEMS } from './systems.js';
import { readTrace } from './trace.js';
import type { DocumentOps } from './worker.js';

const CACHE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(CACHE, '..', '..');

/** Processes of people. Two keep one busy person from delaying all others, and leave the server its share. */
const GROUPS = 2;
const PEOPLES = [2, 10, 50];
const TYPING_MS = { whole: 8000, quick: 3000 };
const HISTORY_SECONDS = { whole: 60, quick: 8 };
const TAIL_EDITS = { whole: 100_000, quick: 10_000 };

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const ms = (value: number | undefined) => (value === undefined ? 'never' : `${value.toFixed(1)} ms`);

class Run {
  readonly results: Results;
  readonly #systems: readonly DocumentSystem[];

  constructor(readonly options: Options) {
    const { title, edits } = readTrace(options.trace);
    this.#systems = SYSTEMS.filter(({ id }) => wantsSystem(options, id));
    this.results = {
      machine: machine(),
      quick: options.quick,
      rounds: options.rounds,
      trace: { title, edits: edits.length },
      typing: [],
      bytes: [],
      history: [],
      papers: {},
      joins: [],
      tails: [],
      tailEdits: this.#of(TAIL_EDITS),
      pages: [],
      failures: [],
      chromium: '',
      seconds: 0,
    };
  }

  #of<T>(choice: { readonly whole: T; readonly quick: T }): T {
    return this.options.quick ? choice.quick : choice.whole;
  }

  /** Each system once a round. A system that failed does not try again. */
  async #rounds(
    part: Part,
    rounds: number,
    on: (system: DocumentSystem, round: number) => Promise<void>,
    among = this.#systems,
  ) {
    if (!wantsPart(this.options, part)) return;
    const failed = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < among.length; turn++) {
        const system = among[(turn + round) % among.length];
        if (system === undefined || failed.has(system.id)) continue;
        await untilCalm();
        try {
          await on(system, round);
        } catch (error) {
          failed.add(system.id);
          const reason = error instanceof Error ? error.message : String(error);
          this.results.failures.push({ system: system.id, part, reason: reason.split('\n', 1)[0] ?? '' });
          say(`${part}, ${system.title}: failed: ${error instanceof Error ? error.stack : reason}`);
          await stopServers();
        }
      }
    }
  }

  async #typing(system: DocumentSystem, round: number): Promise<void> {
    const server = await startServer(system.server);
    const workers = await Promise.all(Array.from({ length: GROUPS }, () => Worker.start<DocumentOps>()));
    try {
      for (const people of PEOPLES) {
        const result = await typing({ system, url: server.url, workers, round, people, ms: this.#of(TYPING_MS) });
        this.results.typing.push(result);
        const { p50, p99, delivered, expected, equalAfter } = result;
        say(
          `typing ${round + 1}, ${system.title}, ${people}: p50 ${ms(p50)}, p99 ${ms(p99)}, ` +
            `${delivered} of ${expected}, equal after ${ms(equalAfter)}`,
        );
      }
    } finally {
      await Promise.all(workers.map((worker) => worker.end()));
      await server.stop();
    }
  }

  async #bytes(system: DocumentSystem, round: number): Promise<void> {
    const server = await startServer(system.server);
    try {
      const result = await bytes(system, server.url, round);
      this.results.bytes.push(result);
      say(`bytes ${round + 1}, ${system.title}: ${JSON.stringify(result)}`);
    } finally {
      await server.stop();
    }
  }

  async #history(system: DocumentSystem, round: number): Promise<void> {
    const result = await history(system, round, this.#of(HISTORY_SECONDS));
    this.results.history.push(result);
    say(`history, ${system.title}: ${JSON.stringify(result)}`);
  }

  async #join(system: DocumentSystem, round: number): Promise<void> {
    const paper = this.results.papers[system.id];
    if (paper === undefined) return;
    for (const how of ['cold', 'warm'] as const) {
      const result = await joinPaper(system, paper, how, round, this.options.profile);
      this.results.joins.push(result);
      say(`join ${round + 1}, ${system.title}, ${how}: ${ms(result.held)}, ${result.down} B down, ${result.up} B up`);
    }
  }

  async #page(system: DocumentSystem, round: number): Promise<void> {
    const paper = this.results.papers[system.id];
    if (paper === undefined) return;
    const result = await openInPage(system, paper, round);
    this.results.pages.push(result);
    say(`page ${round + 1}, ${system.title}: longest task ${ms(result.longest)}, took ${ms(result.took)}`);
  }

  async all(): Promise<Results> {
    const began = now();
    const { options, results } = this;
    const kept = this.#systems.filter(({ history: keeps }) => keeps);
    await this.#rounds('typing', options.rounds, (system, round) => this.#typing(system, round));
    await this.#rounds('bytes', Math.min(3, options.rounds), (system, round) => this.#bytes(system, round));
    await this.#rounds('history', 1, (system, round) => this.#history(system, round), kept);
    const write = async (system: DocumentSystem) => {
      results.papers[system.id] ??= await writePaper(system, options.trace);
      say(`paper, ${system.title}: ${JSON.stringify(results.papers[system.id])}`);
    };
    await this.#rounds('join', 1, write, kept);
    await this.#rounds('join', options.rounds, (system, round) => this.#join(system, round), kept);
    if (!wantsPart(options, 'join')) await this.#rounds('page', 1, write, kept);
    await this.#rounds('page', options.rounds, (system, round) => this.#page(system, round), kept);
    const logs = kept.filter(({ id }) => id === 'slate');
    let tail: Awaited<ReturnType<typeof writeTail>> | undefined;
    const join = async (system: DocumentSystem, round: number) => {
      tail ??= await writeTail(system, options.trace, results.tailEdits);
      const result = await joinPaper(system, tail, 'cold', round, options.profile);
      results.tails.push(result);
      say(`tail ${round + 1}, ${system.title}: ${ms(result.held)}, ${result.down} B down`);
    };
    await this.#rounds('tail', options.rounds, join, logs);
    results.seconds = (now() - began) / 1000;
    results.chromium = chromiumVersion;
    if (natsVersion !== '') results.machine.versions['nats-server'] = natsVersion;
    return results;
  }
}

const options = parseOptions(process.argv.slice(2));
if (options === undefined) {
  say(HELP);
  process.exit(2);
}
const endEverything = async () => {
  endAll();
  await stopServers();
  removeFolders();
};
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    void endEverything().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}
process.on('exit', endAll);
process.setMaxListeners(0);

try {
  const results = await new Run(options).all();
  const whole = !options.quick && !options.profile && options.only.size === 0;
  const file = whole ? join(ROOT, 'docs', 'benchmarks-documents.md') : join(CACHE, 'benchmarks-documents.md');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, markdown(results));
  await writeFile(join(CACHE, 'results.json'), JSON.stringify(results, undefined, 2));
  say(`Written: ${file}`);
} catch (error) {
  if (!ending) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
} finally {
  await endEverything();
}
