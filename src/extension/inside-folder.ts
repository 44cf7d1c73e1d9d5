/** Whether a relative path stays in its folder. What names it came through a webview. */
export function isInside(path: string): boolean {
  const isAbsolute = /^(?:[/\\]|[a-zA-Z]:)/.test(path);
  return path !== '' && !isAbsolute && !path.split(/[/\\]/).includes('..');
}
