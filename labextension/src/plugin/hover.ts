import { EditorView, hoverTooltip } from '@codemirror/view';
import { EditorExtensionRegistry, type IEditorExtensionRegistry } from '@jupyterlab/codemirror';

import { short, type Page, type ToolRow } from '../data';
import type { Source } from '../source';
import { badge, h } from '../views/dom';

/** Languages of prose: a tool's name there is a word. */
const PROSE = new Set(['text/x-ipythongfm', 'text/x-gfm', 'text/markdown', 'text/plain']);

/** Show a tool's card while the pointer rests on its name in code. */
export function registerHover(registry: IEditorExtensionRegistry, source: Source): void {
  const known = new Names(source);
  registry.addExtension({
    name: 'hermetic-nb:hover',
    factory: ({ model }) => {
      const extension = hoverTooltip(async (view: EditorView, position: number) => {
        const word = PROSE.has(model.mimeType) ? null : wordAt(view, position);
        const tool = word ? await known.get(word.text) : null;
        if (!word || !tool) {
          return null;
        }
        return { pos: word.from, end: word.to, above: true, create: () => ({ dom: card(tool) }) };
      });
      return EditorExtensionRegistry.createImmutableExtension(extension);
    }
  });
}

function wordAt(view: EditorView, position: number): { text: string; from: number; to: number } | null {
  const line = view.state.doc.lineAt(position);
  for (const found of line.text.matchAll(/\b[a-z][a-z0-9_]*\b/g)) {
    const from = line.from + found.index;
    const to = from + found[0].length;
    if (from <= position && position <= to) {
      return { text: found[0], from, to };
    }
  }
  return null;
}

function card(tool: ToolRow): HTMLElement {
  return h(
    'div',
    { class: 'hnb-hover' },
    h('div', {}, badge(tool.kind), ` ${tool.name} v${tool.version} `, h('span', { class: 'hnb-faint' }, short(tool.digest))),
    h('code', {}, `${tool.name}${tool.signature}`),
    tool.summary ? h('div', {}, tool.summary) : null
  );
}

/** Tools by name, asked for once until the registry changes. */
class Names {
  private known = new Map<string, Promise<ToolRow | null>>();

  constructor(private source: Source) {
    source.onChange(() => this.known.clear());
  }

  get(name: string): Promise<ToolRow | null> {
    let found = this.known.get(name);
    if (!found) {
      found = this.source
        .get<Page<ToolRow>>('tools', { query: name, limit: 5 })
        .then(page => page.items.find(tool => tool.name === name) ?? null)
        .catch(() => null);
      this.known.set(name, found);
    }
    return found;
  }
}
