/**
 * Who decides what screen readers are told: the listener, by the setting `announcing`, else the page, by the property
 * `announce` of each element that speaks. That takes the words of the attribute, too, because frameworks set the
 * property where the markup has the attribute.
 */
import { nothing, type PropertyDeclaration, type ReactiveControllerHost } from 'lit';
import { type Announcing, viewSettings, watchView } from './view-settings.js';

/** True and `on`: everything; `counts`: numbers in place of names; false and `off`: nothing. */
export type Announce = boolean | 'on' | 'off' | 'counts';

export const announce: PropertyDeclaration<Announce> = {
  reflect: true,
  converter: {
    fromAttribute: (value) => (value === 'counts' ? value : levelOf(value) === 'all'),
    toAttribute: (value) => ({ all: null, counts: 'counts', none: 'off' })[levelOf(value)],
  },
};

/** What to tell now, where the page says this. */
export function announcing(value: unknown): Announcing {
  return viewSettings().announcing ?? levelOf(value);
}

/** The role of a text that screen readers speak when it changes: none where nothing is to be told. */
export const statusRole = (value: unknown) => (announcing(value) === 'none' ? nothing : 'status');

/** Draws an element anew when the listener chooses anew. */
export function heedListener(host: ReactiveControllerHost): void {
  let unsubscribe: (() => void) | undefined;
  host.addController({
    hostConnected() {
      unsubscribe = watchView(() => host.requestUpdate());
    },
    hostDisconnected() {
      unsubscribe?.();
    },
  });
}

function levelOf(value: unknown): Announcing {
  if (value === 'counts') return value;
  return value === false || value === 'off' || value === 'false' ? 'none' : 'all';
}
