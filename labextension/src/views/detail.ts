import { counted, sized, type Diff, type ToolDetail, type ToolRow, type Version } from '../data';
import type { Source } from '../source';
import type { Acts, Options } from './acts';
import { diffTable } from './diff';
import { badge, button, digestButton, h, replace } from './dom';
import { callForm } from './form';
import { graphView } from './graph';
import { jsonTree } from './json';
import { receiptsView } from './receipts';
import { later, message } from './states';

const TABS = ['Source', 'Interface', 'Graph', 'Versions', 'Receipts', 'Manifest'] as const;
type Tab = (typeof TABS)[number];

/** All of one tool: head, acts, and a tab for each side of it. */
export class ToolView {
  readonly node = h('div', { class: 'hnb-detail' });
  private tab: Tab = 'Source';
  private body = h('div', { class: 'hnb-tab-body', role: 'tabpanel', tabindex: '0' });
  private tabs = new Map<Tab, HTMLElement>();

  constructor(
    private source: Source,
    private acts: Acts,
    private options: Options,
    private back: () => void,
    private open: (reference: string) => void
  ) {
    this.node.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !(event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement)) {
        event.preventDefault();
        this.back();
      }
    });
  }

  /** Show a tool by its digest, or by its name. */
  async show(reference: string): Promise<void> {
    replace(
      this.node,
      this.bar(),
      later(async () => this.whole(await this.source.get<ToolDetail>(`tools/${reference}`)))
    );
  }

  private bar(): HTMLElement {
    return h('div', { class: 'hnb-bar' }, button('\u2190 Tools', 'back to the list', () => this.back()));
  }

  private whole(tool: ToolDetail): HTMLElement {
    const list = h('div', { class: 'hnb-tabs', role: 'tablist', 'aria-label': 'sides of the tool' });
    this.tabs.clear();
    for (const tab of TABS) {
      const made = h(
        'button',
        {
          type: 'button',
          role: 'tab',
          class: 'hnb-tab',
          onclick: () => this.choose(tab, tool),
          onkeydown: (event: KeyboardEvent) => this.key(event, tab, tool)
        },
        tab
      );
      this.tabs.set(tab, made);
      list.appendChild(made);
    }
    const node = h('div', {}, this.head(tool), this.buttons(tool), list, this.body);
    this.choose(this.tab, tool);
    return node;
  }

  private head(tool: ToolDetail): HTMLElement {
    const proof = [
      tool.examples ? `${counted(tool.examples, 'example')} passed` : 'no examples: untested',
      tool.proof.compared ? `${tool.proof.compared.toLocaleString('en')} inputs compared` : '',
      counted(tool.calls, 'call'),
      `${tool.reused.toLocaleString('en')} reused`,
      sized(tool.size)
    ].filter(Boolean);
    return h(
      'header',
      { class: 'hnb-head' },
      h(
        'div',
        { class: 'hnb-row-head' },
        badge(tool.kind),
        h('h2', { class: 'hnb-title' }, tool.name),
        h('span', { class: 'hnb-faint' }, `v${tool.version}`),
        h('span', { class: 'hnb-space' }),
        digestButton(tool.digest, this.acts.copy)
      ),
      h('code', { class: 'hnb-signature' }, `${tool.name}${tool.signature}`),
      tool.summary ? h('p', { class: 'hnb-summary' }, tool.summary) : null,
      h('div', { class: 'hnb-facts' }, proof.join(' \u00b7 ')),
      tool.reason ? h('div', { class: 'hnb-facts' }, `${tool.kind}: ${tool.reason}`) : null,
      tool.capabilities.length
        ? h('div', { class: 'hnb-chips' }, ...tool.capabilities.map(one => h('span', { class: 'hnb-chip' }, one)))
        : h('div', { class: 'hnb-facts' }, 'reaches nothing but its arguments')
    );
  }

  private buttons(tool: ToolRow): HTMLElement {
    const { insertCall, verify, exportTool, copy } = this.acts;
    return h(
      'div',
      { class: 'hnb-buttons' },
      insertCall ? button('Insert call', 'insert a call into the notebook', () => insertCall(tool)) : null,
      verify ? button('Verify', 'build it again and compare the digests', () => verify(tool)) : null,
      button('Copy digest', 'copy the whole digest', () => copy(tool.digest)),
      exportTool ? button('Export', 'download the payload', () => exportTool(tool)) : null
    );
  }

  private key(event: KeyboardEvent, tab: Tab, tool: ToolDetail): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step) {
      event.preventDefault();
      const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? 'Source';
      this.choose(next, tool);
      this.tabs.get(next)?.focus();
    }
  }

  private choose(tab: Tab, tool: ToolDetail): void {
    this.tab = tab;
    for (const [name, node] of this.tabs) {
      node.setAttribute('aria-selected', String(name === tab));
      node.setAttribute('tabindex', name === tab ? '0' : '-1');
    }
    this.body.setAttribute('aria-label', tab);
    replace(this.body, this.side(tab, tool));
  }

  private side(tab: Tab, tool: ToolDetail): HTMLElement {
    switch (tab) {
      case 'Source':
        return code(tool.source, tool.language, this.options);
      case 'Interface':
        return this.interface(tool);
      case 'Graph':
        return graphView(tool.graph, tool.digest, digest => this.open(digest));
      case 'Versions':
        return this.versions(tool);
      case 'Receipts':
        return receiptsView(this.source, tool, this.acts);
      case 'Manifest':
        return jsonTree(tool.manifest);
    }
  }

  private interface(tool: ToolDetail): HTMLElement {
    const rows = tool.parameters.map(one =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, one.name),
        h('td', {}, h('code', {}, one.annotation)),
        h('td', {}, one.required ? '' : h('code', {}, `= ${JSON.stringify(one.default)}`))
      )
    );
    const run = this.acts.run;
    return h(
      'div',
      {},
      h(
        'table',
        { class: 'hnb-table' },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'parameter'), h('th', { scope: 'col' }, 'type'), h('th', { scope: 'col' }, 'default'))),
        h(
          'tbody',
          {},
          ...rows,
          h('tr', {}, h('th', { scope: 'row' }, 'result'), h('td', {}, h('code', {}, tool.result.annotation)), h('td', {}))
        )
      ),
      tool.doc ? h('pre', { class: 'hnb-doc' }, tool.doc) : null,
      run ? callForm(tool.parameters, args => run(tool, args)) : null
    );
  }

  private versions(tool: ToolDetail): HTMLElement {
    const below = h('div', {});
    const compare = (old: Version) =>
      replace(
        below,
        h('h3', { class: 'hnb-subtitle' }, `from v${old.version} to v${tool.version}`),
        later(async () => diffTable(await this.source.get<Diff>('diff', { from: old.digest, to: tool.digest })))
      );
    const rows = tool.history.map(one =>
      h(
        'li',
        { class: 'hnb-version' },
        h('span', {}, `v${one.version}`),
        badge(one.kind),
        h('span', { class: 'hnb-faint' }, `${sized(one.size)} \u00b7 ${one.created.slice(0, 10)}`),
        h('span', { class: 'hnb-space' }),
        digestButton(one.digest, this.acts.copy),
        one.digest === tool.digest
          ? h('span', { class: 'hnb-faint' }, 'shown')
          : button('Diff', `differences of version ${one.version} and this one`, () => compare(one)),
        one.digest === tool.digest ? null : button('Open', `open version ${one.version}`, () => this.open(one.digest))
      )
    );
    return h('div', {}, h('ul', { class: 'hnb-versions', 'aria-label': 'versions' }, ...rows), below);
  }
}

/** Source as the front end highlights it. */
export function code(source: string, language: string, options: Options): HTMLElement {
  const shown = options.highlight?.(source, language);
  return source ? h('pre', { class: 'hnb-code', role: 'region', tabindex: '0', 'aria-label': 'source' }, shown ?? source) : message('No source.');
}

