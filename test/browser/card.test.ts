/** The card of a person, which opens from their face. */
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { viewSettings } from '../../elements/shared/view-settings.js';
import { until } from '../support/wait.js';
import { centre, watching } from './people.js';
import { drawn, emulate, expectAccessible, mount, part, parts, text } from './support.js';

const rows = (card: Element) => [...card.querySelectorAll<HTMLElement>('.row')];
const named = (card: Element, name: string) => rows(card).find((row) => text(row).startsWith(name)) as HTMLElement;

describe('the card of a person', () => {
  it('says who they are, how, where and in how many windows, and follows what changes', async () => {
    const { avatars, people, enter, face } = await watching();
    people[0]?.setLocation('Chapter 3');
    await enter('Bob');
    await until(() => face('bob').ariaLabel === 'Bob, Chapter 3, active, 2 windows');
    face('bob').click();
    const card = await part(avatars, 'card');
    expect([card.role, card.ariaLabel]).toEqual(['dialog', 'Bob']);
    expect(text(card.querySelector('header'))).toBe('BBobactive, 2 windowsChapter 3');
    expect(card.querySelector<HTMLElement>('.face')?.offsetWidth).toBe(56);
    people[0]?.setLocation('Chapter 4');
    await until(() => text(card).includes('Chapter 4'));
    face('carol').click();
    const other = await until(() => parts(avatars, 'card').find(({ ariaLabel }) => ariaLabel === 'Carol'));
    people[1]?.setUser({ name: 'Caroline' });
    people[1]?.setActivity('idle');
    await until(() => other.ariaLabel === 'Caroline' && text(other).includes('idle'));
    expect(rows(other).map(text)).toEqual([
      'Go to Caroline',
      'Follow Caroline',
      'One of those you follow',
      'Mute CarolineHides their pointer and what they say',
    ]);
  });

  it('opens by Enter with the focus in it; Escape closes it and returns the focus', async () => {
    const { avatars, face } = await watching();
    face('bob').focus();
    await userEvent.keyboard('{Enter}');
    const card = await part(avatars, 'card');
    expect(text(avatars.shadowRoot?.activeElement)).toBe('Go to Bob');
    await userEvent.keyboard('{Tab}{Tab}{Tab}');
    expect(text(avatars.shadowRoot?.activeElement)).toContain('Mute Bob');
    await userEvent.keyboard('{Escape}');
    expect(card.isConnected).toBe(false);
    expect(avatars.shadowRoot?.activeElement).toBe(face('bob'));
    await userEvent.keyboard(' ');
    await part(avatars, 'card');
  });

  it('closes when the pointer or the focus goes elsewhere, and by a second click on the face', async () => {
    const { avatars, face } = await watching();
    const field = mount('<input style="position:fixed;inset:auto 0 0 auto">');
    const nothing = mount('<div style="position:fixed;inset:auto auto 0 0;width:90px;height:40px"></div>');
    const open = async () => {
      await userEvent.click(face('bob'));
      return part(avatars, 'card');
    };
    let card = await open();
    await userEvent.click(face('bob'));
    await until(() => parts(avatars, 'card').length === 0);
    await drawn();
    expect([parts(avatars, 'card').length, avatars.shadowRoot?.activeElement]).toEqual([0, face('bob')]);
    card = await open();
    field.focus();
    expect(card.isConnected).toBe(false);
    expect(document.activeElement).toBe(field);
    card = await open();
    await userEvent.click(card.querySelector('header') as Element);
    expect(card.isConnected).toBe(true);
    await userEvent.click(nothing);
    await until(() => !card.isConnected);
    await until(() => avatars.shadowRoot?.activeElement === face('bob'), { what: 'the focus to return' });
  });

  it('is one at a time, and goes with the person', async () => {
    const { avatars, people, face } = await watching();
    face('bob').click();
    await until(() => parts(avatars, 'card')[0]?.ariaLabel === 'Bob');
    face('carol').click();
    await until(() => parts(avatars, 'card')[0]?.ariaLabel === 'Carol');
    expect(parts(avatars, 'card')).toHaveLength(1);
    await people[1]?.leave();
    await until(() => parts(avatars, 'card').length === 0);
    expect(avatars.shadowRoot?.activeElement?.getAttribute('data-user')).toBe('alice');
  });

  it('goes to a person, follows, and keeps them among those one follows', async () => {
    const { avatars, cursors, people, face } = await watching();
    const scroller = mount(
      '<div style="height:100px;overflow:auto" tabindex="0"><div style="height:3000px"></div></div>',
    );
    const deep = Object.assign(document.createElement('p'), { id: 'deep', textContent: 'x' });
    deep.style.cssText = 'position:relative;top:2000px;margin:0;width:100px;height:100px';
    scroller.firstElementChild?.append(deep);
    cursors.append(scroller);
    people[0]?.pointer.move({ x: 0.5, y: 0.5, anchor: '#deep' });
    await part(cursors, 'edge');
    const open = async () => {
      face('bob').click();
      return part(avatars, 'card');
    };
    named(await open(), 'Go to').click();
    await until(() => scroller.scrollTop > 1800, { what: 'the way to Bob' });
    expect(cursors.following).toBe(null);
    expect(parts(avatars, 'card')).toHaveLength(0);
    named(await open(), 'Follow').click();
    await until(() => cursors.following === 'bob');
    const among = named(await open(), 'One of those');
    expect([among.role, among.ariaChecked]).toEqual(['switch', 'true']);
    among.click();
    expect(among.ariaChecked).toBe('false');
    expect(cursors.view.followed).toEqual([]);
  });

  it('mutes: neither pointer nor marker, bubble, reaction, reading out, nor invitation is there, until unmuted', async () => {
    const { avatars, cursors, people, face, room } = await watching({ cursors: 'chat reactions' });
    const [bob, carol] = people;
    await until(() => cursors.shadowRoot?.querySelector('[role=log]'), { what: 'talk to be loaded' });
    bob?.pointer.move(centre);
    carol?.pointer.move({ ...centre, x: 0.7 });
    bob?.awareness.setLocalStateField('chat', { text: 'psst' });
    bob?.awareness.setLocalStateField('slate', { gather: 1 });
    await part(cursors, 'chat');
    await part(cursors, 'bar');
    face('bob').click();
    const mute = named(await part(avatars, 'card'), 'Mute Bob');
    mute.click();
    expect(mute.ariaChecked).toBe('true');
    expect(viewSettings().muted).toEqual(['bob']);
    const shown = () => parts(cursors, 'cursor').map(({ dataset }) => dataset.user);
    await until(() => shown().join() === 'carol');
    await until(() => parts(cursors, 'bar').length + parts(cursors, 'chat').length === 0);
    bob?.awareness.setLocalStateField('chat', { text: 'hello?' });
    bob?.awareness.setLocalStateField('reaction', { emoji: '👍', number: 5 });
    bob?.awareness.setLocalStateField('slate', { gather: 2 });
    carol?.awareness.setLocalStateField('chat', { text: 'me too' });
    const log = () => text(cursors.shadowRoot?.querySelector('[role=log]'));
    await until(() => log() === 'Carol: me too', { what: 'what Carol says to be read out' });
    expect(room.awareness.getStates().get(bob?.client ?? 0)?.slate).toEqual({ gather: 2 });
    const rest = ['reaction', 'bar', 'edge'].map((name) => parts(cursors, name).length);
    expect([shown(), parts(cursors, 'chat').length, ...rest]).toEqual([['carol'], 1, 0, 0, 0]);
    mute.click();
    await until(() => shown().length === 2 && parts(cursors, 'chat').length === 2);
    await until(() => text(parts(cursors, 'bar')[0]).includes('Bob asks everyone'));
  });

  it('opens without any pointers on the page, with what is known then', async () => {
    const { avatars, face } = await watching({ cursors: 'none' });
    face('bob').click();
    const card = await part(avatars, 'card');
    expect(text(card)).toBe('BBobactive');
    expect(avatars.shadowRoot?.activeElement).toBe(card);
    await expectAccessible(avatars);
    await userEvent.keyboard('{Escape}');
    expect(avatars.shadowRoot?.activeElement).toBe(face('bob'));
  });

  it('is accessible, in light and in dark, and keeps its edges in forced colours', async () => {
    const { avatars, face } = await watching({ names: ['山田太郎', 'Ada'] });
    face('山田太郎').click();
    const card = await part(avatars, 'card');
    await expectAccessible(avatars);
    await emulate({ 'forced-colors': 'active' });
    expect(getComputedStyle(card).borderTopStyle).toBe('solid');
    expect(getComputedStyle(card.querySelector('[role=switch] i') as Element).borderTopWidth).toBe('2px');
  });

  it('stays within 320 × 480, beside the face, from right to left too', async () => {
    const { avatars, face } = await watching({ cursors: 'chat reactions', avatars: 'rename' });
    await page.viewport(320, 480);
    for (const dir of ['ltr', 'rtl']) {
      avatars.dir = dir;
      for (const id of ['alice', 'carol']) {
        face(id).click();
        const card = await until(() => parts(avatars, 'card')[0], { what: id });
        await drawn();
        const { left, right, top, bottom } = card.getBoundingClientRect();
        expect(
          [left, top, 320 - right, 480 - bottom].every((gap) => gap >= 5),
          `${dir} ${id}`,
        ).toBe(true);
        await userEvent.keyboard('{Escape}');
      }
    }
    await page.viewport(1000, 700);
    face('bob').click();
    const card = (await part(avatars, 'card')).getBoundingClientRect();
    expect(card.top - face('bob').getBoundingClientRect().bottom).toBeLessThan(12);
  });

  it('does not open under a modal dialog, and goes when one opens', async () => {
    const { avatars, face } = await watching();
    const dialog = mount<HTMLDialogElement>('<dialog><button>Well</button></dialog>');
    face('bob').click();
    const card = await part(avatars, 'card');
    dialog.showModal();
    expect(card.isConnected).toBe(false);
    face('bob').click();
    await drawn();
    expect(parts(avatars, 'card')).toHaveLength(0);
    dialog.close();
    face('bob').click();
    await part(avatars, 'card');
  });
});
