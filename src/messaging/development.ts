/**
 * Whether this is a developer's run: what `NODE_ENV` says where something sets it (Node, and bundlers, which put its
 * value in place of these very words), else whether the page comes from this machine. For advice only; nothing may
 * behave differently by it.
 */

/** Of Node, or of a bundler; a page has none. */
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
