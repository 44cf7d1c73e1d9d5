/** Value of a custom property of the panel's style sheet, which takes its colours from the editor's theme. */
export function themeColour(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}

/**
 * Calls back when the user changes the theme: VS Code then rewrites the page's variables and the body's class. Returns
 * what ends that.
 */
export function onThemeChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributeFilter: ['style'] });
  observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
  return () => observer.disconnect();
}
