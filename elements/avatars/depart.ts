/**
 * The shrinking of an avatar whose member has left. The stack has removed the avatar already: nothing waits for this.
 */

const SHRINKING_MS = 250;

/**
 * Puts a copy that shrinks away in the place of an avatar that is about to be removed. The stack does not know the
 * copy.
 */
export function depart(avatar: HTMLElement): void {
  const item = avatar.closest('li');
  if (!item || matchMedia('(prefers-reduced-motion:reduce)').matches) return;
  const ghost = item.cloneNode(true) as HTMLElement;
  const copy = ghost.firstElementChild as HTMLElement;
  for (const name of ['part', 'role', 'tabindex', 'aria-label', 'data-user']) copy.removeAttribute(name);
  ghost.ariaHidden = 'true';
  item.after(ghost);
  ghost.getBoundingClientRect(); // the starting point of the transition
  ghost.className = 'gone';
  setTimeout(() => ghost.remove(), SHRINKING_MS);
}
