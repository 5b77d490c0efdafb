// A text to fill in, with its label above and a word of help below.
import type { ComponentChildren } from 'preact';

interface Props {
  id: string;
  label: string;
  help: string;
  value: string;
  placeholder: string;
  list?: string; // the id of a datalist
  children?: ComponentChildren; // below the help
  onChange: (value: string) => void;
}

export function Field({ id, label, help, value, placeholder, list, children, onChange }: Props) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        value={value}
        placeholder={placeholder}
        list={list}
        aria-describedby={`${id}-help`}
        autocomplete="off"
        spellcheck={false}
        maxLength={2000}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <small id={`${id}-help`}>{help}</small>
      {children}
    </div>
  );
}
