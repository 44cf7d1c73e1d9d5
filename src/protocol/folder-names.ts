/**
 * Names of a workspace's folders, by which the names of their files begin: a folder's own, and with a number where
 * another one before it has that name.
 */
export function uniqueFolderNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let number = 2; taken.has(candidate); number++) {
      candidate = `${name}-${number}`;
    }
    taken.add(candidate);
    return candidate;
  });
}
