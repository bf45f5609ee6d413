/** Who follows the viewer, in words: for the bar, and politely for screen readers when that has changed. */
import { LiveRegion, type SpeakingHost } from '../shared/live-region.js';
import { type ViewerSpeech, viewerSpeech } from './speech.js';
import type { StageHost } from './stage.js';

/** More followers than this are counted. */
const MOST_NAMES = 3;

export class FollowerNews implements SpeakingHost {
  /** What screen readers read. */
  readonly element = Object.assign(document.createElement('div'), { className: 'spoken', role: 'status' });
  readonly #region = new LiveRegion(this, (counts) => this.#compose(counts));
  #host: StageHost | undefined;
  #names: readonly string[] = [];
  /** The names at the last sentence, as JSON. */
  #told = '[]';

  /** Where it is, and the names of those who follow now. */
  note(host: StageHost, names: readonly string[]): void {
    this.#host = host;
    this.#names = names;
    if (JSON.stringify(names) !== this.#told) this.#region.schedule();
  }

  get announce(): unknown {
    return this.#host?.announce;
  }

  requestUpdate(): void {
    this.element.textContent = this.#region.sentence;
  }

  #compose(counts: boolean): string {
    const names = this.#names;
    const now = JSON.stringify(names);
    if (!this.#host || now === this.#told) return '';
    this.#told = now;
    const speech = viewerSpeech(this.#host);
    if (names.length === 0) return speech.say('noFollowers');
    return counts ? speech.say('followers', { n: names.length }) : followersIn(speech, names);
  }
}

/** Who follows the viewer: by name, or counted where they are many. */
export function followersIn(speech: ViewerSpeech, names: readonly string[]): string {
  const n = names.length;
  return n > MOST_NAMES ? speech.say('followers', { n }) : speech.say('followYou', { n, names: speech.list(names) });
}
