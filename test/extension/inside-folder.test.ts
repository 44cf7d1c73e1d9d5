import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInside, placesOf } from '../../src/extension/inside-folder';

test('a path that a webview names has to stay in its folder', () => {
  for (const path of ['app.py', 'src/app.py', 'a..b/c.py', 'src\\app.py']) {
    assert.ok(isInside(path), path);
  }
  for (const path of [
    '',
    '/etc/passwd',
    '../app.py',
    'src/../../app.py',
    'src\\..\\..\\app.py',
    'C:\\app.py',
    '\\app.py',
  ]) {
    assert.equal(isInside(path), false, path);
  }
});

test('with several folders a file is looked for in that of its name first', () => {
  assert.deepEqual(placesOf('src/app.py', ['shop']), [{ folder: 0, path: 'src/app.py' }]);
  const places = (name: string) =>
    placesOf(name, ['shop', 'api', 'shop']).map(({ folder, path }) => `${folder} ${path}`);
  assert.deepEqual(places('api/app.py'), ['1 app.py', '0 api/app.py', '1 api/app.py', '2 api/app.py']);
  assert.deepEqual(places('shop/app.py').slice(0, 2), ['0 app.py', '2 app.py']);
  assert.deepEqual(places('shop-2/app.py').slice(0, 2), ['2 app.py', '0 app.py'], 'the second of that name');
  assert.deepEqual(places('app.py'), ['0 app.py', '1 app.py', '2 app.py']);
  assert.deepEqual(places('api/../../app.py'), []);
});
