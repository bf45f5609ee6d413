/** Processor profiles of a worker, for finding out why a row was lost. Open them in a browser's developer tools. */
import { mkdir, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export async function startProfile(): Promise<Session> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return session;
}

export async function writeProfile(session: Session, name: string): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'profiles');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
}
