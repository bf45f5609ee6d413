/**
 * Importing the class of an element registers nothing. Importing its define file or elements/index registers it, once.
 * Both work in Node, so that a server that renders pages can import them. The elements of events are not in
 * elements/index, because a page with rooms alone does not need them; nor is `<slate-fields>`, which few pages need. `<slate-text>` needs Yjs, so in a one-file build
 * it comes with documents, in their file.
 */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const elements = fileURLToPath(new URL('../../elements', import.meta.url));
const tags = (await readdir(elements, { recursive: true }))
  .map((file) => /^(\w+)\/(slate-\w+)\.ts$/.exec(file))
  .flatMap((found) => (found ? [{ folder: found[1], tag: found[2] ?? '' }] : []));

const OF_EVENTS = ['slate-build', 'slate-feed', 'slate-log'];
const OF_FORMS = ['slate-fields'];
const OF_DOCUMENTS = 'slate-text';

const registered = new Map<string, unknown>();

beforeEach(() => {
  vi.resetModules();
  registered.clear();
  // Node loads Lit's development build. Here that is fine, and needs no warning.
  vi.stubGlobal('litIssuedWarnings', new Set(['dev-mode']));
  vi.stubGlobal('customElements', {
    get: (tag: string) => registered.get(tag),
    define: (tag: string, element: unknown) => {
      if (registered.has(tag)) throw new Error(`${tag} is registered already`);
      registered.set(tag, element);
    },
  });
});

afterEach(() => vi.unstubAllGlobals());

describe('registration', () => {
  it('finds the elements', () => expect(tags.length).toBeGreaterThanOrEqual(4));

  it.each(tags)('$tag: its class registers nothing, its define file registers it alone', async ({ folder, tag }) => {
    await import(`../../elements/${folder}/${tag}.ts`);
    expect([...registered.keys()]).toEqual([]);
    await import(`../../elements/${folder}/define.ts`);
    expect([...registered.keys()]).toEqual([tag]);
  });

  it('elements/index registers the elements of rooms, the one-file build with events registers all', async () => {
    await import('../../elements/index.js');
    const all = tags
      .map(({ tag }) => tag)
      .filter((tag) => tag !== OF_DOCUMENTS)
      .sort();
    expect([...registered.keys()].sort()).toEqual(all.filter((tag) => ![...OF_EVENTS, ...OF_FORMS].includes(tag)));
    await import('../../elements/slate-events.js');
    expect([...registered.keys()].sort()).toEqual(all);
  });

  it('does nothing the second time, with two copies of the module on one page', async () => {
    await import('../../elements/index.js');
    const first = new Map(registered);
    vi.resetModules();
    await import('../../elements/index.js');
    expect(registered).toEqual(first);
  });

  it('src/index registers nothing', async () => {
    await import('../../src/index.js');
    expect([...registered.keys()]).toEqual([]);
  });
});
