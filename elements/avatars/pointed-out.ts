/**
 * The people that one points out (spotlight.ts), in a shadow root in which `data-user` names people: the mouse or the
 * focus on one of them points them out, and who is pointed out elsewhere has the attribute `data-near`. Of someone who
 * is not in the stack, the +N button has it.
 */
import type { ReactiveController, ReactiveElement } from 'lit';
import type { Room } from '../../src/index.js';
import { spotlightOf } from '../shared/spotlight.js';

const OVER = ['pointerover', 'focusin'] as const;
const OUT = ['pointerout', 'focusout'] as const;

export class PointedOut implements ReactiveController {
  readonly #host: ReactiveElement;
  #room: Room | undefined;

  constructor(host: ReactiveElement) {
    this.#host = host;
    host.addController(this);
  }

  /** Takes part in a room until the function that it returns is called. */
  enter(room: Room): () => void {
    const spotlight = spotlightOf(room);
    this.#room = room;
    spotlight.watchers.add(this.#mark);
    return () => {
      spotlight.watchers.delete(this.#mark);
      spotlight.point(this, undefined);
      this.#room = undefined;
    };
  }

  hostConnected(): void {
    const { renderRoot } = this.#host;
    for (const type of OVER) renderRoot.addEventListener(type, this.#over);
    for (const type of OUT) renderRoot.addEventListener(type, this.#out);
  }

  hostDisconnected(): void {
    const { renderRoot } = this.#host;
    for (const type of OVER) renderRoot.removeEventListener(type, this.#over);
    for (const type of OUT) renderRoot.removeEventListener(type, this.#out);
  }

  hostUpdated(): void {
    this.#mark();
  }

  readonly #over = ({ type, target }: Event): void => {
    if (type === 'pointerover' || (target as Element).matches(':focus-visible')) this.#point(target as Element);
  };

  /** Back to who has the focus, if anyone has. */
  readonly #out = ({ type }: Event): void => {
    const focused = this.#host.shadowRoot?.activeElement;
    this.#point(type === 'pointerout' && focused?.matches(':focus-visible') ? focused : undefined);
  };

  #point(at: Element | undefined): void {
    if (this.#room) spotlightOf(this.#room).point(this, at?.closest<HTMLElement>('[data-user]')?.dataset.user);
  }

  readonly #mark = (): void => {
    const room = this.#room;
    const isNear = (userId: string | undefined) => !!room && userId !== undefined && spotlightOf(room).has(userId);
    const { renderRoot } = this.#host;
    const people = [...renderRoot.querySelectorAll<HTMLElement>('[part=avatar],[part=item]')];
    for (const one of people) one.toggleAttribute('data-near', isNear(one.dataset.user));
    const more = renderRoot.querySelector('[part=overflow]');
    const seen = new Set(people.flatMap(({ part, dataset }) => (part.contains('avatar') ? dataset.user : [])));
    const unseen = room?.members.some(({ user: { id } }) => isNear(id) && !seen.has(id));
    more?.toggleAttribute('data-near', !!unseen);
  };
}
