/** All words that `<slate-build>` shows or speaks. Assign to them before the element renders to change the language. */
import type { BuildState } from './build-state.js';

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

export const buildWords = {
  label: 'Build',
  state: {
    idle: 'No build yet',
    started: 'Build started',
    progress: 'Building',
    completed: 'Build completed',
    failed: 'Build failed',
  } as Record<BuildState['state'], string>,
  percent: (value: number) => percent.format(value / 100),
  took: (ms: number) => {
    const seconds = Math.round(ms / 1000);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  },
};
