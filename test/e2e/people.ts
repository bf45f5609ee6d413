/** People who use a page, each in their own browser context, and what the end-to-end tests read from their pages. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

declare global {
  interface Window {
    /** The errors of all `slate-error` events so far; {@link recordSlateErrors} fills it. */
    slateErrors: Pick<Error, 'name' | 'message'>[];
    /** Free for a test that counts inside the page. */
    counts: number[];
  }
}

export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The stack of each exception that nothing in the page caught. */
  readonly troubles: string[];
}

/** Opens the demo at `url` and enters `name`, once the room is joined. */
export async function person(
  browser: Browser,
  url: string,
  name: string,
  viewport = { width: 1200, height: 900 },
): Promise<Person> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error.stack ?? error)));
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector('slate-room')?.room);
  await page.fill('#name', name);
  return { page, context, troubles };
}

/** The number of avatars on a page. */
export const avatars = (page: Page) =>
  page.evaluate(() => document.querySelector('slate-avatars')?.shadowRoot?.querySelectorAll('[part~="avatar"]').length);

/** The number of the others' pointers on a page. */
export const cursors = (page: Page) =>
  page.evaluate(() => document.querySelector('slate-cursors')?.shadowRoot?.querySelectorAll('[part~="cursor"]').length);

/** The names and the status of the avatars on the page, in the order shown. */
export function people({ page }: Person): Promise<{ name: string; status: string }[]> {
  return page.evaluate(() => {
    const stack = document.querySelector('slate-avatars')?.shadowRoot;
    return [...(stack?.querySelectorAll<HTMLElement>('[part~="avatar"]') ?? [])].map((avatar) => ({
      name: avatar.ariaLabel ?? avatar.getAttribute('aria-label') ?? '',
      status: avatar.dataset.status ?? '',
    }));
  });
}

/**
 * Waits for the avatar on the page of `who` whose accessible name contains `name`: until it is shown (`here`), dimmed
 * (`stale`) or removed (`gone`). Returns how long that took, in milliseconds.
 */
export async function until(
  who: Person,
  name: string,
  test: 'here' | 'gone' | 'stale',
  timeout = 15_000,
): Promise<number> {
  const begin = performance.now();
  await who.page.waitForFunction(
    ([wanted, kind]) => {
      const stack = document.querySelector('slate-avatars')?.shadowRoot;
      const avatars = [...(stack?.querySelectorAll<HTMLElement>('[part~="avatar"]') ?? [])];
      const found = avatars.find((avatar) => avatar.getAttribute('aria-label')?.includes(wanted as string));
      if (kind === 'gone') return !found;
      return kind === 'stale'
        ? found?.dataset.status === 'stale'
        : found !== undefined && found.dataset.status !== 'stale';
    },
    [name, test] as const,
    { timeout, polling: 25 },
  );
  return performance.now() - begin;
}

/**
 * The tip of the one remote pointer, in CSS pixels of the viewport, and its name. `undefined` while there is no
 * pointer.
 */
export function tip({ page }: Person): Promise<{ x: number; y: number; name: string } | undefined> {
  return page.evaluate(() => {
    const layer = document.querySelector('slate-cursors')?.shadowRoot;
    const cursor = layer?.querySelector<HTMLElement>('[part~="cursor"]');
    if (!cursor || getComputedStyle(cursor).visibility === 'hidden') return undefined;
    const box = cursor.getBoundingClientRect();
    return { x: box.left, y: box.top, name: cursor.querySelector('[part~="name"]')?.textContent?.trim() ?? '' };
  });
}

/** Records the `slate-error` events of a page from its next load on, and returns a function that reads them. */
export async function recordSlateErrors(page: Page): Promise<() => Promise<Window['slateErrors']>> {
  await page.addInitScript(() => {
    window.slateErrors = [];
    document.addEventListener('slate-error', (event) => {
      if (!('error' in event && event.error instanceof Error)) return;
      window.slateErrors.push({ name: event.error.name, message: event.error.message });
    });
  });
  return () => page.evaluate(() => window.slateErrors);
}
