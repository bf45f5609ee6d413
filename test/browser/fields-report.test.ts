/** What `<slate-fields>` tells of one's own page (W4): the control with the focus, and that one types; no more. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { setReserve } from '../../elements/shared/reserve.js';
import { until } from '../support/wait.js';
import { FORM, fieldOf, setUp } from './fields-page.js';
import { mount } from './support.js';

beforeEach(() => {
  setReserve({ pointer: false, activity: false });
  onTestFinished(() => setReserve({ pointer: false, activity: false }));
});

async function watched(inside = FORM, attributes = 'for="order"') {
  const page = await setUp(inside, attributes);
  const bob = await page.enter('Bob');
  await until(() => bob.members.length === 2, { what: 'Alice in the room of Bob' });
  /** What Bob knows of Alice's work, once it is this. */
  const told = (field: string | undefined) =>
    until(() => fieldOf(bob, 'alice') === field, { what: `Alice in ${field}, and not in ${fieldOf(bob, 'alice')}` });
  const work = () => bob.members.find(({ user }) => user.id === 'alice')?.work;
  const state = () => JSON.stringify(bob.awareness.getStates().get(page.room.client));
  return { ...page, bob, told, work, state };
}

describe('W4: the control with the focus', () => {
  it.each([
    ['#name', '#order#name'],
    ['[name=email]', '#order&email'],
    ['select', '#order&size'],
    ['textarea', '#order&notes'],
    ['[type=checkbox]', '#order&gift'],
    ['[value=air]', '#order&by&1'],
    ['button', '#order/button'],
  ])('%s is told as %s, and no more once it is left', async (selector, address) => {
    const { find, told, state } = await watched();
    find(selector).focus();
    await told(address);
    expect(state()).not.toContain('air');
    find(selector).blur();
    await told(undefined);
  });

  it('is told of what a page makes itself: an editor, a role, a custom element with a shadow root', async () => {
    customElements.get('x-field') ??
      customElements.define(
        'x-field',
        class extends HTMLElement {
          constructor() {
            super();
            this.attachShadow({ mode: 'open', delegatesFocus: true }).innerHTML = '<input id="inner">';
          }
        },
      );
    const inside = `<div id="order"><div id="editor" contenteditable>x</div><i id="star" role="slider" tabindex="0">x</i>
      <x-field id="own"></x-field><a id="link" href="#x">x</a></div>`;
    const { find, told } = await watched(inside);
    for (const [selector, address] of [
      ['#editor', '#order#editor'],
      ['#star', '#order#star'],
      ['#own', '#order#own>#inner'],
      ['#link', undefined],
    ] as const) {
      find(selector).focus();
      await told(address);
    }
  });

  it('is told only in the form that is meant, and of the whole page where none is', async () => {
    const { find, told, fields } = await watched(`${FORM}<input id="outside">`);
    find('#outside').focus();
    find('#name').focus();
    await told('#order#name');
    find('#outside').focus();
    await told(undefined);
    fields.for = null;
    await fields.updateComplete;
    find('#name').focus();
    find('#outside').focus();
    await told('#outside');
  });

  it('is told where it had the focus before the room was there', async () => {
    const outside = mount<HTMLInputElement>('<input id="first">');
    outside.focus();
    const { told } = await watched('', '');
    await told('#first');
  });

  it('is not told by who only watches, and no more once the element is removed', async () => {
    const { find, told, fields, room } = await watched();
    find('#name').focus();
    await told('#order#name');
    fields.viewOnly = true;
    await told(undefined);
    fields.viewOnly = false;
    await told('#order#name');
    fields.remove();
    await told(undefined);
    expect(room.self.work).toBeUndefined();
  });

  it('is not told while one pauses one’s pointer, or appears away', async () => {
    const { find, told, state } = await watched();
    find('#name').focus();
    await told('#order#name');
    setReserve({ pointer: true });
    await told(undefined);
    setReserve({ pointer: false });
    await told('#order#name');
    setReserve({ activity: true });
    await told(undefined);
    await until(() => !state().includes('#order'), { what: 'a state without the field' });
  });
});

describe('W2: typing', () => {
  it('is told while one types with real keys, and never what', async () => {
    const { find, work, state } = await watched();
    find('[name=email]').focus();
    await userEvent.keyboard('secret');
    await until(() => work()?.typing, { what: 'Alice typing' });
    expect(work()).toEqual({ field: '#order&email', typing: true });
    expect(state()).not.toContain('secret');
    find('#name').focus();
    await until(() => work()?.field === '#order#name', { what: 'Alice in another field' });
    expect(work()).toEqual({ field: '#order#name' });
  });

  it('is not told of what a script or a shared text writes', async () => {
    const { find, told, work } = await watched();
    find('#name').focus();
    await told('#order#name');
    find('#name').value = 'x';
    find('#name').dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    find('[name=email]').focus();
    await told('#order&email');
    expect(work()?.typing).toBeUndefined();
  });
});

describe('W4: private', () => {
  it.each([
    'type="password"',
    'autocomplete="cc-number"',
    'autocomplete="shipping CC-Exp"',
    'autocomplete="one-time-code"',
    'autocomplete="new-password"',
    'data-slate-private',
  ])('a field with %s is never told, nor that one types in it', async (kind) => {
    const { find, told, room, state } = await watched(
      `<form id="order"><input id="public"><input id="secret" ${kind}></form>`,
    );
    find('#public').focus();
    await told('#order#public');
    find('#secret').focus();
    await userEvent.keyboard('1234');
    await told(undefined);
    expect(room.self.work).toBeUndefined();
    expect(state()).not.toMatch(/secret|typing/);
  });

  it('what is around it makes a field private, also through a slot', async () => {
    const host = document.createElement('div');
    host.attachShadow({ mode: 'open' }).innerHTML = '<div data-slate-private><slot></slot></div>';
    const { find, told, room } = await watched(
      '<form id="order"><input id="public"><fieldset data-slate-private><input id="in"></fieldset><div id="at"></div></form>',
    );
    find('#at').append(host);
    host.innerHTML = '<input id="slotted">';
    for (const id of ['in', 'slotted']) {
      find('#public').focus();
      await told('#order#public');
      find(`#${id}`).focus();
      await told(undefined);
      expect(room.self.work).toBeUndefined();
    }
  });

  it('a password that is made visible stays private, and a field that becomes private is told no more', async () => {
    const { find, told, room } = await watched('<form id="order"><input id="a"><input id="b" type="password"></form>');
    find('#b').focus();
    find('#b').setAttribute('type', 'text');
    await userEvent.keyboard('1234');
    find('#a').focus();
    await told('#order#a');
    find('#b').focus();
    await told(undefined);
    find('#a').focus();
    await told('#order#a');
    find('#a').toggleAttribute('data-slate-private', true);
    await told(undefined);
    expect(room.self.work).toBeUndefined();
  });
});
