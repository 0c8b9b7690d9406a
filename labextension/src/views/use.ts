import { counted, type Spare, type Use } from '../data';
import type { Context } from './acts';
import { button, h, replace } from './dom';
import { message, problem, waiting } from './states';
import { excerpt } from './text';

const LONG = 200;
const DAYS = 30;

/** How the tools of the registry were used, and which ones nothing would miss. */
export class UseView {
  readonly node: HTMLElement;
  private place = h('div', {});

  constructor(
    private context: Context,
    back: () => void
  ) {
    const bar = h('div', { class: 'hnb-bar' }, button('\u2190 Tools', 'back to the list', back));
    this.node = h('div', { class: 'hnb-detail', role: 'region', tabindex: '-1', 'aria-label': 'use of the tools' }, bar, this.place);
    this.node.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.preventDefault();
        back();
      }
    });
  }

  /** Ask for the figures, and show them; what stands there stays until they come. */
  async show(): Promise<void> {
    if (!this.place.childElementCount) {
      replace(this.place, waiting(this.context.options.slow));
    }
    try {
      replace(this.place, ...this.parts(await this.context.source.get<Use>('statistics')));
    } catch (error) {
      replace(this.place, problem(error, () => void this.show()));
    }
  }

  private parts(use: Use): HTMLElement[] {
    const { statistics } = use;
    if (!statistics.tools && !use.trimmed.length) {
      return [message('No tools yet.', 'What is called is counted here.')];
    }
    return [h('h2', { class: 'hnb-title' }, 'Use'), figures(use), this.mostUsed(use), this.spares(use.spares), this.trimmed(use.trimmed)];
  }

  private mostUsed({ statistics }: Use): HTMLElement {
    if (!statistics.most_used.length) {
      return message('No call was counted yet.');
    }
    const rows = statistics.most_used.map(one =>
      h(
        'tr',
        {},
        h('td', {}, button(excerpt(one.name, LONG), 'show it', () => this.context.open(one.digest), { class: 'hnb-link' })),
        h('td', {}, one.calls.toLocaleString('en'))
      )
    );
    const head = ['most used', 'calls'].map(text => h('th', { scope: 'col' }, text));
    return h('table', { class: 'hnb-table' }, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows));
  }

  private spares(spares: Spare[]): HTMLElement {
    const { acts, options } = this.context;
    const trim = acts.trim;
    const names = spares.map(spare => spare.name);
    const items = spares.map(spare =>
      h(
        'li',
        {},
        button(excerpt(spare.name, LONG), 'show it', () => this.context.open(spare.digest), { class: 'hnb-link' }),
        h('span', { class: 'hnb-faint' }, ` ${why(spare)}`)
      )
    );
    return h(
      'div',
      {},
      h('h3', { class: 'hnb-subtitle' }, 'nothing would miss'),
      items.length ? h('ul', { class: 'hnb-plain' }, ...items) : h('div', { class: 'hnb-faint' }, 'Every tool was called, is used by another, or is new.'),
      items.length && trim
        ? h(
            'div',
            { class: 'hnb-buttons' },
            button(options.byCopy ? 'Copy trim' : `Trim ${counted(items.length, 'tool')}`, 'leave them out of lists and searches; nothing is deleted', () => trim(names))
          )
        : null,
      h('div', { class: 'hnb-faint' }, 'The cell %tool_stats --all also runs tools on each other\u2019s examples, and names those that give the same.')
    );
  }

  private trimmed(names: string[]): HTMLElement {
    const restore = this.context.acts.restore;
    if (!names.length) {
      return h('div', {});
    }
    return h(
      'div',
      {},
      h('h3', { class: 'hnb-subtitle' }, 'trimmed'),
      h('div', {}, excerpt(names.join(', '), LONG)),
      restore
        ? h('div', { class: 'hnb-buttons' }, button(this.context.options.byCopy ? 'Copy restore' : 'Restore', 'list them again', () => restore(names)))
        : null
    );
  }
}

type Figure = [value: string, name: string, help: string];

function figures({ statistics }: Use): HTMLElement {
  const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });
  return h(
    'div',
    {},
    list([
      [number(statistics.tools), statistics.tools === 1 ? 'tool' : 'tools', 'all versions of the tools that are listed'],
      [number(statistics.calls), statistics.calls === 1 ? 'call' : 'calls', 'calls that sessions wrote down'],
      [number(statistics.mean), 'mean', 'calls of a tool, on average'],
      [number(statistics.median), 'median', 'calls of the tool in the middle']
    ]),
    h('h3', { class: 'hnb-subtitle' }, 'tools that were called'),
    list([
      [number(statistics.never), 'never', 'tools without a call'],
      [number(statistics.once), 'once', 'tools with one call'],
      [number(statistics.repeatedly), 'more often', 'tools with two calls or more'],
      [number(statistics.elsewhere), 'reused', 'tools that another session called than the one that made them']
    ]),
    h('h3', { class: 'hnb-subtitle' }, 'tools that agents needed'),
    ofAgents(statistics.requests)
  );
}

function ofAgents({ found, made, rejected }: Use['statistics']['requests']): HTMLElement {
  const needed = found + made;
  const offered = found + rejected;
  if (!needed && !offered) {
    return h('div', { class: 'hnb-faint' }, 'No agent needed one yet.');
  }
  const share = (part: number, whole: number) => (whole ? `${Math.round((100 * part) / whole)} %` : '\u2013');
  return list([
    [share(found, needed), 'were there', `${found} of ${needed} tools that agents needed were there before`],
    [String(made), 'made', 'tools that agents made'],
    [share(rejected, offered), 'offered in vain', `${rejected} of ${offered} existing tools that agents were offered did not do it`]
  ]);
}

function list(shown: Figure[]): HTMLElement {
  return h(
    'dl',
    { class: 'hnb-figures' },
    ...shown.map(([value, name, help]) => h('div', { title: help }, h('dt', {}, name), h('dd', { class: value === '0' ? 'hnb-faint' : null }, value)))
  );
}

function why(spare: Spare): string {
  return spare.why === 'unused' ? `no call and no user in ${DAYS} days` : `the same as ${excerpt(spare.kept, LONG)}, to the byte`;
}
