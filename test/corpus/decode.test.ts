import assert from 'node:assert/strict';
import test from 'node:test';
import { encode } from 'iconv-lite';
import { decodeSource } from '../../src/corpus/decode';

const bytes = (text: string, encoding = 'utf8') => encode(text, encoding);

test('UTF-8, with and without a byte order mark, declared and not', () => {
  assert.deepEqual(decodeSource(bytes('x = "é"\n')), { text: 'x = "é"\n' });
  assert.deepEqual(decodeSource(Buffer.from('\ufeffx = "é"\n')), { text: 'x = "é"\n' });
  for (const name of ['utf-8', 'UTF8', 'utf_8', 'utf-8-sig', 'utf-8-unix']) {
    const text = `# -*- coding: ${name} -*-\nx = "é"\n`;
    assert.deepEqual(decodeSource(bytes(text)), { text });
  }
});

test('coding lines of PEP 263, in the first two lines', () => {
  const cases: [string, string][] = [
    ['latin-1', '# -*- coding: latin-1 -*-\nx = "é"\n'],
    ['latin-1', '#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\nx = "é"\n'],
    ['latin-1', '\r\n  # coding=latin_1\r\nx = "é"\r\n'],
    ['cp1252', '# coding: cp1252-dos\nx = "€"\n'],
    ['shift_jis', '# coding: shift_jis\nx = "日本"\n'],
    ['euc-jp', '# coding: euc_jp\nx = "日本"\n'],
    ['koi8-r', '# coding: koi8-r\nx = "привет"\n'],
    ['gb18030', '# coding: gb18030\nx = "中文"\n'],
  ];
  for (const [encoding, text] of cases) {
    assert.deepEqual(decodeSource(bytes(text, encoding)), { text });
  }
});

test('a coding line counts neither after code nor in the third line, and the first of two wins', () => {
  const invalid = { reason: 'not valid UTF-8, and no coding line names another encoding' };
  assert.deepEqual(decodeSource(bytes('import a\n# coding: latin-1\nx = "é"\n', 'latin1')), invalid);
  assert.deepEqual(decodeSource(bytes('\n\n# coding: latin-1\nx = "é"\n', 'latin1')), invalid);
  assert.deepEqual(decodeSource(bytes('x = 1 # coding: latin-1\nx = "é"\n', 'latin1')), invalid);
  const text = '# coding: koi8-r\n# coding: latin-1\nx = "привет"\n';
  assert.deepEqual(decodeSource(bytes(text, 'koi8-r')), { text });
});

test('says why a file cannot be decoded', () => {
  const reasonOf = (content: Buffer) => {
    const decoded = decodeSource(content);
    return 'reason' in decoded ? decoded.reason : decoded;
  };
  assert.equal(reasonOf(Buffer.from('x = 1\0\n')), 'a binary file: it contains NUL bytes');
  assert.equal(reasonOf(bytes('x = 1\n', 'utf-16')), 'a binary file: it contains NUL bytes');
  assert.equal(reasonOf(Buffer.from([0x78, 0xff, 0x0a])), 'not valid UTF-8, and no coding line names another encoding');
  assert.equal(reasonOf(bytes('# coding: klingon\nx = 1\n')), 'its coding line names the unknown encoding klingon');
  const brokenJapanese = Buffer.concat([bytes('# coding: shift_jis\nx = "'), Buffer.from([0x81, 0x20, 0xff])]);
  assert.equal(reasonOf(brokenJapanese), 'not valid shift-jis, its declared encoding');
  for (const name of ['ascii', 'utf-16', 'base64', 'hex']) {
    const content = bytes(`# coding: ${name}\nx = "é"\n`);
    assert.equal(reasonOf(content), `not valid ${name}, its declared encoding`);
  }
});
