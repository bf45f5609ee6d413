/**
 * The people who point, in a process of their own: as many clients as asked for, over one connection, with the
 * protocol's own encoders. Each moves all the time, in smooth strokes with samples at 60 Hz, on anchors of the page and
 * across them. It must not share a thread with what is measured.
 */

import { connect } from '../../../src/index.js';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeHeartbeat, encodeStates, type Terms } from '../../../src/protocol/presence-codec.js';
import type { Sample } from '../../../src/protocol/samples-codec.js';
import { roomSubjects } from '../../../src/protocol/subjects.js';
import { seeded } from '../../support/random.js';

const SAMPLE_MS = 1000 / 60;
const BEAT_MS = 5_000;
const TICK_MS = 10;

export interface CrowdOptions {
  readonly server: string;
  readonly project: string;
  readonly people: number;
  /** Between two batches of a person, in milliseconds. */
  readonly intervalMs: number;
  /** Addresses of the page's anchors, in the order of its layout, and how many stand in a row. */
  readonly anchors: readonly string[];
  readonly columns: number;
}

const TERMS: Terms = { kind: 'slate', activity: 'active', leaseMs: 180_000, ageMs: 0 };
const COLOURS = ['#c2410c', '#15803d', '#0f766e', '#1d4ed8', '#7e22ce', '#be185d'];

/** Where a pointer is, in cells of the page: 0 to columns, 0 to rows. Minimum-jerk strokes between random targets. */
class Stroke {
  readonly #random: () => number;
  readonly #width: number;
  readonly #height: number;
  #from: [number, number];
  #to: [number, number];
  #start = 0;
  #span = 1;

  constructor(random: () => number, width: number, height: number) {
    this.#random = random;
    this.#width = width;
    this.#height = height;
    this.#from = this.#to = this.#target();
  }

  at(t: number): [number, number] {
    while (t > this.#start + this.#span) {
      this.#start += this.#span;
      this.#from = this.#to;
      this.#to = this.#target();
      this.#span = 500 + 700 * this.#random();
    }
    const s = Math.max(0, Math.min(1, (t - this.#start) / this.#span));
    const share = s * s * s * (10 - 15 * s + 6 * s * s);
    const [x0, y0] = this.#from;
    const [x1, y1] = this.#to;
    return [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share];
  }

  #target(): [number, number] {
    return [this.#random() * this.#width, this.#random() * this.#height];
  }
}

async function run({ server, project, people, intervalMs, anchors, columns }: CrowdOptions): Promise<void> {
  const bus = await connect({ servers: server });
  const subjects = roomSubjects(project);
  const rows = Math.ceil(anchors.length / columns);
  const crowd = Array.from({ length: people }, (_, i) => ({
    client: 1_000 + i,
    stroke: new Stroke(seeded(i + 1), columns, rows),
    dueAt: (i / people) * intervalMs,
    sentAt: 0,
  }));
  const state = (client: number) => ({
    user: { id: `p${client}`, name: `Person ${client - 999}`, color: COLOURS[client % COLOURS.length] ?? '#333' },
  });
  const introduce = (client: number) => encodeStates([{ client, clock: 1, state: state(client), terms: TERMS }]);
  for (const { client } of crowd) bus.publish(subjects.presence, introduce(client));
  // Questions, and probes: that someone listens is the answer to those.
  bus.subscribe(subjects.alive(0).replace(/0$/, '*'), (message) => {
    if (message.data.length > 0) message.respond(introduce(Number(message.subject.split('.').at(-1))));
  });
  setInterval(() => {
    for (const { client } of crowd) bus.publish(subjects.presence, encodeHeartbeat(client, 1, TERMS));
  }, BEAT_MS);

  const start = performance.now();
  const place = (stroke: Stroke, t: number): Omit<Sample, 'ago'> => {
    const [x, y] = stroke.at(t);
    const column = Math.min(columns - 1, Math.floor(x));
    const row = Math.min(rows - 1, Math.floor(y));
    return { anchor: anchors[row * columns + column] ?? '', x: x - column, y: y - row };
  };
  setInterval(() => {
    const now = performance.now() - start;
    for (const one of crowd) {
      if (one.dueAt > now) continue;
      const samples: Sample[] = [];
      for (let t = one.sentAt + SAMPLE_MS; t <= now; t += SAMPLE_MS) {
        samples.push({ ...place(one.stroke, t), ago: now - t });
        one.sentAt = t;
      }
      one.dueAt = Math.max(one.dueAt + intervalMs, now); // late once is not a burst after it
      if (samples.length === 0) continue;
      bus.publish(
        subjects.cursors,
        encodeBatch({
          client: one.client,
          clock: 1,
          presence: 1,
          sentAt: Math.round(start + now),
          samples: samples.slice(-200),
          left: false,
        }),
      );
    }
  }, TICK_MS);
  process.send?.('ready');
}

process.once('message', (options: CrowdOptions) => void run(options));
process.on('disconnect', () => process.exit());
