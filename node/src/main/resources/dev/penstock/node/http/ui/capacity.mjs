// How much of each device is given away, and to whom.
import { html } from './view.mjs';
import { ask } from './server.mjs';
import { Badge, Empty, JobLink, Loaded, Panel, useLoad, useNow } from './parts.mjs';
import { DASH, ago, bytes, number } from './text.mjs';

const amount = (value, unit) => {
  if (value === null || value === undefined) return 'not known';
  if (unit === 'bytes') return bytes(value);
  if (unit === 'bytes/s') return `${bytes(value)}/s`;
  if (unit === 'thousandths of a core') return `${number(value / 1000)} cores`;
  if (unit.startsWith('thousandths')) return `${number(value / 10)} %`;
  return `${number(value)} ${unit}`;
};

const UNITS = { memory: 'bytes', PCIe: 'bytes/s', processor: 'thousandths of a core', 'encoder sessions': '' };
const demand = ([name, value]) => `${name} ${amount(value, UNITS[name] ?? 'thousandths of an engine').trim()}`;

/** Percent of several engines together are beyond 100. */
const allowed = (room) => {
  const engines = room.unit.startsWith('thousandths of an engine') && room.limit > 1000;
  return room.limit === null ? 'no limit' : engines ? `${number(room.limit / 1000)} engines` : amount(room.limit, room.unit);
};
const used = (room) => (room.unit.startsWith('thousandths of an engine') && room.limit > 1000 && room.used !== null ? `${(room.used / 1000).toFixed(2)} engines` : amount(room.used, room.unit));

const Room = ({ room }) => {
  const taken = (room.used ?? 0) + room.reserved;
  const fraction = room.limit ? taken / room.limit : 0;
  const tone = room.used === null ? 'idle' : fraction >= 1 ? 'bad' : fraction >= 0.8 ? 'warn' : 'info';
  return html`<tr><th scope="row">${room.dimension}</th>
    <td class="room"><div class="meter" data-tone=${tone} role="meter" aria-label=${`${room.dimension} of ${room.device}`} aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${Math.round(100 * fraction)} aria-valuetext=${`${amount(room.used, room.unit)} of ${room.limit === null ? 'any number' : amount(room.limit, room.unit)}`}>
      <span class="meter-fill" style=${{ transform: `scaleX(${Math.min(1, fraction)})` }}></span></div></td>
    <td class="num">${used(room)}</td><td class="num muted">${allowed(room)}</td></tr>`;
};

export const CapacityPage = () => {
  const now = useNow();
  const found = useLoad(async (signal) => {
    const [capacity, leases, devices] = await Promise.all([ask('/v1/capacity', { signal }), ask('/v1/leases', { signal }), ask('/v1/devices', { signal })]);
    return { rooms: capacity.rooms, leases: leases.leases, names: Object.fromEntries(devices.devices.map((each) => [each.key, each.name])), states: Object.fromEntries(devices.devices.map((each) => [each.key, each.state])) };
  }, [], { on: (event) => event.kind.startsWith('job.'), every: 3000 });
  return html`<${Loaded} of=${found} rows=${5}>${({ rooms, leases, names, states }) => {
    const devices = [...new Set(rooms.map((each) => each.device))];
    return html`
      <div class="rooms">${devices.map((device) => html`
        <${Panel} key=${device} title=${html`${device === 'software' ? 'Software pool' : names[device] ?? device} ${names[device] && device !== 'software' ? html`<code>${device}</code>` : null}`} id=${`room-${device}`} flush
          aside=${(states[device] ?? 'ready') === 'ready' ? null : html`<${Badge} state=${states[device]} />`}>
          <table class="narrow"><thead><tr><th>What</th><th><span class="off-screen">Share</span></th><th class="num">Used</th><th class="num">Allowed</th></tr></thead>
            <tbody>${rooms.filter((each) => each.device === device).map((each) => html`<${Room} key=${each.dimension} room=${each} />`)}</tbody></table><//>`)}</div>
      <${Panel} title="Leases" id="leases" aside=${String(leases.length)} flush=${leases.length > 0}>
        ${leases.length === 0 ? html`<${Empty} title="Nothing is given away" icon="capacity">A lease stands here for each encoder session of a job that runs.<//>` : html`
        <div class="scroll"><table><thead><tr><th>Job</th><th>Rendition</th><th>Device</th><th>State</th><th>Class</th><th>Takes</th><th class="num">Since</th></tr></thead>
          <tbody>${leases.map((each) => html`<tr key=${each.id}><td>${each.job ? html`<${JobLink} id=${each.job} />` : DASH}</td><td>${each.what}</td>
            <td>${each.device === 'software' ? 'Software pool' : html`<code>${each.device}</code>`}</td><td><${Badge} state=${each.state} /></td><td>${each.class}</td>
            <td class="muted">${Object.entries(each.demand).map(demand).join(', ')}</td><td class="num">${ago(each.since, now)}</td></tr>`)}</tbody></table></div>`}<//>`;
  }}<//>`;
};
