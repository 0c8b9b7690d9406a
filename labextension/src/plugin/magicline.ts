import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view';
import { EditorExtensionRegistry, type IEditorExtensionRegistry } from '@jupyterlab/codemirror';

const TOP = /^\s*%%(hermetic_tool|tool_call|agent)\b/;
const LINE = /^\s*%(tool_[a-z]+|agent)\b/;
const MARK = Decoration.line({ class: 'hnb-magic-line' });

/** Give our magic lines a look of their own: in the colours of the cell's language, digests and flags are taken apart by chance. */
export function registerMagicLines(registry: IEditorExtensionRegistry): void {
  const extension = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = marks(view);
      }

      update(update: ViewUpdate): void {
        if (update.docChanged || update.viewportChanged) {
          this.decorations = marks(update.view);
        }
      }
    },
    { decorations: plugin => plugin.decorations }
  );
  registry.addExtension({
    name: 'hermetic-nb:magic-line',
    factory: () => EditorExtensionRegistry.createImmutableExtension(extension)
  });
}

function marks(view: EditorView): DecorationSet {
  const { doc } = view.state;
  const found = [];
  for (const { from, to } of view.visibleRanges) {
    for (let number = doc.lineAt(from).number; number <= doc.lineAt(to).number; number++) {
      const line = doc.line(number);
      if (LINE.test(line.text) || (TOP.test(line.text) && !doc.sliceString(0, line.from).trim())) {
        found.push(MARK.range(line.from));
      }
    }
  }
  return Decoration.set(found);
}
