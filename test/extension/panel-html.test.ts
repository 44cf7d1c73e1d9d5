import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelHtml } from '../../src/extension/panel-html';

const HTML = panelHtml({ script: 'app:/panel.js', style: 'app:/panel.css', cspSource: 'app:', nonce: 'n0nce' });

test('the policy lets in our own script and style sheet and nothing else', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(HTML)?.[1];
  assert.equal(policy, "default-src 'none'; script-src 'nonce-n0nce'; style-src app:");
});

test('the page holds what the policy allows: one script with the nonce, no inline code or style', () => {
  assert.deepEqual(HTML.match(/<script[^>]*>[^<]*/g), ['<script nonce="n0nce" src="app:/panel.js">']);
  assert.doesNotMatch(HTML, /<style|\sstyle=|\son\w+=/);
});
