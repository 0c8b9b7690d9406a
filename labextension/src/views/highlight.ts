import { parser } from '@lezer/python';
import { classHighlighter, highlightCode } from '@lezer/highlight';

import { visible } from './text';

/** Characters of a source that are coloured; a longer one is shown as it is. */
const LONG = 200_000;

/** Python as coloured text nodes; other languages as they are. */
export function highlighted(source: string, language: string): Node {
  const fragment = document.createDocumentFragment();
  if (language !== 'python' || source.length > LONG) {
    fragment.append(visible(source));
    return fragment;
  }
  highlightCode(
    source,
    parser.parse(source),
    classHighlighter,
    (text, classes) => {
      if (!classes) {
        fragment.append(visible(text));
        return;
      }
      const span = document.createElement('span');
      span.className = classes;
      span.textContent = visible(text);
      fragment.append(span);
    },
    () => fragment.append('\n')
  );
  return fragment;
}
