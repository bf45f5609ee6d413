/**
 * The lives of a page in a real Chromium, as somebody else sees them: hidden, frozen, discarded, asleep, put away,
 * duplicated. Here each lasts a little longer than the lease of a page that is shown; `npm run lives` does the same on
 * a screen, for longer than every lease.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { Desktop, type Tab } from '../support/desktop.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { type ServedPage, servePage } from '../support/page.js';
import { until } from '../support/wait.js';
import { type Person, person } from './people.js';

declare global {
  interface Window {
    /** How Bob was seen, each change: the status of each session, or `gone`. */
    lives: string[];
  }
}

const headed = process.env.LIVES_HEADED === '1';
/** How long each of them lasts. The lease of a page that is shown is 11 s, of a hidden one 180 s (P3). */
const SECONDS = Number(process.env.LIVES_SECONDS ?? 15);
const HIDDEN_LEASE_S = 180;
const LIMIT_MS = 90_000 + 2_000 * SECONDS;

const ROOM = 'document.querySelector("slate-room").room';

let watching: Browser;
let server: LocalServer;
let site: ServedPage;
let address: string;

beforeAll(async () => {
  [watching, server] = await Promise.all([launchChromium(), natsServer({ jetstream: true })]);
  site = await servePage(server.wsUrl);
  address = `${site.url}?alone`; // each of them is one session
});
afterAll(async () => {
  await watching.close();
  await site[Symbol.asyncDispose]();
  await server.stop();
});

/** Ada, who watches, and Bob in a browser of his own. */
async function company(): Promise<{ ada: Person; desktop: Desktop; bob: Tab }> {
  const desktop = await Desktop.open({ headed });
  onTestFinished(() => desktop[Symbol.asyncDispose]());
  const ada = await person(watching, address, 'Ada');
  onTestFinished(async () => {
    await ada.context.close();
    expect(ada.troubles).toEqual([]);
  });
  const bob = await desktop.tab(address);
  await joined(bob);
  await sees(ada, 'active');
  await ada.page.evaluate(() => {
    window.lives = ['active'];
    const { room } = document.querySelector('slate-room') ?? {};
    room?.on('members', (members) => {
      const sessions = members.filter(({ self }) => !self).flatMap((member) => member.sessions);
      const seen = sessions.map(({ status }) => status).join(' and ') || 'gone';
      if (seen !== window.lives.at(-1)) window.lives.push(seen);
    });
  });
  return { ada, desktop, bob };
}

const joined = (tab: Tab) => tab.until('document.querySelector("slate-room")?.room?.status === "connected"');

const seen = ({ page }: Person) => page.evaluate(() => window.lives);

/** Waits until Bob is seen so. Returns how long that took, in seconds. */
async function sees({ page }: Person, wanted: string, withinS = 15): Promise<number> {
  const start = performance.now();
  const isSo = (status: string) => {
    const members = document.querySelector('slate-room')?.room?.members ?? [];
    const sessions = members.filter(({ self }) => !self).flatMap((member) => member.sessions);
    return (sessions.map((session) => session.status).join(' and ') || 'gone') === status;
  };
  await page.waitForFunction(isSo, wanted, { timeout: withinS * 1_000, polling: 25 });
  return (performance.now() - start) / 1_000;
}

/** Another tab comes in front of Bob's. */
async function hide(desktop: Desktop, bob: Tab): Promise<Tab> {
  const other = await desktop.tab('about:blank');
  await bob.until('document.visibilityState === "hidden"');
  return other;
}

/** So much time passes since `start`. */
const passes = (seconds: number, start = performance.now()) =>
  until(() => performance.now() - start > seconds * 1_000, { deadlineMs: seconds * 1_000 + 5_000 });

