import assert from 'node:assert/strict';
import { test } from 'node:test';
import { licenceFamilies, licenceOf, parseCopyright } from '../../base-model/corpus/copyright';

const PAPER = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Source: https://example.org

Files: *
Copyright: 2020 Somebody
License: Expat

Files: debian/*
Copyright: 2021 Somebody Else
License: GPL-2+

Files: lib/boat/engine/*
 boat/sails/ji?.py
Copyright: 2019 Others
License: BSD-3-clause and PSF-2

Files: contrib/elsewhere/porter.py
Copyright: 2018 Others
License: GPL-3

License: Expat
 Permission is hereby granted.
`;

test('the last stanza that matches a file gives its licence', () => {
  const copyright = parseCopyright(PAPER);
  assert.equal(copyright.main, 'Expat');
  assert.equal(licenceOf(copyright, 'boat/hull.py'), 'Expat');
  assert.equal(licenceOf(copyright, 'boat/engine/diesel/pump.py'), 'BSD-3-clause and PSF-2');
  assert.equal(licenceOf(copyright, 'boat/sails/jib.py'), 'BSD-3-clause and PSF-2');
  assert.equal(licenceOf(copyright, 'boat/sails/jibs.py'), 'Expat');
});

test('a file installed elsewhere than its sources lie is not learnt from by mistake', () => {
  assert.equal(licenceOf(parseCopyright(PAPER), 'boat/porter.py'), 'GPL-3');
});

test('a paper that is not machine-readable is refused', () => {
  assert.throws(
    () => parseCopyright('This package was debianized by somebody.\nLicense: Expat\n'),
    /not machine-readable/,
  );
  assert.throws(() => parseCopyright('Format: 1.0\n\nFiles: debian/*\nLicense: Expat\n'), /no licence for all files/);
});

test('a licence is learnt from where all that hold together are permissive', () => {
  const cases: [string, string[] | null][] = [
    ['Expat', ['MIT']],
    ['BSD-3-Clause-Google', ['BSD-3-Clause']],
    ['Apache-2', ['Apache-2.0']],
    ['Apache', null],
    ['BSD-4-clause', null],
    ['GPL-2+ or Expat', ['MIT']],
    ['GPL-2+ and Expat', null],
    ['BSD-3 and matplotlib', null],
    ['Expat and BSD-2-clause', ['BSD-2-Clause', 'MIT']],
    ['GPL-2+ or Expat, and BSD-3-clause', ['BSD-3-Clause', 'MIT']],
    ['Python-2.0', ['PSF']],
    ['', null],
  ];
  for (const [expression, families] of cases) {
    assert.deepEqual(licenceFamilies(expression), families, expression);
  }
});
