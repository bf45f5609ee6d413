/** Numbers on the command line. All throw {@link UsageError} for anything else. */
import { UsageError } from './exit.js';

/** `undefined` where the option is not given. */
export function whole(option: string, text: string | undefined, min: number, max: number): number | undefined {
  const value = numberOf(text);
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
  throw new UsageError(`${option} must be a whole number from ${min} to ${max}`);
}

/** In milliseconds; `undefined` where the option is not given. */
export function seconds(option: string, text: string | undefined, min: number, max: number): number | undefined {
  const value = numberOf(text);
  if (value === undefined) return undefined;
  if (value >= min && value <= max) return Math.round(value * 1000);
  throw new UsageError(`${option} must be ${min} to ${max} seconds`);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** `500MB`, `1.5 GB`, `1000`; `undefined` where the option is not given. */
export function bytes(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgt]?)b?$/i.exec(text) ?? [];
  const value = Math.round(Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new UsageError(`${option} must be an amount such as 500MB or 20GB`);
}

/** Only digits and one point: `Number` reads more than people write. */
function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
