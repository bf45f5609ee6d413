/**
 * P14: whose names look alike: they are the same when written in one form (NFKC), in lower case, without white space.
 */
export class Alike {
  /** By user id. */
  readonly #looks = new Map<string, string>();
  /** The users of each look. */
  readonly #users = new Map<string, Set<string>>();
  /** The users for whom that may have changed. */
  readonly #touched = new Set<string>();

  /** The name of this user now; `undefined` when it is gone. */
  set(id: string, name: string | undefined): void {
    const look = name?.normalize('NFKC').toLowerCase().replace(/\s/g, '');
    const before = this.#looks.get(id);
    if (look === before) return;
    if (before !== undefined) {
      this.#users.get(before)?.delete(id);
      this.#touch(before);
    }
    if (look === undefined) this.#looks.delete(id);
    else {
      this.#looks.set(id, look);
      const users = this.#users.get(look);
      if (users) users.add(id);
      else this.#users.set(look, new Set([id]));
      this.#touch(look);
    }
  }

  isAlike(id: string): boolean {
    return (this.#users.get(this.#looks.get(id) ?? '')?.size ?? 0) > 1;
  }

  /** The users whose answer may have changed since the last call. */
  take(): string[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  #touch(look: string): void {
    const users = this.#users.get(look);
    if (users?.size === 0) this.#users.delete(look);
    // Of three, nothing changes for two of them; beyond that a crowd of one name would be looked at again and again.
    else if (users && users.size < 3) for (const id of users) this.#touched.add(id);
  }
}
