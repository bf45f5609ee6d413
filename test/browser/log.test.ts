/** `<slate-log>` in a real browser. Past 300 lines: one log that is fed, and a test for each thing its reader does. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import '../../elements/feed/define.js';
import '../../elements/log/define.js';
import type { SlateFeed } from '../../elements/feed/define.js';
import type { SlateLog } from '../../elements/log/define.js';
import { SPEAK_EVERY_MS } from '../../elements/shared/live-region.js';
import { publishRuntimeEvent } from '../../src/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';
import { drawn, emulate, expectAccessible, mount, part, parts, stopTimers, text } from './support.js';

const AT = 1_700_000_000_000;

async function setUp(attributes = '') {
  const hub = new MemoryHub();
  const log = mount<SlateLog>(`<slate-log session="s1" ${attributes}></slate-log>`);
  log.style.height = '300px';
  log.bus = hub.connect();
  await log.updateComplete;
  const bus = hub.connect();
  const common = { sessionId: 's1', projectId: 'p1', timestamp: AT };
  const say = (message: string, level?: string) =>
    publishRuntimeEvent({ ...common, type: 'log', data: { message, ...(level && { level }) } }, { bus });
  const fail = (error: string) => publishRuntimeEvent({ ...common, type: 'error', data: { error } }, { bus });
  const scroller = await part(log, 'lines');
  const size = async () => text(await part(log, 'size'));
  const holds = (lines: string) => until(async () => (await size()) === lines, { what: lines, deadlineMs: 15_000 });
  return { hub, log, bus, common, say, fail, scroller, size, holds };
}

const shown = (log: Element) => parts(log, 'line').map((line) => (line.textContent ?? '').slice(19));
const atEnd = ({ scrollTop, scrollHeight, clientHeight }: Element) => scrollTop + clientHeight >= scrollHeight - 1;
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`).join('\n');

describe('<slate-log>', () => {
  it('is accessible when empty, with lines of every level and scrolled up, in light and in dark', async () => {
    const { log, say, fail, scroller, holds } = await setUp();
    await expectAccessible(log);
    for (const level of ['debug', 'info', 'warn', 'error']) await say(`a line of ${level}`, level);
    await fail('it broke');
    await holds('5 lines');
    await expectAccessible(log);
    await say(numbered(200));
    await holds('205 lines');
    await until(() => atEnd(scroller));
    scroller.scrollTop = 500;
    await until(() => !log.following);
    await log.updateComplete;
    await expectAccessible(log);
  });

  it('is a log, and draws only what is in view of 100,000 lines', async () => {
    const { log, say, scroller, holds } = await setUp();
    expect(scroller.getAttribute('role')).toBe('log');
    for (let from = 0; from < 100_000; from += 100) {
      await say(numbered(100, from));
      if (from % 10_000 > 0) continue;
      await drawn(); // the page goes on drawing while lines come
      expect(shown(log).at(-1)).toBe(`line ${from + 99}`);
    }
    await holds('100,000 lines');
    expect(parts(log, 'line').length).toBeLessThan(60);
    await until(() => atEnd(scroller) && shown(log).at(-1) === 'line 99999');

    const row = scroller.scrollHeight / 100_000;
    for (const number of [50_000, 0, 99_000, 12_345]) {
      scroller.scrollTop = number * row;
      await until(() => {
        const box = scroller.getBoundingClientRect();
        const top = parts(log, 'line').find((line) => line.getBoundingClientRect().bottom > box.top + 1);
        return top?.textContent?.endsWith(`line ${number}`);
      });
      expect(parts(log, 'line').length).toBeLessThan(60);
    }
    log.level = 'error';
    await holds('0 lines');
    log.level = null;
    await holds('100,000 lines');
  });

  it('follows the newest line until the reader scrolls up; then stays, counts, and jumps back', async () => {
    const { log, say, scroller, holds } = await setUp();
    await say(numbered(500));
    await holds('500 lines');
    await until(() => atEnd(scroller));
    const button = await part(log, 'newest');
    expect(button.checkVisibility()).toBe(false);
    scroller.scrollTop = 2000;
    await until(() => !log.following);
    await drawn();
    const before = shown(log);
    await say(numbered(40, 500));
    await holds('540 lines');
    await drawn();
    expect(scroller.scrollTop).toBe(2000);
    expect(shown(log)).toEqual(before);
    expect(text(button)).toBe('Jump to newest (40 new)');
    button.click();
    await until(() => atEnd(scroller) && shown(log).at(-1) === 'line 539');
    expect(button.checkVisibility()).toBe(false);
    expect(log.shadowRoot?.activeElement).toBe(scroller);
    await say('and on');
    await until(() => shown(log).at(-1) === 'and on' && atEnd(scroller));
    scroller.scrollTop = 100;
    await until(() => !log.following);
    scroller.scrollTop = scroller.scrollHeight; // back at the end by hand
    await until(() => log.following);
  });

  it('keeps the reader in place when the oldest lines are forgotten', async () => {
    const { log, say, scroller, holds } = await setUp('max="1000"');
    await say(numbered(1000));
    await holds('1,000 lines');
    await until(() => atEnd(scroller));
    scroller.scrollTop = 10_000;
    await until(() => !log.following);
    await drawn();
    const topLine = () => {
      const { top } = scroller.getBoundingClientRect();
      return parts(log, 'line').find((line) => line.getBoundingClientRect().bottom > top + 1)?.textContent;
    };
    const before = topLine();
    await say(numbered(50, 1000));
    await holds('900 lines');
    await drawn();
    expect(topLine()).toBe(before);
    expect(before).toContain('line 500');
  });

  it('filters by level, from the attribute and from its control; an unknown level is info', async () => {
    const { log, say, fail, holds } = await setUp('level="warn"');
    for (const level of ['debug', 'info', 'warn', 'error', 'fatal', 'notice']) await say(`a line of ${level}`, level);
    await fail('it broke');
    await holds('4 lines');
    expect(shown(log)).toEqual(['a line of warn', 'a line of error', 'a line of fatal', 'it broke']);
    const select = (await part(log, 'level')) as HTMLSelectElement;
    expect(select.value).toBe('warn');
    const choose = (value: string) => {
      select.value = value;
      select.dispatchEvent(new Event('change'));
    };
    choose('error');
    await holds('3 lines');
    choose('');
    await holds('7 lines');
    choose('info');
    await holds('6 lines');
    expect(log.getAttribute('level')).toBe('info');
  });

  it('shows text as it is, with several lines, white space and markup, but without terminal colours', async () => {
    const { log, say, holds } = await setUp();
    await say('first\r\n  second\t<b>bold</b>\n');
    await say('\u001b[31mred\u001b[0m');
    await holds('3 lines');
    expect(shown(log)).toEqual(['first', '  second\t<b>bold</b>', 'red']);
    expect(getComputedStyle(parts(log, 'line')[1] as Element).whiteSpace).toBe('pre');
    const heights = new Set(parts(log, 'line').map((line) => line.getBoundingClientRect().height));
    expect(heights.size).toBe(1);
  });

  it('copies every line it shows, not only those in view', async () => {
    const { say, scroller, holds } = await setUp();
    await say(numbered(3000));
    await holds('3,000 lines');
    scroller.focus();
    scroller.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true }));
    const copy = () => {
      const clipboardData = new DataTransfer();
      scroller.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }));
      return clipboardData.getData('text/plain').split('\n').filter(Boolean);
    };
    const lines = copy();
    expect(lines).toHaveLength(3000);
    expect(lines[7]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info line 7$/);
    scroller.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    expect(copy()).toEqual([]); // the browser copies what is selected
  });

  it.each([
    ['the clipboard accepts it', async () => undefined, false, 'Copied'],
    ['the copy command works instead', () => Promise.reject(new Error('no')), true, 'Copied'],
    ['nothing may write to the clipboard', () => Promise.reject(new Error('no')), false, 'Copy all'],
  ])('its button says whether it has copied: %s', async (_, writeText, command, label) => {
    const { log, say, holds } = await setUp();
    await say('one');
    await holds('1 line');
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(writeText);
    const execute = vi.spyOn(document, 'execCommand').mockReturnValue(command);
    onTestFinished(() => {
      for (const spy of [write, execute]) spy.mockRestore();
    });
    const button = await part(log, 'copy');
    button.click();
    await drawn();
    expect(text(button)).toBe(label);
  });

  it('holds still while text is selected', async () => {
    const { log, say, scroller, holds } = await setUp();
    await say(numbered(100));
    await holds('100 lines');
    await until(() => atEnd(scroller));
    const line = parts(log, 'line').at(-5) as Element;
    getSelection()?.selectAllChildren(line);
    onTestFinished(() => getSelection()?.removeAllRanges());
    await until(() => !log.following);
    const top = scroller.scrollTop;
    await say(numbered(100, 100));
    await holds('200 lines');
    await drawn();
    expect(scroller.scrollTop).toBe(top);
    expect(line.isConnected).toBe(true);
  });

  it('speaks of errors, politely', async () => {
    stopTimers();
    const { log, say, fail } = await setUp();
    await say('all is well');
    await fail('it broke');
    await fail('it broke again');
    vi.advanceTimersByTime(SPEAK_EVERY_MS);
    await log.updateComplete;
    const spoken = log.shadowRoot?.querySelector('.spoken');
    expect(text(spoken)).toBe('2 errors. The newest: it broke again');
    expect(spoken?.getAttribute('role')).toBe('status');
  });

  it('speaks of an error that comes again', async () => {
    stopTimers();
    const { log, fail } = await setUp();
    const spoken = log.shadowRoot?.querySelector('.spoken') as Element;
    let changes = 0; // screen readers speak only of changes
    const watch = new MutationObserver(() => changes++);
    watch.observe(spoken, { childList: true, characterData: true, subtree: true });
    onTestFinished(() => watch.disconnect());
    for (const times of [1, 2]) {
      await fail('it broke');
      vi.advanceTimersByTime(SPEAK_EVERY_MS);
      await log.updateComplete;
      expect(changes).toBe(times);
    }
    expect(text(spoken)).toBe('Error: it broke');
  });

  it('reaches the newest line when the page draws it scaled', async () => {
    const { log, say, scroller, holds } = await setUp();
    (log.parentElement as HTMLElement).style.transform = 'scale(0.5)';
    log.style.height = '320px'; // measured again, as it would be in a dialogue that grows when it opens
    await say(numbered(100));
    await holds('100 lines');
    await until(() => atEnd(scroller) && shown(log).at(-1) === 'line 99');
    await drawn();
    const bottom = (element: Element | undefined) => element?.getBoundingClientRect().bottom ?? Infinity;
    expect(bottom(parts(log, 'line').at(-1))).toBeLessThanOrEqual(bottom(scroller) + 1);
  });

  it('keeps the reader in place while it is out of sight', async () => {
    const { log, say, scroller, holds } = await setUp();
    await say(numbered(500));
    await holds('500 lines');
    await until(() => atEnd(scroller));
    scroller.scrollTop = 2000;
    await until(() => !log.following);
    await drawn();
    const before = shown(log);
    log.style.display = 'none';
    await drawn();
    await say(numbered(40, 500));
    await holds('540 lines');
    await drawn();
    log.style.display = '';
    await until(() => scroller.scrollTop === 2000, { what: 'the scroll position' });
    await drawn();
    expect(shown(log)).toEqual(before);
    expect(log.following).toBe(false);
  });

  it('begins anew with another session, clears, and receives lines only while it is on the page', async () => {
    const { log, say, bus, common, holds, size } = await setUp();
    await say('one');
    await holds('1 line');
    log.clear();
    await holds('0 lines');
    await say('two');
    await holds('1 line');
    log.session = 's2';
    await holds('0 lines');
    await say('three');
    await publishRuntimeEvent({ ...common, sessionId: 's2', type: 'started' }, { bus });
    await holds('1 line');
    expect(shown(log)).toEqual(['Session started']);
    const frame = log.parentElement;
    log.remove();
    await publishRuntimeEvent({ ...common, sessionId: 's2', type: 'stopped' }, { bus });
    await bus.flush();
    frame?.append(log);
    await log.updateComplete;
    await drawn();
    expect(await size()).toBe('1 line');
  });

  it('mirrors its controls in a right-to-left page, never its lines', async () => {
    const { log, say, holds } = await setUp();
    await say('a line');
    await holds('1 line');
    const left = async (name: string) => (await part(log, name)).getBoundingClientRect().left;
    log.dir = 'rtl';
    expect(await left('level')).toBeGreaterThan(await left('copy'));
    expect(getComputedStyle(await part(log, 'line')).direction).toBe('ltr');
  });

  it('keeps the full stop of English words at their end in a right-to-left page', async () => {
    const { log } = await setUp();
    const feed = mount<SlateFeed>('<slate-feed project="p1"></slate-feed>');
    for (const element of [log, feed]) element.dir = 'rtl';
    feed.bus = log.bus;
    await feed.updateComplete;
    const slot = feed.shadowRoot?.querySelector('slot') as Element;
    for (const element of [await part(log, 'empty'), slot]) {
      const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode() as Text;
      const left = (from: number) => {
        const range = document.createRange();
        range.setStart(words, from);
        range.setEnd(words, from + 1);
        return range.getBoundingClientRect().left;
      };
      expect(words.data).toMatch(/\.$/);
      expect(left(words.length - 1)).toBeGreaterThan(left(words.length - 2));
    }
  });

  it('has an edge in forced colours', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { scroller } = await setUp();
    expect(getComputedStyle(scroller).borderTopStyle).toBe('solid');
  });
});
