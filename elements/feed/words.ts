/**
 * All words that `<slate-feed>` shows or speaks. Assign to them before the element renders to change the language.
 * Names come between marks that keep their writing direction from changing the sentence around them.
 */
type Sentence = (who: string, what: string) => string;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

const changes = (noun: string, verbs = { created: 'created', updated: 'changed', deleted: 'deleted' }) =>
  Object.fromEntries(
    Object.entries(verbs).map(([type, verb]): [string, Sentence] => [
      type,
      (who, what) => `${who} ${verb} ${noun} ${what}.`,
    ]),
  );

export const feedWords = {
  label: 'What happened',
  empty: 'Nothing new yet.',
  someone: 'Someone',
  /** Sentences by the kind and the type of the event. */
  sentence: {
    project: changes('the project'),
    file: changes('the file'),
    asset: changes('the asset'),
    build: {
      completed: (_who, what) => `The build of ${what} is ready.`,
      failed: (_who, what) => `The build of ${what} failed.`,
    },
  } as Record<string, Record<string, Sentence>>,
  times: (count: number) => `${count} times`,
  more: (count: number) => `And ${count} more.`,
  ago: (ms: number) => {
    const [unit, length] = UNITS.find(([, each]) => ms >= each) ?? [];
    return unit && length ? relative.format(-Math.floor(ms / length), unit) : 'just now';
  },
};
