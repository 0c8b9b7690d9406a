/** Elements from text nodes only: nothing that comes from a tool is ever parsed as markup. */

export type Child = Node | string | number | null | undefined | false;

export interface Attributes {
  [name: string]: string | number | boolean | null | undefined | ((event: never) => void);
}

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
      element.setAttribute(name, value === true ? '' : String(value));
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

/** Text without what would change how the text around it reads: controls, and overrides of direction. */
export function visible(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '\ufffd');
}

/** A button that looks like one of the panel's. */
export function button(text: string, label: string, act: (event: MouseEvent) => void, more: Attributes = {}): HTMLElement {
  return h('button', { type: 'button', class: 'hnb-button', title: label, 'aria-label': label, onclick: act, ...more }, text);
}

/** A digest that a click copies. `plain`: no control of its own, where it stands in one; `c` copies there. */
export function digestButton(digest: string, copy: (text: string) => void, plain = false): HTMLElement {
  const digits = digest.replace(/^sha256:/, '').slice(0, 12);
  const act = (event: MouseEvent) => {
    event.stopPropagation();
    copy(digest);
    made.classList.add('hnb-copied');
    setTimeout(() => made.classList.remove('hnb-copied'), 900);
  };
  const shared = { class: 'hnb-digest', title: `${digest}\ncopy`, onclick: act };
  const made = plain
    ? h('span', shared, digits)
    : h('button', { ...shared, type: 'button', 'aria-label': `copy digest ${digits}` }, digits);
  return made;
}

/** What kind of tool it is. */
export function badge(kind: string): HTMLElement {
  return h('span', { class: `hnb-badge hnb-kind-${kind.replace(/[^a-z]/g, '')}` }, kind);
}
