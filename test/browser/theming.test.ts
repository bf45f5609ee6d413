/** docs/theming.md: what it says a page has to write for its brand, for the dark and for its language is enough. */
import axe from 'axe-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commands } from 'vitest/browser';
import '../../elements/feed/define.js';
import '../../elements/build/define.js';
import '../../elements/log/define.js';
import type { SlateAvatars, SlateStatus } from '../../elements/index.js';
import ar from '../../elements/words/ar.js';
import de from '../../elements/words/de.js';
import * as words from '../../elements/words/index.js';
import { publishBuildEvent, publishFileEvent, publishRuntimeEvent } from '../../src/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';
import { entered, mountRoom, part, parts, rgb, text, town } from './support.js';

const guide = await commands.readFile('docs/theming.md');

/** The example with this name. */
function example(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(guide)?.[1];
  if (!found) throw new Error(`docs/theming.md has no example “${name}”`);
  return found;
}

/** Adds styles to the page until the test is over. */
function style(css: string): void {
  const element = Object.assign(document.createElement('style'), { textContent: css });
  document.head.append(element);
  onTestFinished(() => element.remove());
}

/** Gives the page a class until the test is over. */
function dress(name: string): void {
  document.documentElement.classList.add(name);
  onTestFinished(() => document.documentElement.classList.remove(name));
}

const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

/** A page with every element that has text in the flow, each with something to show. */
async function page() {
  const { hub, enter } = town();
  await enter('Bob', { user: { id: 'bob', name: 'Bob', avatar: PICTURE } });
  const inside =
    '<slate-avatars></slate-avatars><slate-status></slate-status><slate-feed project="p"></slate-feed><slate-build project="p"></slate-build><slate-log session="s"></slate-log>';
  const { element } = await mountRoom(hub, inside);
  const find = (name: string) => element.querySelector(`slate-${name}`) as HTMLElement;
  const status = find('status') as SlateStatus;
  const avatars = find('avatars') as SlateAvatars;
  await until(() => status.dataset.state === 'connected' && parts(avatars, 'avatar').length === 2);
  const bus = hub.connect();
  const common = { userId: 'bob', timestamp: Date.now() };
  await publishFileEvent({ ...common, type: 'created', projectId: 'p', fileId: 'f' }, { bus });
  await publishBuildEvent({ ...common, type: 'failed', projectId: 'p', buildId: 'b', data: { error: 'No' } }, { bus });
  for (const level of ['warn', 'error', 'debug'] as const)
    await publishRuntimeEvent(
      { ...common, type: 'log', sessionId: 's', projectId: 'p', data: { level, message: level } },
      { bus },
    );
  await until(() => parts(find('log'), 'line').length === 3 && parts(find('feed'), 'item').length > 0);
  return { hub, element, avatars, status, find };
}

/** What axe says of contrasts that are too small. */
async function faint(element: Element): Promise<string[]> {
  await entered();
  const rules = ['color-contrast'];
  const judge = () => axe.run(element, { runOnly: { type: 'rule', values: rules } });
  let { violations, passes } = await judge();
  // Something may have made its entrance meanwhile: what is too faint is so again.
  if (violations.length > 0) ({ violations, passes } = await judge());
  expect(passes.length).toBeGreaterThan(0);
  return violations.flatMap(({ nodes }) => nodes.map(({ html, any }) => html + JSON.stringify(any[0]?.data)));
}

