/** Writes the files of a deployment, whole and once: it overwrites nothing, and secrets are for their owner alone. */
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SlateError } from '../../errors.js';

export interface NewFile {
  /** Inside the folder: `keys/operator.nk`. */
  readonly path: string;
  readonly text: string;
  /** Whether only its owner may read it (0600). */
  readonly secret: boolean;
}

/** Rejects with {@link SlateError} where one of the files is there already; then it has written nothing. */
export async function writeNew(dir: string, files: readonly NewFile[]): Promise<void> {
  for (const { path } of files) {
    const exists = await access(join(dir, path)).then(
      () => true,
      () => false,
    );
    if (exists) throw isThere(join(dir, path));
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const { path, text, secret } of files) {
    const file = join(dir, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, text, { mode: secret ? 0o600 : 0o644, flag: 'wx' });
  }
}

function isThere(path: string): SlateError {
  return new SlateError(`${path} is there already, and nothing was written. Choose another folder, or move it away.`);
}
