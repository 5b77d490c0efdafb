// GET and POST /api/v1/markers and /api/v1/segments of the mock: kept as long as it runs.
const kept = {
  markers: [{ service: 'example', time: '2026-11-20T10:00:00Z', text: 'Release 2 <b>now</b>' }],
  segments: [{ service: 'example', name: 'Germany', filters: [['is', 'country', 'DE']] }],
};
const keysOf = { markers: ['time', 'text'], segments: ['name'] };

export function notesAnswer(what, { url, body, now }) {
  const service = body?.service ?? url.searchParams.get('service') ?? '';
  if (body !== null) {
    const { action, ...rest } = body;
    const note = { time: new Date(now).toISOString().slice(0, 19) + 'Z', ...rest };
    const isSame = (one) =>
      one.service === service && keysOf[what].every((key) => one[key] === note[key]);
    kept[what] = kept[what].filter((one) => !isSame(one));
    if (action === 'add') kept[what].push(note);
  }
  return { [what]: kept[what].filter((one) => one.service === service) };
}
