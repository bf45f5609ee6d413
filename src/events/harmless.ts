/**
 * D2 for events: keys that could change what an object is reach no listener, at any depth, in fields that the schema
 * names and in those that it does not.
 */
import type { BusMessage } from '../bus/bus.js';
import { FORBIDDEN_KEYS } from '../protocol/forbidden-keys.js';

/**
 * `data` itself, where it has none of these keys: nearly always. Else a copy without them, read from the message,
 * because all who subscribe to its subject share `data`.
 */
export function harmless(data: unknown, message: Pick<BusMessage, 'json'>): unknown {
  if (isPlain(data, 0) || !hasForbidden(data, false)) return data;
  const own = message.json();
  hasForbidden(own, true);
  return own;
}

/** The levels of nesting that {@link isPlain} looks at. */
const USUAL_DEPTH = 4;

/** Whether a value surely has no such key, which is quickly told of nearly every event. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > USUAL_DEPTH) return false;
  for (const key in value) {
    // The lengths of the three: most keys need not be looked up.
    if ((key.length === 9 || key.length === 11) && FORBIDDEN_KEYS.has(key)) return false;
    const each = (value as Record<string, unknown>)[key];
    if (typeof each === 'object' && !isPlain(each, depth + 1)) return false;
  }
  return true;
}

/** Whether a value has such a key; with `remove` it has none afterwards. No recursion, because JSON nests deep. */
function hasForbidden(root: unknown, remove: boolean): boolean {
  let found = false;
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item === 'object') open.push(item);
      continue;
    }
    const fields = value as Record<string, unknown>;
    for (const key in fields) {
      if (FORBIDDEN_KEYS.has(key)) {
        found = true;
        if (!remove) return true;
        delete fields[key];
      } else if (typeof fields[key] === 'object') open.push(fields[key]);
    }
  }
  return found;
}
