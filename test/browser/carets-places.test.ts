/**
 * Carets are where they belong: 1,000 seeded positions in fields of many kinds, and the browser itself is asked which
 * offset of the field lies where a caret is drawn.
 */
import { expect, it, onTestFinished } from 'vitest';
import type { Room } from '../../src/index.js';
import { seeded } from '../support/random.js';
import { until } from '../support/wait.js';
import { caretOf, type Input, middle, offsetAt, put, setUp } from './carets-page.js';
import { drawn } from './support.js';

const PAGES = 50;
const PEOPLE = 20;
/** How far from a place another character is, in CSS pixels. */
const TEXT = 16;

const WORDS: Record<string, readonly string[]> = {
  latin: [
    'office',
    'naïve',
    'Wörter',
    'AVAST',
    'e\u0301te\u0301',
    'x',
    'fjord',
    'I',
    'sub-title',
    'http://example.org/a/b?c=d',
  ],
  greek: ['Ελληνικά', 'привет', 'ёж'],
  arabic: ['مرحبا', 'بالعالم', 'لا', 'السلام', '١٢٣'],
  hebrew: ['שלום', 'עולם', 'בְּרֵאשִׁית', 'אבג'],
  east: ['東京', 'こんにちは', '世界', '한국어', '，'],
  emoji: ['👩‍🚀', '🇩🇪', '👍🏽', '😀', '1️⃣'],
  signs: ['(a)', '12.50', '—', '[x]', 'a,b', '50%', '«ja»'],
  long: ['Donaudampfschifffahrtsgesellschaftskapitän', 'x'.repeat(70)],
};
const KINDS = [
  ['latin'],
  ['latin', 'signs', 'long'],
  ['latin', 'greek', 'emoji'],
  ['east', 'latin', 'emoji'],
  ['arabic', 'signs'],
  ['hebrew', 'latin', 'signs'],
  ['arabic', 'latin', 'hebrew', 'emoji'],
];
const FONTS = ['serif', 'sans-serif', 'monospace', 'cursive', 'system-ui', '"Noto Sans", sans-serif', 'Georgia, serif'];

const HEIGHTS = ['normal', '1.2', '1.6', '2'];
const LANGUAGES = ['en', 'ja', 'ar', 'de'];

interface Case {
  readonly style: string;
  readonly around: string;
  readonly attributes: string;
  readonly isInput: boolean;
  readonly text: string;
}

