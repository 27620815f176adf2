// Drawings in SVG. All have a text of the same content for those who do not see them.
import { html, useState } from './view.mjs';
import { useWidth } from './parts.mjs';
import { DASH, clock, fine, length } from './text.mjs';

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** Pieces of a line; where nothing is known there is a gap. */
const path = (points, x, y) => {
  let d = '';
  let open = false;
  points.forEach(([at, value]) => {
    if (value === null || value === undefined) {
      open = false;
      return;
    }
    d += `${open ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    open = true;
  });
  return d;
};

/**
 * Fifteen minutes of one value. `hover` is the time that is looked at, shared by those that stand
 * side by side.
 */
export const Sparkline = ({ points, from, to, top, marks = [], label, hover, onHover, height = 36 }) => {
  const [box, width] = useWidth(200);
  const x = (at) => ((at - from) / (to - from)) * width;
  const y = (value) => height - 1 - clamp(value / top, 0, 1) * (height - 2);
  const line = path(points, x, y);
  const known = points.filter(([, value]) => value !== null && value !== undefined);
  const look = (e) => {
    const rect = e.currentTarget.getBoundingClientRect();
    onHover(from + clamp((e.clientX - rect.left) / rect.width, 0, 1) * (to - from));
  };
  const seen = hover === null ? null : nearest(points, hover);
  return html`
    <div ref=${box} class="spark">
      <svg width=${width} height=${height} role="img" aria-label=${label} onPointerMove=${look} onPointerLeave=${() => onHover(null)}>
        ${marks.map((mark) => html`<line key=${mark} class="threshold" data-mark=${mark} x1="0" x2=${width} y1=${y(mark)} y2=${y(mark)} />`)}
        ${known.length > 1 && !line.slice(1).includes('M')
          ? html`<path class="spark-area" d=${`${line}L${x(known.at(-1)[0])} ${height}L${x(known[0][0])} ${height}Z`} />` : null}
        <path class="spark-line" d=${line} />
        ${seen && seen[1] !== null && seen[1] !== undefined
          ? html`<line class="cross" x1=${x(seen[0])} x2=${x(seen[0])} y1="0" y2=${height} />
            <circle class="spark-dot" cx=${x(seen[0])} cy=${y(seen[1])} r="2.5" />` : null}
      </svg>
    </div>`;
};

export const nearest = (points, at) =>
  points.reduce((best, each) => (best === null || Math.abs(each[0] - at) < Math.abs(best[0] - at) ? each : best), null);

/** Round steps for an axis over so much, about so many. */
const steps = (span, count) => {
  // Times are said in whole seconds.
  const rough = Math.max(1, span / Math.max(1, count));
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? power;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => i * step);
};

const ROW = 22;
const AXIS = 22;

const lanes = (segments) => {
  const rows = new Map();
  segments.forEach((each) => {
    const key = `${each.device} ${each.lane ?? ''}`;
    if (!rows.has(key)) rows.set(key, { device: each.device, lane: each.lane, segments: [] });
    rows.get(key).segments.push(each);
  });
  return [...rows.values()].sort((a, b) => a.device.localeCompare(b.device) || (a.lane ?? -1) - (b.lane ?? -1));
};

export const nameOf = (each) =>
  (each.number === null || each.number === undefined ? each.what ?? 'piece' : `segment ${each.number}`) +
  (each.rendition ? `, ${each.rendition}` : '') + (each.what && !['pictures', 'whole'].includes(each.what) && each.number !== null ? ` (${each.what})` : '');

const tells = (each, now) =>
  `${nameOf(each)}: ${each.state}, attempt ${each.attempt}, ${fine((Date.parse(each.ended ?? now) - Date.parse(each.began)) / 1000)} on ${each.device}`;

/** Pieces of work over lanes and devices. */
export const Gantt = ({ segments, now, names = {} }) => {
  const [box, width] = useWidth(640);
  const [shown, show] = useState(null);
  const rows = lanes(segments);
  const start = Math.min(...segments.map((each) => Date.parse(each.began)));
  const isRunning = segments.some((each) => each.state === 'running');
  const end = Math.max(start + 1000, ...segments.map((each) => (each.ended ? Date.parse(each.ended) : now)));
  const left = width < 520 ? 76 : 168;
  const plot = width - left - 8;
  const x = (at) => left + ((at - start) / (end - start)) * plot;
  const ticks = steps((end - start) / 1000, plot / 90);
  const height = rows.length * ROW + AXIS + 4;
  const devices = new Set(rows.map((each) => each.device));
  const isShared = (name) => [...devices].filter((each) => names[each] === name).length > 1;
  const called = (device) => (names[device] && !isShared(names[device]) ? names[device] : device);
  const label = (row) => {
    const name = called(row.device);
    const lane = row.lane === null || row.lane === undefined ? '' : ` ${row.lane + 1}`;
    const most = width < 520 ? 9 : 22;
    return (name.length > most ? `…${name.slice(1 - most)}` : name) + lane;
  };
  return html`
    <div ref=${box} class="gantt">
      <svg width=${width} height=${height} role="img" aria-label=${`${segments.length} pieces of work on ${rows.length} lanes over ${length((end - start) / 1000)}`}>
        ${ticks.map((each) => html`<g key=${each}>
          <line class="grid" x1=${x(start + each * 1000)} x2=${x(start + each * 1000)} y1="0" y2=${height - AXIS} />
          <text class="tick" x=${x(start + each * 1000)} y=${height - 6} text-anchor=${each === 0 ? 'start' : 'middle'}>${length(each)}</text></g>`)}
        ${rows.map((row, i) => html`<g key=${`${row.device} ${row.lane}`}>
          <text class="lane" x="0" y=${i * ROW + 15}>${label(row)}<title>${names[row.device] ?? row.device}</title></text>
          ${row.segments.map((each) => {
            const a = x(Date.parse(each.began));
            const b = x(each.ended ? Date.parse(each.ended) : now);
            const w = Math.max(2.5, b - a - 1);
            return html`<g key=${`${each.number}-${each.what}-${each.rendition}-${each.attempt}-${each.began}`} class="piece" data-state=${each.state}
                onPointerEnter=${() => show(each)} onPointerLeave=${() => show(null)}>
              <title>${tells(each, now)}</title>
              <rect x=${a} y=${i * ROW + 3} width=${w} height=${ROW - 6} rx="3" />
              ${w > 22 ? html`<text x=${a + w / 2} y=${i * ROW + 15} text-anchor="middle">${each.state === 'failed' ? '×' : each.number ?? ''}</text>` : null}
            </g>`;
          })}</g>`)}
        ${isRunning ? html`<line class="now" x1=${x(now)} x2=${x(now)} y1="0" y2=${height - AXIS} />` : null}
      </svg>
      <p class="hint readout" aria-hidden="true">${shown ? tells(shown, now) : 'Point at a piece to see what it was.'}</p>
      <p class="legend">
        ${['done', 'running', 'failed', 'reused'].filter((state) => segments.some((each) => each.state === state)).map((state) => html`
          <span key=${state} class="key" data-state=${state}>${state}</span>`)}
      </p>
      <details><summary>As a table</summary>
        <div class="scroll"><table><thead><tr><th>What</th><th>Device</th><th>Lane</th><th>Began</th><th class="num">Took</th><th>State</th><th class="num">Attempt</th></tr></thead>
          <tbody>${segments.map((each, i) => html`<tr key=${i}><td>${nameOf(each)}</td><td>${names[each.device] ?? each.device}</td>
            <td>${each.lane === null || each.lane === undefined ? DASH : each.lane + 1}</td><td>${clock(each.began)}</td>
            <td class="num">${fine((Date.parse(each.ended ?? now) - Date.parse(each.began)) / 1000)}</td><td>${each.state}</td><td class="num">${each.attempt}</td></tr>`)}</tbody></table></div>
      </details>
    </div>`;
};

/** Stretches as a line of steps; what is not encoded yet is a gap. */
const stairs = (points, x, y) => {
  let d = '';
  let end = null;
  points.forEach(({ at, to, value }) => {
    d += `${end !== null && at - end < 0.05 ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}L${x(to).toFixed(1)} ${y(value).toFixed(1)}`;
    end = to;
  });
  return d;
};

const EXTREME = { higher: ['least', 'lowest'], lower: ['most', 'highest'], neither: ['most', 'highest'] };
const BETTER = { higher: 'Higher is better.', lower: 'Lower is finer.', neither: '' };

const Curve = ({ of: { name, unit, better, rungs } }) => {
  const [box, width] = useWidth(640);
  const [hover, onHover] = useState(null);
  const height = 190;
  const left = 44;
  const points = rungs.flatMap((each) => each.points);
  const values = points.map((each) => each.value);
  const last = Math.max(1, ...points.map((each) => each.to));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const pad = Math.max((high - low) * 0.12, 0.002 * Math.abs(high) || 0.5);
  const [bottom, top] = [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
  const x = (at) => left + (at / last) * (width - left - 8);
  const y = (value) => 6 + (1 - (value - bottom) / (top - bottom)) * (height - 30);
  const rows = [0, 1, 2, 3].map((i) => bottom + ((top - bottom) * i) / 3);
  const digits = high >= 1000 ? 0 : top - bottom < 1 ? 2 : 1;
  const [extreme, word] = EXTREME[better];
  const said = (value) => value.toFixed(digits);
  const look = (e) => {
    const rect = e.currentTarget.getBoundingClientRect();
    onHover(clamp((e.clientX - rect.left - left) / (rect.width - left - 8), 0, 1) * last);
  };
  return html`
    <div ref=${box} class="curves">
      <svg width=${width} height=${height} role="img" aria-label=${`${name}, ${unit}: ${rungs.map((each) => `${each.name} ${said(each.mean)}`).join(', ')}`}
          onPointerMove=${look} onPointerLeave=${() => onHover(null)}>
        ${rows.map((each, i) => html`<g key=${i}><line class="grid" x1=${left} x2=${width - 8} y1=${y(each)} y2=${y(each)} />
          <text class="tick" x=${left - 6} y=${y(each) + 4} text-anchor="end">${said(each)}</text></g>`)}
        ${steps(last, width / 110).map((each) => html`<text key=${each} class="tick" x=${x(each)} y=${height - 4} text-anchor=${each === 0 ? 'start' : 'middle'}>${length(each)}</text>`)}
        ${rungs.map((each, i) => html`<path key=${each.name} class="curve" data-series=${i % 6} d=${stairs(each.points, x, y)} />`)}
        ${hover === null ? null : html`<line class="cross" x1=${x(hover)} x2=${x(hover)} y1="0" y2=${height - 24} />`}
      </svg>
      <p class="legend">${rungs.map((each, i) => {
        const there = hover === null ? null : each.points.find((point) => point.at <= hover && hover <= point.to);
        return html`<span key=${each.name} class="key" data-series=${i % 6}>${each.name}
          <b>${hover === null ? said(each.mean) : there ? said(there.value) : DASH}</b>
          ${hover === null ? html`<small>mean, ${word} ${said(each[extreme])}</small>` : html`<small>at ${length(hover)}</small>`}</span>`;
      })}</p>
    </div>`;
};

/** How each rung is coded over the time of the film: one measure at a time. */
export const Curves = ({ measures }) => {
  const [chosen, choose] = useState(null);
  const shown = measures.find((each) => each.id === chosen) ?? measures[0];
  return html`
    <div>
      <div class="tabs" role="group" aria-label="What is shown">${measures.map((each) => html`
        <button key=${each.id} type="button" aria-pressed=${each === shown ? 'true' : 'false'} onClick=${() => choose(each.id)}>${each.name}, ${each.unit}</button>`)}</div>
      <${Curve} key=${shown.id} of=${shown} />
      <p class="hint">${shown.meaning} ${BETTER[shown.better]}</p>
    </div>`;
};
