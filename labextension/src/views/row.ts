import { counted, sized, type ToolRow } from '../data';
import { badge, chips, digestButton, h } from './dom';
import { excerpt } from './text';

/** Characters of a summary that are put into a row, which shows two lines of them. */
const SUMMARY = 240;
const CHIPS = 5;

/** A tool as a row of the list: what it is, and how far it can be trusted. */
export function toolRow(tool: ToolRow, attributes: { [name: string]: string | number }, copy: (text: string) => void): HTMLElement {
  const facts = [
    sized(tool.size),
    tool.examples ? `${counted(tool.examples, 'example')} passed` : 'no examples',
    counted(tool.calls, 'call'),
    tool.reused ? `${tool.reused.toLocaleString('en')} reused` : ''
  ].filter(Boolean);
  return h(
    'li',
    { class: 'hnb-row', role: 'option', 'aria-selected': 'false', ...attributes },
    h(
      'div',
      { class: 'hnb-row-head' },
      badge(tool.kind),
      h('span', { class: 'hnb-name', title: tool.name }, excerpt(tool.name, SUMMARY)),
      h('span', { class: 'hnb-version-of' }, `v${tool.version}`),
      h('span', { class: 'hnb-space' }),
      digestButton(tool.digest, copy, true)
    ),
    tool.summary ? h('div', { class: 'hnb-summary' }, excerpt(tool.summary, SUMMARY)) : null,
    h('div', { class: 'hnb-facts' }, facts.join(' \u00b7 ')),
    chips(tool.capabilities, CHIPS)
  );
}
