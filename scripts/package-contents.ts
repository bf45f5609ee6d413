/** What `npm pack` would publish, compared with what package.json promises. */

export interface PackageManifest {
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly files?: readonly string[];
}

/**
 * One sentence for each difference between the manifest and `paths`, the files of the package. Empty when all is well.
 */
export function contentProblems(paths: readonly string[], { bin, exports, files }: PackageManifest): string[] {
  const targets = Object.values(exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? [target] : [target.types, target.default],
  );
  const named = [...targets, ...Object.values(bin ?? {})].map((path) => path.replace(/^\.\//, ''));
  const missing = [...new Set(named)].filter((path) => !paths.includes(path));
  const empty = (files ?? []).filter((pattern) => !paths.some((path) => matches(path, pattern)));
  const unwanted = paths.filter((path) =>
    /(?:^|\/)tests?\/|\.test\.|^(?:src|elements|scripts)\/|\.tsx?$/.test(published(path)),
  );
  return [
    ...missing.map((path) => `${path} is named in package.json and missing in the package.`),
    ...empty.map((pattern) => `"files" in package.json lists ${pattern}, and the package has no such file.`),
    ...unwanted.map((path) => `${path} does not belong in the package: it is a test or a source file.`),
  ];
}

/** The path without `.d.ts`, so that types are not taken for sources. */
const published = (path: string) => path.replace(/\.d\.ts$/, '');

/** `files` has folders, files, and `*` for a part of a name. */
function matches(path: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${escaped}(?:/|$)`).test(path);
}
