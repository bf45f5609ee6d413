/** People at the built demo, each in a browser context of their own: what the end-to-end tests do and look at. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page threw or reported as an error. */
  readonly troubles: string[];
}

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

/** The names on a page's avatar stack, with their status, in the order shown. */
export function people({ page }: Person): Promise<{ name: string; status: string }[]> {
  return page.evaluate(() => {
    const stack = document.querySelector('slate-avatars')?.shadowRoot;
    return [...(stack?.querySelectorAll<HTMLElement>('[part~="avatar"]') ?? [])].map((avatar) => ({
      name: avatar.ariaLabel ?? avatar.getAttribute('aria-label') ?? '',
      status: avatar.dataset.status ?? '',
    }));
  });
}

/** Waits until the stack of `who` shows somebody whose accessible name holds `name` (or, `gone`, nobody). In milliseconds. */
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

/** The tip of the one remote pointer on a page, in its viewport, once it rests; `undefined` while there is none. */
export function tip({ page }: Person): Promise<{ x: number; y: number; name: string } | undefined> {
  return page.evaluate(() => {
    const layer = document.querySelector('slate-cursors')?.shadowRoot;
    const cursor = layer?.querySelector<HTMLElement>('[part~="cursor"]');
    if (!cursor || getComputedStyle(cursor).visibility === 'hidden') return undefined;
    const box = cursor.getBoundingClientRect();
    return { x: box.left, y: box.top, name: cursor.querySelector('[part~="name"]')?.textContent?.trim() ?? '' };
  });
}
