import { counted, type Diff, type DiffLine } from '../data';
import { button, h } from './dom';
import { message } from './states';

const WORDS = { ' ': '', '+': 'added: ', '-': 'removed: ' };
/** Lines that are shown before and after each difference. */
const AROUND = 3;

/** The lines of a difference, with the numbers of both sides; what is the same for long is folded. */
export function diffTable(diff: Diff): HTMLElement {
  if (!diff.lines.some(line => line.kind !== ' ')) {
    return message('The sources are the same.', 'What differs is the toolchain, or what is beside the source.');
  }
  const body = h('tbody', {});
  for (const run of runs(diff.lines)) {
    if (run.folded) {
      body.appendChild(fold(run.lines));
    } else {
      body.append(...run.lines.map(row));
    }
  }
  const [plus, minus] = (['+', '-'] as const).map(kind => diff.lines.filter(line => line.kind === kind).length);
  return h(
    'div',
    {},
    h('div', { class: 'hnb-facts' }, `${counted(plus ?? 0, 'line')} added, ${minus} removed`),
    h('div', { class: 'hnb-scroll hnb-diff-scroll', tabindex: '0', role: 'region', 'aria-label': 'differences' }, h('table', { class: 'hnb-diff' }, body))
  );
}

/** Lines in their order, those that are far from any difference put together. */
function runs(lines: DiffLine[]): { folded: boolean; lines: DiffLine[] }[] {
  const near = new Uint8Array(lines.length);
  lines.forEach((line, place) => {
    if (line.kind !== ' ') {
      near.fill(1, Math.max(place - AROUND, 0), place + AROUND + 1);
    }
  });
  const found: { folded: boolean; lines: DiffLine[] }[] = [];
  lines.forEach((line, place) => {
    const last = found[found.length - 1];
    if (last && last.folded === !near[place]) {
      last.lines.push(line);
    } else {
      found.push({ folded: !near[place], lines: [line] });
    }
  });
  return found.map(run => ({ ...run, folded: run.folded && run.lines.length > 1 }));
}

function fold(lines: DiffLine[]): HTMLElement {
  const open = button(`${lines.length} unchanged lines`, '', () => place.replaceWith(...lines.map(row)), { class: 'hnb-button hnb-unfold' });
  const place = h('tr', {}, h('td', { colspan: 4, class: 'hnb-fold' }, open));
  return place;
}

function row(line: DiffLine): HTMLElement {
  return h(
    'tr',
    { class: line.kind === '+' ? 'hnb-added' : line.kind === '-' ? 'hnb-removed' : null },
    h('td', { class: 'hnb-number' }, line.left ?? ''),
    h('td', { class: 'hnb-number' }, line.right ?? ''),
    h('td', { class: 'hnb-sign', 'aria-hidden': 'true' }, line.kind),
    h('td', { class: 'hnb-line' }, WORDS[line.kind] ? h('span', { class: 'hnb-heard' }, WORDS[line.kind]) : null, line.text)
  );
}
