// A piece of configuration or a command, with a button that copies it.
import { useRef, useState } from 'preact/hooks';
import { texts } from '../texts';

// navigator.clipboard exists on https and localhost only; elsewhere the old command still works.
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'offscreen';
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    return isCopied;
  }
}

const kSaidMs = 2000;

export function CopyBlock({ text, label }: { text: string; label: string }) {
  const [said, say] = useState<string | null>(null);
  const code = useRef<HTMLElement>(null);
  const copy = async () => {
    const isCopied = await copyText(text);
    if (!isCopied && code.current !== null) getSelection()?.selectAllChildren(code.current);
    say(isCopied ? texts.copy.copied : texts.copy.failed);
    setTimeout(() => say(null), kSaidMs);
  };
  return (
    <div class="copy">
      <pre tabIndex={0} aria-label={label}>
        <code ref={code}>{text}</code>
      </pre>
      <button type="button" onClick={() => void copy()}>
        <span aria-live="polite">{said ?? texts.copy.copy}</span>
      </button>
    </div>
  );
}
