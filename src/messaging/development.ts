/**
 * Whether this program runs in development: by `NODE_ENV` where Node or a bundler sets it (a bundler replaces the
 * expression `process.env.NODE_ENV` by its value), else by whether the page comes from this machine. Only advice may
 * depend on it.
 */

/** Provided by Node or a bundler; a page has none. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

export function inDevelopment(): boolean {
  const mode = environment();
  if (mode !== undefined) return mode !== 'production';
  const { location } = globalThis as { location?: { hostname?: string } };
  return /^(localhost|.+\.localhost|127\..+|\[::1\])$/.test(location?.hostname ?? '');
}

function environment(): string | undefined {
  try {
    return process.env.NODE_ENV;
  } catch {
    return undefined;
  }
}
