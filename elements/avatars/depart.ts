/** The soft departure of an avatar. The stack itself has let go of it already: nothing waits for this. */

const SHRINKING_MS = 250;

/** Leaves a copy that shrinks away in the place of an avatar about to go; it is no part of the stack any more. */
export function depart(avatar: HTMLElement): void {
  const place = avatar.closest('li');
  if (!place || matchMedia('(prefers-reduced-motion:reduce)').matches) return;
  const ghost = place.cloneNode(true) as HTMLElement;
  const copy = ghost.firstElementChild as HTMLElement;
  for (const name of ['part', 'role', 'tabindex', 'aria-label', 'data-user']) copy.removeAttribute(name);
  ghost.ariaHidden = 'true';
  place.after(ghost);
  ghost.getBoundingClientRect(); // the starting point of the transition
  ghost.className = 'gone';
  setTimeout(() => ghost.remove(), SHRINKING_MS);
}
