/** The desk of the demo: an editor and a form on the document of the note. */
import { it } from 'vitest';
import { demoLab, soon } from './demo-lab.js';
import { type Person, until } from './people.js';

const lab = demoLab();

/** What the editor holds, without the carets of others, which it draws into its lines. */
const words = ({ page }: Person) =>
  page.evaluate(() => {
    const content = document.querySelector('#words .cm-content')?.cloneNode(true) as Element;
    for (const caret of content.querySelectorAll('.cm-ySelectionCaret')) caret.remove();
    return [...content.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n');
  });
const order = ({ page }: Person) =>
  page.evaluate(() => {
    const controls = [...document.querySelectorAll<HTMLInputElement>('#order :is(input, select)')];
    return controls.map((control) => (control.type === 'checkbox' ? control.checked : control.value));
  });

async function two(): Promise<[Person, Person]> {
  const [ada, bob] = [await lab.visit('Ada'), await lab.visit('Bob')];
  await until(ada, 'Bob', 'here');
  for (const { page } of [ada, bob]) await page.waitForSelector('#words .cm-content');
  return [ada, bob];
}

it('has an editor in which both write, see the caret of the other, and take back only what is their own', async () => {
  const [ada, bob] = await two();
  await ada.page.click('#words .cm-content');
  await ada.page.keyboard.insertText('By Ada;');
  await soon(() => words(bob)).toBe('By Ada;');
  await bob.page.click('#words .cm-content');
  await bob.page.keyboard.press('Control+End');
  await bob.page.keyboard.insertText('by Bob.');
  await soon(() => words(ada)).toBe('By Ada;by Bob.');
  await soon(() => ada.page.locator('#words .cm-ySelectionInfo').allInnerTexts()).toEqual(['Bob']);
  await ada.page.keyboard.press('Control+z');
  await soon(() => words(bob)).toBe('by Bob.');
  await ada.page.click('#notes'); // a caret in another text is none in this one, and harms none
  await ada.page.keyboard.type('A note.');
  await soon(() => bob.page.inputValue('#notes')).toBe('A note.');
  await bob.page.keyboard.insertText('More.');
  await soon(() => words(ada)).toBe('by Bob.More.');
});

it('has a form whose every control is shared and kept, and that shows nothing which a control cannot have', async () => {
  const [ada, bob] = await two();
  await bob.page.fill('#order-name', 'Our covers');
  await bob.page.fill('#order-copies', '200');
  await bob.page.selectOption('#order-paper', 'Recycled');
  await bob.page.fill('#order-day', '2027-03-01');
  await bob.page.check('input[name=proof]');
  const filled = ['Our covers', '200', 'Recycled', '2027-03-01', true];
  await soon(() => order(ada)).toEqual(filled);
  await bob.page.evaluate(() => {
    const map = document.querySelector('slate-room')?.room?.doc?.getMap('order');
    const wrong = { copies: 'many', paper: 'Gold', day: 7, proof: 'yes', other: {} };
    for (const [name, value] of Object.entries(wrong)) map?.set(name, value);
  });
  await bob.page.fill('#order-name', 'Our last covers');
  await soon(() => order(ada)).toEqual(['Our last covers', ...filled.slice(1)]);
});
