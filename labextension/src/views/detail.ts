import type { ToolDetail } from '../data';
import type { Context } from './acts';
import { button, h, replace } from './dom';
import { graphView } from './graph';
import { headOf } from './head';
import { interfaceOf } from './interface';
import { jsonTree } from './json';
import { receiptsView } from './receipts';
import { message, problem, waiting } from './states';
import { Tabs } from './tabs';
import { versionsOf } from './versions';

const SIDES = ['Source', 'Interface', 'Graph', 'Versions', 'Receipts', 'Manifest'] as const;
type Side = (typeof SIDES)[number];
/** Characters of a source that are shown. */
const LONG = 1_000_000;

/** All of one tool: head, acts, and a tab for each side of it. */
export class ToolView {
  readonly node: HTMLElement;
  private bar: HTMLElement;
  private place = h('div', {});
  private tabs: Tabs<Side> | null = null;
  private tool: ToolDetail | null = null;
  /** The number of the last tool that was asked for: answers for earlier ones are dropped. */
  private asked = 0;

  constructor(
    private context: Context,
    back: () => void
  ) {
    this.bar = h('div', { class: 'hnb-bar' }, button('\u2190 Tools', 'back to the list', back));
    this.node = h('div', { class: 'hnb-detail', role: 'region', tabindex: '-1', 'aria-label': 'tool' }, this.bar, this.place);
    this.node.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !(event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement)) {
        event.preventDefault();
        back();
      }
    });
  }

  /** Show a tool by its digest, or by its name. */
  async show(reference: string): Promise<void> {
    const number = ++this.asked;
    this.tool = null;
    this.node.scrollTop = 0;
    replace(this.place, waiting(this.context.options.slow));
    try {
      const tool = await this.context.source.get<ToolDetail>(`tools/${reference}`);
      if (number === this.asked) {
        this.draw(tool);
      }
    } catch (error) {
      if (number === this.asked) {
        replace(this.place, problem(error, () => void this.show(reference)));
      }
    }
  }

  /** Bring what is shown up to date; what a user has begun in it stays. */
  async update(): Promise<void> {
    const number = this.asked;
    const { tool, tabs } = this;
    if (!tool || !tabs) {
      return;
    }
    const now = await this.context.source.get<ToolDetail>(`tools/${tool.digest}`).catch(() => null);
    if (!now || number !== this.asked) {
      return; // the tool is gone, or another is shown: what is there stays
    }
    this.tool = now;
    this.place.querySelector('.hnb-head')?.replaceWith(headOf(now, this.context));
    const changed = JSON.stringify([now.history, now.graph]) !== JSON.stringify([tool.history, tool.graph]);
    if (!tabs.isInUse && (tabs.chosen === 'Receipts' || (changed && (tabs.chosen === 'Versions' || tabs.chosen === 'Graph')))) {
      tabs.draw();
    }
  }

  /** Show nothing more. */
  leave(): void {
    this.asked++;
    this.tool = null;
  }

  private draw(tool: ToolDetail): void {
    this.tool = tool;
    this.tabs = new Tabs(SIDES, this.tabs?.chosen ?? 'Source', 'sides of the tool', side => this.side(side));
    this.node.setAttribute('aria-label', `tool ${tool.name}`);
    replace(this.place, headOf(tool, this.context), this.tabs.node);
  }

  private side(side: Side): HTMLElement {
    const tool = this.tool;
    if (!tool) {
      return message('Nothing is shown.');
    }
    switch (side) {
      case 'Source':
        return this.code(tool);
      case 'Interface':
        return interfaceOf(tool, this.context);
      case 'Graph':
        return graphView(tool.graph, tool.digest, digest => this.context.open(digest));
      case 'Versions':
        return versionsOf(tool, this.context);
      case 'Receipts':
        return receiptsView(tool, this.context);
      case 'Manifest':
        return jsonTree(tool.manifest);
    }
  }

  private code(tool: ToolDetail): HTMLElement {
    if (!tool.source) {
      return message('No source.', 'The registry holds what runs, not what it was made from.');
    }
    const source = tool.source.slice(0, LONG);
    const shown = this.context.options.highlight?.(source, tool.language) ?? source;
    const rest = tool.source.length - source.length;
    return h(
      'div',
      {},
      h('pre', { class: 'hnb-code', role: 'region', tabindex: '0', 'aria-label': 'source' }, shown),
      rest ? message(`${rest.toLocaleString('en')} more characters are not shown.`) : null
    );
  }
}
