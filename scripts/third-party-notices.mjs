// ThirdPartyNotices.txt: names and licences of everything by others that is in the package. Built by esbuild.mjs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const RULE = '='.repeat(80);

/** Headers that are compiled into the native addon, which esbuild does not see. */
const COMPILED_IN = ['node_modules/node-addon-api'];

/** What was made from works of others without containing their code. */
const DERIVED = [
  {
    name: 'Pretrained weights of the memory (native/memory/pretrained_weights.bin.gz)',
    source:
      'Statistics learnt from the standard library of Python 3.11 (https://www.python.org) by scripts/pretrain-memory.ts.\n' +
      'Changes: the library itself is not included; the file holds weights and counts that a program learnt from it.',
    licence: 'scripts/licences/PSF-2.0.txt',
  },
  {
    name: 'Table of Python names (in dist/*.js)',
    source:
      'Names defined by Python 3.11 and its standard library (https://www.python.org), listed by\n' +
      'scripts/make-python-names.py. Changes: nothing but the names is included.',
    licence: 'scripts/licences/PSF-2.0.txt',
  },
];

/** The text of the notices for what these builds (esbuild's metafiles) have bundled. */
export function thirdPartyNotices(metafiles) {
  const folders = new Set(COMPILED_IN);
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const input of Object.keys(inputs)) {
        const folder = packageFolder(input);
        if (folder !== null) {
          folders.add(folder);
        }
      }
    }
  }
  const packages = [...folders].map(packageNotice).sort((a, b) => (a.title < b.title ? -1 : 1));
  return [
    'Third-party notices of Understudy',
    'Understudy itself is under the MIT License (LICENSE). It contains or was made from the following works of others.',
    ...new Set(packages.map(({ title, text }) => `${RULE}\n${title}\n${RULE}\n\n${text}`)),
    ...DERIVED.map(({ name, source, licence }) => `${RULE}\n${name}\n${RULE}\n\n${source}\n\n${read(licence)}`),
    '',
  ].join('\n\n');
}

/** The folder of the package that a file belongs to, or null for a file of our own. */
function packageFolder(path) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? null;
}

function packageNotice(folder) {
  const { name, version, license } = JSON.parse(read(join(folder, 'package.json')));
  const papers = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|thirdpartynotices)/i.test(file));
  if (papers.length === 0) {
    throw new Error(`${folder} has no licence: look for it and name it here.`);
  }
  const texts = papers.sort().map((paper) => read(join(folder, paper)));
  return { title: `${name} ${version} (${license})`, text: texts.join('\n\n') };
}

function read(path) {
  if (!existsSync(path)) {
    throw new Error(`${path} is missing.`);
  }
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
}
