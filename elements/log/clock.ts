/** The local time of day of a line: 09:05:01.250. `time` is in milliseconds since 1970. */
export function clock(time: number): string {
  const date = new Date(time);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
