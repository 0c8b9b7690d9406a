import { parser } from '@lezer/python';
import { classHighlighter, highlightCode } from '@lezer/highlight';

import { visible } from './dom';

/** Python as coloured text nodes; other languages as they are. */
export function highlighted(source: string, language: string): Node {
  const fragment = document.createDocumentFragment();
  if (language !== 'python') {
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
