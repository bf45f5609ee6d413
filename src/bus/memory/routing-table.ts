/**
 * Finds the subscriptions that match a subject. Exact subjects are looked up; only patterns are compared one by one.
 */
import { matches } from '../subject.js';

export class RoutingTable<R extends { readonly subject: string }> {
  readonly #exact = new Map<string, Set<R>>();
  readonly #patterns = new Set<R>();

  add(route: R): void {
    const { subject } = route;
    if (/[*>]/.test(subject)) {
      this.#patterns.add(route);
      return;
    }
    const routes = this.#exact.get(subject) ?? new Set();
    this.#exact.set(subject, routes.add(route));
  }

  remove(route: R): void {
    this.#patterns.delete(route);
    const routes = this.#exact.get(route.subject);
    if (routes?.delete(route) && routes.size === 0) this.#exact.delete(route.subject);
  }

  matching(subject: string): R[] {
    const found = [...(this.#exact.get(subject) ?? [])];
    for (const route of this.#patterns) if (matches(route.subject, subject)) found.push(route);
    return found;
  }
}
