// The devices and how they fare.
import { html, useEffect, useMemo, useRef, useState } from './view.mjs';
import { ask, may, tell } from './server.mjs';
import { connection, readings } from './live.mjs';
import { Action, Badge, Empty, JobLink, Loaded, useCell, useLoad, useNow } from './parts.mjs';
import { Sparkline, nearest } from './charts.mjs';
import { DASH, ago, clock, gib, plural, sentence } from './text.mjs';

const SPAN = 15 * 60 * 1000;
const WARN = 80;
const FULL = 90;
const POLLED = 2000;
const APART = 1900;

const memory = (each) => (each.memoryUsed === null || !each.memoryTotal ? null : (100 * each.memoryUsed) / each.memoryTotal);

/** What is shown of a device: how it is read, its unit, its scale, and where it gets too much. */
const GAUGES = [
  { name: 'Encoder', of: (each) => each.encoder, unit: '%', top: () => 100, marks: [WARN, FULL] },
  { name: 'Decoder', of: (each) => each.decoder, unit: '%', top: () => 100, marks: [WARN, FULL] },
  { name: 'Compute', of: (each) => each.compute, unit: '%', top: () => 100, marks: [WARN, FULL] },
  { name: 'VRAM', of: memory, unit: '%', top: () => 100, marks: [WARN, FULL], more: (each) => (each.memoryTotal ? `${gib(each.memoryUsed)} of ${gib(each.memoryTotal)} GiB` : null) },
  { name: 'Temperature', of: (each) => each.temperature, unit: '°C', top: () => 100, marks: [WARN, FULL] },
  { name: 'Power', of: (each) => each.power, unit: 'W', top: (values) => Math.max(50, ...values) * 1.15, marks: [] },
];

/** What a processor has of it. */
const OF_SOFTWARE = [
  // It is there to be full.
  { ...GAUGES[2], name: 'Processor', marks: [] },
  { ...GAUGES[3], name: 'Memory' },
];

const SOFTWARE = 'software';
const isSoftware = (device) => device.key === SOFTWARE;

const toneOf = (gauge, value) =>
  value === null || gauge.marks.length === 0 ? 'info' : value >= FULL ? 'bad' : value >= WARN ? 'warn' : 'info';

/** The last quarter of an hour, from the server and then from what is told. */
const useHistory = (devices) => {
  const kept = useRef(new Map());
  const [loaded, set] = useState(false);
  useEffect(() => {
    const ended = new AbortController();
    ask('/v1/devices/history', { signal: ended.signal })
      .then((answer) => {
        answer.devices.forEach(({ key, samples }) => {
          const newer = kept.current.get(key) ?? [];
          const before = newer[0]?.at ?? Infinity;
          kept.current.set(key, [...samples.map((each) => ({ ...each, at: Date.parse(each.at) })).filter((each) => each.at < before), ...newer]);
        });
        set(true);
      })
      .catch(() => set(true));
    return () => ended.abort();
  }, []);
  useEffect(() => {
    const now = Date.now();
    (devices ?? []).forEach((each) => {
      const samples = (kept.current.get(each.key) ?? []).filter((sample) => sample.at > now - SPAN);
      if (now - (samples.at(-1)?.at ?? 0) >= APART) samples.push({ ...each, at: now });
      kept.current.set(each.key, samples);
    });
  }, [devices]);
  return { of: (key) => kept.current.get(key) ?? [], loaded };
};

const Gauge = ({ gauge, device, samples, now, hover, onHover }) => {
  const points = useMemo(() => samples.map((each) => [each.at, gauge.of({ memoryTotal: device.memoryTotal, ...each })]), [samples, samples.length]);
  const seen = hover === null ? null : nearest(points, hover);
  const value = seen ? seen[1] : gauge.of(device);
  const top = gauge.top(points.map(([, each]) => each ?? 0));
  const text = value === null || value === undefined ? 'not known' : `${Math.round(value)} ${gauge.unit}`;
  const known = value !== null && value !== undefined;
  return html`
    <div class="gauge" data-tone=${toneOf(gauge, known ? value : null)}>
      <div class="gauge-head"><span class="gauge-name">${gauge.name}</span>
        <span class="gauge-value">${known ? html`${Math.round(value)}<small> ${gauge.unit}</small>` : DASH}</span></div>
      <div class="meter" role="meter" aria-label=${`${gauge.name} of ${device.name}`} aria-valuemin="0" aria-valuemax=${Math.round(top)}
          aria-valuenow=${known ? Math.round(value) : 0} aria-valuetext=${text}>
        <span class="meter-fill" style=${{ transform: `scaleX(${known ? Math.min(1, value / top) : 0})` }}></span>
        ${gauge.marks.map((mark) => html`<span key=${mark} class="meter-mark" data-mark=${mark} style=${{ left: `${(100 * mark) / top}%` }}></span>`)}</div>
      <${Sparkline} points=${points} from=${now - SPAN} to=${now} top=${top} marks=${gauge.marks} hover=${hover} onHover=${onHover}
        label=${`${gauge.name} over 15 minutes, now ${text}`} />
      <div class="gauge-foot">${seen ? clock(seen[0]) : gauge.more?.(device) ?? html`<span aria-hidden="true">\u00a0</span>`}</div>
    </div>`;
};

