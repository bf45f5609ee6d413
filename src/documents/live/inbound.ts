/**
 * What arrives on the live lane, on its way to whoever handles it: counted, held until the document is open, opened
 * (Y21), read strictly, put together (Y5). What is wrong with a message is one event, and nothing else.
 */
import type { BusMessage } from '../../bus/bus.js';
import type { Clock } from '../../clock.js';
import { ProtocolError, SlateError } from '../../errors.js';
import { type DocumentMessage, decodeDocumentMessage, decodeWhole } from '../../protocol/document-messages.js';
import { Assembly } from './assembly.js';
import type { Echoes } from './echoes.js';
import { type Arrived, Intake, isShared } from './intake.js';
import { QUIET_MS } from './limits.js';
import type { LiveCipher } from './live-options.js';
import { Serial } from './serial.js';

export interface InboundOptions {
  readonly clock: Clock;
  readonly echoes: Echoes;
  readonly cipher: LiveCipher | undefined;
  /** A live message, whole. May throw {@link ProtocolError}. */
  take(message: DocumentMessage, subject: string): void;
  /** A message of an answer (Y4), whole. May throw {@link ProtocolError}. */
  answer(subject: string, message: DocumentMessage): void;
  /** How much of a large answer has arrived, in bytes. */
  progress(received: number, total: number): void;
  /** Runs `fn` in one transaction. */
  together(fn: () => void): void;
  /** Something was dropped, or does not go on: it has to be asked for, in `delayMs`. */
  missed(delayMs: number): void;
  report(error: SlateError): void;
}

/** How many messages that were held are applied in one transaction. */
const SLICE = 100;

export class Inbound {
  readonly #options: InboundOptions;
  readonly #intake: Intake;
  readonly #parts: Assembly;
  readonly #answers: Assembly;
  /** Opens what is sealed, in order. */
  readonly #serial: Serial;
  #state: 'closed' | 'holding' | 'open' = 'closed';

  constructor(options: InboundOptions) {
    const { clock, missed } = options;
    this.#options = options;
    this.#intake = new Intake(clock);
    this.#parts = new Assembly({ clock, stalled: () => missed(0) });
    this.#answers = new Assembly({ clock, stalled: () => undefined }); // the asker notices
    this.#serial = new Serial((error) => this.refuse(error, ''));
  }

  /** From now on live messages are held, and answers are read. */
  hold(): void {
    this.#state = 'holding';
  }

  /** From now on live messages are taken, those first that were held. */
  open(): void {
    this.#state = 'open';
    const { messages, complete } = this.#intake.takeHeld();
    for (let at = 0; at < messages.length; at += SLICE) {
      this.#options.together(() => {
        for (const message of messages.slice(at, at + SLICE)) this.#live(message);
      });
    }
    if (!complete) this.#options.missed(0);
  }

  /** Nothing is read, and what has arrived is forgotten. */
  close(): void {
    this.#state = 'closed';
    for (const part of [this.#intake, this.#parts, this.#answers, this.#serial]) part.clear();
  }

  /** A message on the live subject. */
  arrived({ subject, data }: BusMessage): void {
    const message = { subject, data };
    if (this.#state === 'closed' || this.#options.echoes.isOwn(data)) return;
    if (this.#state === 'holding') {
      this.#intake.hold(message);
      return;
    }
    try {
      this.#intake.count(message);
    } catch (error) {
      this.refuse(error, subject);
      this.#options.missed(QUIET_MS);
      return;
    }
    this.#live(message);
  }

  /** A message on the subject of answers to this session. */
  answered(message: BusMessage): void {
    const { subject } = message;
    const { answer, progress } = this.#options;
    this.read(message, (bytes) => {
      const read = decodeDocumentMessage(bytes);
      if (read.type !== 'part') {
        answer(subject, read);
        return;
      }
      const whole = this.#answers.add(subject, read.part, isShared(subject));
      progress(this.#answers.received(subject, read.part), read.part.total);
      if (whole) answer(subject, decodeWhole(whole));
    });
  }

  /** Opens a payload, and hands it to `take`, which may throw {@link ProtocolError}. */
  read({ subject, data }: Arrived, take: (bytes: Uint8Array) => void): void {
    const attempt = (bytes: Uint8Array) => {
      try {
        if (this.#state !== 'closed') take(bytes);
      } catch (error) {
        this.refuse(error, subject);
      }
    };
    const { cipher } = this.#options;
    if (!cipher) {
      attempt(data);
      return;
    }
    this.#serial.run(async () => {
      try {
        attempt(await cipher.open(data));
      } catch (cause) {
        this.refuse(new ProtocolError('bytes', 'a message cannot be opened', { cause }), subject);
      }
    });
  }

  /** Reports a message that was refused. */
  refuse(error: unknown, subject: string): void {
    const refused = error instanceof SlateError ? error : new ProtocolError('shape', String(error), { cause: error });
    if (refused instanceof ProtocolError) refused.subject ||= subject;
    this.#options.report(refused);
  }

  #live(message: Arrived): void {
    const { subject } = message;
    this.read(message, (bytes) => {
      const read = decodeDocumentMessage(bytes);
      const whole = read.type === 'part' ? this.#parts.add(subject, read.part, isShared(subject)) : undefined;
      if (read.type !== 'part') this.#options.take(read, subject);
      else if (whole) this.#options.take(decodeWhole(whole), subject);
    });
  }
}
