/** How many bytes a text takes as UTF-8. */
const utf8 = new TextEncoder();

/** Whether a text takes at most `max` bytes. Most texts are so short that nobody has to count. */
export function fits(text: string, max: number): boolean {
  return text.length * 3 <= max || utf8.encode(text).length <= max;
}
