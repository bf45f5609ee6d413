/** The machine and the versions a run was made with. */
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly date: string;
  readonly versions: Record<string, string>;
}

const PACKAGES = [
  'nats.ws',
  'yjs',
  'y-protocols',
  'y-websocket',
  '@y/websocket-server',
  '@hocuspocus/server',
  '@hocuspocus/provider',
  'ws',
];

/** A package's version, also where its `exports` hide its package.json: the nearest one above its entry. */
function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  for (const from of require.resolve.paths(name) ?? []) {
    try {
      return (require(join(from, name, 'package.json')) as { version: string }).version;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return `unknown (${dirname(name)})`;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release().split('-')[0]} ${arch()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  };
}
