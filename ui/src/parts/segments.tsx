// One of a few: a row of buttons of which one is pressed.
interface Props<T extends string> {
  label: string;
  options: readonly T[];
  names: Record<T, string>;
  titles?: Record<T, string>;
  value: T;
  onChange: (value: T) => void;
}

export function Segments<T extends string>({
  label,
  options,
  names,
  titles,
  value,
  onChange,
}: Props<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          type="button"
          key={option}
          aria-pressed={option === value}
          title={titles?.[option]}
          onClick={() => onChange(option)}
        >
          {names[option]}
        </button>
      ))}
    </div>
  );
}
