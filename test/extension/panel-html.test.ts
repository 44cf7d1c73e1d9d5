import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelHtml } from '../../src/extension/panel-html';

const SOURCES = { script: 'app:/panel.js', style: 'app:/panel.css', cspSource: 'app:', nonce: 'n0nce' };
const HTML = panelHtml(SOURCES, null);

test('the policy lets in our own script and style sheet and nothing else', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(HTML)?.[1];
  assert.equal(policy, "default-src 'none'; script-src 'nonce-n0nce'; style-src app:");
});

test('the page holds what the policy allows: one script with the nonce, data, no inline code or style', () => {
  const scripts = ['<script type="application/json" id="history">null', '<script nonce="n0nce" src="app:/panel.js">'];
  assert.deepEqual(HTML.match(/<script[^>]*>[^<]*/g), scripts);
  assert.doesNotMatch(HTML, /<style|\sstyle=|\son\w+=/);
});

test('no text of a history ends its element or begins another', () => {
  const text = '</script><script nonce="n0nce">alert(1)</script><!--';
  const page = panelHtml(SOURCES, {
    kind: 'history',
    status: { kind: 'no-model' },
    events: [{ kind: 'sample', epoch: 1, prompt: '', text }],
  });
  assert.equal(page.match(/<script/g)?.length, 2);
  assert.doesNotMatch(page, /<!--/);
});
