/**
 * The settings that every build for users shares: the one-file builds, the bundles that the size budgets measure, and
 * the demo page. They make a build independent of the environment. Without them, `NODE_ENV=test npm run build` would
 * publish the development builds of Lit and of other packages, because Vite chooses by `NODE_ENV` and by `.env` files.
 */
import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';

/** Of this project alone: a folder above it may be called elements, too. */
const ELEMENTS = fileURLToPath(new URL('../elements/', import.meta.url));

export function production() {
  process.env.NODE_ENV = 'production'; // Vite reads it from here, and the setting `mode` does not replace it.
  return {
    mode: 'production',
    envDir: false,
    resolve: { conditions: ['module', 'browser', 'production'] },
    // nats.ws calls require('crypto') where Web Crypto is missing. A page has Web Crypto and no require.
    define: { require: 'undefined' },
    plugins: [sourcesRegister],
  } satisfies UserConfig;
}

/**
 * `sideEffects` in package.json lists the files of dist/ that register elements, and so no source file. Without this
 * plugin a bundler of the sources would leave out the imports that register.
 */
export const sourcesRegister = {
  name: 'sources-register',
  transform: {
    filter: { id: /\.ts$/ },
    handler: (_code: string, id: string) => (id.startsWith(ELEMENTS) ? { moduleSideEffects: true } : undefined),
  },
};
