import type { ToolDetail } from '../data';
import type { Context } from './acts';
import { h } from './dom';
import { callForm } from './form';
import { excerpt } from './text';

const LONG = 400;

/** The parameters and the result of a tool, its description, and a form that calls it. */
export function interfaceOf(tool: ToolDetail, { acts, options }: Context): HTMLElement {
  const row = (name: string, annotation: string, rest: string) =>
    h('tr', {}, h('th', { scope: 'row' }, excerpt(name, LONG)), h('td', {}, h('code', {}, excerpt(annotation, LONG))), h('td', {}, rest ? h('code', {}, rest) : null));
  const rows = tool.parameters.map(one => row(one.name, one.annotation, one.required ? '' : excerpt(JSON.stringify(one.default), LONG)));
  const head = ['parameter', 'type', 'default'].map(text => h('th', { scope: 'col' }, text));
  const run = acts.run;
  return h(
    'div',
    {},
    h('table', { class: 'hnb-table' }, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows, row('result', tool.result.annotation, ''))),
    tool.doc ? h('pre', { class: 'hnb-doc' }, tool.doc) : null,
    run
      ? h(
          'div',
          {},
          h('h3', { class: 'hnb-subtitle' }, 'Call it'),
          callForm(tool.parameters, tool.schema.$defs ?? {}, options.byCopy ? 'Copy as a cell' : 'Run in the notebook', args => run(tool, args))
        )
      : null
  );
}
