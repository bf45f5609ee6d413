import { type RoomWord, roomWords } from '../shared/english.js';
import { Speech } from '../shared/speech.js';
import { type ViewerWord, viewerWords } from '../shared/viewer-words.js';

const words = { ...roomWords, ...viewerWords };

export type ViewerSpeech = Pick<Speech<RoomWord | ViewerWord>, 'say' | 'list' | 'lang'>;

/** The words of rooms and of the viewer, as `host` has them. */
export const viewerSpeech = (host: Element): ViewerSpeech => new Speech<RoomWord | ViewerWord>(host, words);
