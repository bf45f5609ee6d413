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
    `font:${pick(['normal', 'italic', 'bold'])} ${between(9, 26)}px/${pick(['normal', '1.2', '1.6', '2'])} ${pick(FONTS)}`,
    `width:${between(120, 480)}px`,
    isInput ? `height:${pick(['auto', '40px'])}` : `height:${between(120, 360)}px`,
    `padding:${between(0, 12)}px ${between(0, 20)}px`,
    `border:${pick([0, 1, 3])}px solid #888`,
    `box-sizing:${pick(['border-box', 'content-box'])}`,
    `direction:${kinds.some((kind) => /arabic|hebrew/.test(kind)) ? pick(['rtl', 'ltr']) : pick(['ltr', 'ltr', 'rtl'])}`,
    'resize:none',
    some(0.2, `letter-spacing:${between(-0.5, 3)}px`),
    some(0.2, `word-spacing:${between(0, 8)}px`),
    some(0.3, `tab-size:${pick([2, 4, 8])}`),
    some(0.2, `text-indent:${between(0, 30)}px`),
    some(0.2, `text-align:${pick(['center', 'right', 'end', 'justify'])}`),
    some(0.1, `text-transform:${pick(['uppercase', 'capitalize'])}`),
    some(0.15, isInput ? '' : `white-space:${pick(['pre', 'nowrap', 'break-spaces', 'pre-line'])}`),
    some(0.15, `zoom:${pick([0.8, 1.25, 1.5])}`),
    some(0.1, 'word-break:break-all'),
    some(0.1, 'font-feature-settings:"liga" 0,"smcp"'),
  ];
  return {
    style: style.filter(Boolean).join(';'),
    around: pick(['', '', '', '', 'zoom:1.2', 'transform:scale(1.2);transform-origin:0 0', 'transform:rotate(4deg)']),
    attributes: `${isInput ? 'type="text" ' : pick(['', '', '', 'wrap="off"'])} lang="${pick(['en', 'ja', 'ar', 'de'])}"`,
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
    const offsets = others.map(() => may[Math.floor(random() * may.length)] as number);
    for (const [i, other] of others.entries()) put(other, field.value, offsets[i] as number);
    const said = () => others.map(({ awareness }) => JSON.stringify(awareness.getLocalState()?.caret)).join();
    await until(() => heardAll(others, carets) === said(), { what: 'everyone to have said where they are' });
    await drawn();
    for (const [i, other] of others.entries()) {
      const offset = offsets[i] as number;
      checked++;
      let caret = caretOf(carets, other);
      if (!caret) {
        // The browser itself scrolls the field so that its caret is in sight.
        field.blur();
        field.setSelectionRange(offset, offset);
        field.focus();
        await drawn();
        await drawn();
        caret = caretOf(carets, other);
      }
      const found = caret && offsetAt(field, middle(caret));
      const steps = found === undefined ? Infinity : Math.abs(stopOf(may, found) - stopOf(may, offset));
      if (steps > 1)
        wrong.push(
          `${seed} ${tag}: ${found} for ${offset} ${JSON.stringify(text.slice(offset - 3, offset + 3))} ${around} ${attributes} ${style}`,
        );
    }
  }
  onTestFinished(() => place.remove());
  expect(checked).toBe(PAGES * PEOPLE);
  expect(wrong.slice(0, 40), `${wrong.length} of ${checked}`).toEqual([]);
});

/** Which of the places where a caret may stand this is, or the one before it. */
const stopOf = (may: readonly number[], offset: number): number => may.findLastIndex((stop) => stop <= offset);

/** What Alice's page has heard of each. */
function heardAll(others: readonly Room[], carets: Element): string {
  const room = (carets.closest('slate-room') as { room?: Room | null } | null)?.room;
  const states = room?.awareness.getStates();
  return others.map(({ client }) => JSON.stringify(states?.get(client)?.caret)).join();
}
