/**
 * An element that can be edited, as a field of plain text. It holds one text node, and behind a last line that is empty
 * a `<br>`, without which that line would not be there. Only while somebody composes a character does the browser
 * change it; everything else is done here, so that no markup arises.
 */
import type { Edit } from './difference.js';
import { type Field, isActive, keepingScroll, type Selection } from './field.js';

/** Elements that begin a line. */
const BLOCK = /^(?:address|article|blockquote|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|tr|ul)$/;
/** What the browser asks to do that adds or removes text. */
const CHANGES_TEXT = /^(?:insert|delete)/;
/** What it asks to delete where nothing is selected, and in which direction. */
const DELETES = /^delete(Content|Word|SoftLine|HardLine)(Backward|Forward)$/;
const UNITS: Record<string, string> = { Word: 'word', SoftLine: 'lineboundary', HardLine: 'paragraphboundary' };

export class Editable implements Field {
  readonly manyLines = true;
  /** Of `white-space`, before. */
  readonly #style: string;

  constructor(readonly element: HTMLElement) {
    const { style } = element;
    this.#style = style.whiteSpace;
    // Else lines and spaces would be drawn as one space.
    if (!/pre|break-spaces/.test(getComputedStyle(element).whiteSpace)) style.whiteSpace = 'pre-wrap';
  }

  get value(): string {
    return textIn(this.element).replace(/\n$/, this.element.lastChild instanceof HTMLBRElement ? '' : '\n');
  }

  get writable(): boolean {
    return this.element.isContentEditable;
  }

  get selection(): Selection | undefined {
    const selection = this.#selection;
    if (!isActive(this.element) || !selection?.anchorNode || !selection.focusNode) return undefined;
    const anchor = this.#positionOf(selection.anchorNode, selection.anchorOffset);
    const head = this.#positionOf(selection.focusNode, selection.focusOffset);
    return { anchor, head };
  }

  replace(edit: Edit): void {
    keepingScroll(this.element, () => this.#replace(edit));
  }

  #replace({ from, to, insert }: Edit): void {
    const { element, value } = this;
    const text = this.#text;
    if (text) text.replaceData(from, to - from, insert);
    else element.replaceChildren(new Text(value.slice(0, from) + insert + value.slice(to)));
    const { firstChild, lastChild } = element;
    if ((firstChild as Text).data.endsWith('\n')) {
      if (lastChild instanceof Text) element.append(document.createElement('br'));
    } else if (!(lastChild instanceof Text)) lastChild?.remove();
  }

  select({ anchor, head }: Selection): void {
    const at = this.#text;
    if (at) this.#selection?.setBaseAndExtent(at, Math.min(anchor, at.length), at, Math.min(head, at.length));
  }

  take(event: InputEvent): boolean {
    if (!event.cancelable || event.isComposing) return false;
    if (CHANGES_TEXT.test(event.inputType)) {
      const insert = insertedBy(event);
      const { anchor, head } = this.#affectedBy(event);
      const from = Math.min(anchor, head);
      this.replace({ from, to: Math.max(anchor, head), insert });
      this.select({ anchor: from + insert.length, head: from + insert.length });
    }
    // What is left are formats, which plain text does not have.
    return true;
  }

  release(): void {
    this.element.style.whiteSpace = this.#style;
  }

  /** The place of what the event replaces or deletes. */
  #affectedBy(event: InputEvent): Selection {
    const [range] = event.getTargetRanges();
    if (range) {
      const anchor = this.#positionOf(range.startContainer, range.startOffset);
      return { anchor, head: this.#positionOf(range.endContainer, range.endOffset) };
    }
    // For `plaintext-only` Chromium names no ranges.
    const [, unit = '', direction] = DELETES.exec(event.inputType) ?? [];
    if (direction && this.#selection?.isCollapsed) {
      this.#selection.modify('extend', direction, UNITS[unit] ?? 'character');
    }
    return this.selection ?? { anchor: 0, head: 0 };
  }

  /** The one text node; undefined where the browser or the page has made something else of it. */
  get #text(): Text | undefined {
    const { firstChild, childNodes } = this.element;
    const isOne = childNodes.length === 1 || (childNodes.length === 2 && childNodes[1] instanceof HTMLBRElement);
    return firstChild instanceof Text && isOne ? firstChild : undefined;
  }

  get #selection(): globalThis.Selection | null {
    const root = this.element.getRootNode() as Document | (ShadowRoot & { getSelection?: Document['getSelection'] });
    return (root.getSelection ? root : document).getSelection?.() ?? null;
  }

  #positionOf(node: Node, offset: number): number {
    if (node === this.#text) return offset;
    if (!this.element.contains(node)) return 0;
    const range = document.createRange();
    range.setStart(this.element, 0);
    range.setEnd(node, offset);
    return Math.min(textIn(range.cloneContents()).length, this.value.length);
  }
}

/** What the browser asks to insert, as plain text. */
function insertedBy({ inputType, data, dataTransfer }: InputEvent): string {
  if (inputType === 'insertParagraph' || inputType === 'insertLineBreak') return '\n';
  return (data ?? dataTransfer?.getData('text/plain') ?? '').replace(/\r\n?/g, '\n');
}

/** The text in a node: each `<br>` is a line end, and so is the start of each block that is not the first. */
function textIn(node: Node): string {
  let text = '';
  for (const child of node.childNodes) {
    if (child instanceof Text) text += child.data;
    else if (child instanceof HTMLBRElement) text += '\n';
    else if (child instanceof Element) {
      if (text && !text.endsWith('\n') && BLOCK.test(child.localName)) text += '\n';
      text += textIn(child);
    }
  }
  return text;
}
