/** The options of the janitor, checked, with their defaults. */
import type { Bus } from '../../bus/bus.js';
import { type Clock, type Random, systemClock, systemRandom } from '../../clock.js';
import { OptionError, type SlateError } from '../../errors.js';
import type { Gone, JanitorOptions } from './types.js';

export interface Settings {
  readonly bus: Bus;
  readonly system: Bus;
  readonly account: string;
  readonly probesPerSecond: number;
  readonly clock: Clock;
  readonly random: Random;
  onGone(gone: Gone): void;
  onError(error: SlateError): void;
}

/** Throws {@link OptionError}. */
export function checkSettings(bus: Bus, system: Bus, options: JanitorOptions): Settings {
  const { account = '*', probesPerSecond = 2000 } = options;
  for (const [name, each] of Object.entries({ bus, system })) {
    if (typeof each?.subscribe !== 'function') {
      throw new OptionError(name, 'must be a bus, such as connect() returns');
    }
  }
  if (typeof account !== 'string' || !/^(?:\*|[^\s.*>]+)$/.test(account)) {
    throw new OptionError('account', 'must be the name of an account, or its public key');
  }
  if (!Number.isInteger(probesPerSecond) || probesPerSecond < 10 || probesPerSecond > 100_000) {
    throw new OptionError('probesPerSecond', 'must be a whole number from 10 to 100000');
  }
  return {
    bus,
    system,
    account,
    probesPerSecond,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    onGone: options.onGone ?? (() => undefined),
    onError: options.onError ?? (() => undefined),
  };
}
