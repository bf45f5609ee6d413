/** The words that all elements show and speak: how to replace them. The languages beside this file are plain data. */
export { type Language, type SomeWords, setWords, type Word } from '../shared/words.js';
