import { h } from './dom';

const LONG = 400;

/** JSON as a tree whose branches open and close. */
export function jsonTree(value: unknown, depth = 0): HTMLElement {
  return h('div', { class: depth ? '' : 'hnb-json' }, node('', value, depth));
}

function node(name: string, value: unknown, depth: number): HTMLElement {
  const key = name ? h('span', { class: 'hnb-key' }, `${name}: `) : null;
  if (value === null || typeof value !== 'object') {
    return h('div', { class: 'hnb-leaf' }, key, h('span', { class: `hnb-${typeof value}` }, leaf(value)));
  }
  const entries: [string, unknown][] = Array.isArray(value) ? value.map((item, place) => [String(place), item]) : Object.entries(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  if (!entries.length) {
    return h('div', { class: 'hnb-leaf' }, key, h('span', { class: 'hnb-faint' }, Array.isArray(value) ? '[]' : '{}'));
  }
  const inside = h('div', { class: 'hnb-branch' });
  const made = h('details', { open: depth < 1 }, h('summary', {}, key, h('span', { class: 'hnb-faint' }, size)), inside);
  const fill = () => {
    if (!inside.childElementCount) {
      entries.forEach(([inner, item]) => inside.appendChild(node(inner, item, depth + 1)));
    }
  };
  made.addEventListener('toggle', fill);
  if (depth < 1) {
    fill();
  }
  return made;
}

function leaf(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > LONG ? `${text.slice(0, LONG)}... (${text.length} characters)` : text;
}
