/**
 * What the tests of accessibility share: axe with the rules of WCAG 2.2 AA and its best practices, in the modes in
 * which people see a page; people with names of many kinds.
 */
import axe from 'axe-core';
import { expect, onTestFinished } from 'vitest';
import { emulate, entered } from './support.js';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const MODES = {
  light: { 'prefers-color-scheme': 'light' },
  dark: { 'prefers-color-scheme': 'dark' },
  'forced colours, light': { 'forced-colors': 'active', 'prefers-color-scheme': 'light' },
  'forced colours, dark': { 'forced-colors': 'active', 'prefers-color-scheme': 'dark' },
  'more contrast, light': { 'prefers-contrast': 'more', 'prefers-color-scheme': 'light' },
  'more contrast, dark': { 'prefers-contrast': 'more', 'prefers-color-scheme': 'dark' },
} as const;

/** Of the page as a whole, which a test of one element is not: it has no landmarks, and no first heading. */
const OF_THE_PAGE = ['region', 'page-has-heading-one', 'landmark-one-main', 'bypass', 'document-title'];

async function judge(element: Element, mode: string): Promise<string[]> {
  await entered();
  const off = Object.fromEntries(OF_THE_PAGE.map((rule) => [rule, { enabled: false }]));
  // Whoever wants more contrast gets that of level AAA.
  const more = mode.startsWith('more') ? { 'color-contrast-enhanced': { enabled: true } } : {};
  const { violations, passes, incomplete, inapplicable } = await axe.run(element, {
    runOnly: { type: 'tag', values: TAGS },
    rules: { ...off, ...more, 'label-content-name-mismatch': { enabled: true } },
  });
  const ran = [...violations, ...passes, ...incomplete, ...inapplicable].map(({ id }) => id);
  expect(ran).toEqual(expect.arrayContaining(['target-size', 'color-contrast', 'label-content-name-mismatch']));
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any, all }) => `${id} ${html} ${JSON.stringify([...any, ...all][0]?.data)}`),
  );
}

/** Expects that axe finds nothing wrong in any mode; `state` says what is shown. */
export async function expectAccess(element: Element, state: string): Promise<void> {
  document.documentElement.lang = 'en';
  // Where nothing paints the page, axe takes it for white, also in the dark.
  document.documentElement.style.cssText = 'color-scheme:light dark;background:Canvas;color:CanvasText';
  onTestFinished(() => document.documentElement.removeAttribute('style'));
  for (const [mode, features] of Object.entries(MODES)) {
    await emulate(features);
    let wrong = await judge(element, mode);
    // Something may have made its entrance meanwhile: what is wrong is so again.
    if (wrong.length > 0) wrong = await judge(element, mode);
    expect.soft(wrong, `${state}, ${mode}`).toEqual([]);
  }
}

/** Names of one word and several, of many scripts, and such as have no letters. */
export const NAMES = [
  'Bob',
  'Alice Margaret Brown',
  '李小龍',
  'さくら 山田',
  'محمد علي',
  'דנה כהן',
  'สมชาย ใจดี',
  'प्रिया शर्मा',
  '👩‍🚀 Astronaut',
  '🦊',
  'Donaudampfschifffahrtsgesellschaftskapitän Müller',
  '42',
];

/** `count` names, all of them different. */
export const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => (NAMES[i] ? NAMES[i] : `Person ${i}`));
