// Times in the zone of the person who looks. Slack's `ts` stays text; only its seconds are shown.

const formats = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options }));
  }
  return formats.get(key);
}

/** The moment a `ts` names, exact to the second. */
export function momentOf(ts) {
  return new Date(Number(ts.split(".")[0]) * 1000);
}

const OPTIONS = {
  time: { hour: "2-digit", minute: "2-digit" },
  seconds: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  date: { day: "numeric", month: "long", year: "numeric" },
  short: { day: "numeric", month: "short", year: "numeric" },
  whole: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
  key: { year: "numeric", month: "2-digit", day: "2-digit" },
};

/** A moment written in a zone; `how` is one of the names above. */
export function written(moment, zone, how) {
  return format(zone, OPTIONS[how]).format(moment);
}

/** The number form `2023-09-10`. */
function numbers(moment, zone) {
  const parts = Object.fromEntries(format(zone, OPTIONS.key).formatToParts(moment).map((part) => [part.type, part.value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

function pretty(moment, zone, now, how) {
  const day = 24 * 3600 * 1000;
  const key = numbers(moment, zone);
  if (key === numbers(now, zone)) return "today";
  if (key === numbers(new Date(now.getTime() - day), zone)) return "yesterday";
  if (key === numbers(new Date(now.getTime() + day), zone)) return "tomorrow";
  return written(moment, zone, how);
}

function ago(moment, now) {
  const passed = Math.round((now - moment) / 1000);
  const seconds = Math.abs(passed);
  if (seconds < 5) return "a moment ago";
  const [count, unit] = seconds < 90 ? [seconds, "second"]
    : seconds < 5400 ? [Math.round(seconds / 60), "minute"]
    : seconds < 129600 ? [Math.round(seconds / 3600), "hour"] : [Math.round(seconds / 86400), "day"];
  const length = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return passed < 0 ? `in ${length}` : `${length} ago`;
}

/** What `<!date^seconds^pattern|…>` shows, or null when its tokens are not Slack's. */
export function fromPattern(seconds, pattern, zone, now) {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return null;
  const tokens = {
    date_num: () => numbers(moment, zone),
    date: () => written(moment, zone, "date"),
    date_slash: () => numbers(moment, zone).replaceAll("-", "/"),
    date_short: () => written(moment, zone, "short"),
    date_long: () => written(moment, zone, "day"),
    date_pretty: () => pretty(moment, zone, now, "date"),
    date_short_pretty: () => pretty(moment, zone, now, "short"),
    date_long_pretty: () => pretty(moment, zone, now, "day"),
    time: () => written(moment, zone, "time"),
    time_secs: () => written(moment, zone, "seconds"),
    ago: () => ago(moment, now),
  };
  let isKnown = true;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name in tokens) return tokens[name]();
    isKnown = false;
    return whole;
  });
  return isKnown ? text : null;
}

/** A moment (seconds) as a field of the kind `datetime-local` holds it, on the clock of a zone. */
export function wallClock(seconds, zone) {
  const parts = Object.fromEntries(format(zone, { ...OPTIONS.key, ...OPTIONS.time })
    .formatToParts(new Date(Number(seconds) * 1000)).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The moment (seconds, as text) at which the clock of a zone shows what such a field holds; null for none. */
export function momentAt(field, zone) {
  if (!field) return null;
  const meant = Date.parse(`${field}:00Z`) / 1000;
  // Twice, since the offset at the first guess may be that before a change of the clock.
  let seconds = meant;
  for (let round = 0; round < 2; round += 1) seconds += meant - Date.parse(`${wallClock(seconds, zone)}:00Z`) / 1000;
  return String(seconds);
}
