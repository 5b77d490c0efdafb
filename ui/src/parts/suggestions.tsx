// The list under the word that is being typed.
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Candidate } from '../sql_complete';
import { sqlTexts } from '../texts/sql';

const t = sqlTexts;
const kWidthPx = 340;

export const kSuggestionsId = 'suggestions';
export const optionId = (at: number): string => `${kSuggestionsId}-${at}`;

interface Props {
  candidates: Candidate[];
  active: number;
  layer: RefObject<HTMLElement>; // the same text as in the editor, where places can be measured
  at: number; // in characters
  onTake: (candidate: Candidate) => void;
}

// Where the character `at` of the element's text is drawn.
function rectAt(element: HTMLElement, at: number): DOMRect | null {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = at;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (left < length) {
      const range = document.createRange();
      range.setStart(node, left);
      range.setEnd(node, left + 1);
      return range.getClientRects()[0] ?? null;
    }
    left -= length;
  }
  return null;
}

export function Suggestions({ candidates, active, layer, at, onTake }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);

  useLayoutEffect(() => {
    const text = layer.current;
    const rect = text === null ? null : rectAt(text, at);
    if (text === null || rect === null) return;
    const box = text.getBoundingClientRect();
    const left = Math.min(rect.left - box.left, Math.max(box.width - kWidthPx, 0));
    setPlace({ left: Math.max(left, 0), top: rect.bottom - box.top + 4 });
  }, [at, candidates]);

  useLayoutEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active, candidates]);

  return (
    <div
      class="suggestions"
      style={place === null ? undefined : { left: `${place.left}px`, top: `${place.top}px` }}
    >
      <ul role="listbox" id={kSuggestionsId} aria-label={t.suggestions} ref={list}>
        {candidates.map((candidate, i) => (
          <li
            role="option"
            id={optionId(i)}
            key={i}
            aria-selected={i === active}
            // The editor keeps the focus.
            onMouseDown={(event) => {
              event.preventDefault();
              onTake(candidate);
            }}
          >
            <span class={`kind ${candidate.kind}`}>{t.kinds[candidate.kind]}</span>
            <b>{candidate.label}</b>
            <small>{candidate.detail}</small>
          </li>
        ))}
      </ul>
      <p aria-hidden="true">{t.suggestKeys}</p>
    </div>
  );
}
