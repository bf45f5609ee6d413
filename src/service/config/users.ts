/** The users of the shipped configurations, read from `users.conf`, for servers that know their users by JWT. */
import { readFile } from 'node:fs/promises';

export interface UserPermissions {
  readonly publish: Lists;
  readonly subscribe: Lists;
}

interface Lists {
  readonly allow: string[];
  readonly deny: string[];
}

/** By name: `slate_user`, `slate_worker` … */
export async function configuredUsers(): Promise<Map<string, UserPermissions>> {
  const text = await readFile(new URL('./users.conf', import.meta.url), 'utf8');
  const blocks = text
    .replace(/#.*$/gm, '')
    .split(/\buser: /)
    .slice(1);
  return new Map(blocks.map((block) => [/^\w+/.exec(block)?.[0] ?? '', permissionsOf(block)]));
}

/** A list alone is `allow`. */
function permissionsOf(block: string): UserPermissions {
  const lists = (what: string) => {
    const [, part = ''] = new RegExp(`${what} = (\\[[^\\]]*\\]|\\{[^}]*\\})`).exec(block) ?? [];
    if (part.startsWith('[')) return { allow: strings(part), deny: [] };
    return { allow: strings(listed('allow', part)), deny: strings(listed('deny', part)) };
  };
  return { publish: lists('publish'), subscribe: lists('subscribe') };
}

const listed = (name: string, part: string) => new RegExp(`${name}: (\\[[^\\]]*\\]|"[^"]*")`).exec(part)?.[1] ?? '';
const strings = (text: string) => Array.from(text.matchAll(/"([^"]*)"/g), ([, string = '']) => string);
