// A text area for SQL. The place of an error is marked by a second layer of the same text behind
// it: a text area itself cannot colour its text.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { splitAt } from '../sql_position';

interface Props {
  label: string;
  value: string;
  mark: number | null; // in characters
  onChange: (value: string) => void;
  onRun: () => void;
}

const kIndent = '  ';

export function Editor({ label, value, mark, onChange, onRun }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const layer = useRef<HTMLPreElement>(null);
  const parts = mark === null ? null : splitAt(value, mark);

  // As high as the text, within the bounds of the style sheet.
  useLayoutEffect(() => {
    if (area.current === null) return;
    area.current.style.height = 'auto';
    area.current.style.height = `${area.current.scrollHeight + 2}px`;
  }, [value]);

  const follow = () => {
    if (layer.current !== null && area.current !== null)
      layer.current.scrollTop = area.current.scrollTop;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    }
  };
  return (
    <div class="editor">
      <pre class="layer" ref={layer} aria-hidden="true">
        {parts !== null && (
          <>
            {parts.before}
            <mark>{parts.marked}</mark>
            {parts.after}
          </>
        )}
        {kIndent}
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
        onInput={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKey}
        onScroll={follow}
        aria-invalid={mark !== null}
      />
    </div>
  );
}
