import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markdownText, notificationText } from '../../src/extension/plain-text';

/** As VS Code looks for links in notifications (parseLinkedText). */
const NOTIFICATION_LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

test('a notification has no link that a name holds', () => {
  const hostile = 'There is no [x](command:workbench.action.quit) or a\u001b]0;x\u0007.py.';
  assert.match(hostile, NOTIFICATION_LINK);
  assert.doesNotMatch(notificationText(hostile), NOTIFICATION_LINK);
  assert.equal(notificationText(hostile), 'There is no [x] (command:workbench.action.quit) or a\\x1b]0;x\\x07.py.');
  assert.equal(notificationText('The disk is full: (/data)[1].'), 'The disk is full: (/data)[1].');
});

test('Markdown shows a sentence as it is', () => {
  const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
  const escaped = markdownText(punctuation);
  assert.equal(escaped, Array.from(punctuation, (character) => `\\${character}`).join(''));
  assert.equal(markdownText('    no code\n\n# no heading'), 'no code \\# no heading');
  assert.equal(markdownText('www.example.com https://x'), 'www\\.example\\.com https\\:\\/\\/x');
});
