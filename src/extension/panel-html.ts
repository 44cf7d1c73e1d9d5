import type { ToPanel } from '../protocol/panel';

/** Addresses that a webview may load, as `Webview.asWebviewUri` gives them. */
export interface PanelSources {
  readonly script: string;
  readonly style: string;
  /** `Webview.cspSource` */
  readonly cspSource: string;
  readonly nonce: string;
}

/**
 * The panel's page: nothing but our own script and style sheet may run in it, and it can reach no network.
 *
 * @param history what the page tells its script at once, so that it need not ask first; or null
 */
export function panelHtml({ script, style, cspSource, nonce }: PanelSources, history: ToPanel | null): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${style}">
  <title>Understudy</title>
</head>
<body>
  <main id="panel"></main>
  <script type="application/json" id="history">${inScript(history)}</script>
  <script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

/** JSON that ends no script element and begins no comment: samples may hold such text. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
