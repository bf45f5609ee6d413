/** What screen readers are told of forms, as the listener chose; and what axe finds there. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Announcing, setView } from '../../elements/shared/view-settings.js';
import { until } from '../support/wait.js';
import { put, setUp } from './fields-page.js';
import { expectAccessible, text } from './support.js';

beforeEach(() => {
  setView({ announcing: undefined });
  onTestFinished(() => setView({ announcing: undefined }));
});

const spoken = (element: Element) =>
  text(element.shadowRoot?.querySelector('[role=status]')).replace(/[\u2068\u2069\u00a0]/g, '');

describe('screen readers are told', () => {
  it.each([
    ['all', 'Bob and Carol are editing Email.'],
    ['counts', '2 people are editing fields.'],
  ] as const)('%s: who comes into which field', async (announcing: Announcing, sentence) => {
    setView({ announcing });
    const { fields, enter } = await setUp();
    const rooms = [await enter('Bob'), await enter('Carol')];
    for (const one of rooms) one.setWork({ field: '#order&email' });
    await until(() => spoken(fields) === sentence, { what: sentence, deadlineMs: 15_000 });
  });

  it('nothing of buttons', async () => {
    const { fields, enter } = await setUp();
    await put(fields, await enter('Bob'), '#order/button');
    await put(fields, await enter('Carol'), '#order&email');
    await until(() => spoken(fields), { what: 'a sentence', deadlineMs: 15_000 });
    expect(spoken(fields)).toBe('Carol is editing Email.');
  });

  it('who is in the field to which one goes oneself', async () => {
    const { fields, enter, find } = await setUp();
    const bob = await enter('Bob');
    await put(fields, bob, '#order&email');
    await until(() => spoken(fields) === 'Bob is editing Email.', { what: 'the first sentence', deadlineMs: 15_000 });
    find('[name=email]').focus();
    await until(() => spoken(fields) === 'Bob is editing this field, too.', { what: 'the second', deadlineMs: 15_000 });
  });
});

it('axe finds nothing to object to', async () => {
  const { fields, enter, element } = await setUp();
  await put(fields, await enter('Bob'), '#name');
  await expectAccessible(element);
});
