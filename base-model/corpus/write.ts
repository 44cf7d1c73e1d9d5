import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BaseCorpus } from './build';
import type { SourceFile } from './sources';

/**
 * Characters of a part at most, but for a file that is longer by itself. The product reads no file of more than 500,000
 * characters, and has other work wait while it reads one.
 */
const PART_CHARACTERS = 50_000;

/** What the corpus holds; corpus.json beside it. */
export interface CorpusSummary {
  /** SHA-256 of all files in order: equal ones mean equal trainings. */
  readonly fingerprint: string;
  readonly trainCharacters: number;
  readonly heldOutCharacters: number;
}

/**
 * Writes the corpus as the product reads it, parts of many files each, in the order in which they are learnt from:
 * `train/` and `held-out/`; and beside them `files.tsv` (what is where), `corpus.json`, and the notices.
 */
export async function writeCorpus(corpus: BaseCorpus, folder: string): Promise<CorpusSummary> {
  const hash = createHash('sha256');
  const index: string[] = [];
  for (const [name, files] of [['train', corpus.train] as const, ['held-out', corpus.heldOut] as const]) {
    await rm(join(folder, name), { recursive: true, force: true });
    await mkdir(join(folder, name), { recursive: true });
    for (const [number, part] of partsOf(files).entries()) {
      const path = `${name}/${String(number).padStart(5, '0')}.py`;
      // An empty line between two files, as the product joins them.
      const text = part.map((file) => file.text).join('\n');
      for (const file of part) {
        hash.update(`${name} ${file.text.length}\n`).update(file.text);
      }
      await writeFile(join(folder, path), text);
      index.push(...part.map((file) => [path, file.text.length, file.package, file.path, file.licence].join('\t')));
    }
  }
  const summary = {
    fingerprint: hash.digest('hex'),
    trainCharacters: charactersOf(corpus.train),
    heldOutCharacters: charactersOf(corpus.heldOut),
  };
  await writeFile(join(folder, 'files.tsv'), `part\tcharacters\tpackage\tpath\tlicence\n${index.join('\n')}\n`);
  await writeFile(join(folder, 'corpus.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await writeFile(join(folder, 'NOTICES.txt.gz'), gzipSync(noticesOf(corpus.papers), { level: 9 }));
  return summary;
}

/** Consecutive files in parts of at most `PART_CHARACTERS`, with a line feed between them; no file is divided. */
export function partsOf<File extends { readonly text: string }>(files: readonly File[]): File[][] {
  const parts: File[][] = [];
  let room = 0;
  for (const file of files) {
    const last = parts.at(-1);
    if (last && file.text.length + 1 <= room) {
      last.push(file);
      room -= file.text.length + 1;
    } else {
      parts.push([file]);
      room = PART_CHARACTERS - file.text.length;
    }
  }
  return parts;
}

export function charactersOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { text }) => sum + text.length, 0);
}

const COMMON_LICENCES = '/usr/share/common-licenses';

/** Every package's copyright paper, and the licences that they name instead of quoting. */
function noticesOf(papers: ReadonlyMap<string, string>): string {
  const all = [...papers].map(([name, paper]) => `${'='.repeat(80)}\n${name}\n\n${paper.trim()}\n`);
  const named = new Set(all.join('').match(/(?<=\/common-licenses\/)(?:Apache-2\.0|BSD|CC0-1\.0)/g));
  const quoted = [...named].sort().flatMap((name) => {
    const path = join(COMMON_LICENCES, name);
    return existsSync(path) ? [`${'='.repeat(80)}\n${path}\n\n${readFileSync(path, 'utf8').trim()}\n`] : [];
  });
  return [...all, ...quoted].join('\n');
}