describe('a page', () => {
  it(
    'property 8: P3: that is hidden is away while its timers run once a minute, and active when shown',
    async () => {
      const { ada, desktop, bob } = await company();
      await bob.run('{ globalThis.ticks = []; setInterval(() => ticks.push(performance.now()), 200); }');
      await hide(desktop, bob);
      expect(await sees(ada, 'away')).toBeLessThan(2);
      const areSlow = () => bob.run<boolean>('performance.now() - ticks.at(-1) > 3_000');
      for (let waited = 0; !(await areSlow()); waited++) {
        expect(waited).toBeLessThan(90);
        await passes(1); // a page that is asked all the time is not slowed down
      }
      await bob.run('{ ticks = []; }');
      await passes(SECONDS);
      expect(await bob.run('ticks.length')).toBeLessThanOrEqual(Math.ceil(SECONDS / 60) * 2);
      await bob.front();
      expect(await sees(ada, 'active')).toBeLessThan(2);
      expect(await seen(ada)).toEqual(['active', 'away', 'active']);
      expect(await bob.run(`${ROOM}.members.length`)).toBe(2);
    },
    LIMIT_MS,
  );

  it(
    'property 9: P3: that is frozen is away until its lease ends, removes nobody, and is back at once',
    async () => {
      const { ada, desktop, bob } = await company();
      const client = await bob.run(`${ROOM}.client`);
      await bob.run(`{ globalThis.counts = []; ${ROOM}.on('members', (members) => counts.push(members.length)); }`);
      await hide(desktop, bob);
      await sees(ada, 'away');
      const start = performance.now();
      await bob.freeze('frozen');
      await passes(SECONDS, start);
      expect(await seen(ada)).toEqual(SECONDS < HIDDEN_LEASE_S ? ['active', 'away'] : ['active', 'away', 'gone']);
      await bob.freeze('active');
      await bob.front();
      expect(await sees(ada, 'active')).toBeLessThan(2);
      await ada.page.fill('#notes', 'While you were frozen');
      await bob.until('document.getElementById("notes").value === "While you were frozen"');
      expect((await seen(ada)).filter((status) => status === 'active')).toHaveLength(2);
      expect(await bob.run(`${ROOM}.client`)).toBe(client);
      expect(await bob.run('Math.min(...counts)')).toBe(2);
    },
    LIMIT_MS,
  );

  it(
    'P9: that is discarded is dimmed and removed, and back once when it is looked at again',
    async () => {
      const { ada, desktop, bob } = await company();
      const user = await bob.run(`${ROOM}.self.user.id`);
      await hide(desktop, bob);
      await sees(ada, 'away');
      await desktop.discard(bob);
      await sees(ada, 'stale', 6);
      await sees(ada, 'gone', 10);
      const again = await desktop.find(address);
      await again.front();
      await sees(ada, 'active');
      expect(await again.run('document.wasDiscarded')).toBe(true);
      expect(await again.run(`${ROOM}.self.user.id`)).toBe(user);
      expect(await seen(ada)).toEqual(['active', 'away', 'stale', 'gone', 'active']);
    },
    LIMIT_MS,
  );

  it(
    'P7, P8, Y8: that slept longer than its lease was gone, sees everyone, is back once, and loses no edit',
    async () => {
      const { ada, desktop, bob } = await company();
      await bob.run(`{ globalThis.counts = []; ${ROOM}.on('members', (members) => counts.push(members.length)); }`);
      await ada.page.fill('#notes', 'one ');
      await bob.until('document.getElementById("notes").value === "one "');
      await bob.type('notes', 'two ');
      const start = performance.now();
      desktop.sleep();
      await sees(ada, 'gone', 15);
      await ada.page.locator('#notes').press('Control+Home');
      await ada.page.locator('#notes').pressSequentially('zero ');
      await passes(SECONDS, start);
      desktop.wake();
      await bob.touch();
      expect(await sees(ada, 'active')).toBeLessThan(6);
      const both = 'zero one two ';
      await bob.until(`document.getElementById('notes').value === '${both}'`);
      await expect.poll(() => ada.page.inputValue('#notes')).toBe(both);
      expect(await seen(ada)).toEqual(['active', 'gone', 'active']);
      expect(await bob.run('Math.min(...counts, 2)')).toBe(2);
    },
    LIMIT_MS,
  );

  it(
    'property 10: P6: that is put into the back/forward cache leaves, and comes back within 1 s as the same',
    async () => {
      const { ada, bob } = await company();
      const client = await bob.run(`${ROOM}.client`);
      await bob.run(`{
      globalThis.shown = [];
      addEventListener('pageshow', ({ persisted }) => shown.push(persisted));
      location.href = '/slate.json';
    }`);
      expect(await sees(ada, 'gone')).toBeLessThan(2);
      await bob.until('location.pathname === "/slate.json"');
      await ada.page.fill('#notes', 'While you were away');
      await bob.run('history.back()');
      await bob.until('location.pathname === "/"');
      expect(await sees(ada, 'active')).toBeLessThan(1);
      expect(await bob.run('shown')).toEqual([true]);
      expect(await bob.run(`${ROOM}.client`)).toBe(client);
      await bob.until(
        `document.getElementById('notes').value === 'While you were away' && ${ROOM}.members.length === 2`,
      );
      await bob.type('notes', ', I was here');
      await expect.poll(() => ada.page.inputValue('#notes')).toBe('While you were away, I was here');
      expect(await seen(ada)).toEqual(['active', 'gone', 'active']);
    },
    LIMIT_MS,
  );

  it(
    'property 12: that is duplicated is two sessions with two ids, both seen',
    async () => {
      const { ada, desktop, bob } = await company();
      await bob.run('void open(location.href)');
      const copy = await desktop.find(address, [bob]);
      await joined(copy);
      expect(await sees(ada, 'away and active')).toBeLessThan(1);
      const ids = [await bob.run(`${ROOM}.client`), await copy.run(`${ROOM}.client`)];
      expect(new Set(ids).size).toBe(2);
      expect(await copy.run(`${ROOM}.members.length`)).toBe(3);
      await bob.until(`${ROOM}.members.length === 3`);
    },
    LIMIT_MS,
  );
});
