/** How a page replaces the words that elements show and speak. The languages beside this file are plain data. */
export type { Word } from '../shared/speech.js';
export { type Language, type SomeWords, setWords } from './set-words.js';
