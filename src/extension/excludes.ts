/**
 * `files.exclude` and `search.exclude` as VS Code gives them; a condition instead of `true` depends on sibling files.
 */
export type ExcludeSetting = Readonly<Record<string, boolean | { when: string }>>;

/** All globs that are switched on, each once. Conditional ones stay out: they hide generated siblings, not code. */
export function mergedExcludes(own: readonly string[], ...settings: readonly ExcludeSetting[]): string[] {
  const enabled = settings.flatMap((setting) => Object.keys(setting).filter((glob) => setting[glob] === true));
  return [...new Set([...own, ...enabled])];
}
