import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mask } from '../../base-model/corpus/mask';

test('addresses of people become those of nobody', () => {
  assert.equal(mask('# Ada Byron <ada.byron+code@mail.example.com>, 1843'), '# Ada Byron <someone@example.org>, 1843');
  assert.equal(mask("sender = 'root@localhost.localdomain'"), "sender = 'someone@example.org'");
});

test('what looks like an address and is code stays', () => {
  for (const code of ['@app.route("/")', 'y = weights@x.to(device)', 'z = a @ b.T', 'cls@property.getter']) {
    assert.equal(mask(code), code);
  }
});

test('keys and tokens are crossed out, their length stays', () => {
  // Put together here, so that nobody takes this file for one that leaks a secret.
  const amazon = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
  const random = ['aB3dE5gH7jK9mN1pQ3sT', '5vW7yZ9bC1eF3hJ5lM7oP9rS1'].join('');
  for (const secret of [amazon, `ghp_${random}`, `eyJhbGciOiJI.${random}.${random}`, random]) {
    assert.doesNotMatch(mask(`key = "${secret}"`), new RegExp(secret.slice(5, 12)));
    assert.equal(mask(`key = "${secret}"`).length, `key = "${secret}"`.length);
  }
  assert.equal(mask("password = 'correct4horse5staple'"), "password = 'xxxxxxxxxxxxxxxxxxxx'");
  assert.match(
    mask('-----BEGIN PRIVATE KEY-----\nMIIabc+/=\n-----END PRIVATE KEY-----'),
    /KEY-----\nxxxxxx\+\/=\n-----END/,
  );
});

test('digests and UUIDs become zeros', () => {
  assert.equal(mask('d41d8cd98f00b204e9800998ecf8427e'), '0'.repeat(32));
  assert.equal(mask('550e8400-e29b-41d4-a716-446655440000'), '00000000-0000-0000-0000-000000000000');
});

test('long names, numbers and sentences stay', () => {
  for (const code of [
    'class L3AgentAZLeastRoutersSchedulerTestCaseWithManyAgents:',
    'def test_IPv6_address_of_2_ports_is_Updated_after_3_tries():',
    'x = 3141592653589793238462643383279502884197',
    "password = 'the one that you chose'",
    "token = '%(token)s-%(number2)d'",
    'path/to/some/Folder1/with/many/Other2/folders/in/It3',
  ]) {
    assert.equal(mask(code), code);
  }
});
