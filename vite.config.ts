/**
 * The demo page (`vite`, `vite build`, `vite preview`) and the test projects. scripts/build.mjs builds the library.
 *
 * `groupOrder` makes four groups of test projects that run one after another, because two cores are enough for each
 * group but not for all of them at once. The unit and the integration tests use the processor. The browser tests mostly
 * wait for frames, and count them. The end-to-end tests start browsers of their own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { production, sourcesRegister } from './scripts/production.js';
import { slateJson } from './scripts/slate-json.js';
import { CHROMIUM_ARGS, findChromium } from './test/support/chromium.js';

const host = '127.0.0.1';

const MODULE_CALLS = /\bvi\.(?:mock|doMock|hoisted|resetModules)\(/;

/**
 * The unit tests that replace, reset or preload modules. They need a process of their own; all others share processes.
 */
function testsToRunAlone(): string[] {
  const folder = fileURLToPath(new URL('test/unit', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const replaces = (file: string) => MODULE_CALLS.test(readFileSync(`${folder}/${file}`, 'utf8'));
  return files.filter(replaces).map((file) => `test/unit/${file.replaceAll('\\', '/')}`);
}

export default defineConfig(async ({ command }): Promise<ViteUserConfig> => {
  const executablePath = process.env.VITEST ? await findChromium() : undefined;
  const alone = process.env.VITEST ? testsToRunAlone() : [];
  const { plugins, ...settings } = command === 'build' ? production() : { plugins: [sourcesRegister] };
  return {
    ...settings,
    plugins: [slateJson(), ...plugins],
    build: { outDir: 'dist-demo', target: 'es2022' },
    server: { host, watch: { ignored: ['**/.cache/**', '**/dist/**', '**/dist-demo/**', '**/test-results/**'] } },
    preview: { host },
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: 'unit',
            include: ['test/unit/**/*.test.ts'],
            exclude: alone,
            isolate: false, // One process runs many files and loads each module once.
            sequence: { groupOrder: 0 },
            maxWorkers: 2,
            testTimeout: 30_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'unit-alone',
            include: alone,
            sequence: { groupOrder: 0 },
            maxWorkers: 2,
            testTimeout: 30_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'integration',
            include: ['test/integration/**/*.test.ts'],
            globalSetup: ['test/support/setup-nats.ts'],
            sequence: { groupOrder: 1 },
            maxWorkers: 2,
            testTimeout: 30_000,
            hookTimeout: 60_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            include: ['test/browser/**/*.test.{ts,tsx}'],
            globalSetup: ['test/support/setup-browser.ts'],
            sequence: { groupOrder: 2 },
            maxWorkers: 2, // Vitest asks for the same number in a group; `fileParallelism` below decides.
            testTimeout: 20_000,
            browser: {
              enabled: true,
              headless: true,
              screenshotFailures: false,
              fileParallelism: false,
              provider: playwright({
                launchOptions: { args: CHROMIUM_ARGS, ...(executablePath && { executablePath }) },
              }),
              instances: [{ browser: 'chromium' }],
              viewport: { width: 1000, height: 700 },
            },
          },
        },
        {
          extends: true,
          test: {
            name: 'e2e',
            include: ['test/e2e/**/*.test.ts'],
            globalSetup: ['test/support/setup-nats.ts'],
            sequence: { groupOrder: 3 },
            maxWorkers: 2,
            testTimeout: 60_000,
            hookTimeout: 60_000,
          },
        },
      ],
    },
  };
});
