/** The built demo as `npm start` serves it: a server and a page for each test of a file, one browser for all. */
import type { Browser, FrameLocator, LaunchOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { type ServedPage, servePage } from '../support/page.js';
import { type Person, person } from './people.js';

export interface DemoLab {
  readonly browser: Browser;
  server: LocalServer;
  readonly site: ServedPage;
  /** Opens the demo for somebody, in a browser context of their own. */
  visit(name: string, viewport?: { width: number; height: number }): Promise<Person>;
}

/** In every test the pages must throw nothing; that is checked after each. */
export function demoLab(options?: LaunchOptions): DemoLab {
  const here: Person[] = [];
  const lab = {
    visit: async (name: string, viewport?: { width: number; height: number }) => {
      const one = await person(lab.browser, lab.site.url, name, viewport);
      here.push(one);
      return one;
    },
  } as DemoLab & { browser: Browser; site: ServedPage };
  beforeAll(async () => {
    lab.browser = await launchChromium(options);
  });
  afterAll(() => lab.browser.close());
  beforeEach(async () => {
    lab.server = await natsServer({ jetstream: true });
    lab.site = await servePage(lab.server.wsUrl);
  });
  afterEach(async () => {
    const troubles = here.flatMap((one) => one.troubles);
    await Promise.all(here.splice(0).map(({ context }) => context.close()));
    await lab.site[Symbol.asyncDispose]();
    await lab.server.stop();
    expect(troubles).toEqual([]);
  });
  return lab;
}

/** The page in the phone beside the page. */
export const phoneOf = (page: Page): FrameLocator => page.frameLocator('#phone');

/** The names of everyone whom a page sees, as it shows them. */
export const names = (page: Page): Promise<string[]> =>
  page.evaluate(() => (document.querySelector('slate-room')?.room?.members ?? []).map(({ label }) => label).sort());

/** Expects it of what `read` gives soon, also on a busy machine. */
export const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });
