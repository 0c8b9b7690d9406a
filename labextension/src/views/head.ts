import { sized, type ToolDetail } from '../data';
import type { Context } from './acts';
import { badge, button, chips, digestButton, h } from './dom';
import { excerpt } from './text';

const LONG = 400;
const CHIPS = 24;

/** What a tool is, how far it was tested and used, and what can be done with it. */
export function headOf(tool: ToolDetail, context: Context): HTMLElement {
  const newest = tool.history[0];
  return h(
    'header',
    { class: 'hnb-head' },
    h(
      'div',
      { class: 'hnb-title-line' },
      h('h2', { class: 'hnb-title', title: tool.name }, excerpt(tool.name, LONG)),
      h('span', { class: 'hnb-version-of' }, `v${tool.version}`),
      badge(tool.kind),
      h('span', { class: 'hnb-space' }),
      digestButton(tool.digest, text => context.acts.copy(text))
    ),
    newest && newest.version > tool.version
      ? h('div', { class: 'hnb-newer' }, `v${newest.version} is newer. `, button(`Open v${newest.version}`, '', () => context.open(newest.digest)))
      : null,
    h('code', { class: 'hnb-signature' }, excerpt(`${tool.name}${tool.signature}`, LONG)),
    tool.summary ? h('p', { class: 'hnb-summary' }, excerpt(tool.summary, LONG)) : null,
    figures(tool),
    tool.reason ? h('div', { class: 'hnb-facts' }, `${tool.kind}: ${excerpt(tool.reason, LONG)}`) : null,
    chips(tool.capabilities, CHIPS) ?? h('div', { class: 'hnb-facts' }, 'reaches nothing but its arguments'),
    buttons(tool, context)
  );
}

function figures(tool: ToolDetail): HTMLElement {
  const number = (value: number) => value.toLocaleString('en');
  const shown: [string, string, string][] = [
    [number(tool.examples), tool.examples === 1 ? 'example' : 'examples', 'examples of its description that passed when it was sealed'],
    [number(tool.proof.compared), 'compared', `inputs for which it gave what ${tool.proof.reference || 'its reference'} gives`],
    [number(tool.calls), tool.calls === 1 ? 'call' : 'calls', 'calls that this registry has seen'],
    [number(tool.reused), 'reused', 'calls after the session that made it, or by other tools'],
    [sized(tool.size), 'size', 'bytes of what runs']
  ];
  return h(
    'dl',
    { class: 'hnb-figures' },
    ...shown.map(([value, name, help]) => h('div', { title: help }, h('dt', {}, name), h('dd', { class: value === '0' ? 'hnb-faint' : null }, value)))
  );
}

function buttons(tool: ToolDetail, { acts, options }: Context): HTMLElement {
  const { insertCall, verify, exportTool } = acts;
  const [insert, check] = options.byCopy ? ['Copy call', 'Copy check'] : ['Insert call', 'Verify'];
  const aim = options.byCopy ? 'copy the text of a cell that is to' : 'put a cell into the notebook that is to';
  return h(
    'div',
    { class: 'hnb-buttons' },
    insertCall ? button(insert, options.byCopy ? 'copy a call, for a cell' : 'insert a call into the notebook', () => insertCall(tool)) : null,
    verify ? button(check, `${aim} build the tool again, and compare the digests`, () => verify(tool)) : null,
    button('Copy digest', 'copy the whole digest', () => void acts.copy(tool.digest)),
    exportTool ? button('Export', 'download what runs', () => exportTool(tool)) : null
  );
}
