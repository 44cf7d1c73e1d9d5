import { printableLines } from '../protocol/printable';

/**
 * A DOM element with attributes and children. Text goes in as text, never as markup, and what cannot be seen is made
 * visible.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    created.setAttribute(name, value);
  }
  created.append(...children.map((child) => (typeof child === 'string' ? printableLines(child) : child)));
  return created;
}

/** Sets an element's text, leaving the DOM alone where it already says so. */
export function setText(target: HTMLElement, text: string): void {
  const visible = printableLines(text);
  if (target.textContent !== visible) {
    target.textContent = visible;
  }
}
