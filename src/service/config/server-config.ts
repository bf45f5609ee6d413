/**
 * The server configurations that ship with Slate (`*.conf` beside this file), as text: for `slate config`, and for whoever starts
 * a server of their own from them. They are read as they stand; nothing here invents a line.
 */
import { readFile } from 'node:fs/promises';
import { OptionError } from '../../errors.js';

/** One server; two, and three, that stand for each other. */
export const SERVER_CONFIGS = ['single', 'cluster-two', 'cluster-three'] as const;
export type ServerConfig = (typeof SERVER_CONFIGS)[number];

/** A variable of a file: a name in capitals at the beginning of a line, and a value in quotes. */
const VARIABLE = /^([A-Z][A-Z0-9_]*): *".*"$/gm;
const INCLUDE = /^ *include "(\w+\.conf)"$/gm;

/**
 * The text of a configuration, whole, with variables of the file (`WS_LISTEN` …) set to what is given. Passwords are not
 * among them: they stay in the server's environment. Throws {@link OptionError} for a name or a variable that is not there.
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
    text = text.replace(line, () => included); // a function: a "$" in it is a "$"
  }
  const known = Array.from(text.matchAll(VARIABLE), ([, variable]) => variable);
  for (const [variable, value] of Object.entries(variables)) {
    if (!known.includes(variable))
      throw new OptionError(variable, `is none of ${name}.conf: it has ${known.join(', ')}`);
    if (/["\r\n\\]/.test(value)) throw new OptionError(variable, 'may hold no quote, backslash or line end');
  }
  return text.replace(VARIABLE, (line, variable: string) => {
    const value = variables[variable];
    return value === undefined ? line : `${variable}: "${value}"`;
  });
}

function read(file: string): Promise<string> {
  return readFile(new URL(`./${file}`, import.meta.url), 'utf8');
}
