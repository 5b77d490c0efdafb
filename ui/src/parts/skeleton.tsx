// A grey stand-in of the height of what is coming, shown only when the answer takes its time.
export function Skeleton({ rows, isVisible }: { rows: number; isVisible: boolean }) {
  return (
    <div class={isVisible ? 'skeleton' : 'skeleton waiting'} aria-hidden="true">
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}
