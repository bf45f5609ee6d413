/**
 * The server configurations that ship with Slate (`*.conf` beside this file), as text: for `slate config`, and for
 * programs that start a server. The files are used as they are; this code adds no line to them.
 */
import { readFile } from 'node:fs/promises';
import { OptionError } from '../../errors.js';

/** One server; clusters of two and of three. */
export const SERVER_CONFIGS = ['single', 'cluster-two', 'cluster-three'] as const;
export type ServerConfig = (typeof SERVER_CONFIGS)[number];

/** A variable of a file: a name in capitals at the beginning of a line, and a value in quotes. */
const VARIABLE = /^([A-Z][A-Z0-9_]*): *".*"$/gm;
const INCLUDE = /^ *include "(\w+\.conf)"$/gm;

/**
 * The whole text of a configuration, with variables of the file (`WS_LISTEN` …) set to given values. Passwords are
 * not among the variables: the server reads them from its environment. Rejects with {@link OptionError} for a name or a
 * variable that does not exist, and for a value that cannot be written.
 *
 * @example await writeFile('nats-server.conf', await serverConfig('single', { WS_LISTEN: '127.0.0.1:9333' }));
 */
export async function serverConfig(
  name: ServerConfig,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  if (!SERVER_CONFIGS.includes(name)) throw new OptionError('name', `must be one of ${SERVER_CONFIGS.join(', ')}`);
  let text = await read(`${name}.conf`);
  for (const [line, file = ''] of text.matchAll(INCLUDE)) {
    const included = (await read(file)).trimEnd();
    text = text.replace(line, () => included); // a function, because a "$" in a string would be a pattern
  }
  return withVariables(text, `${name}.conf`, variables);
}

/** The text of `file` with its variables set. Throws {@link OptionError} as {@link serverConfig} rejects. */
export function withVariables(text: string, file: string, variables: Readonly<Record<string, string>>): string {
  const known = Array.from(text.matchAll(VARIABLE), ([, variable]) => variable);
  for (const [variable, value] of Object.entries(variables)) {
    if (!known.includes(variable))
      throw new OptionError(variable, `is not a variable of ${file}: it has ${known.join(', ')}`);
    if (/["\r\n\\]/.test(value)) throw new OptionError(variable, 'may not hold a quote, a backslash or a line end');
  }
  return text.replace(VARIABLE, (line, variable: string) => {
    const value = variables[variable];
    return value === undefined ? line : `${variable}: "${value}"`;
  });
}

function read(file: string): Promise<string> {
  return readFile(new URL(`./${file}`, import.meta.url), 'utf8');
}
