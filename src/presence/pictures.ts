/**
 * D3: which pictures of others a page loads. A picture lies at an address of its sender's choice, and loading it tells
 * that address who looks. What is left out is left out of what this page shows alone: others choose for themselves.
 */
import type { State } from '../protocol/state.js';

export const AVATARS = ['all', 'same-origin', 'data'] as const;

/**
 * The pictures of others that a room shows. `all`: any. `same-origin`: those in the message itself (`data:`), and those
 * at the origin of the page. `data`: only those in the message.
 */
export type Avatars = (typeof AVATARS)[number];

/** Returns a function that returns a state as this page shows it. */
export function withPictures(avatars: Avatars): (state: State) => State {
  const { location } = globalThis as { location?: { origin?: string } };
  const isShown = (avatar: unknown) =>
    avatars === 'all' ||
    typeof avatar !== 'string' ||
    /^data:/i.test(avatar) ||
    (avatars === 'same-origin' && originOf(avatar) === location?.origin);
  return (state) => {
    const { avatar, ...user } = state.user as State;
    return isShown(avatar) ? state : { ...state, user };
  };
}

function originOf(address: string): string {
  try {
    return new URL(address).origin;
  } catch {
    return '';
  }
}
