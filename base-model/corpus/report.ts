import type { BaseCorpus } from './build';
import type { LeftOutFile, SourceFile } from './sources';
import { charactersOf } from './write';

/** Tables of the model card, in Markdown: by licence, by package, left out by reason. */
export function reportOf({ train, heldOut, leftOut }: BaseCorpus): string {
  const all = [...train, ...heldOut];
  const isHeldOut = new Set(heldOut.map(({ package: name }) => name));
  const byLicence = countsBy(all, ({ licence }) => licence);
  const byPackage = countsBy(all, ({ package: name }) => (isHeldOut.has(name) ? `${name} (held out)` : name));
  const reasons = [...group(leftOut, kindOf)].sort(([, a], [, b]) => b.length - a.length);
  return [
    table(['licence', 'packages', 'files', 'characters'], byLicence),
    table(['package', 'packages', 'files', 'characters'], byPackage),
    table(
      ['left out because', 'files or folders'],
      reasons.map(([reason, files]) => [reason, number(files.length)]),
    ),
  ].join('\n\n');
}

function kindOf({ reason }: LeftOutFile): string {
  return reason.replace(/^under another licence.*/s, 'under another licence');
}

function countsBy(files: readonly SourceFile[], keyOf: (file: SourceFile) => string): string[][] {
  return [...group(files, keyOf)]
    .map(([key, ofKey]) => ({ key, ofKey, characters: charactersOf(ofKey) }))
    .sort((a, b) => b.characters - a.characters)
    .map(({ key, ofKey, characters }) => {
      const packages = new Set(ofKey.map((file) => file.package)).size;
      return [key, number(packages), number(ofKey.length), number(characters)];
    });
}

function group<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const items = groups.get(key) ?? [];
    items.push(item);
    groups.set(key, items);
  }
  return groups;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function number(count: number): string {
  return count.toLocaleString('en');
}
