/**
 * What the scripts share. It works on a fresh clone, where only Node and npm are installed, so it imports only Node's
 * own modules: it checks the version of Node, installs the dependencies and imports the project's TypeScript.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** A failure that its message explains completely, so {@link main} prints no stack. */
export class Failure extends Error {}

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Failure(`Slate needs Node 20.19 or later; this is ${process.version}.`);
  }
}

/** Runs `npm ci`, unless node_modules already has every package of package-lock.json in its version. */
export async function installDependencies(signal) {
  if (await installed()) return;
  console.log('Installing dependencies (npm ci) …');
  // npm would leave out devDependencies under NODE_ENV=production; builds and tests need them.
  const [program, ...args] = npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
  await run(program, args, { signal });
}

/** The program and the arguments that run npm: the npm that runs this script, where there is one. */
export function npm(...args) {
  const path = process.env.npm_execpath;
  return path?.endsWith('.js') ? [process.execPath, path, ...args] : ['npm', ...args];
}

/** npm writes a lockfile of what it installed. File times would be wrong after a checkout. */
async function installed() {
  const [wanted, found] = await Promise.all([
    readFile(`${root}package-lock.json`, 'utf8'),
    readFile(`${root}node_modules/.package-lock.json`, 'utf8').catch(() => '{}'),
  ]);
  const packages = JSON.parse(found).packages ?? {};
  return Object.entries(JSON.parse(wanted).packages).every(
    ([path, { version, optional, peer }]) => path === '' || optional || peer || packages[path]?.version === version,
  );
}

/** Runs a program in the project's folder and shows its output. Rejects when it fails. */
export function run(program, args, { signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], signal });
    child.once('error', reject);
    child.once('exit', (code, by) => {
      if (code === 0) resolve();
      else reject(new Failure(`"${[program, ...args].join(' ')}" failed (${by ?? `exit code ${code}`}).`));
    });
  });
}

/** Builds the demo page into dist-demo/. */
export function buildDemo(signal) {
  return run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], { signal });
}

/** Imports a TypeScript module of the project by its path from the root. The dependencies must be installed. */
export async function importTypeScript(path) {
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(`${root}${path}`, { root, configFile: false, logLevel: 'warn' });
  return module;
}

/**
 * Runs a script. Prints only the message of a {@link Failure}, and other errors with their stack; both exit with code
 * 1.
 */
export async function main(script) {
  try {
    process.exitCode = (await script()) ?? 0;
  } catch (error) {
    const plain = error instanceof Failure || /^(ServerNotFound|ServerStart|PortTaken)Error$/.test(error?.name);
    console.error(`\n${plain ? error.message : (error?.stack ?? error)}`);
    process.exitCode = 1;
  }
}
