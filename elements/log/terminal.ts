/** The escape sequences that programs write for a terminal, and that a page cannot show. */

/**
 * Sequences that colour text (`ESC [ … m`), choose a character set (`ESC ( B`), make links and name the window (`ESC
 * ] …` up to BEL or `ESC \`). A sequence without an end takes the rest of its line and no more. Source: ECMA-48, and
 * xterm's control sequences.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin and end with control characters
export const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\r\n]*(?:\u0007|\u001b\\)?|[ -/]*[0-Z\\^-~])/g;
