// A text area for SQL. Colours and the place of an error are shown by a second layer of the same
// text behind it: a text area itself cannot colour its text.
import type { Ref } from 'preact';
import { useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { complete, type Candidate, type Completion } from '../sql_complete';
import { wordAt } from '../sql_position';
import { piecesOf } from '../sql_tokens';
import { sqlTexts } from '../texts/sql';
import type { SqlSchema } from '../types';
import { kSuggestionsId, optionId, Suggestions } from './suggestions';

const t = sqlTexts;

export interface EditorHandle {
  insert(text: string): void; // at the caret, which is in the editor afterwards
  focus(): void;
}

interface Props {
  label: string;
  value: string;
  mark: number | null; // in characters
  schema: SqlSchema | undefined; // nothing is completed before it is there
  handle: Ref<EditorHandle>;
  onChange: (value: string) => void;
  onRun: () => void;
}

// What is offered, and whether a person has gone into the list: then Enter takes from it too.
interface Offer extends Completion {
  active: number;
  isEntered: boolean;
}

// So that undo knows of it; where that is not supported, without undo.
function typeInto(area: HTMLTextAreaElement, from: number, to: number, text: string): void {
  area.focus();
  area.setSelectionRange(from, to);
  if (document.execCommand('insertText', false, text)) return;
  area.setRangeText(text, from, to, 'end');
  area.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

// Offered unasked: only while a word is typed, or after its dot, and only what it is not yet.
function offerWhile(isAsked: boolean, found: Completion | null, sql: string): Offer | null {
  if (found === null || found.candidates.length === 0) return null;
  const { prefix, candidates, from } = found;
  const isAfterDot = sql[from - 1] === '.';
  const isWhole = candidates.some(({ label }) => label.toLowerCase() === prefix.toLowerCase());
  if (!isAsked && (isWhole || (prefix === '' && !isAfterDot))) return null;
  return { ...found, active: 0, isEntered: isAsked };
}

export function Editor({ label, value, mark, schema, handle, onChange, onRun }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const layer = useRef<HTMLPreElement>(null);
  const [offer, setOffer] = useState<Offer | null>(null);
  const marked = mark === null ? null : wordAt(value, mark);
  const pieces = useMemo(() => piecesOf(value, marked), [value, marked?.start, marked?.end]);

  // As high as the text, within the bounds of the style sheet.
  useLayoutEffect(() => {
    if (area.current === null) return;
    area.current.style.height = 'auto';
    area.current.style.height = `${area.current.scrollHeight + 2}px`;
  }, [value]);

  useImperativeHandle(handle, () => ({
    focus: () => area.current?.focus(),
    insert: (text) => {
      const element = area.current;
      if (element === null) return;
      const { selectionStart: from, selectionEnd: to } = element;
      typeInto(element, from, to, `${joint(element.value.slice(0, from))}${text}`);
      setOffer(null);
    },
  }));

  const look = (isAsked: boolean) => {
    const element = area.current;
    if (element === null || schema === undefined) return;
    const { selectionStart: caret, selectionEnd: end, value: sql } = element;
    setOffer(caret === end ? offerWhile(isAsked, complete(sql, caret, schema), sql) : null);
  };
  const take = (candidate: Candidate | undefined) => {
    if (area.current === null || offer === null || candidate === undefined) return;
    typeInto(area.current, offer.from, offer.to, candidate.insert);
    setOffer(null);
  };
  const follow = () => {
    if (layer.current === null || area.current === null) return;
    layer.current.scrollTop = area.current.scrollTop;
  };
  const onListKey = (event: KeyboardEvent, now: Offer): boolean => {
    const count = now.candidates.length;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (event.key === 'Escape') setOffer(null);
    else if (event.key === 'Tab' && !event.shiftKey) take(now.candidates[now.active]);
    else if (event.key === 'Enter' && now.isEntered && !event.ctrlKey && !event.metaKey)
      take(now.candidates[now.active]);
    else if (step !== undefined) {
      const next = now.isEntered || step < 0 ? now.active + step : now.active;
      const wrapped = Math.abs(step) === 1 ? (next + count) % count : next;
      setOffer({ ...now, active: Math.min(Math.max(wrapped, 0), count - 1), isEntered: true });
    } else return false;
    return true;
  };
  const onKey = (event: KeyboardEvent) => {
    if (offer !== null && onListKey(event, offer)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      look(true);
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      setOffer(null);
      onRun();
    } else if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) setOffer(null);
  };
  return (
    <div class="editor">
      <pre class="layer" ref={layer} aria-hidden="true">
        {pieces.map(({ text, kind, isMarked }, i) =>
          isMarked ? (
            <mark class={kind} key={i}>
              {text}
            </mark>
          ) : kind === 'space' || kind === 'name' ? (
            text
          ) : (
            <span class={kind} key={i}>
              {text}
            </span>
          ),
        )}{' '}
      </pre>
      <textarea
        ref={area}
        aria-label={label}
        value={value}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        rows={6}
        maxLength={65536}
        placeholder="SELECT count(*) FROM hits"
        onInput={(event) => {
          onChange(event.currentTarget.value);
          look(offer?.isEntered === true);
        }}
        onKeyDown={onKey}
        onScroll={follow}
        onBlur={() => setOffer(null)}
        onClick={() => setOffer(null)}
        aria-invalid={mark !== null}
        aria-autocomplete="list"
        {...(offer === null
          ? {}
          : {
              role: 'combobox' as const,
              'aria-expanded': true,
              'aria-haspopup': 'listbox' as const,
              'aria-controls': kSuggestionsId,
              'aria-activedescendant': optionId(offer.active),
            })}
      />
      {offer !== null && (
        <Suggestions
          candidates={offer.candidates}
          active={offer.active}
          layer={layer}
          at={offer.from}
          onTake={take}
        />
      )}
      <p class="unseen" role="status">
        {offer !== null && t.suggested(offer.candidates.length, offer.candidates[0]?.label ?? '')}
      </p>
    </div>
  );
}

// What has to stand between the text before the caret and a name: "SELECT" + " path", "path" + ", ".
function joint(before: string): string {
  if (before === '' || /[\s(.,]$/.test(before)) return '';
  const last = piecesOf(before, null).pop();
  if (last?.kind === 'comment') return '\n';
  return last?.kind === 'keyword' || (last?.kind === 'sign' && last.text !== ')') ? ' ' : ', ';
}
