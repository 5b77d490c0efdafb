// Which stretch of time: the usual ones in a row, the others and any two days behind a button, and
// the period before or after this one.
import { useState } from 'preact/hooks';
import { Popup } from '../parts/popup';
import { kPresets, daysIn, moved, type Preset, type Range } from '../range';
import { stretchTitle } from '../format';
import { texts } from '../texts';

const t = texts.service;
const kUsual: readonly Preset[] = ['today', '7d', '30d', 'month', 'year', 'all'];
const kOthers = kPresets.filter((preset) => !kUsual.includes(preset));

interface Props {
  range: Range;
  today: string;
  onRange: (range: Range) => void;
}

export function RangePicker({ range, today, onRange }: Props) {
  const isOther = typeof range === 'object' || !kUsual.includes(range);
  const name = typeof range === 'object' ? stretchTitle(range) : t.ranges[range];
  const arrow = (direction: 1 | -1, label: string) => {
    const next = moved(range, direction, today);
    return (
      <button
        type="button"
        class="icon"
        aria-label={label}
        title={label}
        disabled={next === null}
        onClick={() => next !== null && onRange(next)}
      >
        {direction < 0 ? '‹' : '›'}
      </button>
    );
  };
  return (
    <div class="range">
      {arrow(-1, t.before)}
      <div class="segments" role="group" aria-label={t.ranges.label}>
        <Presets presets={kUsual} {...{ range, onRange }} />
        <Popup
          label={isOther ? `${t.otherRange}: ${name}` : t.otherRange}
          button={isOther ? name : t.other}
          buttonClass={isOther ? 'pressed' : ''}
        >
          {(close) => (
            <Others
              {...{ range, today }}
              onRange={(next) => {
                close();
                onRange(next);
              }}
            />
          )}
        </Popup>
      </div>
      {arrow(1, t.after)}
    </div>
  );
}

type PresetsProps = Omit<Props, 'today'> & { presets: readonly Preset[] };

function Presets({ presets, range, onRange }: PresetsProps) {
  return (
    <>
      {presets.map((preset) => (
        <button
          type="button"
          key={preset}
          aria-pressed={preset === range}
          title={t.rangeTitles[preset]}
          onClick={() => onRange(preset)}
        >
          {t.ranges[preset]}
        </button>
      ))}
    </>
  );
}

function Others({ range, today, onRange }: Props) {
  const days = daysIn(range, today);
  const [from, setFrom] = useState(days?.from ?? today);
  const [to, setTo] = useState(days?.to ?? today);
  const day = (label: string, value: string, onChange: (day: string) => void) => (
    <label>
      {label}
      <input
        type="date"
        required
        value={value}
        max={today}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
  return (
    <div class="menu">
      <Presets presets={kOthers} {...{ range, onRange }} />
      <form
        class="dates"
        onSubmit={(event) => {
          event.preventDefault();
          onRange(from <= to ? { from, to } : { from: to, to: from });
        }}
      >
        {day(t.from, from, setFrom)}
        {day(t.to, to, setTo)}
        <button type="submit" class="primary">
          {t.apply}
        </button>
      </form>
    </div>
  );
}