const Sessions = ({ sessions }) => {
  const engines = [...new Set(sessions.map((each) => each.engine))];
  if (!engines.length) return html`<p class="muted small">No sessions.</p>`;
  return html`<div class="sessions">${engines.map((engine) => {
    const here = sessions.filter((each) => each.engine === engine);
    return html`<div key=${engine} class="engine"><span class="engine-name">${engine} <b>${here.length}</b></span>
      <ul>${here.map((each, i) => html`<li key=${i}>${each.job ? html`<${JobLink} id=${each.job} />` : html`<span class="muted">others</span>`}<span class="clip">${each.what}</span></li>`)}</ul></div>`;
  })}</div>`;
};

const DrainButton = ({ device, reload }) => {
  const isDrained = ['draining', 'drained'].includes(device.state);
  const act = async () => {
    await tell(isDrained ? '/v1/undrain' : '/v1/drain', { device: device.key });
    reload();
  };
  return may('admin') ? html`<${Action} kind="small" act=${act} label=${`${isDrained ? 'Undrain' : 'Drain'} ${device.name} ${device.key}`}
    title=${isDrained ? 'Lets it take work again' : 'Lets what runs there end, and begins nothing new'}>${isDrained ? 'Undrain' : 'Drain'}<//>` : null;
};

const Device = ({ device, samples, workers, now, reload }) => {
  const [hover, onHover] = useState(null);
  return html`
    <article class="panel device" data-state=${device.state} aria-label=${`${device.name}, ${device.state}`}>
      <header class="panel-head"><div class="min"><h2>${isSoftware(device) ? 'Software pool' : device.name}</h2>
        ${isSoftware(device) ? html`<span class="sub">${device.name.replace(/^Software, /, '')}</span>` : html`<code class="sub break">${device.key}</code>`}</div>
        <div class="panel-aside"><${Badge} state=${device.state} /><${DrainButton} device=${device} reload=${reload} /></div></header>
      ${device.reason ? html`<p class="notice break" data-tone=${device.state === 'lost' ? 'bad' : 'warn'}>${sentence(device.reason)}</p>` : null}
      <div class=${isSoftware(device) ? 'gauges few' : 'gauges'}>${(isSoftware(device) ? OF_SOFTWARE : GAUGES).map((gauge) => html`<${Gauge} key=${gauge.name} gauge=${gauge} device=${device} samples=${samples} now=${now} hover=${hover} onHover=${onHover} />`)}</div>
      <div class="panel-body stack-small"><${Sessions} sessions=${device.sessions} />${workers.length ? html`<${Workers} of=${workers} />` : null}</div>
    </article>`;
};

const Workers = ({ of }) => html`<ul class="workers">${of.map((each) => html`<li key=${each.pid}><${Badge} state=${each.state} /><span>worker <code>${each.pid}</code></span>
  <span class="muted">${plural(each.tasks, 'task')}, since ${ago(each.began).replace(' ago', '')}${each.restarts ? `, ${plural(each.restarts, 'restart')}` : ''}</span></li>`)}</ul>`;

const Summary = ({ devices }) => {
  const gpus = devices.filter((each) => !isSoftware(each));
  const states = [...new Set(gpus.map((each) => each.state))];
  const sessions = devices.reduce((sum, each) => sum + each.sessions.length, 0);
  return html`<div class="summary"><span><b>${gpus.length}</b> ${gpus.length === 1 ? 'GPU' : 'GPUs'}</span>
    ${states.map((each) => html`<span key=${each}><${Badge} state=${each} label=${`${gpus.filter((one) => one.state === each).length} ${each}`} /></span>`)}
    <span><b>${sessions}</b> ${sessions === 1 ? 'session' : 'sessions'}</span>
    ${gpus.length ? html`<span class="muted">${gib(gpus.reduce((sum, each) => sum + (each.memoryTotal ?? 0), 0))} GiB of VRAM</span>` : null}</div>`;
};

export const Fleet = () => {
  const told = useCell(readings);
  const state = useCell(connection);
  const found = useLoad(async (signal) => {
    const [devices, workers] = await Promise.all([
      ask('/v1/devices', { signal }),
      ask('/v1/workers', { signal }),
    ]);
    return { devices: devices.devices, workers: workers.workers };
  }, [], { on: (event) => /^(job|node|device)\./.test(event.kind), every: told ? 5000 : POLLED });
  const devices = state === 'live' && told ? told : found.data?.devices;
  const history = useHistory(devices);
  const now = useNow();
  return html`<${Loaded} of=${found} rows=${3} tall>${({ workers }) => html`
    <${Summary} devices=${devices} />
    <div class="devices">
      ${devices.map((each) => html`<${Device} key=${each.key} device=${each} samples=${history.of(each.key)} now=${now} reload=${found.reload}
        workers=${workers.filter((worker) => worker.devices.includes(each.key))} />`)}
      ${devices.some((each) => !isSoftware(each)) ? null : html`<${Empty} title="No GPU here" icon="fleet">Jobs run in software. If there should be one, <a href="#/doctor">the doctor</a> may know why it is not seen.<//>`}
    </div>`}<//>`;
};
