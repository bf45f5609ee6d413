/** What `npm pack` would publish, compared with what package.json and the README promise. */

export interface PackageManifest {
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Conditions>>;
  /** A target that does not begin with `./` is a package. */
  readonly imports?: Readonly<Record<string, string | Conditions>>;
  readonly files?: readonly string[];
  readonly unpkg?: string;
  readonly jsdelivr?: string;
}

type Conditions = Readonly<Record<string, string>>;

/**
 * One sentence for each difference between the manifest or the text of the README, and `paths`, the files of the
 * package. Empty when all is well.
 */
export function contentProblems(paths: readonly string[], manifest: PackageManifest, readme: string): string[] {
  const { bin = {}, exports = {}, imports = {}, files = [], unpkg, jsdelivr } = manifest;
  const targets = [...Object.values(exports), ...Object.values(imports)].flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  const inside = [...targets.filter((target) => target.startsWith('./')), ...Object.values(bin), unpkg, jsdelivr];
  const named = inside.flatMap((path) => path?.replace(/^\.\//, '') ?? []);
  const linked = [...readme.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) => path);
  const missing = [...new Set(named)].filter((path) => !paths.includes(path));
  const empty = files.filter((pattern) => !paths.some((path) => matches(path, pattern)));
  const unwanted = paths.filter((path) =>
    /(?:^|\/)tests?\/|\.test\.|^(?:src|elements|scripts)\/|\.tsx?$/.test(published(path)),
  );
  return [
    ...missing.map((path) => `${path} is named in package.json and missing in the package.`),
    ...[...new Set(linked)]
      .filter((path) => !paths.includes(path))
      .map((path) => `README.md leads to ${path}, which is missing in the package.`),
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
