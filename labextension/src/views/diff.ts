import type { Diff } from '../data';
import { h } from './dom';
import { message } from './states';

const WORDS = { ' ': 'unchanged', '+': 'added', '-': 'removed' };

/** The lines of a difference, with the numbers of both sides. */
export function diffTable(diff: Diff): HTMLElement {
  if (!diff.lines.some(line => line.kind !== ' ')) {
    return message('The sources are the same.', 'What differs is the toolchain, or what is beside the source.');
  }
  const rows = diff.lines.map(line =>
    h(
      'tr',
      { class: line.kind === '+' ? 'hnb-added' : line.kind === '-' ? 'hnb-removed' : '', 'aria-label': WORDS[line.kind] },
      h('td', { class: 'hnb-number' }, line.left ?? ''),
      h('td', { class: 'hnb-number' }, line.right ?? ''),
      h('td', { class: 'hnb-sign', 'aria-hidden': 'true' }, line.kind),
      h('td', { class: 'hnb-line' }, line.text || ' ')
    )
  );
  return h('div', { class: 'hnb-scroll' }, h('table', { class: 'hnb-diff' }, h('tbody', {}, ...rows)));
}
