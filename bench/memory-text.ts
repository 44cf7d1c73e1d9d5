// Writes what bench/memory.cc reads: tsx bench/memory-text.ts FOLDER TEXT
import { writeFileSync } from 'node:fs';
import { type CorpusFile, joinFiles, loadCorpus } from '../src/corpus/corpus';

function write(path: string, files: readonly CorpusFile[]): void {
  writeFileSync(path, joinFiles(files));
  writeFileSync(`${path}.idx`, files.map((file) => `${joinFiles([file]).length} ${file.name}\n`).join(''));
}

async function main(folder: string, text: string): Promise<void> {
  const { train, validation } = await loadCorpus([folder], { holdout: 'every-10th', excludes: [] });
  write(`${text}.train`, train);
  write(`${text}.valid`, validation);
}

void main(process.argv[2]!, process.argv[3]!);