/** A field, its text and its styles, all by this seed. */
function caseOf(seed: number): Case {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const between = (low: number, high: number): string => (low + random() * (high - low)).toFixed(2);
  const some = (share: number, text: string): string => (random() < share ? text : '');
  const isInput = seed % 5 === 0;
  const kinds = pick(KINDS);
  let text = '';
  const length = isInput ? 40 + random() * 60 : 60 + random() * 500;
  while (text.length < length) {
    text += pick(WORDS[pick(kinds)] as string[]);
    const space = random();
    text +=
      isInput || space < 0.86 ? ' '.repeat(space < 0.05 ? 3 : 1) : space < 0.9 ? '\t' : space < 0.97 ? '\n' : '\n\n';
  }
  if (random() < 0.2) text = isInput ? text : `${text}\n`;
  const style = [
    `font:${pick(['normal', 'italic', 'bold'])} ${between(9, 26)}px/${pick(HEIGHTS)} ${pick(FONTS)}`,
    `width:${between(120, 480)}px`,
    isInput ? `height:${pick(['auto', '40px'])}` : `height:${between(120, 360)}px`,
    `padding:${between(0, 12)}px ${between(0, 20)}px`,
    `border:${pick([0, 1, 3])}px solid #888`,
    `box-sizing:${pick(['border-box', 'content-box'])}`,
    `direction:${pick(kinds.some((kind) => /arabic|hebrew/.test(kind)) ? ['rtl', 'ltr'] : ['ltr', 'ltr', 'rtl'])}`,
    'resize:none',
    some(0.2, `letter-spacing:${between(-0.5, 3)}px`),
    some(0.2, `word-spacing:${between(0, 8)}px`),
    some(0.3, `tab-size:${pick([2, 4, 8])}`),
    some(0.2, `text-indent:${between(0, 30)}px`),
    some(0.2, `text-align:${pick(['center', 'right', 'end', 'justify'])}`),
    some(0.1, `text-transform:${pick(['uppercase', 'capitalize'])}`),
    some(0.15, isInput ? '' : `white-space:${pick(['pre', 'nowrap', 'break-spaces'])}`),
    some(0.15, `zoom:${pick([0.8, 1.25, 1.5])}`),
    some(0.1, 'word-break:break-all'),
    some(0.1, 'font-feature-settings:"liga" 0,"smcp"'),
  ];
  return {
    style: style.filter(Boolean).join(';'),
    around: pick(['', '', '', '', 'zoom:1.2', 'transform:scale(1.2);transform-origin:0 0', 'transform:rotate(4deg)']),
    attributes: `${isInput ? 'type="text"' : pick(['', '', '', 'wrap="off"'])} lang="${pick(LANGUAGES)}"`,
    isInput,
    text,
  };
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Where a caret may stand in a text: before each character, and at the end. */
const stops = (text: string): number[] => [...[...characters.segment(text)].map(({ index }) => index), text.length];

it('1,000 positions: on the right line and within one character in at least 99 %', { timeout: 300_000 }, async () => {
  const names = [...Array(PEOPLE).keys()].map((i) => `P${i}`);
  const { carets, others, roomElement } = await setUp('<div id="place"></div>', names);
  const place = roomElement.querySelector('#place') as HTMLElement;
  place.style.cssText = 'position:fixed;left:20px;top:20px;width:600px';
  const wrong: string[] = [];
  let checked = 0;
  for (let seed = 0; seed < PAGES; seed++) {
    const { style, around, attributes, isInput, text } = caseOf(seed);
    const tag = isInput ? 'input' : 'textarea';
    place.innerHTML = `<div style="${around}"><${tag} id="field" ${attributes} style='${style}'></${tag}></div>`;
    const field = place.querySelector('#field') as Input;
    field.value = text;
    const random = seeded(1000 + seed);
    const may = stops(field.value);
    field.scrollTop = random() * (field.scrollHeight - field.clientHeight);
    field.scrollLeft =
      random() * (field.scrollWidth - field.clientWidth) * (getComputedStyle(field).direction === 'rtl' ? -1 : 1);
    const offsets = others.map(() => stopBefore(may, offsetSomewhere(field, random)));
    for (const [i, other] of others.entries()) put(other, field.value, offsets[i] as number);
    const said = () => others.map(({ awareness }) => JSON.stringify(awareness.getLocalState()?.caret)).join();
    await until(() => heardAll(others, carets) === said(), { what: 'everyone to have said where they are' });
    await drawn();
    for (const [i, other] of others.entries()) {
      const offset = offsets[i] as number;
      checked++;
      const caret = caretOf(carets, other);
      const found = caret ? beside(middle(caret)).map((at) => offsetAt(field, at)) : [];
      const away = found.map((at) => (at === undefined ? Infinity : Math.abs(stopOf(may, at) - stopOf(may, offset))));
      const isWrong =
        Math.min(Infinity, ...away) > 1 ||
        (caret && !around.includes('rotate') && isAtWrap(field, middle(caret), offset));
      if (isWrong) wrong.push(`page ${seed}, offset ${offset}: ${found} ${attributes} ${around} ${style}`);
    }
  }
  onTestFinished(() => place.remove());
  expect(checked).toBe(PAGES * PEOPLE);
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(0.01 * checked);
});

/**
 * Where texts of two directions meet, two offsets share a place, and the browser names one of them. Beside it, less
 * than half a character away, it names the other.
 */
const beside = ({ x, y }: { x: number; y: number }) => [-2, 0, 2].map((by) => ({ x: x + by, y }));

/** The offset at a point where the field shows text, whole lines of it. */
function offsetSomewhere(field: Input, random: () => number): number {
  const { left, top, width, height } = field.getBoundingClientRect();
  const inset = Math.min(height / 3, 40);
  for (;;) {
    const x = left + 12 + random() * (width - 24);
    const y = top + inset + random() * (height - 2 * inset);
    const offset = offsetAt(field, { x, y });
    // Beside a line its end is found, however far that is scrolled away.
    const [before, behind] = [-TEXT, TEXT].map((by) => offsetAt(field, { x: x + by, y }));
    const isOnText = before !== undefined && behind !== undefined && before !== offset && behind !== offset;
    if (offset !== undefined && isOnText) return offset;
  }
}

/** Whether a caret is at the end of a line that is wrapped there: it belongs to the start of the next one. */
function isAtWrap(field: Input, { y }: { y: number }, offset: number): boolean {
  const text = field.value;
  if (/[\u0590-\u08ff]/.test(text) || getComputedStyle(field).direction === 'rtl' || field instanceof HTMLInputElement)
    return false;
  const { right } = field.getBoundingClientRect();
  const end = offsetAt(field, { x: right - field.clientLeft - 3, y });
  return end === offset && offset < text.length && text[offset] !== '\n';
}

const stopBefore = (may: readonly number[], offset: number): number => may[stopOf(may, offset)] as number;

/** Which of the places where a caret may stand this is, or the one before it. */
const stopOf = (may: readonly number[], offset: number): number => may.findLastIndex((stop) => stop <= offset);

/** What Alice's page has heard of each. */
function heardAll(others: readonly Room[], carets: Element): string {
  const room = (carets.closest('slate-room') as { room?: Room | null } | null)?.room;
  const states = room?.awareness.getStates();
  return others.map(({ client }) => JSON.stringify(states?.get(client)?.caret)).join();
}
