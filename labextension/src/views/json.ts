import { button, h } from './dom';
import { excerpt } from './text';

const LONG = 400;
/** Entries of a branch that are shown at first, and with each step more. */
const MANY = 100;

/** JSON as a tree whose branches open and close. */
export function jsonTree(value: unknown): HTMLElement {
  return h('div', { class: 'hnb-json' }, node('', value, 0));
}

function node(name: string, value: unknown, depth: number): HTMLElement {
  const key = name ? h('span', { class: 'hnb-key' }, `${excerpt(name, LONG)}: `) : null;
  if (value === null || typeof value !== 'object') {
    return h('div', { class: 'hnb-leaf' }, key, h('span', { class: `hnb-value-${typeof value}` }, excerpt(JSON.stringify(value) ?? 'null', LONG)));
  }
  const isList = Array.isArray(value);
  const entries: [string, unknown][] = isList ? value.map((item, place) => [String(place), item]) : Object.entries(value);
  if (!entries.length) {
    return h('div', { class: 'hnb-leaf' }, key, h('span', { class: 'hnb-faint' }, isList ? '[]' : '{}'));
  }
  const inside = h('div', { class: 'hnb-branch' });
  const size = isList ? `[${entries.length}]` : `{${entries.length}}`;
  const made = h('details', { open: depth < 1 }, h('summary', {}, key, h('span', { class: 'hnb-faint' }, size)), inside);
  const fill = () => {
    if (!inside.childElementCount) {
      more(inside, entries, 0, depth);
    }
  };
  made.addEventListener('toggle', fill);
  if (depth < 1) {
    fill();
  }
  return made;
}

function more(inside: HTMLElement, entries: [string, unknown][], start: number, depth: number): void {
  const end = start + MANY;
  entries.slice(start, end).forEach(([name, item]) => inside.appendChild(node(name, item, depth + 1)));
  if (end < entries.length) {
    const rest = button(`${entries.length - end} more`, '', () => {
      rest.remove();
      more(inside, entries, end, depth);
    });
    inside.appendChild(rest);
  }
}
