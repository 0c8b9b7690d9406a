/** Elements from text nodes only: nothing that comes from a tool is ever parsed as markup. */

import { short } from '../data';
import { cut, visible } from './text';

export type Child = Node | string | number | null | undefined | false;

export interface Attributes {
  [name: string]: string | number | boolean | null | undefined | ((event: never) => void);
}

/** Characters of an attribute that a reader hears or sees in a tip. */
const SPOKEN = 400;

/** An element; `on...` attributes are listeners, others are set as text. */
export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<T extends Element>(element: T, attributes: Attributes, children: Child[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2).toLowerCase(), value as unknown as EventListener);
    } else if (value !== null && value !== undefined && value !== false) {
      const text = value === true ? '' : String(value);
      element.setAttribute(name, name === 'title' || name.startsWith('aria-') ? cut(visible(text), SPOKEN) : text);
    }
  }
  append(element, children);
  return element;
}

/** Put children at the end of an element. */
export function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      element.appendChild(child instanceof Node ? child : document.createTextNode(visible(String(child))));
    }
  }
}

/** Put children in the place of what an element holds. */
export function replace(element: Element, ...children: Child[]): void {
  element.textContent = '';
  append(element, children);
}

let made = 0;

/** An id that no other element of the page has: several panels may stand on one. */
export function unique(name: string): string {
  return `hnb-${name}-${++made}`;
}

/** A button; `more` is what it does, where its text alone does not say that. */
export function button(text: string, more: string, act: (event: MouseEvent) => void, attributes: Attributes = {}): HTMLElement {
  const named = more ? { title: more, 'aria-label': `${text}: ${more}` } : {};
  return h('button', { type: 'button', class: 'hnb-button', onclick: act, ...named, ...attributes }, text);
}

/** A digest that a click copies. `plain`: no control of its own, where it stands in one; `c` copies there. */
export function digestButton(digest: string, copy: (text: string) => void, plain = false): HTMLElement {
  const act = (event: MouseEvent) => {
    event.stopPropagation();
    copy(digest);
    node.classList.add('hnb-copied');
    setTimeout(() => node.classList.remove('hnb-copied'), 900);
  };
  const shared = { class: 'hnb-digest', title: `${digest}\nclick to copy`, onclick: act };
  const node = plain
    ? h('span', shared, short(digest))
    : h('button', { ...shared, type: 'button', 'aria-label': `${short(digest)}: copy the digest` }, short(digest));
  return node;
}

/** What kind of tool it is. */
export function badge(kind: string): HTMLElement {
  return h('span', { class: `hnb-badge hnb-kind-${kind.replace(/[^a-z]/g, '').slice(0, 20)}` }, cut(kind, 20));
}

/** Chips of short texts; what is left out is counted. */
export function chips(texts: string[], most: number): HTMLElement | null {
  if (!texts.length) {
    return null;
  }
  const shown = texts.slice(0, most).map(one => h('span', { class: 'hnb-chip', title: one.length > 40 ? one : null }, cut(one, 40)));
  const rest = texts.length - shown.length;
  return h('div', { class: 'hnb-chips' }, ...shown, rest ? h('span', { class: 'hnb-faint' }, `and ${rest} more`) : null);
}