/** The contrast of two colours, 1 to 21. */
function contrast(one: string, other: string): number {
  const light = (color: string) =>
    rgb(color)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, index) => sum + value * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0);
  const [low = 0, high = 0] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe('docs/theming.md', () => {
  it('a brand takes five lines', async () => {
    style(example('brand'));
    expect(example('brand').match(/--slate-/g)).toHaveLength(5);
    const { avatars, find } = await page();
    const face = getComputedStyle(await part(avatars, 'avatar'));
    expect(face.borderRadius).toBe('6px');
    expect(face.fontFamily).toContain('Georgia');
    const tip = getComputedStyle(await part(avatars, 'tip'));
    expect(tip.borderRadius).toBe('2px');
    expect(rgb(tip.boxShadow.match(/rgba?\([^)]*\)/)?.[0] ?? '')).not.toEqual([0, 0, 0]);
    const build = find('build');
    await publishBuild(build);
    expect(rgb(getComputedStyle(await part(build, 'bar')).backgroundColor)).toEqual(rgb('#7c3aed'));
  });

  it('square avatars have square pictures, by the token and by the part', async () => {
    const { avatars } = await page();
    const picture = await part(avatars, 'picture');
    const corner = () => getComputedStyle(picture).borderRadius;
    expect(corner()).toBe('50%');
    avatars.style.setProperty('--slate-avatar-radius', '0px');
    expect(corner()).toBe('0px');
    style(example('parts'));
    expect(corner()).toBe('8px');
    expect(getComputedStyle(picture).filter).toBe('grayscale(1)');
    expect(getComputedStyle(await part(avatars, 'dot')).display).toBe('none');
  });

  it('dark is one class', async () => {
    style(example('dark'));
    const { element, avatars } = await page();
    const tip = await part(avatars, 'tip');
    const [light] = rgb(getComputedStyle(tip).backgroundColor);
    expect(light).toBeGreaterThan(200);
    dress('dark');
    expect(rgb(getComputedStyle(tip).backgroundColor)[0]).toBeLessThan(60);
    expect(contrast(getComputedStyle(tip).color, getComputedStyle(tip).backgroundColor)).toBeGreaterThan(7);
    expect(await faint(element)).toEqual([]);
  });

  it.each([
    ['#101418', '#e6edf3'],
    ['#000', '#ccc'],
    ['#fff', '#111'],
    ['#fffbea', '#4a4a4a'],
  ])('on a page of %s that sets no color-scheme, what is written in %s is readable', async (ground, ink) => {
    style(`html { background: ${ground}; color: ${ink} }`);
    const { hub, element, status, find } = await page();
    expect(rgb(getComputedStyle(status).color)).toEqual(rgb(ink));
    expect(await faint(element)).toEqual([]);
    const marks = () => [
      getComputedStyle(parts(status, 'dot')[0] as Element).backgroundColor,
      getComputedStyle(parts(find('feed'), 'item')[0] as Element, '::before').backgroundColor,
      getComputedStyle(parts(find('build'), 'bar')[0] as Element).backgroundColor,
    ];
    const clear = () => marks().every((color) => contrast(color, ground) > 3);
    await until(clear, { what: 'marks of enough contrast' });
    hub.drop();
    await until(() => status.dataset.state === 'reconnecting' && text(parts(find('feed'), 'error')[0]) !== '');
    expect(await faint(element)).toEqual([]);
    await until(clear, { what: 'marks of enough contrast' });
  });

  it('what floats over such a page has the ground that the page gives it', async () => {
    style(example('night'));
    dress('night');
    const { avatars } = await page();
    const tip = getComputedStyle(await part(avatars, 'tip'));
    expect([rgb(tip.backgroundColor), rgb(tip.color)]).toEqual([rgb('#1c232b'), rgb('#e6edf3')]);
  });

  it('its programs give all elements their words', async () => {
    const modules: Record<string, unknown> = {
      'slate-collab/elements/words': words,
      'slate-collab/elements/words/ar': { default: ar },
      'slate-collab/elements/words/de': { default: de },
    };
    const run = (code: string) => {
      const body = code
        .replace(/^import (\w+) from '(.+)';$/gm, "const $1 = modules['$2'].default;")
        .replace(/^import (\{.+\}) from '(.+)';$/gm, "const $1 = modules['$2'];");
      new Function('modules', body)(modules);
    };
    const { element, status } = await page();
    onTestFinished(() => {
      for (const { lang, ...all } of [ar, de, { ...de, lang: undefined }])
        words.setWords({ ...Object.fromEntries(Object.keys(all).map((name) => [name, undefined])), lang });
    });
    run(example('languages'));
    element.lang = 'de-AT';
    const says = (word: string) => until(() => text(parts(status, 'text')[0]) === word, { what: word });
    await says('Verbunden');
    element.lang = 'ar';
    await says('متصل');
    run(example('single'));
    await says('Live');
    words.setWords({ connected: undefined });
    element.lang = 'de';
    await says('Live dabei');
  });
});

/** Lets the build of the project run. */
async function publishBuild(build: HTMLElement): Promise<void> {
  const hub = new MemoryHub();
  Object.assign(build, { bus: hub.connect() });
  await until(() => build.isConnected);
  const data = { percent: 40, message: 'Half' };
  const event = { type: 'progress', projectId: 'p', buildId: 'c', timestamp: Date.now(), data } as const;
  await until(async () => {
    await publishBuildEvent(event, { bus: hub.connect() });
    return build.dataset.state === 'progress';
  });
  await entered();
}
