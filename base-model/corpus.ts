/**
 * Corpus of the base model, from the packages of Debian that packages.tsv pins.
 *
 *   npm run base:corpus -- FOLDER [--packages FOLDER] [--seed 1]
 *   npm run base:corpus -- --pin NAME…
 *
 * The first fetches the packages (`apt-get download`) into the folder for packages, by default FOLDER-packages, where
 * they stay for the next time; and writes into FOLDER what is learnt from and what is held out (corpus/write.ts). It
 * prints what the model card says of them. The second prints lines for packages.tsv of the versions that this machine's
 * Debian has now. Both need a machine with Debian's apt-get and dpkg-deb; a team with code of its own needs neither:
 * any folder of Python files can be trained on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../src/protocol/user-error';
import { buildCorpus } from './corpus/build';
import { packageLine, readPackages } from './corpus/packages';
import { pin } from './corpus/pin';
import { reportOf } from './corpus/report';
import { writeCorpus } from './corpus/write';

const PACKAGES = join(__dirname, 'packages.tsv');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      packages: { type: 'string' },
      seed: { type: 'string', default: '1' },
      pin: { type: 'boolean', default: false },
    },
  });
  if (values.pin) {
    for (const name of positionals) {
      console.log(packageLine(await pin(name)));
    }
    return;
  }
  const [folder] = positionals;
  if (folder === undefined) {
    throw new UserError('Say into which folder the corpus goes: npm run base:corpus -- FOLDER.');
  }
  await make(resolve(folder), resolve(values.packages ?? `${folder}-packages`), Number(values.seed));
}

async function make(folder: string, packages: string, seed: number): Promise<void> {
  const [archives, unpacked] = [join(packages, 'archives'), join(packages, 'unpacked')];
  const corpus = await buildCorpus(readPackages(PACKAGES), { archives, unpacked, seed, say: console.error });
  const { fingerprint, trainCharacters, heldOutCharacters } = await writeCorpus(corpus, folder);
  const report = reportOf(corpus);
  writeFileSync(join(folder, 'report.md'), `${report}\n`);
  const reasons = corpus.leftOut.map(({ package: name, path, reason }) => [name, path, reason].join('\t'));
  writeFileSync(join(folder, 'left-out.tsv'), `package\tpath\treason\n${reasons.join('\n')}\n`);
  const notices = readFileSync(join(folder, 'NOTICES.txt.gz')).length;
  console.log(report);
  console.log(
    `\n${trainCharacters} characters to learn from, ${heldOutCharacters} held out, ${notices} bytes of notices.`,
  );
  console.log(`Fingerprint ${fingerprint}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
});
