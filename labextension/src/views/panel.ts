import type { Status, ToolRow } from '../data';
import type { Source } from '../source';
import type { Acts, Options } from './acts';
import { ToolView } from './detail';
import { h, replace } from './dom';
import { statusLine } from './layers';
import { ToolList } from './list';
import { LiveView } from './live';

export interface Panel {
  /** Ask for everything anew. */
  refresh(): void;
  /** Show one tool, by name or digest. */
  open(reference: string): void;
  focus(): void;
  dispose(): void;
}

/** Fill an element with the panel: a list of tools, and one tool at a time in its place. */
export function mountPanel(host: HTMLElement, source: Source, acts: Acts, options: Options = {}): Panel {
  const stage = h('div', { class: 'hnb-stage' });
  const line = h('div', {});
  const live = options.running ? new LiveView(options.running, acts) : null;
  let shown = '';
  const list = new ToolList(source, acts, tool => open(tool.digest, tool));
  const view = new ToolView(source, acts, options, back, reference => open(reference));

  function open(reference: string, _tool?: ToolRow): void {
    shown = reference;
    stage.replaceChildren(view.node);
    void view.show(reference).then(() => view.node.querySelector<HTMLElement>('button')?.focus());
  }

  function back(): void {
    shown = '';
    stage.replaceChildren(list.node);
    list.focus();
  }

  async function status(): Promise<void> {
    try {
      const told = await source.get<Status>('status');
      const layers = options.running?.layers?.() ?? [];
      replace(line, statusLine(layers.length ? { ...told, isolation: layers } : told));
    } catch {
      replace(line); // the list says what is wrong
    }
  }

  function refresh(): void {
    void status();
    void list.refresh();
  }

  const endLayers = options.running?.onChange(() => void status());
  const end = source.onChange(() => {
    if (!shown) {
      refresh();
    }
  });
  const root = h('section', { class: 'hnb-panel', 'aria-label': options.title ?? 'sealed tools' }, live?.node, stage, line);
  stage.appendChild(list.node);
  host.replaceChildren(root);
  refresh();
  return {
    refresh,
    open: reference => open(reference),
    focus: () => list.focus(),
    dispose: () => {
      end();
      endLayers?.();
      live?.dispose();
      root.remove();
    }
  };
}
