/** Sets of numbers per client, as ranges: which structs, or which deletions, of a client are in the history. */

/** Ranges of one client in ascending order, each behind the last: start, end, start, end … The ends are not in them. */
type Flat = number[];

export class Ranges {
  readonly #clients = new Map<number, Flat>();

  add(client: number, start: number, length: number): void {
    if (length <= 0) return;
    const end = start + length;
    const flat = this.#clients.get(client);
    if (!flat) {
      this.#clients.set(client, [start, end]);
      return;
    }
    const last = flat.length - 1;
    const lastEnd = flat[last] as number;
    // What is read comes in order, nearly always.
    if (start > lastEnd) flat.push(start, end);
    else if (start >= (flat[last - 1] as number)) flat[last] = Math.max(lastEnd, end);
    else insert(flat, start, end);
  }

  /** How far the numbers of a client reach from 0 without a hole. */
  prefix(client: number): number {
    const [start, end] = this.#clients.get(client) ?? [];
    return start === 0 && end !== undefined ? end : 0;
  }

  /** True where all of these numbers are in it. */
  covers(client: number, start: number, length: number): boolean {
    if (length <= 0) return true;
    const flat = this.#clients.get(client) ?? [];
    const at = indexAt(flat, start);
    return at < flat.length && (flat[at] as number) <= start && start + length <= (flat[at + 1] as number);
  }

  /** True where numbers of a client are in it, and lower ones are not. */
  get hasHoles(): boolean {
    return [...this.#clients.values()].some((flat) => flat.length > 2 || flat[0] !== 0);
  }

  get prefixes(): Map<number, number> {
    return new Map([...this.#clients.keys()].map((client) => [client, this.prefix(client)]));
  }
}

/** The index of the first range that ends behind `value`. */
function indexAt(flat: Flat, value: number): number {
  let [low, high] = [0, flat.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((flat[2 * middle + 1] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

/** Puts a range among others, and joins those that it touches. */
function insert(flat: Flat, start: number, end: number): void {
  const first = start === 0 ? 0 : indexAt(flat, start - 1);
  let next = first;
  let [from, to] = [start, end];
  while (next < flat.length && (flat[next] as number) <= end) {
    from = Math.min(from, flat[next] as number);
    to = Math.max(to, flat[next + 1] as number);
    next += 2;
  }
  flat.splice(first, next - first, from, to);
}
